"""How far the two annotators of corpus/agreement agree, for the data card; and where they do not, for adjudication.

``python scripts/agreement.py [corpus/agreement]`` prints the table; ``--card docs/data-card.md`` writes it there
instead; ``--disagreements`` lists every difference in attributions and their stance, and in that of statements.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from marked_blocks import publish, table
from stance.training.agreement import Twice, TwiceLabelled, agreement, read_pairs, read_statements
from stance.training.annotations import AnnotatedAttribution, Article

_SHOWN = 160


def markdown(scores: dict[str, Any]) -> str:
    """Agreement on labels and on spans, as Markdown tables."""
    labels = {
        "stance to the claim, of attributions that both marked": scores["stance"],
        "stance to the related claim, of the same": scores["related_stance"],
        "stance of single statements": scores["statement_stance"],
        "stance of the author's voice, by sentence": scores["authors_voice"],
        "stance of the author, by article": scores["author_stance"],
        "check-worthy, by sentence": scores["check_worthy"],
        "kind of speaker": scores["speaker_kind"],
    }
    rows = [[name, f"{s['kappa']:.3f}", f"{s['agreement']:.3f}", str(s["pairs"])] for name, s in labels.items()]
    spans = scores["spans"]
    of_spans = [
        [kind, f"{spans[f'exact_f1_{kind}']:.3f}", f"{spans[f'overlap_f1_{kind}']:.3f}"]
        for kind in ("source", "cue", "content")
    ]
    counts = scores["attributions"]
    whole = {
        "articles labelled twice": str(scores["articles"]),
        "attributions: first annotator, second, both": f"{counts['first']}, {counts['second']}, {counts['matched']}",
        "F1 of attributions (contents overlap)": f"{scores['matched_f1']:.3f}",
        "F1 of attributions (source, cue and content overlap)": f"{scores['triples_f1']:.3f}",
        "B-cubed F1 of speakers": f"{scores['speakers_b_cubed_f1']:.3f}",
    }
    return "\n\n".join((
        table(["", "figure"], [list(row) for row in whole.items()]),
        table(["label", "Cohen's κ", "same", "pairs"], rows),
        table(["span", "exact F1", "overlap F1"], of_spans),
    ))  # fmt: skip


def disagreements(pair: Twice) -> Iterator[str]:
    """One line for each attribution that only one annotator marked, or to which they gave different stances."""
    matched = pair.matched()
    for mine, other in matched:
        if mine.stance is not other.stance:
            yield f"{pair.first.id}: {mine.stance} or {other.stance}: {_show(pair.first, mine)}"
    for article, half, name in ((pair.first, 0, "first"), (pair.second, 1, "second")):
        found = {both[half].number for both in matched}
        for attribution in article.attributions:
            if attribution.number not in found:
                yield f"{article.id}: only the {name} ({attribution.stance}): {_show(article, attribution)}"


def differing(statements: Iterable[TwiceLabelled]) -> Iterator[str]:
    """One line for each single statement to which the annotators gave different stances."""
    for each in statements:
        if each.first is not each.second:
            yield f"{each.claim}: {each.first} or {each.second}: {each.text}"


def _show(article: Article, attribution: AnnotatedAttribution) -> str:
    source = attribution.source.of(article.text) if attribution.source else "–"
    cue = " … ".join(span.of(article.text) for span in attribution.cues) or "–"
    content = " … ".join(span.of(article.text) for span in attribution.contents)
    return f"[{source}] [{cue}] [{content[:_SHOWN]}]"


def main(arguments: list[str]) -> int:
    """Print the tables or the differences, or write the tables; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("labels", nargs="?", type=Path, default=Path("corpus/agreement"))
    parser.add_argument("--card", type=Path, help="page whose block 'agreement' gets the tables")
    parser.add_argument("--disagreements", action="store_true", help="list the differences instead")
    options = parser.parse_args(arguments)

    def make() -> str:
        pairs = read_pairs(options.labels)
        if options.disagreements:
            lines = (line for pair in pairs for line in disagreements(pair))
            return "\n".join((*lines, *differing(read_statements(options.labels))))
        return markdown(agreement(pairs, read_statements(options.labels)))

    return publish(make, "agreement", None if options.disagreements else options.card)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
