"""Stances of the test statements to wordings of their claims."""

from __future__ import annotations

from typing import Any

import numpy as np
from datasets import Dataset

from stance.aggregate import Thresholds
from stance.config import Config
from stance.encoder import TextModel
from stance.templates import STANCE_LABELS
from stance.training import baselines, plots
from stance.training.bootstrap import Bootstrap, units_of
from stance.training.calibrate import predict, selective, source_f1, source_table
from stance.training.evaluation.outputs import Outputs, Scores
from stance.training.metrics import class_scores
from stance.training.prepare import read

_ATTRIBUTED = "attributed"


def evaluate_stance(config: Config, model: TextModel, out: Outputs) -> Scores:
    """The model of task ``stance`` next to its baselines."""
    train, test = (read(config.data.prepared, "stance", split) for split in ("train", "test"))
    found = predict(model, test)
    labels = found.labels
    sample = Bootstrap(units_of(test, train))
    others = {
        "majority": baselines.majority(train["label"][:], len(test), STANCE_LABELS),
        "bag_of_words": baselines.bag_of_words(train, test, ["claim", "statement"], STANCE_LABELS),
        "bag_of_words_claim_blind": baselines.bag_of_words(train, test, ["statement"], STANCE_LABELS),
    }
    out.classifier_plots("stance", found.rows, labels, STANCE_LABELS)
    plots.precision_recall_classes(
        out.plots / "stance_precision_recall.svg", found.rows, labels, STANCE_LABELS, "Stance"
    )
    slices = {name: mask for name, mask in _slices(test, config.data.in_target_family).items() if mask.any()}
    gold, peaks = source_table(test, found.rows)
    thresholds = Thresholds.of(model.settings.thresholds)
    macro_f1 = sample.macro_f1(found.rows.argmax(axis=-1), labels, len(STANCE_LABELS))
    return {
        "model": found.scores,
        "intervals": {"macro_f1": sample.interval(macro_f1)},
        **{name: class_scores(rows, labels, STANCE_LABELS) for name, rows in others.items()},
        "slices": {
            name: {
                "macro_f1": class_scores(found.rows[mask], labels[mask], STANCE_LABELS)["macro_f1"],
                "rows": int(mask.sum()),
            }
            for name, mask in slices.items()
        },
        "sources_with_gold_spans": {
            "macro_f1": source_f1(gold, peaks, thresholds),
            **selective(gold, peaks, thresholds),
            "sources": len(gold),
        },
        "rows": len(test),
    }


def _slices(test: Dataset, in_target: str) -> dict[str, Any]:
    wording, kind, family = (np.array(test[column][:]) for column in ("wording", "kind", "family"))
    slices = {f"wording_{name}": wording == name for name in ("claim", "paraphrase", "negation", "related")}
    slices |= {
        "kind_author": kind == "author",
        "kind_bank": kind == "bank",
        _ATTRIBUTED: ~np.isin(kind, ("author", "bank")),
    }
    own = slices["wording_claim"] & slices[_ATTRIBUTED]
    return slices | {"in_target_claim": own & (family == in_target), "unseen_claims": own & (family != in_target)}
