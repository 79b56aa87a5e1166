"""Measure training against a plain ``transformers.Trainer``, and what each part of the difference is worth.

``python scripts/bench_training.py`` trains a model of one task several times on the same rows, batch size, passes and
learning rate, all in one run, and counts seconds without those of the dev scores; with ``--page docs/pipeline.md`` it
writes the table there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import Trainer, TrainerCallback, TrainingArguments, set_seed
from transformers.utils import logging as transformers_logging

from marked_blocks import publish, table
from stance.config import Config, TrainConfig, check, compose
from stance.model_folder import TASKS, Task
from stance.training.batches import ShufflingTrainer
from stance.training.encoders import load_encoder, load_tokenizer
from stance.training.fitting import Choice, Fit, collator
from stance.training.objectives import WeightedLoss, class_weights
from stance.training.prepare import read
from stance.training.train import RECIPES

_WARM_UP = 64  # rows, whose time is not counted: the first batches wait for memory and kernels


class Clock(TrainerCallback):  # type: ignore[misc]
    """Seconds of training at each evaluation, the evaluations taken off, and the score there."""

    def __init__(self, metric: str) -> None:
        self._metric = f"eval_{metric}"
        self._start = 0.0
        self.points: list[tuple[float, float]] = []

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Begin to count."""
        del args, state, control, kwargs
        self._start = time.perf_counter()

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: dict[str, float] | None = None, **kwargs: Any
    ) -> None:
        """Note a point, and leave out the time that it took."""
        del args, state, control, kwargs
        found = metrics or {}
        self._start += found["eval_runtime"]
        self.points.append((time.perf_counter() - self._start, found[self._metric]))

    @property
    def best(self) -> float:
        """The best score."""
        return max(score for _, score in self.points)

    def until(self, score: float) -> float | None:
        """Seconds until a score was reached; None when it never was."""
        return next((seconds for seconds, reached in self.points if reached >= score), None)


@dataclass(frozen=True)
class Material:
    """What all variants share."""

    config: Config
    task: Task
    tokenizer: Any
    train: Dataset
    dev: Dataset

    @property
    def settings(self) -> TrainConfig:
        """The task's training settings."""
        return self.config.of_task(self.task).train

    def model(self, *, frozen: bool) -> Any:
        """A fresh model, always the same."""
        recipe = RECIPES[self.task]
        set_seed(self.config.seed)
        model = load_encoder(self.config.encoder, recipe.auto_class, recipe.labels)
        if frozen:
            model.base_model.embeddings.requires_grad_(False)
        return model


def material(config: Config, task: Task, rows: int) -> Material:
    """The first so many prepared rows of a task in shuffled order, encoded.

    Raises:
        ConfigError: when they have not been prepared.
    """
    recipe, tokenizer = RECIPES[task], load_tokenizer(config.encoder)
    found = []
    for part, most in (("train", rows), ("dev", config.of_task(task).train.choice_rows)):
        chosen = read(config.data.prepared, task, part).shuffle(seed=config.seed)
        chosen = chosen.select(range(min(most, len(chosen))))
        found.append(recipe.encode(chosen, tokenizer, config.of_task(task).max_length))
    return Material(config, task, tokenizer, *found)


def plain(
    shared: Material,
    folder: Path,
    clock: Clock,
    *,
    kind: type[Trainer] = Trainer,
    frozen: bool = False,
    multiple: int | None = None,
    **changes: Any,
) -> None:
    """Train as a script does that leaves everything to the Trainer; ``changes`` are arguments of it that differ."""
    settings, recipe = shared.settings, RECIPES[shared.task]
    steps = -(-len(shared.train) // settings.batch_size) * settings.epochs
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        warmup_steps=settings.warmup,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=4 * settings.batch_size,
        eval_strategy="steps",
        eval_steps=max(1, steps // settings.evaluations),
        save_strategy="no",
        use_cpu=True,
        seed=shared.config.seed,
        report_to="none",
        dataloader_pin_memory=False,
        disable_tqdm=True,
        **changes,
    )
    kind(
        model=shared.model(frozen=frozen),
        args=arguments,
        train_dataset=shared.train,
        eval_dataset=shared.dev,
        processing_class=shared.tokenizer,
        data_collator=collator(shared.task, shared.tokenizer, multiple),
        compute_metrics=lambda predictions: recipe.score(predictions, None),
        callbacks=[clock],
    ).train()


def ours(shared: Material, folder: Path, clock: Clock, *, precision: str) -> None:
    """Train as the pipeline does (attribution: without the scores of steps between tags)."""
    recipe, settings = RECIPES[shared.task], shared.settings.model_copy(update={"precision": precision})
    fit = Fit(shared.task, settings, "cpu", shared.config.seed, folder)
    weights = class_weights(shared.train, len(recipe.labels), settings.class_weights)
    choice = Choice(shared.dev, lambda predictions: recipe.score(predictions, None), recipe.chosen_by)
    model = shared.model(frozen=settings.freeze_embeddings)
    fit(model, shared.tokenizer, shared.train, WeightedLoss(weights, settings.label_smoothing), choice, [clock])


Variant = Callable[[Material, Path, Clock], None]
_GROUPED: dict[str, Any] = {"train_sampling_strategy": "group_by_length"}
_SHUFFLED: dict[str, Any] = {"kind": ShufflingTrainer, **_GROUPED}
VARIANTS: dict[str, Variant] = {
    "plain Trainer": plain,
    "plain, optimiser not fused": partial(plain, optim="adamw_torch"),
    "plain + batches of like length": partial(plain, **_GROUPED),
    "… in random order": partial(plain, **_SHUFFLED),
    "… + padded to multiples of 8": partial(plain, multiple=8, **_SHUFFLED),
    "… + frozen embeddings": partial(plain, multiple=8, frozen=True, **_SHUFFLED),
    "the pipeline, float32": partial(ours, precision="float32"),
    "the pipeline": partial(ours, precision="auto"),
}


def measure(shared: Material, chosen: list[str]) -> dict[str, Clock]:
    """Train each variant once, after a few rows that are not counted."""
    clocks = {}
    few = Material(shared.config, shared.task, shared.tokenizer, *(_few(part) for part in (shared.train, shared.dev)))
    for name in chosen:
        for rows in (few, shared):
            clocks[name] = Clock(RECIPES[shared.task].chosen_by)
            with tempfile.TemporaryDirectory() as folder:
                VARIANTS[name](rows, Path(folder), clocks[name])
        print(f"{name}: {clocks[name].points[-1][0]:.0f} s, {clocks[name].best:.3f}", file=sys.stderr)
    return clocks


def markdown(clocks: dict[str, Clock], shared: Material) -> str:
    """For each variant its time and score, and how long it took to the first one's best score."""
    first = next(iter(clocks.values()))
    whole = first.until(first.best) or 0.0
    passes = shared.settings.epochs
    body = []
    for name, clock in clocks.items():
        seconds, reached = clock.points[-1][0], clock.until(first.best)
        body.append([
            name, f"{seconds:.1f}", f"{passes * len(shared.train) / seconds:.0f}", f"{clock.best:.3f}",
            "not reached" if reached is None else f"{reached:.1f}",
            "–" if reached is None else f"{reached / whole:.2f}",
        ])  # fmt: skip
    heading = [
        f"{shared.task}, {len(shared.train)} rows, {passes} passes, {torch.get_num_threads()} threads",
        "seconds", "rows a second", f"best dev {RECIPES[shared.task].chosen_by.replace('_', ' ')}",
        "seconds to the first line's best", "of its time",
    ]  # fmt: skip
    return table(heading, body)


def _few(rows: Dataset) -> Dataset:
    return rows.select(range(min(_WARM_UP, len(rows))))


def main(arguments: list[str]) -> int:
    """Print the table or write it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--task", choices=TASKS, default="claims")
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--prepared", type=Path, default=Path("prepared"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="*", choices=list(VARIANTS), help="of the variants, in their order")
    parser.add_argument("--page", type=Path)
    parser.add_argument("overrides", nargs="*", help="of the configuration, as encoder=tiny")
    options = parser.parse_args(arguments)

    def make() -> str:
        transformers_logging.set_verbosity_error()
        torch.set_num_threads(options.threads)
        fixed = [f"data.prepared={options.prepared}", "device=cpu", f"{options.task}.train.evaluations=8"]
        shared = material(check(compose([*fixed, *options.overrides])), options.task, options.rows)
        return markdown(measure(shared, [name for name in VARIANTS if name in (options.only or VARIANTS)]), shared)

    return publish(make, "training-speed", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
