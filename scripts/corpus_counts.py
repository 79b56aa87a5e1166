"""Count what is in the corpus, for the data card.

``python scripts/corpus_counts.py [corpus]`` prints tables;
with ``--card docs/data-card.md`` it writes them there instead.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from marked_blocks import publish, table
from stance.records import Stance
from stance.sentences import sentences
from stance.training.annotations import Corpus
from stance.training.corpus import load_corpus


def markdown(corpus: Corpus) -> str:
    """Totals, stances, fields and genres, as Markdown tables."""
    articles = corpus.articles
    attributions = [attribution for article in articles for attribution in article.attributions]
    words = sorted(len(article.text.split()) for article in articles)
    totals = {
        "articles": len(articles),
        "words": sum(words),
        "words in the shortest, the middle, the longest article": f"{words[0]}, {words[len(words) // 2]}, {words[-1]}",
        "sentences": sum(len(sentences(article.text)) for article in articles),
        "check-worthy sentences": sum(len(article.checkworthy) for article in articles),
        "attributions": len(attributions),
        "nested attributions": sum(attribution.parent is not None for attribution in attributions),
        "attributions with a label for the related claim, too": sum(a.related_stance is not None for a in attributions),
        "passages in the author's voice about the claim": sum(len(article.author_passages) for article in articles),
        "speakers": sum(len(article.speakers) for article in articles),
        "claims with articles": len({article.claim for article in articles}),
        "claims in all": len(corpus.claims),
        "single statements": len(corpus.bank),
    }
    of_attributions = Counter(attribution.stance for attribution in attributions)
    of_bank = Counter(statement.stance for statement in corpus.bank)
    stances = [[str(s), _share(of_attributions, s), _share(of_bank, s)] for s in Stance]
    fields = Counter(corpus.claims[article.claim].field for article in articles)
    genres = Counter(article.genre for article in articles)
    return "\n\n".join((
        table(["", "number"], [[name, str(number)] for name, number in totals.items()]),
        table(["stance", "attributions", "single statements"], stances),
        table(["field", "articles"], [[name, str(number)] for name, number in fields.most_common()]),
        table(["genre", "articles"], [[name, str(number)] for name, number in genres.most_common()]),
    ))  # fmt: skip


def _share(counts: Counter[Stance], stance: Stance) -> str:
    total = sum(counts.values())
    return f"{counts[stance]} ({100 * counts[stance] / total:.0f} %)" if total else "0"


def main(arguments: list[str]) -> int:
    """Print the counts or write them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("corpus", nargs="?", type=Path, default=Path("corpus"))
    parser.add_argument("--card", type=Path)
    options = parser.parse_args(arguments)
    return publish(lambda: markdown(load_corpus(options.corpus)), "counts", options.card)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
