"""Stage ``train``: fine-tunes the encoder for one task, keeps the state with the best dev score, calibrates, saves.

``python -m stance.training.train task=stance [stance.train.learning_rate=2e-4 encoder=roberta-base …]``
"""

from __future__ import annotations

import logging
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hydra
import numpy as np
import torch
from datasets import Dataset
from omegaconf import DictConfig
from transformers import (
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    DataCollatorForTokenClassification,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers.utils import logging as transformers_logging

from stance.config import Config, TrainConfig, check
from stance.errors import ConfigError
from stance.model_folder import TASKS, Task, save_model
from stance.runtime import resolve_device
from stance.tags import Floats, best_chains, marginals
from stance.templates import CLAIM_LABELS, STANCE_LABELS, TAG_LABELS
from stance.training import calibrate, metrics
from stance.training.cards import Measured, write_card
from stance.training.crf import CrfLoss
from stance.training.curves import CurvesCallback
from stance.training.encoders import load_encoder, load_tokenizer
from stance.training.prepare import COMPOSED, read
from stance.training.splits import in_share
from stance.training.stage import run_stage
from stance.training.tokenize import IGNORED, encode_pairs, encode_sentences, encode_tags

log = logging.getLogger(__name__)
MODELS = Path("models")
CHECKPOINTS = Path("checkpoints")
CURVES = Path("curves")
_PAD_TO = 8


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
    if steps is None:
        tagged = metrics.WordTags.without_steps([metrics.probabilities(row) for row in logits], labels)
    else:
        rows, chains = marginals(logits, steps, TAG_LABELS), best_chains(logits, steps, TAG_LABELS)
        tagged = metrics.WordTags(rows, chains, labels)
    return metrics.tag_scores(tagged)


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


def train(config: Config, task: Task, models: Path = MODELS, curves: Path = CURVES) -> dict[str, float]:
    """Fine-tune one model and write ``<models>/<task>``; return its dev scores.

    Args:
        config: The whole configuration.
        task: Which model.
        models: Folder that holds the model folders.
        curves: Folder that holds the folders of loss and dev scores by step.

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
    weights = _class_weights(encoded["train"], len(recipe.labels), settings.class_weights)
    crf = CrfLoss(model, recipe.labels) if task == "attribution" and config.attribution.crf else None
    if composed is not None:
        _learn_composed(config, composed, model, tokenizer)
    trainer = Trainer(
        model=model,
        args=_arguments(config, task, settings, recipe.chosen_by, len(rows["train"])),
        train_dataset=encoded["train"],
        eval_dataset=encoded["dev"],
        processing_class=tokenizer,
        data_collator=_collator(task, tokenizer),
        compute_metrics=lambda p: recipe.score(p, np.array(crf.scores()) if crf else None),
        compute_loss_func=crf or WeightedLoss(weights, settings.label_smoothing),
        callbacks=[CurvesCallback(curves / task)],
    )
    trainer.train()
    shutil.rmtree(models / task, ignore_errors=True)
    settings_of_model: dict[str, Any] = {"task": task, "max_length": section.max_length, "encoder": config.encoder.name}
    if task == "attribution":
        settings_of_model |= {"block_characters": config.attribution.block_characters}
    if crf:
        settings_of_model |= {"steps": [[round(score, 4) for score in row] for row in crf.scores()]}
        crf.take_from(trainer.model)
    save_model(models / task, trainer.model.cpu(), tokenizer, settings_of_model)
    shutil.rmtree(CHECKPOINTS / task, ignore_errors=True)
    scores = calibrate.calibrate(models / task, task, dev, config.stance.abstain_risk)
    write_card(models / task, task, Measured("dev", scores), {"train": len(rows["train"]), "dev": len(dev)})
    return scores


def _composed(config: Config) -> Dataset:
    rows = read(config.data.prepared, "stance", COMPOSED)
    if len(rows) != config.stance.composed:
        raise ConfigError(
            f"stance.composed={config.stance.composed}, but {len(rows)} rows were prepared; "
            f"run: python -m stance.training.prepare stance.composed={config.stance.composed}"
        )
    return rows


def _learn_composed(config: Config, prepared: Dataset, model: Any, tokenizer: Any) -> None:
    """One pass over the composed statements: to compare statement and claim, before what people write about them."""
    settings = config.stance.train.model_copy(update={"epochs": 1})
    rows = _sample(_in_share(config, prepared, "stance"), settings.max_rows, config.seed)
    log.info("stance: first %d composed rows", len(rows))
    arguments = _arguments(config, "stance", settings, "", len(rows))
    for name in ("eval_strategy", "save_strategy"):
        setattr(arguments, name, "no")
    arguments.load_best_model_at_end = False
    Trainer(
        model=model,
        args=arguments,
        train_dataset=encode_pairs(rows, tokenizer, config.stance.max_length),
        processing_class=tokenizer,
        data_collator=_collator("stance", tokenizer),
        compute_loss_func=WeightedLoss(torch.ones(len(STANCE_LABELS)), settings.label_smoothing),
    ).train()


class WeightedLoss:
    """Cross-entropy with class weights and label smoothing, over all positions that are not ignored."""

    def __init__(self, weights: torch.Tensor, smoothing: float) -> None:
        self._weights = weights
        self._smoothing = smoothing

    def __call__(self, outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        """The mean loss of a batch; the item count is not used, for there is no gradient accumulation."""
        del num_items_in_batch
        logits = outputs["logits"].float()
        return torch.nn.functional.cross_entropy(
            logits.view(-1, logits.shape[-1]),
            labels.view(-1),
            weight=self._weights.to(logits.device),
            ignore_index=IGNORED,
            label_smoothing=self._smoothing,
        )


def _arguments(config: Config, task: Task, settings: TrainConfig, chosen_by: str, rows: int) -> TrainingArguments:
    device = resolve_device(config.device)
    steps = math.ceil(rows / settings.batch_size) * settings.epochs
    interval = max(1, steps // settings.evaluations)  # rounded down, so that the last evaluation is of the last state
    return TrainingArguments(
        output_dir=str(CHECKPOINTS / task),
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        warmup_steps=settings.warmup,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=4 * settings.batch_size,
        train_sampling_strategy="group_by_length",
        eval_strategy="steps",
        eval_steps=interval,
        save_strategy="steps",
        save_steps=interval,
        logging_strategy="steps",
        logging_steps=interval,
        save_total_limit=1,
        save_only_model=True,
        load_best_model_at_end=True,
        metric_for_best_model=chosen_by,
        greater_is_better=True,
        bf16=settings.precision == "bfloat16" or (settings.precision == "auto" and _computes_in_bfloat16(device)),
        use_cpu=device == "cpu",
        optim="adamw_torch_fused",
        seed=config.seed,
        report_to="none",
        dataloader_pin_memory=False,
    )


def _computes_in_bfloat16(device: str) -> bool:
    """Whether the device has instructions for it; emulated, it would be slower than float32."""
    if device == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())  # noqa: SLF001 - no public name yet
    return device.startswith("cuda") and torch.cuda.is_bf16_supported()


def _collator(task: Task, tokenizer: Any) -> Any:
    kind = DataCollatorForTokenClassification if task == "attribution" else DataCollatorWithPadding
    # Few distinct shapes: the CPU's matrix kernels are compiled for each one, and there would be hundreds.
    return kind(tokenizer, pad_to_multiple_of=_PAD_TO)


def _sample(rows: Dataset, most: int | None, seed: int) -> Dataset:
    return rows if most is None or most >= len(rows) else rows.shuffle(seed=seed).select(range(most))


def _in_share(config: Config, rows: Dataset, task: Task) -> Dataset:
    """The rows that belong to the configured share of the training claims."""
    share = config.of_task(task).train.share
    if share == 1:
        return rows
    return rows.filter(lambda row: in_share(row["family"], row.get("group", ""), share, config.data))


def _class_weights(rows: Dataset, classes: int, power: float) -> torch.Tensor:
    """Inverse frequency to the given power, scaled to a mean of 1 over the training labels."""
    labels = np.concatenate([np.atleast_1d(label) for label in rows["labels"]])
    counts = np.bincount(labels[labels != IGNORED], minlength=classes).astype(float)
    weights = (counts.sum() / np.maximum(counts, 1)) ** power
    return torch.tensor(weights / ((weights * counts).sum() / counts.sum()), dtype=torch.float32)


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
