"""Score the article that the project was asked for, and compare with what a careful reader found in it.

The article is a third party's text and not part of the repository: name the folder that holds it and ``gold.yaml``.

``python scripts/score_seed.py [FOLDER] [--models models]``
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from stance import ArticleResult, Document, StancePipeline, Verdict
from stance.errors import StanceError
from stance.records import SourceKind, SourceStance

_ACCEPTED = {
    "supports": {Verdict.SUPPORTS},
    "disputes": {Verdict.DISPUTES},
    "discusses": {Verdict.NO_STANCE},
    "unrelated": {Verdict.NO_STANCE},
}


def find(name: str, mentions: list[str], result: ArticleResult) -> list[SourceStance]:
    """The predicted sources that share most words with the gold source, the words of one lying within the other's."""
    if name == "the author":
        return [source for source in result.sources if source.kind is SourceKind.AUTHOR]
    wanted = [_words(each) for each in [name, *mentions] if each.lower() not in ("he", "she", "they")]
    found: list[tuple[float, SourceStance]] = []
    for source in result.sources:
        if source.speaker is None:
            continue
        texts = [_words(mention.text) for mention in result.speakers[source.speaker].mentions]
        pairs = [
            (words, text) for words in wanted for text in texts if words <= text or (text <= words and len(text) > 1)
        ]
        if pairs:
            found.append((max(len(words & text) / len(words | text) for words, text in pairs), source))
    closest = max((share for share, _ in found), default=0.0)
    return [source for share, source in found if share == closest]


def _words(text: str) -> frozenset[str]:
    plain = text.lower().replace(".", "").replace("’", "'")
    return frozenset(word.strip(",'“”") for word in plain.split()) - {"the", "a", "an"}


def compare(gold: dict[str, Any], result: ArticleResult) -> tuple[Table, int, int]:
    """A table of gold against predicted, with the number of sources found and of those with an accepted stance."""
    table = Table("gold source", "gold", "found as", "verdict", "conf.", title=result.claim, title_justify="left")
    found_count = right = 0
    for name, entry in gold["sources"].items():
        accepted = entry["stance"] if isinstance(entry["stance"], list) else [entry["stance"]]
        sources = find(name, entry.get("mentions", []), result)
        best = max(sources, key=lambda source: source.mentions, default=None)
        agrees = best is not None and any(best.verdict in _ACCEPTED[stance] for stance in accepted)
        found_count += best is not None
        right += agrees
        shown = f"{best.name}{f' (+{len(sources) - 1} more)' if len(sources) > 1 else ''}" if best else "—"
        verdict = f"{best.verdict}{' ?' if best.abstained else ''}{' ✓' if agrees else ' ✗'}" if best else "—"
        table.add_row(name, " or ".join(accepted), shown, verdict, f"{best.confidence:.2f}" if best else "")
    return table, found_count, right


def check_worthy(gold: dict[str, Any], text: str, result: ArticleResult) -> list[str]:
    """One line for each example sentence of gold: whether it was taken for check-worthy."""
    lines = []
    for wanted in (True, False):
        for opening in gold["check_worthy_examples"][wanted]:
            sentence = next((s for s in result.sentences if text[s.start : s.end].startswith(opening)), None)
            mark = "not a sentence" if sentence is None else "✓" if sentence.check_worthy is wanted else "✗"
            score = "" if sentence is None else f"{sentence.check_worthiness:.2f}"
            lines.append(f"  {mark} gold {'yes' if wanted else 'no'} {score}: {opening} …")
    return lines


def main() -> int:
    """Print the comparison; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/seed"))
    parser.add_argument("--models", type=Path, default=Path("models"))
    options = parser.parse_args()
    article, gold_file = next(options.folder.glob("*.txt"), None), options.folder / "gold.yaml"
    if article is None or not gold_file.is_file():
        print(f"{options.folder}: no article and gold.yaml here, so there is nothing to compare")
        return 0
    gold = yaml.safe_load(gold_file.read_text(encoding="utf-8"))
    text = article.read_text(encoding="utf-8")
    try:
        pipeline = StancePipeline.from_pretrained(options.models)
        result = next(pipeline.score([Document(id=article.stem, text=text)], gold["claim"], keep_text=True))
    except StanceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    table, found, right = compare(gold, result)
    console = Console()
    console.print(table)
    console.print(
        f"{found} of {len(gold['sources'])} sources found; {right} of {len(gold['sources'])} with the reader's stance"
    )
    console.print("check-worthy examples:")
    console.print("\n".join(check_worthy(gold, text, result)), highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
