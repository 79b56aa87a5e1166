"""Stage ``train``: fine-tunes the encoder for one task, keeps the state with the best dev score, calibrates, saves.

``python -m stance.training.train task=stance [stance.train.learning_rate=2e-4 encoder=roberta-base …]``
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hydra
import numpy as np
import torch
from datasets import Dataset
from omegaconf import DictConfig
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, set_seed
from transformers.utils import logging as transformers_logging

from stance.config import Config, check
from stance.encoder import TASKS, Task, save_model
from stance.errors import ConfigError
from stance.tags import Floats, marginals
from stance.templates import CLAIM_LABELS, STANCE_LABELS, TAG_LABELS
from stance.training import calibrate, metrics
from stance.training.crf import CrfLoss
from stance.training.curves import CurvesCallback
from stance.training.encoders import load_encoder, load_tokenizer
from stance.training.fitting import Choice, Fit
from stance.training.objectives import WeightedLoss, class_weights
from stance.training.prepare import COMPOSED, read
from stance.training.resume import fingerprint, keep_only_own, last_checkpoint
from stance.training.splits import in_share
from stance.training.stage import run_stage
from stance.training.tokenize import encode_pairs, encode_sentences, encode_tags

log = logging.getLogger(__name__)
MODELS = Path("models")
CHECKPOINTS = Path("checkpoints")
CURVES = Path("curves")


@dataclass(frozen=True)
class Recipe:
    """What differs between the tasks."""

    labels: tuple[str, ...]
    auto_class: Any
    encode: Callable[[Dataset, Any, int], Dataset]
    score: Callable[[Any, Floats | None], dict[str, float]]
    """From the Trainer's predictions, and the scores of steps between tags where they are learned, to metrics."""
    chosen_by: str
    """The metric that decides between epochs."""


def _score_tags(predictions: Any, steps: Floats | None) -> dict[str, float]:
    logits, labels = metrics.counted(predictions.predictions, predictions.label_ids)
    rows = [metrics.probabilities(row) for row in logits] if steps is None else marginals(logits, steps, TAG_LABELS)
    return metrics.tag_scores(rows, labels)


RECIPES: dict[Task, Recipe] = {
    "claims": Recipe(
        CLAIM_LABELS,
        AutoModelForSequenceClassification,
        encode_sentences,
        lambda p, _: metrics.claims_scores(metrics.probabilities(p.predictions), p.label_ids),
        "average_precision",
    ),
    "attribution": Recipe(
        TAG_LABELS,
        AutoModelForTokenClassification,
        encode_tags,
        _score_tags,
        "exact_f1",
    ),
    "stance": Recipe(
        STANCE_LABELS,
        AutoModelForSequenceClassification,
        encode_pairs,
        lambda p, _: metrics.class_scores(metrics.probabilities(p.predictions), p.label_ids, STANCE_LABELS),
        "macro_f1",
    ),
}


def train(
    config: Config, task: Task, models: Path = MODELS, curves: Path = CURVES, checkpoints: Path = CHECKPOINTS
) -> dict[str, float]:
    """Fine-tune one model and write ``<models>/<task>``; return its dev scores.

    A training that was stopped goes on from its last checkpoint, to the same weights.

    Args:
        config: The whole configuration.
        task: Which model.
        models: Folder that holds the model folders.
        curves: Folder that holds the folders of loss and dev scores by step.
        checkpoints: Folder that holds the folders of checkpoints, which are removed when the model is there.

    Raises:
        ConfigError: when the rows have not been prepared with these settings.
        ModelError: when the encoder cannot be loaded.
    """
    section, recipe = config.of_task(task), RECIPES[task]
    settings = section.train
    set_seed(config.seed)
    composed = _composed(config) if task == "stance" and config.stance.composed else None
    tokenizer = load_tokenizer(config.encoder)
    model = load_encoder(config.encoder, recipe.auto_class, recipe.labels)
    if settings.freeze_embeddings:
        model.base_model.embeddings.requires_grad_(False)
    dev = read(config.data.prepared, task, "dev")
    rows = {
        "train": _sample(
            _in_share(config, read(config.data.prepared, task, "train"), task), settings.max_rows, config.seed
        ),
        "dev": _sample(dev, settings.choice_rows, config.seed),
    }
    encoded = {split: recipe.encode(each, tokenizer, section.max_length) for split, each in rows.items()}
    log.info(
        "%s: %d training rows, %d dev rows, encoder %s", task, len(rows["train"]), len(rows["dev"]), config.encoder.name
    )
    weights = class_weights(encoded["train"], len(recipe.labels), settings.class_weights)
    crf = CrfLoss(model, recipe.labels) if task == "attribution" and config.attribution.crf else None
    keep_only_own(checkpoints / task, fingerprint(config, task))
    fit = Fit(task, settings, config.device, config.seed, checkpoints / task / "main")
    if composed is not None and last_checkpoint(fit.folder) is None:
        _learn_composed(config, composed, model, tokenizer, fit)
    choice = Choice(
        encoded["dev"], lambda p: recipe.score(p, np.array(crf.scores()) if crf else None), recipe.chosen_by
    )
    loss = crf or WeightedLoss(weights, settings.label_smoothing)
    model = fit(model, tokenizer, encoded["train"], loss, choice, [CurvesCallback(curves / task)])
    shutil.rmtree(models / task, ignore_errors=True)
    settings_of_model: dict[str, Any] = {"task": task, "max_length": section.max_length, "encoder": config.encoder.name}
    if task == "attribution":
        settings_of_model |= {"block_characters": config.attribution.block_characters}
    if crf:
        settings_of_model |= {"steps": [[round(score, 4) for score in row] for row in crf.scores()]}
        crf.take_from(model)
    save_model(models / task, model.cpu(), tokenizer, settings_of_model)
    scores = calibrate.calibrate(models / task, task, dev)
    shutil.rmtree(checkpoints / task, ignore_errors=True)
    return scores


def _composed(config: Config) -> Dataset:
    rows = read(config.data.prepared, "stance", COMPOSED)
    if len(rows) != config.stance.composed:
        raise ConfigError(
            f"stance.composed={config.stance.composed}, but {len(rows)} rows were prepared; "
            f"run: python -m stance.training.prepare stance.composed={config.stance.composed}"
        )
    return rows


def _learn_composed(config: Config, prepared: Dataset, model: Any, tokenizer: Any, main: Fit) -> None:
    """One pass over the composed statements: to compare statement and claim, before what people write about them."""
    settings = main.settings.model_copy(update={"epochs": 1})
    rows = _sample(_in_share(config, prepared, "stance"), settings.max_rows, config.seed)
    log.info("stance: first %d composed rows", len(rows))
    loss = WeightedLoss(torch.ones(len(STANCE_LABELS)), settings.label_smoothing)
    fit = replace(main, settings=settings, folder=main.folder.with_name("composed"))
    fit(model, tokenizer, encode_pairs(rows, tokenizer, config.stance.max_length), loss)


def _sample(rows: Dataset, most: int | None, seed: int) -> Dataset:
    return rows if most is None or most >= len(rows) else rows.shuffle(seed=seed).select(range(most))


def _in_share(config: Config, rows: Dataset, task: Task) -> Dataset:
    """The rows that belong to the configured share of the training claims."""
    share = config.of_task(task).train.share
    if share == 1:
        return rows
    return rows.filter(lambda row: in_share(row["family"], row.get("group", ""), share, config.data))


@hydra.main(version_base="1.3", config_path=str(Path.cwd() / "conf"), config_name="config")
def main(composed: DictConfig) -> None:
    """Run the stage."""

    def stage() -> None:
        config = check(composed)
        if config.task is None:
            raise ConfigError(f"say which model to train: task={' or task='.join(TASKS)}")
        transformers_logging.set_verbosity_error()
        scores = train(config, config.task)
        log.info("%s on dev: %s", config.task, ", ".join(f"{key} {value:.3f}" for key, value in scores.items()))

    run_stage(stage)


if __name__ == "__main__":
    main()
