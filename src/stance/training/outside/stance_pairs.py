"""Stance on pairs of a claim and a text, of which each takes a side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from datasets import Dataset
from sklearn.metrics import f1_score

from stance.encoder import InputText, TextModel
from stance.records import Stance
from stance.templates import STANCE_LABELS, bank_statement
from stance.training import baselines
from stance.training.metrics import Floats, Ints, expected_calibration_error
from stance.training.outside.settings import BenchmarkConfig, Rows, Scores, worst_first
from stance.training.prepare import read
from stance.training.public import Pair

_SIDES = (STANCE_LABELS.index(Stance.SUPPORTS), STANCE_LABELS.index(Stance.DISPUTES))


def measure_pairs(config: BenchmarkConfig, pairs: Sequence[Pair]) -> tuple[Scores, Rows]:
    """The stance model beside bag-of-words models of our corpus."""
    train = read(config.prepared, "stance", "train")  # first: better told now than after the model has run
    model = TextModel(config.models / "stance", "stance", device=config.device)
    inputs = [InputText(pair.claim, bank_statement(pair.text)) for pair in pairs]
    found = np.asarray(model.probabilities(inputs), dtype=np.float64)
    sides = np.array([STANCE_LABELS.index(pair.stance) for pair in pairs])
    table = Dataset.from_dict(
        {"claim": [pair.claim for pair in pairs], "statement": [bank_statement(pair.text) for pair in pairs]}
    )
    blind, aware = (
        baselines.bag_of_words(train, table, columns, STANCE_LABELS)
        for columns in (["statement"], ["claim", "statement"])
    )
    scores = {
        "rows": len(pairs),
        "model": side_scores(found, sides),
        "bag_of_words": side_scores(aware, sides),
        "bag_of_words_claim_blind": side_scores(blind, sides),
        "always_supports": side_scores(np.tile(np.eye(len(STANCE_LABELS))[_SIDES[0]], (len(pairs), 1)), sides),
        "takes_a_side": float(np.isin(found.argmax(axis=-1), _SIDES).mean()),
    }
    rows = [
        {
            "id": pair.id,
            "claim": pair.claim,
            "text": pair.text,
            "gold": str(pair.stance),
            "probabilities": dict(zip(map(str, STANCE_LABELS), row.tolist(), strict=True)),
        }
        for pair, row in zip(pairs, found, strict=True)
    ]
    return scores, worst_first(rows, _two_sided(found)[np.arange(len(sides)), _place(sides)])


def side_scores(probabilities: Floats, sides: Ints) -> dict[str, float]:
    """Scores of four-class probabilities on a set with two classes: the likelier of *supports* and *disputes* counts.

    Args:
        probabilities: Shape [rows, 4].
        sides: Shape [rows], numbers of the labels *supports* or *disputes*.
    """
    rows, gold = _two_sided(probabilities), _place(sides)
    predicted = rows.argmax(axis=-1)
    return {
        "macro_f1": float(f1_score(gold, predicted, average="macro", labels=[0, 1], zero_division=0)),
        "accuracy": float((predicted == gold).mean()),
        "ece": expected_calibration_error(rows, gold),
    }


def _two_sided(probabilities: Floats) -> Floats:
    rows = probabilities[:, _SIDES]
    return np.asarray(rows / np.maximum(rows.sum(axis=-1, keepdims=True), 1e-12))


def _place(sides: Ints) -> Ints:
    return np.asarray(sides == _SIDES[1], dtype=np.int64)
