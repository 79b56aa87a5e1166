"""What models see of the stance label that see only a part of the input, for the data card.

``python scripts/corpus_shortcuts.py [corpus]`` prints the table;
with ``--card docs/data-card.md`` it writes it there instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from marked_blocks import publish, table
from stance.config import check, compose
from stance.training.lint import Probe, stance_probes


def markdown(probes: Iterable[Probe]) -> str:
    """The probes as a Markdown table."""
    heading = ["classes, and what is seen", "macro F1", "chance", "limit"]
    return table(heading, [[p.name, f"{p.macro_f1:.3f}", f"{p.chance:.2f}", f"{p.limit:.2f}"] for p in probes])


def main(arguments: list[str]) -> int:
    """Print the table or write it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("corpus", nargs="?", type=Path, default=Path("corpus"))
    parser.add_argument("--card", type=Path)
    options = parser.parse_args(arguments)
    corpus = f"data.corpus={options.corpus}"
    return publish(lambda: markdown(stance_probes(check(compose([corpus])))), "shortcuts", options.card)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
