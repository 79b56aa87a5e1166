"""Stage ``evaluate``: the three models on the test split, next to their baselines, with plots.

``python -m stance.training.evaluate``
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hydra
import numpy as np
from datasets import Dataset, disable_progress_bars
from omegaconf import DictConfig

from stance.aggregate import Thresholds
from stance.config import Config, check
from stance.encoder import TextModel
from stance.model_folder import TASKS
from stance.templates import CHECK_WORTHY, CLAIM_LABELS, STANCE_LABELS, TAG_LABELS
from stance.training import baselines, plots
from stance.training.calibrate import Predicted, predict, selective, source_f1, source_table
from stance.training.metrics import claims_scores, class_scores, legal_chains, rounded, tag_scores
from stance.training.prepare import read
from stance.training.stage import run_stage
from stance.training.tokenize import bio_labels

log = logging.getLogger(__name__)
METRICS = Path("metrics.json")
PLOTS = Path("plots")
MODELS = Path("models")
Scores = dict[str, Any]
_ATTRIBUTED = "attributed"


def evaluate(config: Config) -> Scores:
    """Score all three models on the test split and write ``metrics.json`` and ``plots/``; return the scores."""
    shutil.rmtree(PLOTS, ignore_errors=True)
    PLOTS.mkdir()
    rows = {task: {split: read(config.data.prepared, task, split) for split in ("train", "test")} for task in TASKS}
    models = {task: TextModel(MODELS / task, task, device=config.device) for task in TASKS}
    scores: Scores = {
        "claims": _claims(models["claims"], **rows["claims"]),
        "attribution": _attribution(models["attribution"], **rows["attribution"]),
        "stance": _stance(models["stance"], config.data.in_target_family, **rows["stance"]),
    }
    scores = rounded(scores)
    METRICS.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    return scores


def _claims(model: TextModel, train: Dataset, test: Dataset) -> Scores:
    found = predict(model, test)
    labels, positive = found.labels, CLAIM_LABELS.index(CHECK_WORTHY)
    others = {
        "majority": baselines.majority(train["label"][:], len(test), CLAIM_LABELS),
        "bag_of_words": baselines.bag_of_words(train, test, ["text"], CLAIM_LABELS),
    }
    curves = {"model": found.rows[:, positive], "bag of words": others["bag_of_words"][:, positive]}
    plots.precision_recall(PLOTS / "claims_precision_recall.svg", curves, labels == positive, "Check-worthy sentences")
    _shared_plots("claims", found, CLAIM_LABELS)
    return {
        "model": found.scores,
        **{name: claims_scores(scored, labels) for name, scored in others.items()},
        "rows": len(test),
    }


def _attribution(model: TextModel, train: Dataset, test: Dataset) -> Scores:
    found = predict(model, test)
    top = test.filter(lambda nested: not nested, input_columns="nested")
    texts = test["text"][:]
    scored = model.token_probabilities(texts)
    gold = [
        np.array(bio_labels(range(len(words.offsets)), words.offsets.tolist(), spans))
        for words, spans in zip(scored, test["spans"], strict=True)
    ]

    def words_of(some: Sequence[str]) -> list[list[tuple[int, int]]]:
        split = model.tokenizer.pre_tokenizer.pre_tokenize_str
        return [[place for _, place in split(text)] for text in some]

    outside = [np.zeros(len(words), dtype=int) for words in gold]
    tagged = baselines.tags_from_words(train, scored, texts, words_of, TAG_LABELS)
    _shared_plots("attribution", found, TAG_LABELS)
    return {
        "model": found.scores,
        "model_outer_only": predict(model, top).scores,
        "majority": tag_scores([np.eye(len(TAG_LABELS))[row] for row in outside], outside, gold),
        "bag_of_words": tag_scores(tagged, legal_chains(tagged), gold),
        "rows": len(test),
    }


def _stance(model: TextModel, in_target: str, train: Dataset, test: Dataset) -> Scores:
    found = predict(model, test)
    labels = found.labels
    others = {
        "majority": baselines.majority(train["label"][:], len(test), STANCE_LABELS),
        "bag_of_words": baselines.bag_of_words(train, test, ["claim", "statement"], STANCE_LABELS),
        "bag_of_words_claim_blind": baselines.bag_of_words(train, test, ["statement"], STANCE_LABELS),
    }
    _shared_plots("stance", found, STANCE_LABELS)
    plots.precision_recall_classes(PLOTS / "stance_precision_recall.svg", found.rows, labels, STANCE_LABELS, "Stance")
    slices = {name: mask for name, mask in _slices(test, in_target).items() if mask.any()}
    gold, peaks = source_table(test, found.rows)
    thresholds = Thresholds.of(model.settings.thresholds)
    return {
        "model": found.scores,
        **{name: class_scores(scored, labels, STANCE_LABELS) for name, scored in others.items()},
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


def _shared_plots(task: str, found: Predicted, labels: Sequence[str]) -> None:
    plots.confusion(PLOTS / f"{task}_confusion.svg", found.rows.argmax(axis=-1), found.labels, labels, task)
    plots.reliability_diagram(PLOTS / f"{task}_reliability.svg", found.rows, found.labels, task)
    plots.write_confusion_rows(PLOTS / f"{task}_confusion.csv", found.rows.argmax(axis=-1), found.labels, labels)


@hydra.main(version_base="1.3", config_path=str(Path.cwd() / "conf"), config_name="config")
def main(composed: DictConfig) -> None:
    """Run the stage."""

    def stage() -> None:
        disable_progress_bars()
        scores = evaluate(check(composed))
        log.info("claims: average precision %.3f", scores["claims"]["model"]["average_precision"])
        log.info("attribution: exact span F1 %.3f", scores["attribution"]["model"]["exact_f1"])
        log.info("stance: macro F1 %.3f", scores["stance"]["model"]["macro_f1"])

    run_stage(stage)


if __name__ == "__main__":
    main()
