"""Show the main figures of metrics.json, each model beside its baselines, or put them into the README.

``python scripts/show_metrics.py [metrics.json]`` prints tables;
with ``--readme README.md`` it writes them there instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from marked_blocks import publish, table

_Columns = Sequence[tuple[str, str]]
_MAIN: dict[str, _Columns] = {
    "claims": (("average_precision", "AP"), ("macro_f1", "macro F1"), ("ece", "ECE"), ("brier", "Brier")),
    "attribution": (("exact_f1", "exact F1"), ("overlap_f1", "overlap F1"), ("ece", "ECE"), ("brier", "Brier")),
    "stance": (("macro_f1", "macro F1"), ("accuracy", "accuracy"), ("ece", "ECE"), ("brier", "Brier")),
}
_SOURCES: _Columns = (
    ("f1", "F1, sources that take a side"), ("precision", "precision"), ("recall", "recall"),
    ("detection_f1", "found, F1"), ("verdict_accuracy", "verdict right, of those found"),
)  # fmt: skip
STEPS = {
    "end_to_end": "all by the models",
    "end_to_end_ordinary": "the same, {articles} articles of ordinary news",
    "end_to_end_hard": "the same, {articles} articles written to be hard",
    "gold_stances": "stances as annotated",
    "gold_spans": "spans as annotated",
    "gold_spans_and_speakers": "spans and speakers as annotated",
}


def rows(task: str, metrics: dict[str, Any]) -> list[list[str]]:
    """Heading and one row a model or baseline of a task; the model's figures with their 95 % intervals."""
    columns = _MAIN[task]
    found = [[f"{task}, {metrics[task]['rows']} test rows", *(heading for _, heading in columns)]]
    for name, scores in metrics[task].items():
        if isinstance(scores, dict) and all(key in scores for key, _ in columns):
            intervals = metrics[task].get("intervals", {}) if name == "model" else {}
            found.append([name.replace("_", " "), *_figures(scores, intervals, columns)])
    return found


def source_rows(sources: dict[str, Any]) -> list[list[str]]:
    """Heading and one row for each set of steps that was taken from the annotation."""
    return [[f"sources of {sources['articles']} test articles", *(heading for _, heading in _SOURCES)]] + [
        [shown.format_map(sources[name]), *_figures(sources[name], sources[name]["intervals"], _SOURCES)]
        for name, shown in STEPS.items()
        if name in sources
    ]


def tables(metrics: dict[str, Any]) -> list[list[list[str]]]:
    """Heading and rows of each table, verdicts on sources first."""
    first = [source_rows(metrics["sources"])] if "sources" in metrics else []
    return first + [rows(task, metrics) for task in _MAIN]


def markdown(metrics: dict[str, Any]) -> str:
    """All tables in Markdown."""
    return "\n\n".join(table(heading, body) for heading, *body in tables(metrics))


def _figures(scores: Mapping[str, float], intervals: Mapping[str, Any], columns: _Columns) -> list[str]:
    return [
        f"{scores[key]:.3f}"
        + (f" ({intervals[key]['low']:.3f}–{intervals[key]['high']:.3f})" if key in intervals else "")
        for key, _ in columns
    ]


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
        return publish(lambda: markdown(metrics), "metrics", options.readme)
    console = Console()
    for heading, *body in tables(metrics):
        shown = Table(heading[0])
        for column in heading[1:]:
            shown.add_column(column, justify="right")
        for line in body:
            shown.add_row(*line)
        console.print(shown)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
