"""Stance on pairs of a claim and a text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from datasets import Dataset

from stance.encoder import InputText, TextModel
from stance.records import Stance
from stance.templates import STANCE_LABELS
from stance.training import baselines
from stance.training.metrics import Floats, Ints, class_scores
from stance.training.outside.settings import BenchmarkConfig, Rows, Scores, worst_first
from stance.training.prepare import read
from stance.training.public import Pair

_SIDES = (STANCE_LABELS.index(Stance.SUPPORTS), STANCE_LABELS.index(Stance.DISPUTES))


def measure_pairs(config: BenchmarkConfig, pairs: Sequence[Pair]) -> tuple[Scores, Rows]:
    """The stance model beside bag-of-words models of our corpus."""
    train = read(config.prepared, "stance", "train")  # first: better told now than after the model has run
    model = TextModel(config.models / "stance", "stance", device=config.device)
    inputs = [InputText(pair.claim, pair.statement) for pair in pairs]
    found = np.asarray(model.probabilities(inputs), dtype=np.float64)
    labels = np.array([STANCE_LABELS.index(pair.stance) for pair in pairs])
    table = Dataset.from_dict(
        {"claim": [pair.claim for pair in pairs], "statement": [pair.statement for pair in pairs]}
    )
    blind, aware = (
        baselines.bag_of_words(train, table, columns, STANCE_LABELS)
        for columns in (["statement"], ["claim", "statement"])
    )
    scores = {
        "rows": len(pairs),
        "model": stance_scores(found, labels),
        "bag_of_words": stance_scores(aware, labels),
        "bag_of_words_claim_blind": stance_scores(blind, labels),
        "always_supports": stance_scores(np.tile(np.eye(len(STANCE_LABELS))[_SIDES[0]], (len(pairs), 1)), labels),
        "takes_a_side": float(np.isin(found.argmax(axis=-1), _SIDES).mean()),
    }
    rows = [
        {
            "id": pair.id,
            "claim": pair.claim,
            **({"source": pair.source} if pair.source else {}),
            "text": pair.text,
            "gold": str(pair.stance),
            "probabilities": dict(zip(map(str, STANCE_LABELS), row.tolist(), strict=True)),
        }
        for pair, row in zip(pairs, found, strict=True)
    ]
    in_classes, gold = _in_classes(found, labels, _columns(labels))
    return scores, worst_first(rows, in_classes[np.arange(len(gold)), gold])


def stance_scores(probabilities: Floats, labels: Ints) -> dict[str, float]:
    """``class_scores`` of four-class probabilities, over the classes that a data set has.

    A set of two sides: the likelier of *supports* and *disputes* counts. A set that also has one of *discusses* and
    *unrelated*: the two count as one class, *no side*, since such a set does not tell them apart. Else all four.

    Args:
        probabilities: Shape [rows, 4].
        labels: Shape [rows], numbers of the labels.
    """
    columns = _columns(labels)
    rows, gold = _in_classes(probabilities, labels, columns)
    return class_scores(rows, gold, list(columns))


def _columns(labels: Ints) -> dict[str, tuple[int, ...]]:
    """Classes and which of the four labels each stands for."""
    no_side = [number for number in range(len(STANCE_LABELS)) if number not in _SIDES]
    met = np.intersect1d(labels, no_side)
    columns: dict[str, tuple[int, ...]] = {str(STANCE_LABELS[side]): (side,) for side in _SIDES}
    if len(met) == 1:
        return columns | {"no side": tuple(no_side)}
    return columns | {str(STANCE_LABELS[number]): (number,) for number in no_side if len(met)}


def _in_classes(probabilities: Floats, labels: Ints, columns: dict[str, tuple[int, ...]]) -> tuple[Floats, Ints]:
    """Probabilities of the classes, which sum to one, and the number of each row's class."""
    rows = np.stack([probabilities[:, parts].sum(axis=-1) for parts in columns.values()], axis=-1)
    gold = np.argmax([np.isin(labels, parts) for parts in columns.values()], axis=0)
    return rows / np.maximum(rows.sum(axis=-1, keepdims=True), 1e-12), gold
