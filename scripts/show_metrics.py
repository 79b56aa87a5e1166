"""Print the main figures of metrics.json: each model beside its baselines.

``python scripts/show_metrics.py [metrics.json]``
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

_MAIN = {
    "claims": (("average_precision", "AP"), ("macro_f1", "macro F1"), ("ece", "ECE"), ("brier", "Brier")),
    "attribution": (("exact_f1", "exact F1"), ("overlap_f1", "overlap F1"), ("ece", "ECE"), ("brier", "Brier")),
    "stance": (("macro_f1", "macro F1"), ("accuracy", "accuracy"), ("ece", "ECE"), ("brier", "Brier")),
}


def tables(metrics: dict[str, Any]) -> list[Table]:
    """One table a task, one row a model or baseline."""
    found = []
    for task, columns in _MAIN.items():
        table = Table(title=f"{task}: {metrics[task]['rows']} test rows", title_justify="left")
        table.add_column("")
        for _, heading in columns:
            table.add_column(heading, justify="right")
        for name, scores in metrics[task].items():
            if isinstance(scores, dict) and columns[0][0] in scores:
                table.add_row(name.replace("_", " "), *(f"{scores[key]:.3f}" for key, _ in columns))
        found.append(table)
    return found


def main(path: Path) -> int:
    """Print the tables; return the exit code."""
    if not path.is_file():
        print(f"{path}: no metrics yet; run 'make repro'", file=sys.stderr)
        return 1
    console = Console()
    for table in tables(json.loads(path.read_text(encoding="utf-8"))):
        console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "metrics.json")))
