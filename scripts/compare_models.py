"""Compare two sets of trained models on the test split, and print the table or put it into docs/data-card.md.

``python scripts/compare_models.py BEFORE AFTER [--card docs/data-card.md]``
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from marked_blocks import publish, table
from stance.training.compare import Difference, compare


def markdown(differences: Sequence[Difference]) -> str:
    """One line a score."""
    body = [
        [
            f"{each.task}, {each.score.replace('_', ' ')}",
            f"{each.before:.3f}",
            f"{each.after:.3f}",
            f"{each.low:+.3f} to {each.high:+.3f}",
            f"{each.p:.3f}",
        ]
        for each in differences
    ]
    return table(["test split", "before", "after", "95 % interval of the change", "p"], body)


def main(arguments: list[str]) -> int:
    """Print the table or write it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("before", type=Path, help="folder of three trained models")
    parser.add_argument("after", type=Path, help="another one")
    parser.add_argument("--prepared", type=Path, default=Path("prepared"))
    parser.add_argument("--card", type=Path)
    options = parser.parse_args(arguments)
    folders = options.before, options.after, options.prepared
    return publish(lambda: markdown(compare(*folders)), "before-after", options.card)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
