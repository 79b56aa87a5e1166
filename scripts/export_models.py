"""Copy the three trained models into a folder to publish, each with a model card that has its test figures.

``python scripts/export_models.py OUT [--models models] [--metrics metrics.json] [--rows prepared/summary.json]``
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from stance.errors import InputError, StanceError
from stance.model_folder import TASKS, Task, read_settings
from stance.training.cards import Measured, write_card
from stance.training.splits import SPLITS


def export(out: Path, models: Path, metrics: Path, rows: Path) -> None:
    """Write ``<out>/<task>`` for each task.

    Raises:
        InputError: when ``out`` is there, a file is missing, or the figures are of other weights.
        ModelError: when a model is missing or damaged.
    """
    if out.exists():
        raise InputError(f"{out} is there already; name a folder that is not")
    measured, counts = _read(metrics), _read(rows)
    for task in TASKS:
        _check(measured, task, models / task, metrics)
    for task in TASKS:
        shutil.copytree(models / task, out / task)
        scores = measured[task]
        baselines = {name: scores[name] for name in ("bag_of_words", "embeddings", "majority")}
        figures = Measured("test", scores["model"], scores["intervals"], baselines)
        write_card(out / task, task, figures, {split: counts[task][split] for split in SPLITS})


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise InputError(f"{path}: no such file; run 'make repro' first")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _check(measured: dict[str, Any], task: Task, folder: Path, metrics: Path) -> None:
    version = read_settings(folder, task).weights_sha256[:12]
    if measured["models"][task] != version:
        raise InputError(
            f"{metrics} has figures of {task} weights {measured['models'][task]}, but {folder} has {version}; "
            "run: dvc repro evaluate"
        )


def main(arguments: list[str]) -> int:
    """Export; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--metrics", type=Path, default=Path("metrics.json"))
    parser.add_argument("--rows", type=Path, default=Path("prepared/summary.json"))
    options = parser.parse_args(arguments)
    try:
        export(options.out, options.models, options.metrics, options.rows)
    except StanceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{', '.join(TASKS)}: copied to {options.out}, each with its card")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
