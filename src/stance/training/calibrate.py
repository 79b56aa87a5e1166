"""What is fitted on the development split after training: a temperature and the decision thresholds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.metrics import f1_score, precision_recall_curve

from stance.aggregate import Thresholds, verdict_of
from stance.claims import THRESHOLD
from stance.records import Stance, Verdict
from stance.templates import STANCE_LABELS
from stance.training.metrics import Floats, Ints, probabilities

_GRID = np.round(np.arange(0.30, 0.86, 0.05), 2)
_SUPPORTS, _DISPUTES = STANCE_LABELS.index(Stance.SUPPORTS), STANCE_LABELS.index(Stance.DISPUTES)


def temperature(logits: Floats, labels: Ints) -> float:
    """The temperature with the least negative log-likelihood (Guo et al., 2017, arXiv:1706.04599).

    Args:
        logits: Shape [rows, classes].
        labels: Shape [rows].
    """

    def loss(log_temperature: float) -> float:
        rows = probabilities(logits / np.exp(log_temperature))
        return float(-np.log(np.maximum(rows[np.arange(len(labels)), labels], 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 3), method="bounded").x))


def claim_threshold(scores: Floats, positive: npt.NDArray[np.bool_]) -> dict[str, float]:
    """The check-worthiness threshold with the best F1."""
    precision, recall, cuts = precision_recall_curve(positive, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = int(f1[:-1].argmax()) if len(cuts) else 0
    return {THRESHOLD: round(float(cuts[best]), 4) if len(cuts) else 0.5}


def source_thresholds(rows: Iterable[Mapping[str, Any]], scores: Floats) -> dict[str, float]:
    """The thresholds of ``aggregate`` with the best macro F1 of verdicts over sources.

    Args:
        rows: Rows of the stance task.
        scores: Their calibrated probabilities, shape [rows, stances].
    """
    gold, peaks = source_table(rows, scores)
    if not gold:
        return {}
    best = max(
        (
            (source_f1(gold, peaks, Thresholds(takes_side=float(side), mixed=float(mixed))), -abs(side - 0.5), side, mixed)
            for side in _GRID
            for mixed in _GRID
        ),
    )
    return {"takes_side": float(best[2]), "mixed": float(best[3]), "abstain_below": 0.5}


def source_table(
    rows: Iterable[Mapping[str, Any]], scores: Floats
) -> tuple[list[Verdict], list[tuple[float, float]]]:
    """For each source of each article its gold verdict, and the strongest probability for each side.

    Only the claim's own wording counts, and only attributed statements.
    """
    stances: dict[tuple[str, str], set[str]] = defaultdict(set)
    sides: dict[tuple[str, str], list[Floats]] = defaultdict(list)
    for row, score in zip(rows, scores, strict=True):
        if row["wording"] == "claim" and row["speaker"] not in ("", "author"):
            stances[row["article"], row["speaker"]].add(row["label"])
            sides[row["article"], row["speaker"]].append(score)
    gold = [_gold_verdict(found) for found in stances.values()]
    peaks = [
        (max(float(s[_SUPPORTS]) for s in sides[key]), max(float(s[_DISPUTES]) for s in sides[key])) for key in stances
    ]
    return gold, peaks


def source_f1(gold: list[Verdict], peaks: list[tuple[float, float]], thresholds: Thresholds) -> float:
    """Macro F1 of verdicts over the verdicts that occur in gold."""
    found = [str(verdict_of(*pair, thresholds)[0]) for pair in peaks]
    wanted = [str(verdict) for verdict in gold]
    return float(f1_score(wanted, found, labels=sorted(set(wanted)), average="macro", zero_division=0))


def _gold_verdict(stances: set[str]) -> Verdict:
    supports, disputes = Stance.SUPPORTS in stances, Stance.DISPUTES in stances
    if supports and disputes:
        return Verdict.MIXED
    return Verdict.SUPPORTS if supports else Verdict.DISPUTES if disputes else Verdict.NO_STANCE
