"""Two sets of trained models on the same rows: how much the scores differ, and whether that could be chance.

The difference is bootstrapped (Efron and Tibshirani, 1993) over what splits are drawn by, claims and article groups,
for the rows of one claim are no independent trials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from datasets import Dataset
from sklearn.metrics import average_precision_score

from stance.encoder import TextModel
from stance.model_folder import TASKS, Task
from stance.tags import chain_spans
from stance.templates import CHECK_WORTHY, CLAIM_LABELS
from stance.training.calibrate import predict, word_tags
from stance.training.metrics import Floats, Ints
from stance.training.prepare import read
from stance.training.splits import Split

RESAMPLES = 2000
_POSITIVE = CLAIM_LABELS.index(CHECK_WORTHY)
_Statistic = Callable[[Floats], Floats]
"""From how often each unit was drawn, shape [resamples, units], to a score of each resample."""


@dataclass(frozen=True)
class Difference:
    """One score of two models on the same rows."""

    task: Task
    score: str
    before: float
    after: float
    low: float
    """Lower end of the 95 % interval of ``after - before``."""
    high: float
    """Upper end of it."""
    p: float
    """How often a resample shows the opposite of the observed difference, doubled: a two-sided p-value."""
    units: int
    """Claims and article groups that were resampled."""


def compare(
    before: Path, after: Path, prepared: Path, split: Split = "test", device: str = "auto", seed: int = 13
) -> list[Difference]:
    """Score the models of two folders on one split of the prepared rows.

    Args:
        before: Folder of three model folders.
        after: Another.
        prepared: Folder of the prepared rows.
        split: ``dev`` or ``test``.
        device: ``auto``, ``cpu``, ``cuda``, ``mps``.
        seed: Of the resampling.

    Raises:
        ConfigError: when the rows have not been prepared.
        ModelError: when a folder lacks a model.
    """
    differences = []
    for task in TASKS:
        rows = read(prepared, task, split)
        names, units = np.unique(_units(rows, read(prepared, task, "train")), return_inverse=True)
        chance = np.full(len(names), 1 / len(names))
        draws = np.random.default_rng(seed).multinomial(len(names), chance, RESAMPLES).astype(np.float64)
        once = np.ones((1, len(names)))
        statistics = [
            _statistics(TextModel(folder / task, task, device=device), rows, units) for folder in (before, after)
        ]
        for score, first in statistics[0].items():
            second = statistics[1][score]
            change = np.subtract(second(draws), first(draws))
            opposite = min(float((change <= 0).mean()), float((change >= 0).mean()))
            low, high = (float(end) for end in np.percentile(change, (2.5, 97.5)))
            values = float(first(once)[0]), float(second(once)[0])
            differences.append(Difference(task, score, *values, low, high, min(1.0, 2 * opposite), len(names)))
    return differences


def _units(rows: Dataset, train: Dataset) -> list[str]:
    """For each row its family of claims; its article's group where the family is in training, too."""
    known = set(train["family"])
    return [group if family in known else family for family, group in zip(rows["family"], rows["group"], strict=True)]


def _statistics(model: TextModel, rows: Dataset, units: Ints) -> dict[str, _Statistic]:
    if model.settings.task == "attribution":
        return {"exact_f1": _span_f1(model, rows, units)}
    found = predict(model, rows)
    statistics: dict[str, _Statistic] = {}
    if model.settings.task == "claims":
        positive, scores = found.labels == _POSITIVE, found.rows[:, _POSITIVE]
        statistics["average_precision"] = lambda draws: np.array(
            [average_precision_score(positive, scores, sample_weight=draw[units]) for draw in draws]
        )
    return statistics | {"macro_f1": _macro_f1(found.rows.argmax(axis=-1), found.labels, len(model.labels), units)}


def _macro_f1(predicted: Ints, labels: Ints, classes: int, units: Ints) -> _Statistic:
    confusion = np.zeros((units.max() + 1, classes, classes))
    np.add.at(confusion, (units, labels, predicted), 1)

    def statistic(draws: Floats) -> Floats:
        drawn = np.tensordot(draws, confusion, axes=1)
        hits = np.diagonal(drawn, axis1=1, axis2=2)
        return np.asarray((2 * hits / np.maximum(drawn.sum(axis=1) + drawn.sum(axis=2), 1)).mean(axis=-1))

    return statistic


def _span_f1(model: TextModel, rows: Dataset, units: Ints) -> _Statistic:
    counts = np.zeros((units.max() + 1, 2))
    tagged = word_tags(model, rows)
    for unit, labels, chain in zip(units, tagged.labels, tagged.chains, strict=True):
        wanted, found = set(chain_spans(labels, model.labels)), set(chain_spans(chain, model.labels))
        counts[unit] += (len(wanted & found), len(wanted) + len(found))

    def statistic(draws: Floats) -> Floats:
        hits, all_spans = (draws @ counts).T
        return np.asarray(2 * hits / np.maximum(all_spans, 1))

    return statistic
