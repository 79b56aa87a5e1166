"""What evaluating a task leaves behind beside its figures: plots, and its answers on the test rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets import Dataset

from stance.training import plots
from stance.training.calibrate import Predicted
from stance.training.metrics import Floats, Ints, rounded
from stance.training.selective import risk_coverage, selective_scores
from stance.training.tag_rows import Row

Scores = dict[str, Any]


@dataclass(frozen=True)
class Outputs:
    """Where the files of all tasks go; the folders exist."""

    plots: Path
    predictions: Path

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

    def selective(self, task: str, answers: Mapping[str, Floats], labels: Ints, risk: float) -> Scores:
        """Plot risk over coverage of a model and its rivals, and give the figures of the model.

        Args:
            task: Begins the files' names.
            answers: Probabilities by name, shape [rows, classes] each; ``model`` is the model's.
            labels: Shape [rows].
            risk: The risk at which the coverage is given.
        """
        sure = {name: (rows.max(axis=-1), rows.argmax(axis=-1) == labels) for name, rows in answers.items()}
        curves = {name: risk_coverage(*answer) for name, answer in sure.items()}
        plots.risk_coverage(self.plots / f"{task}_risk_coverage.svg", curves, task)
        plots.write_risk_coverage(self.plots / f"{task}_risk_coverage.csv", curves["model"])
        return selective_scores(*sure["model"], risk)

    def write_predictions(self, task: str, rows: Iterable[Row]) -> None:
        """Write the answers as JSON lines."""
        with (self.predictions / f"{task}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(rounded(row), ensure_ascii=False) + "\n" for row in rows)


def answer_rows(rows: Dataset, columns: Sequence[str], found: Predicted, labels: Sequence[str]) -> list[Row]:
    """Some columns of prepared rows with gold and predicted label, and the probabilities of both."""
    predicted = found.rows.argmax(axis=-1)
    return [
        dict(zip(columns, values, strict=True))
        | {"gold": str(labels[gold]), "predicted": str(labels[best])}
        | {"probability": float(row[best]), "probability_of_gold": float(row[gold])}
        for values, gold, best, row in zip(
            zip(*(rows[column][:] for column in columns), strict=True), found.labels, predicted, found.rows, strict=True
        )
    ]
