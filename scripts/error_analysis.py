"""Show the mistakes on the test split that the models were surest of, or put them into docs/errors.md.

``python scripts/error_analysis.py [--predictions results/predictions] [--page docs/errors.md]``

The rule: of each task the ten wrong answers with the highest probability; at most two of a claim, one of a text, and
few with the same gold and predicted label (of spans: the same kind), lest one confusion fill the table. A span is wrong
when it shares no character with an annotated span of its kind.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marked_blocks import publish, table
from stance.errors import InputError

TASKS = ("claims", "attribution", "stance")
OF_A_TASK = 10
OF_A_CLAIM = 2
OF_A_CONFUSION = {"claims": 5, "attribution": 4, "stance": 2}
_LONGEST = 320  # characters of a text in the table
Row = dict[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer on a test row."""

    claim_id: str
    text: str
    gold: str
    predicted: str
    probability: float
    confusion: str
    """What it takes for what."""


def mistakes(task: str, rows: Iterable[Row]) -> Iterator[Mistake]:
    """All wrong answers of a task."""
    if task == "attribution":
        for row in rows:
            yield from _wrong_spans(row)
        return
    for row in rows:
        if row["gold"] != row["predicted"]:
            text = row["text"] if task == "claims" else f"{row['claim']} ← {row['statement']}"
            labels = row["gold"], row["predicted"]
            yield Mistake(row["claim_id"], text, *labels, row["probability"], " as ".join(labels))


def chosen(found: Iterable[Mistake], of_a_confusion: int) -> list[Mistake]:
    """Those that the model was surest of: ten at most, two of a claim, one of a text, and so many of a confusion."""
    kept: list[Mistake] = []
    of_claim: Counter[str] = Counter()
    of_confusion: Counter[str] = Counter()
    texts: set[str] = set()
    for each in sorted(found, key=lambda each: (-each.probability, each.text, each.predicted)):
        text = each.text.rsplit(" ← ", maxsplit=1)[-1]
        if len(kept) == OF_A_TASK:
            break
        room = of_claim[each.claim_id] < OF_A_CLAIM and of_confusion[each.confusion] < of_a_confusion
        if room and text not in texts:
            kept.append(each)
            of_claim[each.claim_id] += 1
            of_confusion[each.confusion] += 1
            texts.add(text)
    return kept


def markdown(folder: Path) -> str:
    """A table for each task.

    Raises:
        InputError: when the predictions are missing.
    """
    parts = []
    for task in TASKS:
        rows = list(_read(folder / f"{task}.jsonl"))
        found = list(mistakes(task, rows))
        heading = ["text" if task != "stance" else "claim ← statement", "gold", "predicted", "probability"]
        body = [
            [_cell(each.text), _cell(each.gold), _cell(each.predicted), f"{each.probability:.2f}"]
            for each in chosen(found, OF_A_CONFUSION[task])
        ]
        parts += [f"## {task.capitalize()}", f"{len(found)} mistakes on {len(rows)} rows.", table(heading, body)]
    return "\n\n".join(parts)


def _wrong_spans(row: Row) -> Iterator[Mistake]:
    gold: Sequence[Row] = row["gold"]
    for span in row["predicted"]:
        same = [each for each in gold if each["kind"] == span["kind"]]
        if not any(each["start"] < span["end"] and span["start"] < each["end"] for each in same):
            there = [each for each in gold if each["start"] < span["end"] and span["start"] < each["end"]]
            yield Mistake(
                row["claim_id"], row["text"], _shown(there), _shown([span]), span["probability"], span["kind"]
            )


def _shown(spans: Sequence[Row]) -> str:
    return "; ".join(f"{each['kind']}: {each['text']}" for each in spans) or "nothing"


def _cell(text: str) -> str:
    whole = " ".join(text.split())
    whole = whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST].rsplit(' ', maxsplit=1)[0]} …"
    return whole.replace("\\", "\\\\").replace("|", "\\|").replace("<", "\\<").replace("*", "\\*")


def _read(path: Path) -> Iterator[Row]:
    if not path.is_file():
        raise InputError(f"{path}: no predictions yet; run: dvc repro evaluate")
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def main(arguments: list[str]) -> int:
    """Print the tables or write them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--predictions", type=Path, default=Path("results/predictions"))
    parser.add_argument("--page", type=Path, help="write them there instead, between its markers")
    options = parser.parse_args(arguments)
    return publish(lambda: markdown(options.predictions), "errors", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
