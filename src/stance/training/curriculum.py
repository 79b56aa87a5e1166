"""What a model learns from, and in which order: for stance, comparing first, and then what people write of claims."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from datasets import Dataset, concatenate_datasets

from stance.config import Config
from stance.errors import ConfigError
from stance.model_folder import Task
from stance.templates import STANCE_LABELS
from stance.training.fitting import Fit
from stance.training.objectives import WeightedLoss
from stance.training.prepare import COMPOSED, read
from stance.training.resume import last_checkpoint
from stance.training.splits import in_share
from stance.training.tag_rows import Row
from stance.training.tokenize import encode_pairs

log = logging.getLogger(__name__)
_READ = ["claim", "statement", "label"]


@dataclass(frozen=True)
class Lesson:
    """Rows that are learned before all others."""

    name: str
    rows: Dataset
    passes: int


@dataclass(frozen=True)
class Curriculum:
    """Prepared rows, by what they are for."""

    rows: Dataset
    """Learned in every pass."""
    dev: Dataset
    """For calibration."""
    choosing: Dataset
    """Those of them that choose the best state."""
    lessons: list[Lesson] = field(default_factory=list)
    """Learned first, in this order."""
    rehearsed: int = 0
    """How many of ``rows`` are composed, and no rows of the corpus."""

    def learn_first(self, main: Fit, model: Any, tokenizer: Any, max_length: int) -> None:
        """Fit the model to each lesson; after a stop those that a later one has followed are not learned again."""
        loss = WeightedLoss(torch.ones(len(STANCE_LABELS)), main.settings.label_smoothing, main.settings.focal)
        fits = [
            replace(
                main,
                settings=main.settings.model_copy(update={"epochs": lesson.passes}),
                folder=main.folder.with_name(lesson.name),
            )
            for lesson in self.lessons
        ]
        begun = max((number for number, fit in enumerate([*fits, main]) if last_checkpoint(fit.folder)), default=0)
        for lesson, fit in list(zip(self.lessons, fits, strict=True))[begun:]:
            log.info("stance: first %d %s rows", len(lesson.rows), lesson.name)
            fit(model, tokenizer, encode_pairs(lesson.rows, tokenizer, max_length), loss)


def curriculum(config: Config, task: Task) -> Curriculum:
    """The prepared rows that a model learns from and is chosen by.

    Of the stance task public pairs come first if the configuration says so, and then composed statements, but for the
    share that is rehearsed: learned among the other rows, so that it is not unlearned there (Robins, 1995).

    Raises:
        ConfigError: when the rows have not been prepared with these settings.
    """
    settings = config.of_task(task).train
    dev = _own(config, read(config.data.prepared, task, "dev"), task)
    whole = _in_share(config, read(config.data.prepared, task, "train"), task)
    rows = _sample(_own(config, whole, task), settings.max_rows, config.seed)
    lessons, rehearsed = [], 0
    if task == "stance" and config.stance.public_passes:
        public = whole.filter(lambda row: _is_public(row, config, "stance"))
        lessons.append(Lesson("public", _sample(public, settings.max_rows, config.seed), config.stance.public_passes))
    if task == "stance" and config.stance.composed:
        composed = _sample(_in_share(config, _composed(config), task), settings.max_rows, config.seed)
        rehearsed = round(config.stance.rehearsal * len(composed))
        composed = composed.shuffle(seed=config.seed) if rehearsed else composed
        if rehearsed < len(composed):
            lessons.append(Lesson(COMPOSED, composed.select(range(rehearsed, len(composed))), 1))
        among = composed.select(range(rehearsed))
        rows = concatenate_datasets([each.select_columns(_READ) for each in (rows, among)])
    return Curriculum(rows, dev, _sample(dev, settings.choice_rows, config.seed), lessons, rehearsed)


def _composed(config: Config) -> Dataset:
    rows = read(config.data.prepared, "stance", COMPOSED)
    if len(rows) != config.stance.composed:
        raise ConfigError(
            f"stance.composed={config.stance.composed}, but {len(rows)} rows were prepared; "
            f"run: python -m stance.training.prepare stance.composed={config.stance.composed}"
        )
    return rows


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
