"""Show the main figures of metrics.json, each model beside its baselines, or put them into the README.

``python scripts/show_metrics.py [metrics.json]`` prints tables;
with ``--readme README.md`` it writes them there instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from marked_blocks import fill, table

_MAIN = {
    "claims": (("average_precision", "AP"), ("macro_f1", "macro F1"), ("ece", "ECE"), ("brier", "Brier")),
    "attribution": (("exact_f1", "exact F1"), ("overlap_f1", "overlap F1"), ("ece", "ECE"), ("brier", "Brier")),
    "stance": (("macro_f1", "macro F1"), ("accuracy", "accuracy"), ("ece", "ECE"), ("brier", "Brier")),
}


def rows(task: str, metrics: dict[str, Any]) -> list[list[str]]:
    """Heading and one row a model or baseline of a task."""
    columns = _MAIN[task]
    found = [[f"{task}, {metrics[task]['rows']} test rows", *(heading for _, heading in columns)]]
    for name, scores in metrics[task].items():
        if isinstance(scores, dict) and all(key in scores for key, _ in columns):
            found.append([name.replace("_", " "), *(f"{scores[key]:.3f}" for key, _ in columns)])
    return found


def markdown(metrics: dict[str, Any]) -> str:
    """All tasks' tables in Markdown."""
    return "\n\n".join(table(heading, body) for heading, *body in (rows(task, metrics) for task in _MAIN))


def main(arguments: list[str]) -> int:
    """Print the tables or write them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("metrics", nargs="?", type=Path, default=Path("metrics.json"))
    parser.add_argument("--readme", type=Path)
    options = parser.parse_args(arguments)
    if not options.metrics.is_file():
        print(f"{options.metrics}: no metrics yet; run 'make repro'", file=sys.stderr)
        return 1
    metrics = json.loads(options.metrics.read_text(encoding="utf-8"))
    if options.readme:
        page = options.readme.read_text(encoding="utf-8")
        options.readme.write_text(fill(page, "metrics", markdown(metrics)), encoding="utf-8")
        return 0
    console = Console()
    for task in _MAIN:
        heading, *body = rows(task, metrics)
        shown = Table(heading[0])
        for column in heading[1:]:
            shown.add_column(column, justify="right")
        for line in body:
            shown.add_row(*line)
        console.print(shown)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
