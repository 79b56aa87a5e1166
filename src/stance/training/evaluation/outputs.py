"""What evaluating a task leaves behind beside its figures: plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.training import plots
from stance.training.metrics import Floats, Ints

Scores = dict[str, Any]


@dataclass(frozen=True)
class Outputs:
    """Where the files of all tasks go; the folder exists."""

    plots: Path

    def classifier_plots(self, task: str, rows: Floats, labels: Ints, names: Sequence[str]) -> None:
        """Confusion and reliability of a model.

        Args:
            task: Begins the files' names.
            rows: Probabilities, shape [rows, classes].
            labels: Shape [rows].
            names: The classes' names.
        """
        predicted = rows.argmax(axis=-1)
        plots.confusion(self.plots / f"{task}_confusion.svg", predicted, labels, names, task)
        plots.reliability_diagram(self.plots / f"{task}_reliability.svg", rows, labels, task)
        plots.write_confusion_rows(self.plots / f"{task}_confusion.csv", predicted, labels, names)
