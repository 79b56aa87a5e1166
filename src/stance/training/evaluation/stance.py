"""Stances of the test statements to wordings of their claims."""

from __future__ import annotations

from stance.config import Config
from stance.encoder import TextModel
from stance.templates import STANCE_LABELS
from stance.training import baselines, plots
from stance.training.bootstrap import Bootstrap, units_of
from stance.training.calibrate import predict
from stance.training.evaluation.embeddings import FrozenEncoder
from stance.training.evaluation.outputs import Outputs, Scores, answer_rows
from stance.training.evaluation.slices import slices
from stance.training.metrics import Floats, Ints, class_scores
from stance.training.prepare import read


def evaluate_stance(config: Config, model: TextModel, frozen: FrozenEncoder, out: Outputs) -> Scores:
    """The model of task ``stance`` next to its baselines."""
    train, test = (read(config.data.prepared, "stance", split) for split in ("train", "test"))
    found = predict(model, test)
    labels = found.labels
    sample = Bootstrap(units_of(test, train))
    others = {
        "majority": baselines.majority(train["label"][:], len(test), STANCE_LABELS),
        "bag_of_words": baselines.bag_of_words(train, test, ["claim", "statement"], STANCE_LABELS),
        "bag_of_words_claim_blind": baselines.bag_of_words(train, test, ["statement"], STANCE_LABELS),
        "embeddings": frozen.classify(train, test, ["claim", "statement"], STANCE_LABELS),
        "embeddings_claim_blind": frozen.classify(train, test, ["statement"], STANCE_LABELS),
    }
    answers = {"model": found.rows, "bag of words": others["bag_of_words"], "embeddings": others["embeddings"]}
    out.classifier_plots("stance", found.rows, labels, STANCE_LABELS)
    plots.precision_recall_classes(
        out.plots / "stance_precision_recall.svg", found.rows, labels, STANCE_LABELS, "Stance"
    )
    columns = ("id", "claim_id", "kind", "wording", "claim", "statement")
    out.write_predictions("stance", answer_rows(test, columns, found, STANCE_LABELS))
    macro_f1 = sample.macro_f1(found.rows.argmax(axis=-1), labels, len(STANCE_LABELS))
    return {
        "model": found.scores,
        "intervals": {"macro_f1": sample.interval(macro_f1)},
        "selective": out.selective("stance", answers, labels, config.stance.abstain_risk),
        **{name: class_scores(rows, labels, STANCE_LABELS) for name, rows in others.items()},
        "slices": {
            name: _slice_scores(found.rows[mask], labels[mask])
            for name, mask in slices(test, train, config.data.in_target_family).items()
        },
        "rows": len(test),
    }


def _slice_scores(rows: Floats, labels: Ints) -> Scores:
    scores = class_scores(rows, labels, STANCE_LABELS)
    several = {"macro_f1": scores["macro_f1"]} if len(set(labels.tolist())) > 1 else {}  # else no more than the recall
    return several | {"accuracy": scores["accuracy"], "rows": len(labels)}
