"""Stage ``train``: fine-tunes the encoder for one task, keeps the state with the best dev score, calibrates, saves.

``python -m stance.training.train task=stance [stance.train.learning_rate=2e-4 encoder=roberta-base …]``
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, set_seed

from stance.config import Config, TrainConfig, check
from stance.errors import ConfigError
from stance.model_folder import CORPUS, TASKS, Task, save_model
from stance.tags import Floats, best_chains, marginals
from stance.templates import CLAIM_LABELS, STANCE_LABELS, TAG_LABELS
from stance.training import calibrate, metrics, processes
from stance.training.average import mean_state
from stance.training.cards import Measured, write_card
from stance.training.crf import CrfLoss
from stance.training.curves import CurvesCallback
from stance.training.encoders import load_encoder, load_tokenizer
from stance.training.fitting import Choice, Fit
from stance.training.objectives import RankingLoss, WeightedLoss, class_weights
from stance.training.prepare import COMPOSED, read
from stance.training.resume import fingerprint, keep_only_own, last_checkpoint
from stance.training.splits import in_share
from stance.training.stage import as_stage
from stance.training.tag_rows import Row
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


def train(
    config: Config, task: Task, models: Path = MODELS, curves: Path = CURVES, checkpoints: Path = CHECKPOINTS
) -> dict[str, float]:
    """Fine-tune one model and write ``<models>/<task>``; return its dev scores (of several processes, the first does).

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
    tokenizer = load_tokenizer(config.encoder)
    dev = _own(config, read(config.data.prepared, task, "dev"), task)
    whole = _in_share(config, read(config.data.prepared, task, "train"), task)
    rows = {
        "train": _sample(_own(config, whole, task), settings.max_rows, config.seed),
        "dev": _sample(dev, settings.choice_rows, config.seed),
    }
    lessons = _lessons(config, whole) if task == "stance" else []
    encoded = {split: recipe.encode(each, tokenizer, section.max_length) for split, each in rows.items()}
    log.info(
        "%s: %d training rows, %d dev rows, encoder %s", task, len(rows["train"]), len(rows["dev"]), config.encoder.name
    )
    if processes.is_main():
        keep_only_own(checkpoints / task, fingerprint(config, task))
    processes.meet(config.device)
    seeds = settings.seeds or [config.seed]
    states = []
    for seed in seeds:
        model, crf = _fresh(config, task)
        finished = checkpoints / task / f"{seed}.safetensors"
        if not finished.is_file():
            fit = Fit(task, settings, config.device, seed, checkpoints / task / str(seed) / "main")
            _learn(lessons, fit, model, tokenizer, section.max_length)
            choice = Choice(encoded["dev"], partial(_scores, recipe, crf), recipe.chosen_by)
            callbacks = [CurvesCallback(curves / task)] if seed == seeds[0] else []
            fit(model, tokenizer, encoded["train"], crf or _loss(settings, recipe, encoded["train"]), choice, callbacks)
            if len(seeds) > 1 and processes.is_main():
                _keep(model.cpu().state_dict(), finished)
                shutil.rmtree(fit.folder.parent)
            processes.meet(config.device)
        if len(seeds) > 1:
            states.append(load_file(finished))
    if states:
        model.load_state_dict(mean_state(states))
    scores = {}
    if processes.is_main():
        _write(config, task, model.cpu(), crf, tokenizer, models / task)
        scores = calibrate.calibrate(models / task, task, dev, config.stance.abstain_risk, config.device)
        write_card(models / task, task, Measured("dev", scores), {"train": len(rows["train"]), "dev": len(dev)})
        shutil.rmtree(checkpoints / task, ignore_errors=True)
    processes.meet(config.device)
    return scores


def _write(config: Config, task: Task, model: Any, crf: CrfLoss | None, tokenizer: Any, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    section = config.of_task(task)
    settings: dict[str, Any] = {
        "task": task,
        "max_length": section.max_length,
        "encoder": config.encoder.name,
        "learned_from": (*([CORPUS] if section.mixture.corpus else []), *section.mixture.public),
    }
    if task == "attribution":
        settings |= {"block_characters": config.attribution.block_characters}
    if crf:
        settings |= {"steps": [[round(score, 4) for score in row] for row in crf.scores()]}
        crf.take_from(model)
    save_model(folder, model, tokenizer, settings)


def _fresh(config: Config, task: Task) -> tuple[Any, CrfLoss | None]:
    """The model to begin with, the same for every seed of an average, and the loss that has weights of its own."""
    recipe = RECIPES[task]
    set_seed(config.seed)
    model = load_encoder(config.encoder, recipe.auto_class, recipe.labels)
    if config.of_task(task).train.freeze_embeddings:
        model.base_model.embeddings.requires_grad_(False)
    return model, CrfLoss(model, recipe.labels) if task == "attribution" and config.attribution.crf else None


def _loss(settings: TrainConfig, recipe: Recipe, rows: Dataset) -> WeightedLoss | RankingLoss:
    weights = class_weights(rows, len(recipe.labels), settings.class_weights)
    loss = WeightedLoss(weights, settings.label_smoothing, settings.focal)
    return RankingLoss(loss, settings.ranking) if settings.ranking else loss


def _scores(recipe: Recipe, crf: CrfLoss | None, predictions: Any) -> dict[str, float]:
    return recipe.score(predictions, np.array(crf.scores()) if crf else None)


def _keep(state: dict[str, torch.Tensor], path: Path) -> None:
    """Write weights in one go, so that a file that is there is whole."""
    unfinished = path.with_suffix(".part")
    save_file(state, unfinished)
    unfinished.replace(path)


@dataclass(frozen=True)
class _Lesson:
    """Rows that the stance model learns before all others."""

    name: str
    rows: Dataset
    passes: int


def _lessons(config: Config, train_rows: Dataset) -> list[_Lesson]:
    """Public pairs, and then composed statements: to compare statement and claim, before what people write of them."""
    lessons = []
    if config.stance.public_passes:
        public = train_rows.filter(lambda row: _is_public(row, config, "stance"))
        lessons.append(_Lesson("public", public, config.stance.public_passes))
    if config.stance.composed:
        rows = read(config.data.prepared, "stance", COMPOSED)
        if len(rows) != config.stance.composed:
            raise ConfigError(
                f"stance.composed={config.stance.composed}, but {len(rows)} rows were prepared; "
                f"run: python -m stance.training.prepare stance.composed={config.stance.composed}"
            )
        lessons.append(_Lesson(COMPOSED, _in_share(config, rows, "stance"), 1))
    most = config.stance.train.max_rows
    return [replace(lesson, rows=_sample(lesson.rows, most, config.seed)) for lesson in lessons]


def _learn(lessons: list[_Lesson], main: Fit, model: Any, tokenizer: Any, max_length: int) -> None:
    """Fit the model to each lesson in turn; after a stop those that a later one has followed are not learned again."""
    loss = WeightedLoss(torch.ones(len(STANCE_LABELS)), main.settings.label_smoothing, main.settings.focal)
    fits = [
        replace(
            main,
            settings=main.settings.model_copy(update={"epochs": lesson.passes}),
            folder=main.folder.with_name(lesson.name),
        )
        for lesson in lessons
    ]
    begun = max((number for number, fit in enumerate([*fits, main]) if last_checkpoint(fit.folder)), default=0)
    for lesson, fit in list(zip(lessons, fits, strict=True))[begun:]:
        log.info("stance: first %d %s rows", len(lesson.rows), lesson.name)
        fit(model, tokenizer, encode_pairs(lesson.rows, tokenizer, max_length), loss)


def _own(config: Config, rows: Dataset, task: Task) -> Dataset:
    """The rows but for public ones, where those are a lesson of their own."""
    if task != "stance" or not config.stance.public_passes:
        return rows
    return rows.filter(lambda row: not _is_public(row, config, task))


def _is_public(row: Row, config: Config, task: Task) -> bool:
    return row["article"].split(":")[0] in config.of_task(task).mixture.public


def _sample(rows: Dataset, most: int | None, seed: int) -> Dataset:
    return rows if most is None or most >= len(rows) else rows.shuffle(seed=seed).select(range(most))


def _in_share(config: Config, rows: Dataset, task: Task) -> Dataset:
    """The rows that belong to the configured share of the training claims."""
    share = config.of_task(task).train.share
    if share == 1:
        return rows
    return rows.filter(lambda row: in_share(row["family"], row.get("group", ""), share, config.data))


@as_stage(check)
def main(config: Config) -> None:
    """Run the stage."""
    if config.task is None:
        raise ConfigError(f"say which model to train: task={' or task='.join(TASKS)}")
    if not processes.is_main():
        logging.disable()
    scores = train(config, config.task)
    log.info("%s on dev: %s", config.task, ", ".join(f"{key} {value:.3f}" for key, value in scores.items()))


if __name__ == "__main__":
    main()
