"""How well the stance model compares a statement with a claim, on statements composed from claims of dev.

``python scripts/comparing.py`` puts wordings of claims that training never saw into frames of reporting ("X denied that
…"), as ``stance.training.compose`` does for training, and prints how often the model tells the side. Nothing has to be
read between the lines there, so it is a test of a basic ability (after Ribeiro et al., 2020, arXiv:2005.04118), not of
how good the model is on news. ``--page docs/evaluation.md`` writes the table there instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from marked_blocks import publish, table
from stance.config import check, compose
from stance.encoder import InputText, TextModel
from stance.errors import InputError
from stance.records import Stance
from stance.training.compose import composed
from stance.training.corpus import load_corpus
from stance.training.splits import split_of

_LABELS = (Stance.SUPPORTS, Stance.DISPUTES, Stance.DISCUSSES)


def measure(models: Sequence[Path], corpus: Path, count: int) -> str:
    """A row for each folder of models: the share told rightly of all statements, and of those of each label.

    Raises:
        CorpusError: when the corpus has faults.
        InputError: when none of its claims is in dev, or the count is below 1.
        ModelError: when a folder holds no stance model.
    """
    data = check(compose([f"data.corpus={corpus}"])).data
    claims = [
        claim
        for claim in load_corpus(corpus).claims.values()
        if claim.family != data.in_target_family and split_of(claim.family, None, data) == "dev"
    ]
    if count < 1:
        raise InputError(f"--count is {count}; expected 1 or more")
    if not claims:
        raise InputError(f"{corpus}: none of its claims is in dev; there is nothing to compose statements of")
    rows = list(composed(claims, count))
    inputs = [InputText(row["claim"], row["statement"]) for row in rows]
    lines = []
    for folder in models:
        model = TextModel(folder / "stance", "stance")
        told = [model.labels[int(shares.argmax())] for shares in model.probabilities(inputs)]
        right = [(row["label"], row["label"] == each) for row, each in zip(rows, told, strict=True)]
        groups = [[hit for _, hit in right], *([hit for label, hit in right if label == each] for each in _LABELS)]
        lines.append([str(folder), *(f"{sum(hits) / len(hits):.3f}" if hits else "–" for hits in groups)])
    heading = [f"{count} statements composed from {len(claims)} claims of dev", "told rightly", *map(str, _LABELS)]
    return table(heading, lines)


def main(arguments: list[str]) -> int:
    """Print the table or write it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("models", nargs="*", type=Path, default=[Path("models")], help="folders of trained models")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--count", type=int, default=1500, help="statements (default 1500)")
    parser.add_argument("--page", type=Path, help="page whose block 'comparing' gets the table")
    options = parser.parse_args(arguments)
    return publish(lambda: measure(options.models, options.corpus, options.count), "comparing", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
