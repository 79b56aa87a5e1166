"""Check-worthiness of the test sentences."""

from __future__ import annotations

from stance.config import Config
from stance.encoder import TextModel
from stance.templates import CHECK_WORTHY, CLAIM_LABELS
from stance.training import baselines, plots
from stance.training.bootstrap import Bootstrap, units_of
from stance.training.calibrate import predict
from stance.training.evaluation.embeddings import FrozenEncoder
from stance.training.evaluation.outputs import Outputs, Scores, answer_rows
from stance.training.metrics import claims_scores
from stance.training.prepare import read

_POSITIVE = CLAIM_LABELS.index(CHECK_WORTHY)
_RISK = 0.1  # at which the coverage is given


def evaluate_claims(config: Config, model: TextModel, frozen: FrozenEncoder, out: Outputs) -> Scores:
    """The model of task ``claims`` next to its baselines."""
    train, test = (read(config.data.prepared, "claims", split) for split in ("train", "test"))
    found = predict(model, test)
    labels, positive = found.labels, found.labels == _POSITIVE
    sample = Bootstrap(units_of(test, train))
    others = {
        "majority": baselines.majority(train["label"][:], len(test), CLAIM_LABELS),
        "bag_of_words": baselines.bag_of_words(train, test, ["text"], CLAIM_LABELS),
        "embeddings": frozen.classify(train, test, ["text"], CLAIM_LABELS),
    }
    answers = {"model": found.rows, "bag of words": others["bag_of_words"], "embeddings": others["embeddings"]}
    curves = {name: rows[:, _POSITIVE] for name, rows in answers.items()}
    plots.precision_recall(out.plots / "claims_precision_recall.svg", curves, positive, "Check-worthy sentences")
    out.classifier_plots("claims", found.rows, labels, CLAIM_LABELS)
    out.write_predictions("claims", answer_rows(test, ("article", "claim_id", "text"), found, CLAIM_LABELS))
    return {
        "model": found.scores,
        "intervals": {
            "average_precision": sample.interval(sample.average_precision(found.rows[:, _POSITIVE], positive)),
            "macro_f1": sample.interval(sample.macro_f1(found.rows.argmax(axis=-1), labels, len(CLAIM_LABELS))),
        },
        "selective": out.selective("claims", answers, labels, _RISK),
        **{name: claims_scores(rows, labels) for name, rows in others.items()},
        "rows": len(test),
    }
