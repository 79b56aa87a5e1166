"""Show what was measured on public data sets, one line a model or baseline, or put it into docs/benchmarks.md.

``python scripts/show_benchmarks.py [benchmarks]`` prints tables;
with ``--page docs/benchmarks.md`` it writes them there instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from marked_blocks import publish, table
from stance.errors import InputError

_SHOWN = {
    "macro_f1": "macro F1",
    "accuracy": "accuracy",
    "average_precision": "AP",
    "mean_average_precision": "MAP",
    "ece": "ECE",
    "exact_f1_source": "source, exact",
    "exact_f1_cue": "cue, exact",
    "exact_f1_content": "content, exact",
    "overlap_f1_source": "source, overlap",
    "overlap_f1_cue": "cue, overlap",
    "overlap_f1_content": "content, overlap",
    "exact_triple_f1": "whole, exact",
    "overlap_triple_f1": "whole, overlap",
}


def markdown(root: Path) -> str:
    """One table a data set: the models of each run below ``root``, then the baselines of the last run.

    Raises:
        InputError: when nothing was measured.
    """
    measured: dict[tuple[str, str, int], dict[str, Any]] = {}  # only what was measured on the same rows shares a table
    for path in sorted(root.glob("*/*/scores.json")):
        scores = json.loads(path.read_text(encoding="utf-8"))
        measured.setdefault((path.parent.name, scores["part"], scores["rows"]), {})[path.parent.parent.name] = scores
    if not measured:
        raise InputError(f"{root}: nothing measured yet; run python -m stance.training.benchmark public=…")
    return "\n\n".join(_table(name, runs) for (name, *_), runs in measured.items())


def _table(name: str, runs: dict[str, Any]) -> str:
    last = list(runs.values())[-1]
    columns = [key for key in _SHOWN if key in last["model"]]
    rows = [
        (f"{scores.get('found_by', 'model')}, {run.replace('-', ' ')}", scores["model"]) for run, scores in runs.items()
    ]
    rows += [
        (key.replace("_", " "), value) for key, value in last.items() if isinstance(value, dict) and key != "model"
    ]
    body = [[label, *(f"{scores[key]:.3f}" if key in scores else "–" for key in columns)] for label, scores in rows]
    heading = f"{name} {last['part']}, {last['rows']} {'articles' if 'attributions' in last else 'rows'}"
    return table([heading, *(_SHOWN[key] for key in columns)], body)


def main(arguments: list[str]) -> int:
    """Print the tables or write them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("benchmarks", nargs="?", type=Path, default=Path("benchmarks"))
    parser.add_argument("--page", type=Path)
    options = parser.parse_args(arguments)
    return publish(lambda: markdown(options.benchmarks), "benchmarks", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
