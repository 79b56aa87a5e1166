"""Plots as SVG files that are the same, byte for byte, for the same figures."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import average_precision_score, confusion_matrix, precision_recall_curve

from stance.training.metrics import Floats, Ints, reliability
from stance.training.selective import RiskCoverage

mpl.rcParams["svg.hashsalt"] = "stance"  # otherwise ids in the file are random
_SIZE = (5.2, 4.4)


def confusion(path: Path, predicted: Ints, labels: Ints, names: Sequence[str], title: str) -> None:
    """A confusion matrix: rows are gold labels, and shares are of the row."""
    matrix = confusion_matrix(labels, predicted, labels=range(len(names)))
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    figure, axes = _figure(f"Confusion: {title}")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row in range(len(names)):
        for column in range(len(names)):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(matrix[row, column]), ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(names)), names, rotation=35, ha="right", fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("predicted")
    axes.set_ylabel("gold")
    _save(figure, path)


def reliability_diagram(path: Path, probabilities: Floats, labels: Ints, title: str) -> None:
    """Accuracy against confidence in ten bins; the area of a point is the bin's share."""
    bins = reliability(probabilities.max(axis=-1), probabilities.argmax(axis=-1) == labels)
    figure, axes = _figure(f"Reliability: {title}")
    axes.plot([0, 1], [0, 1], color="#999999", linestyle="--", linewidth=1)
    confidence, accuracy, share = ([row[key] for row in bins] for key in ("confidence", "accuracy", "share"))
    axes.plot(confidence, accuracy, color="#1f5f8b", linewidth=1)
    axes.scatter(confidence, accuracy, s=[20 + 400 * value for value in share], color="#1f5f8b", alpha=0.6)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="accuracy")
    _save(figure, path)


def precision_recall(path: Path, curves: Mapping[str, Floats], positive: Any, title: str) -> None:
    """Precision against recall for several models of one class."""
    figure, axes = _figure(f"Precision and recall: {title}")
    for name, scores in curves.items():
        precision, recall, _ = precision_recall_curve(positive, scores)
        axes.step(recall, precision, where="post", label=f"{name} (AP {average_precision_score(positive, scores):.2f})")
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="recall", ylabel="precision")
    axes.legend(fontsize=8)
    _save(figure, path)


def precision_recall_classes(path: Path, probabilities: Floats, labels: Ints, names: Sequence[str], title: str) -> None:
    """Precision against recall for each class of one model."""
    figure, axes = _figure(f"Precision and recall: {title}")
    for number, name in enumerate(names):
        if not (labels == number).any():
            continue
        precision, recall, _ = precision_recall_curve(labels == number, probabilities[:, number])
        score = average_precision_score(labels == number, probabilities[:, number])
        axes.step(recall, precision, where="post", label=f"{name} (AP {score:.2f})")
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="recall", ylabel="precision")
    axes.legend(fontsize=8)
    _save(figure, path)


def risk_coverage(path: Path, curves: Mapping[str, RiskCoverage], title: str) -> None:
    """Risk against coverage for several models."""
    figure, axes = _figure(f"Risk and coverage: {title}")
    for name, curve in curves.items():
        points = curve.thinned()
        axes.plot(points.coverage, points.risk, label=f"{name} (AURC {curve.area:.2f})")
    axes.set(xlim=(0, 1), ylim=(0, None), xlabel="coverage: share of answers kept", ylabel="risk: share of them wrong")
    axes.legend(fontsize=8)
    _save(figure, path)


def learning_curves(path: Path, curves: Mapping[str, Mapping[float, float]], score: Mapping[str, str]) -> None:
    """A dev score of each task against the share of the training data; ``score`` names each task's."""
    figure, axes = _figure("Learning curve on dev")
    for task, points in curves.items():
        shares = sorted(points)
        axes.plot([100 * share for share in shares], [points[share] for share in shares], marker="o",
                  label=f"{task} ({score[task]})")  # fmt: skip
    axes.set(xlim=(0, 105), ylim=(0, 1), xlabel="training claims used, %", ylabel="score")
    axes.legend(fontsize=8, loc="lower right")
    _save(figure, path)


def memory_curve(path: Path, rows: Sequence[int], mebibytes: Sequence[float]) -> None:
    """Resident size against the number of articles scored."""
    figure, axes = _figure("Memory of stance score")
    axes.plot(rows, mebibytes, color="#1f5f8b", linewidth=1)
    axes.set(xlim=(0, None), ylim=(0, None), xlabel="articles scored", ylabel="resident size, MiB")
    _save(figure, path)


def write_confusion_rows(path: Path, predicted: Ints, labels: Ints, names: Sequence[str]) -> None:
    """One line a row, gold and predicted, for ``dvc plots`` with its confusion template."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("gold", "predicted"))
        writer.writerows((names[gold], names[found]) for gold, found in zip(labels, predicted, strict=True))


def write_risk_coverage(path: Path, curve: RiskCoverage) -> None:
    """The points of one curve of ``risk_coverage`` as rows, for ``dvc plots``."""
    points = curve.thinned()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("coverage", "risk"))
        pairs = zip(points.coverage, points.risk, strict=True)
        writer.writerows((f"{coverage:.4f}", f"{risk:.4f}") for coverage, risk in pairs)


def _figure(title: str) -> tuple[Figure, Any]:
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, fontsize=10)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None, "Creator": None})
