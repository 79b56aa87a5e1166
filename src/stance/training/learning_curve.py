"""Dev scores of the three models trained on parts of the corpus, to see whether more of it would help.

``python -m stance.training.learning_curve`` writes ``docs/learning_curve.csv`` and ``.svg``. The models of the whole
corpus are those of ``models/``, so run ``dvc repro`` first; the others are trained below ``checkpoints/`` and removed.
"""

from __future__ import annotations

import csv
import logging
import shutil
from pathlib import Path

from stance.config import Config, check
from stance.encoder import TextModel
from stance.model_folder import TASKS, Task
from stance.training import plots
from stance.training.calibrate import predict
from stance.training.prepare import read
from stance.training.stage import as_stage
from stance.training.train import CHECKPOINTS, MODELS, RECIPES, train

log = logging.getLogger(__name__)
SHARES = (0.25, 0.5)
TABLE = Path("docs/learning_curve.csv")
_SCRATCH = CHECKPOINTS / "learning_curve"


def learning_curve(config: Config) -> dict[str, dict[float, float]]:
    """Train on each share, score all on dev; for each task, share of the training claims and the deciding score.

    Raises:
        ConfigError: when the rows have not been prepared.
        ModelError: when ``models/`` lacks a model.
    """
    curves: dict[str, dict[float, float]] = {task: {1.0: _whole(config, task)} for task in TASKS}
    try:
        for task in TASKS:
            for share in SHARES:
                curves[task][share] = _part(config, task, share)
                log.info("%s at %.0f %%: %s %.3f", task, 100 * share, RECIPES[task].chosen_by, curves[task][share])
    finally:
        shutil.rmtree(_SCRATCH, ignore_errors=True)
    return curves


def write(curves: dict[str, dict[float, float]], table: Path) -> None:
    """Write the table, and the plot of the same name beside it."""
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("task", "score", "share", "value"))
        for task, points in curves.items():
            name = RECIPES[task].chosen_by  # type: ignore[index]
            rows.writerows((task, name, share, f"{points[share]:.4f}") for share in sorted(points))
    names = {str(task): recipe.chosen_by.replace("_", " ") for task, recipe in RECIPES.items()}
    plots.learning_curves(table.with_suffix(".svg"), curves, names)


def _whole(config: Config, task: Task) -> float:
    model = TextModel(MODELS / task, task, device=config.device)
    return predict(model, read(config.data.prepared, task, "dev")).scores[RECIPES[task].chosen_by]


def _part(config: Config, task: Task, share: float) -> float:
    section = config.of_task(task)
    section = section.model_copy(update={"train": section.train.model_copy(update={"share": share})})
    config = config.model_copy(update={task: section})
    scores = train(config, task, *(_SCRATCH / name for name in ("models", "curves", "checkpoints")))
    return scores[RECIPES[task].chosen_by]


@as_stage(check)
def main(config: Config) -> None:
    """Run the measurement."""
    write(learning_curve(config), TABLE)
    log.info("written: %s and %s", TABLE, TABLE.with_suffix(".svg"))


if __name__ == "__main__":
    main()
