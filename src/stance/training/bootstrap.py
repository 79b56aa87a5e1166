"""Scores of many resamples of the same rows, and the intervals that they give (Efron and Tibshirani, 1993).

What is resampled are the units that splits are drawn by, claims and article groups, for the rows of one claim are no
independent trials.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from datasets import Dataset
from sklearn.metrics import average_precision_score

from stance.training.metrics import Floats, Ints, Spans

RESAMPLES = 2000
SEED = 13
Statistic = Callable[[Floats], Floats]
"""From how often each unit was drawn, shape [resamples, units], to a score of each resample."""


class Bootstrap:
    """Resamples of units.

    Args:
        units: The unit of each row.
        seed: Of the resampling.
    """

    def __init__(self, units: Sequence[str], seed: int = SEED) -> None:
        names, places = np.unique(np.asarray(units, dtype=str), return_inverse=True)
        self.count = len(names)
        self.units: Ints = places
        """Shape [rows]: number of the unit of each row."""
        chance = np.full(self.count, 1 / max(1, self.count))
        self.draws: Floats = np.random.default_rng(seed).multinomial(self.count, chance, RESAMPLES).astype(np.float64)
        """Shape [resamples, units]."""

    def value(self, statistic: Statistic) -> float:
        """The score of the rows themselves."""
        return float(statistic(np.ones((1, self.count)))[0])

    def interval(self, statistic: Statistic) -> dict[str, float]:
        """The 95 % interval of a score: percentiles over the resamples."""
        low, high = np.percentile(statistic(self.draws), (2.5, 97.5))
        return {"low": float(low), "high": float(high)}

    def average_precision(self, scores: Floats, positive: npt.NDArray[np.bool_]) -> Statistic:
        """Average precision of the rows' ``scores``; 0 in a resample without positive rows."""
        return lambda draws: np.array(
            [
                average_precision_score(positive, scores, sample_weight=weights) if weights[positive].any() else 0.0
                for weights in (draw[self.units] for draw in draws)
            ]
        )

    def macro_f1(self, predicted: Ints, labels: Ints, classes: int) -> Statistic:
        """Macro F1 over those of ``classes`` classes, given as numbers, that occur in the labels."""
        present = np.unique(labels)
        confusion = np.zeros((self.count, classes, classes))
        np.add.at(confusion, (self.units, labels, predicted), 1)

        def statistic(draws: Floats) -> Floats:
            drawn = np.tensordot(draws, confusion, axes=1)
            hits = np.diagonal(drawn, axis1=1, axis2=2)
            scores = 2 * hits / np.maximum(drawn.sum(axis=1) + drawn.sum(axis=2), 1)
            return np.asarray(scores[:, present].mean(axis=-1))

        return statistic

    def span_f1(self, gold: Sequence[Spans], found: Sequence[Spans]) -> Statistic:
        """Exact F1 of spans, one set a row."""
        sets = zip(gold, found, strict=True)
        return self.f1(np.array([(len(wanted & got), len(got), len(wanted)) for wanted, got in sets]))

    def f1(self, counts: npt.ArrayLike) -> Statistic:
        """F1 of counts, shape [rows, 3]: hits, found items, wanted items."""
        totals = self.totals(counts)

        def statistic(draws: Floats) -> Floats:
            hits, found, wanted = (draws @ totals).T
            return np.asarray(2 * hits / np.maximum(found + wanted, 1))

        return statistic

    def totals(self, counts: npt.ArrayLike) -> Floats:
        """Sums of the rows' counts over each unit, from shape [rows, columns] to [units, columns]."""
        columns = np.asarray(counts, dtype=np.float64)
        totals = np.zeros((self.count, columns.shape[1]))
        np.add.at(totals, self.units, columns)
        return totals


def units_of(rows: Dataset, train: Dataset) -> list[str]:
    """For each row its family of claims; its article's group where the family is in training, too."""
    known = set(train["family"])
    return [group if family in known else family for family, group in zip(rows["family"], rows["group"], strict=True)]
