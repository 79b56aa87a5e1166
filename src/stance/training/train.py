"""Stage ``train``: fine-tunes the encoder for one task, keeps the state with the best dev score, calibrates, saves.

``python -m stance.training.train task=stance [stance.train.learning_rate=2e-4 encoder=roberta-base …]``
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
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
from stance.training.curriculum import curriculum
from stance.training.curves import CurvesCallback
from stance.training.encoders import load_encoder, load_tokenizer
from stance.training.fitting import Choice, Fit
from stance.training.objectives import RankingLoss, WeightedLoss, class_weights
from stance.training.resume import fingerprint, keep_only_own
from stance.training.stage import as_stage
from stance.training.tokenize import encode_pairs, encode_sentences, encode_tags
from stance.training.warm_start import Start, start_of

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
        ModelError: when the encoder, or the model to begin with, cannot be loaded.
    """
    section, recipe = config.of_task(task), RECIPES[task]
    settings = section.train
    start = start_of(config, task)
    tokenizer = load_tokenizer(start.encoder)
    plan = curriculum(config, task)
    encoded = recipe.encode(plan.rows, tokenizer, section.max_length)
    choosing = recipe.encode(plan.choosing, tokenizer, section.max_length)
    log.info("%s: %d training rows, %d dev rows, encoder %s", task, len(encoded), len(choosing), start.encoder.name)
    if settings.warm_start:
        log.info("%s: the weights to begin with are those of %s", task, settings.warm_start / task)
    if processes.is_main():
        keep_only_own(checkpoints / task, fingerprint(config, task))
    processes.meet(config.device)
    seeds = settings.seeds or [config.seed]
    states = []
    for seed in seeds:
        model, crf = _fresh(config, task, start)
        finished = checkpoints / task / f"{seed}.safetensors"
        if not finished.is_file():
            fit = Fit(task, settings, config.device, seed, checkpoints / task / str(seed) / "main")
            plan.learn_first(fit, model, tokenizer, section.max_length)
            choice = Choice(choosing, partial(_scores, recipe, crf), recipe.chosen_by)
            callbacks = [CurvesCallback(curves / task)] if seed == seeds[0] else []
            fit(model, tokenizer, encoded, crf or _loss(settings, recipe, encoded), choice, callbacks)
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
        _write(config, task, start, model.cpu(), crf, tokenizer, models / task)
        scores = calibrate.calibrate(models / task, task, plan.dev, config.stance.abstain_risk, config.device)
        rows = {"train": len(plan.rows) - plan.rehearsed, "dev": len(plan.dev)}
        write_card(models / task, task, Measured("dev", scores), rows)
        shutil.rmtree(checkpoints / task, ignore_errors=True)
    processes.meet(config.device)
    return scores


def _write(
    config: Config, task: Task, start: Start, model: Any, crf: CrfLoss | None, tokenizer: Any, folder: Path
) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    section = config.of_task(task)
    learned_from = (*start.learned_from, *([CORPUS] if section.mixture.corpus else []), *section.mixture.public)
    settings: dict[str, Any] = {
        "task": task,
        "max_length": section.max_length,
        "encoder": start.encoder.name,
        "learned_from": tuple(dict.fromkeys(learned_from)),
    }
    if task == "attribution":
        settings |= {"block_characters": config.attribution.block_characters}
    if crf:
        settings |= {"steps": [[round(score, 4) for score in row] for row in crf.scores()]}
        crf.take_from(model)
    save_model(folder, model, tokenizer, settings)


def _fresh(config: Config, task: Task, start: Start) -> tuple[Any, CrfLoss | None]:
    """The model to begin with, the same for every seed of an average, and the loss that has weights of its own."""
    recipe = RECIPES[task]
    set_seed(config.seed)
    model = load_encoder(start.encoder, recipe.auto_class, recipe.labels)
    if config.of_task(task).train.freeze_embeddings:
        model.base_model.embeddings.requires_grad_(False)
    crf = CrfLoss(model, recipe.labels, start.steps) if task == "attribution" and config.attribution.crf else None
    return model, crf


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
