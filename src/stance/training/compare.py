"""Two sets of trained models on the same rows: how much the scores differ, and whether that could be chance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from datasets import Dataset

from stance.encoder import TextModel
from stance.model_folder import TASKS, Task
from stance.templates import CHECK_WORTHY, CLAIM_LABELS
from stance.training.bootstrap import SEED, Bootstrap, Statistic, units_of
from stance.training.calibrate import predict, word_tags
from stance.training.metrics import Floats
from stance.training.prepare import read
from stance.training.splits import Split

_POSITIVE = CLAIM_LABELS.index(CHECK_WORTHY)


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
    """See ``p_value``."""
    units: int
    """Claims and article groups that were resampled."""


def compare(
    before: Path, after: Path, prepared: Path, split: Split = "test", device: str = "auto", seed: int = SEED
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
        sample = Bootstrap(units_of(rows, read(prepared, task, "train")), seed)
        statistics = [
            _statistics(TextModel(folder / task, task, device=device), rows, sample) for folder in (before, after)
        ]
        for score, first in statistics[0].items():
            second = statistics[1][score]
            change = np.subtract(second(sample.draws), first(sample.draws))
            low, high = (float(end) for end in np.percentile(change, (2.5, 97.5)))
            values = sample.value(first), sample.value(second)
            differences.append(Difference(task, score, *values, low, high, p_value(change), sample.count))
    return differences


def p_value(change: Floats) -> float:
    """How often a resample shows no difference or the opposite one, doubled: a two-sided p-value.

    The rows themselves count as one resample more, lest it be 0 (Davison and Hinkley, 1997).

    Args:
        change: The difference in each resample.
    """
    opposite = min(int((change <= 0).sum()), int((change >= 0).sum()))
    return min(1.0, 2 * (opposite + 1) / (len(change) + 1))


def _statistics(model: TextModel, rows: Dataset, sample: Bootstrap) -> dict[str, Statistic]:
    if model.settings.task == "attribution":
        tagged = word_tags(model, rows)
        return {"exact_f1": sample.span_f1(tagged.gold(), tagged.found())}
    found = predict(model, rows)
    statistics: dict[str, Statistic] = {}
    if model.settings.task == "claims":
        statistics["average_precision"] = sample.average_precision(found.rows[:, _POSITIVE], found.labels == _POSITIVE)
    return statistics | {"macro_f1": sample.macro_f1(found.rows.argmax(axis=-1), found.labels, len(model.labels))}
