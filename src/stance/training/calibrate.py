"""What is fitted on the development split after training: a temperature and the decision thresholds."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from datasets import Dataset
from scipy.optimize import minimize_scalar
from sklearn.metrics import f1_score, precision_recall_curve

from stance.aggregate import Thresholds, strongest, verdict_of
from stance.claims import THRESHOLD
from stance.encoder import InputText, TextModel
from stance.model_folder import Task, write_settings
from stance.records import Stance, Verdict
from stance.templates import CHECK_WORTHY, CLAIM_LABELS, STANCE_LABELS
from stance.training.metrics import Floats, Ints, WordTags, claims_scores, class_scores, probabilities, tag_scores
from stance.training.selective import risk_coverage
from stance.training.tokenize import bio_labels

log = logging.getLogger(__name__)
_GRID = np.round(np.arange(0.20, 0.86, 0.05), 2)
_LEAST_COVERAGE = 0.25  # share of sources that must keep their verdict
_SUPPORTS, _DISPUTES = STANCE_LABELS.index(Stance.SUPPORTS), STANCE_LABELS.index(Stance.DISPUTES)


def calibrate(folder: Path, task: Task, dev: Dataset, abstain_risk: float, device: str = "auto") -> dict[str, float]:
    """Fit a saved model's temperature and thresholds on dev rows, store them in its settings, return dev scores.

    Args:
        folder: The model's.
        task: Which model.
        dev: Rows of the task.
        abstain_risk: Stance: share of verdicts that may be wrong among those not marked as uncertain.
        device: Where the model computes.
    """
    model = TextModel(folder, task, device=device)
    found = predict(model, dev)
    factor = temperature(_logarithms(found.rows), found.labels)
    settings = model.settings.model_copy(update={"temperature": round(model.settings.temperature * factor, 4)})
    scored = found.at(settings.temperature / model.settings.temperature)
    if task == "claims":
        positive = CLAIM_LABELS.index(CHECK_WORTHY)
        thresholds = claim_threshold(scored.rows[:, positive], scored.labels == positive)
    else:
        thresholds = source_thresholds(dev, scored.rows, abstain_risk) if task == "stance" else {}
    write_settings(folder, settings.model_copy(update={"thresholds": thresholds}))
    return scored.scores


@dataclass(frozen=True)
class Predicted:
    """A model's probabilities on prepared rows, next to the labels."""

    rows: Floats
    """Shape [rows, labels]; for attribution [words of all rows, tags]."""
    labels: Ints
    """Shape [rows] (or words), label numbers."""
    scores: dict[str, float]
    _score: Callable[[Floats], dict[str, float]]

    @classmethod
    def scored(cls, rows: Floats, labels: Ints, score: Callable[[Floats], dict[str, float]]) -> Predicted:
        """Probabilities with what ``score`` makes of them."""
        return cls(rows, labels, score(rows), score)

    def at(self, temperature: float) -> Predicted:
        """What the model says when its logits are divided by ``temperature``; a tagger's chains stay."""
        return self.scored(probabilities(_logarithms(self.rows) / temperature), self.labels, self._score)


def predict(model: TextModel, rows: Dataset) -> Predicted:
    """Run a model over prepared rows as inference does, and score it."""
    task = model.settings.task
    if task == "attribution":
        tagged = word_tags(model, rows)
        return Predicted.scored(
            np.concatenate(tagged.probabilities),
            np.concatenate(tagged.labels),
            lambda found: tag_scores(tagged.with_probabilities(found)),
        )
    inputs = (
        [InputText(claim, statement) for claim, statement in zip(rows["claim"], rows["statement"], strict=True)]
        if task == "stance"
        else [InputText(text) for text in rows["text"]]
    )
    labels = np.array([model.labels.index(label) for label in rows["label"]])
    return Predicted.scored(
        np.asarray(model.probabilities(inputs), dtype=np.float64),
        labels,
        lambda found: class_scores(found, labels, model.labels) if task == "stance" else claims_scores(found, labels),
    )


def _logarithms(rows: Floats) -> Floats:
    return np.log(np.maximum(rows, 1e-12))


def word_tags(model: TextModel, rows: Dataset) -> WordTags:
    """Tag the words of rows of the attribution task, as inference does."""
    scored = model.token_probabilities(rows["text"][:])
    labels: list[Ints] = [
        np.array(bio_labels(range(len(words.offsets)), words.offsets.tolist(), spans), dtype=np.int64)
        for words, spans in zip(scored, rows["spans"], strict=True)
    ]
    probabilities: list[Floats] = [np.asarray(words.probabilities, dtype=np.float64) for words in scored]
    return WordTags(probabilities, [words.tags for words in scored], labels)


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
    return {THRESHOLD: float(np.floor(1e4 * cuts[best])) / 1e4 if len(cuts) else 0.5}  # the row itself is above it


def source_thresholds(rows: Iterable[Mapping[str, Any]], scores: Floats, abstain_risk: float) -> dict[str, float]:
    """The thresholds of ``aggregate`` with the best macro F1 of verdicts over sources.

    Args:
        rows: Rows of the stance task.
        scores: Their calibrated probabilities, shape [rows, stances].
        abstain_risk: See ``abstention_threshold``.
    """
    gold, peaks = source_table(rows, scores)
    if not gold:
        return {}
    best = max(
        (
            (
                source_f1(gold, peaks, Thresholds(takes_side=float(side), mixed=float(mixed))),
                -abs(side - 0.5),
                side,
                mixed,
            )
            for side in _GRID
            for mixed in _GRID
        ),
    )
    chosen = Thresholds(takes_side=float(best[2]), mixed=float(best[3]))
    return {
        "takes_side": chosen.takes_side,
        "mixed": chosen.mixed,
        "abstain_below": abstention_threshold(gold, peaks, chosen, abstain_risk),
    }


def abstention_threshold(
    gold: list[Verdict], peaks: list[tuple[float, float]], thresholds: Thresholds, most_risk: float
) -> float:
    """The confidence below which verdicts are marked as uncertain: the lowest with a risk of at most ``most_risk``.

    At least a quarter of the sources keep their verdict; where that cannot be had at this risk, the confidence with the
    least one is taken, and a warning is logged.
    """
    found = [verdict_of(*pair, thresholds) for pair in peaks]
    right = np.array([verdict is wanted for (verdict, _), wanted in zip(found, gold, strict=True)])
    confidence = np.floor(100 * np.array([confidence for _, confidence in found]) + 1e-9) / 100
    curve = risk_coverage(confidence, right)
    points = [
        point for point in zip(curve.coverage, curve.risk, curve.cuts, strict=True) if point[0] >= _LEAST_COVERAGE
    ]
    good = [point for point in points if point[1] <= most_risk]
    if not good:
        coverage, risk, cut = min(points, key=lambda point: (point[1], -point[0]))
        log.warning(
            "no threshold keeps the risk of verdicts at %.2f on dev; at %.2f it is %.3f, for %.0f %% of the sources",
            most_risk, cut, risk, 100 * coverage,
        )  # fmt: skip
        return float(cut)
    coverage, _, cut = max(good)
    return 0.0 if coverage == 1 else float(cut)


def source_table(rows: Iterable[Mapping[str, Any]], scores: Floats) -> tuple[list[Verdict], list[tuple[float, float]]]:
    """For each source of each article its gold verdict, and its strongest statement for each side.

    Only the claim's own wording counts, and only attributed statements.
    """
    stances: dict[tuple[str, str], set[str]] = defaultdict(set)
    sides: dict[tuple[str, str], list[Floats]] = defaultdict(list)
    for row, score in zip(rows, scores, strict=True):
        if row["wording"] == "claim" and row["speaker"] not in ("", "author"):
            stances[row["article"], row["speaker"]].add(row["label"])
            sides[row["article"], row["speaker"]].append(score)
    gold = [gold_verdict(found) for found in stances.values()]
    peaks = [strongest((float(s[_SUPPORTS]), float(s[_DISPUTES])) for s in sides[key]) for key in stances]
    return gold, peaks


def source_f1(gold: list[Verdict], peaks: list[tuple[float, float]], thresholds: Thresholds) -> float:
    """Macro F1 of verdicts over the verdicts that occur in gold."""
    found = [str(verdict_of(*pair, thresholds)[0]) for pair in peaks]
    wanted = [str(verdict) for verdict in gold]
    return float(f1_score(wanted, found, labels=sorted(set(wanted)), average="macro", zero_division=0))


def gold_verdict(stances: Collection[str]) -> Verdict:
    """The verdict on a source whose statements are annotated with these stances."""
    supports, disputes = Stance.SUPPORTS in stances, Stance.DISPUTES in stances
    if supports and disputes:
        return Verdict.MIXED
    return Verdict.SUPPORTS if supports else Verdict.DISPUTES if disputes else Verdict.NO_STANCE
