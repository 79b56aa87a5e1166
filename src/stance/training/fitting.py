"""One fit of a model to rows with the Trainer: its arguments, its batches, and where it goes on after a stop."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import (
    DataCollatorForTokenClassification,
    DataCollatorWithPadding,
    TrainerCallback,
    TrainingArguments,
)

from stance.config import TrainConfig
from stance.model_folder import Task
from stance.runtime import resolve_device
from stance.training import processes
from stance.training.regularise import RegularisedTrainer
from stance.training.resume import ExactResume, last_checkpoint

log = logging.getLogger(__name__)
_PAD_TO = 8


@dataclass(frozen=True)
class Choice:
    """How the best state is chosen."""

    rows: Dataset
    """Encoded."""
    score: Callable[[Any], dict[str, float]]
    """From the Trainer's predictions to metrics."""
    by: str
    """The metric that decides."""


@dataclass(frozen=True)
class Fit:
    """What a model is fitted with."""

    task: Task
    settings: TrainConfig
    device: str
    seed: int
    folder: Path
    """Where its checkpoints are."""

    def __call__(
        self,
        model: Any,
        tokenizer: Any,
        rows: Dataset,
        loss: Any,
        choice: Choice | None = None,
        callbacks: Sequence[TrainerCallback] = (),
    ) -> None:
        """Fit the model; it ends in its best state (without a choice: its last). A stopped fit goes on.

        Args:
            model: The model.
            tokenizer: Its tokenizer.
            rows: Encoded training rows.
            loss: From the model's outputs and the labels to the loss of a batch.
            choice: How the best state is chosen; None takes the last.
            callbacks: Further callbacks of the Trainer.
        """
        trainer = RegularisedTrainer(
            self.settings,
            model=model,
            args=self._arguments(len(rows), choice),
            train_dataset=rows,
            eval_dataset=choice.rows if choice else None,
            processing_class=tokenizer,
            data_collator=collator(self.task, tokenizer),
            compute_metrics=choice.score if choice else None,
            compute_loss_func=loss,
            callbacks=list(callbacks),
        )
        trainer.add_callback(ExactResume(trainer, self.settings.checkpoint_steps))
        last = last_checkpoint(self.folder)
        if last is not None:
            log.info("%s: going on from %s", self.task, last)
        trainer.train(resume_from_checkpoint=None if last is None else str(last))
        processes.meet(self.device)  # before one of them removes what others still read

    def _arguments(self, rows: int, choice: Choice | None) -> TrainingArguments:
        settings, device = self.settings, resolve_device(self.device)
        steps = math.ceil(rows / (settings.batch_size * processes.count())) * settings.epochs
        interval = max(1, steps // settings.evaluations)  # rounded down, so that the last evaluation is the last state
        return TrainingArguments(
            output_dir=str(self.folder),
            num_train_epochs=settings.epochs,
            learning_rate=settings.learning_rate,
            weight_decay=settings.weight_decay,
            warmup_steps=settings.warmup,
            per_device_train_batch_size=settings.batch_size,
            per_device_eval_batch_size=4 * settings.batch_size,
            train_sampling_strategy="group_by_length",
            eval_strategy="steps" if choice else "no",
            eval_steps=interval,
            save_strategy="steps",
            save_steps=interval,
            logging_strategy="steps",
            logging_steps=interval,
            save_total_limit=1,  # and the best
            load_best_model_at_end=choice is not None,
            metric_for_best_model=choice.by if choice else None,
            greater_is_better=True,
            bf16=settings.precision == "bfloat16" or (settings.precision == "auto" and _computes_in_bfloat16(device)),
            use_cpu=device == "cpu",
            optim="adamw_torch_fused",
            torch_compile=settings.compile,
            average_tokens_across_devices=False,  # the losses are means of their batches
            ddp_find_unused_parameters=False,
            seed=self.seed,
            report_to="none",
            dataloader_pin_memory=False,
        )


def collator(task: Task, tokenizer: Any, multiple: int | None = _PAD_TO) -> Any:
    """Makes batches of rows: each padded to its longest row, and up to a multiple of so many pieces.

    Few distinct shapes are faster: the CPU's matrix kernels are compiled for each one, and there would be hundreds.
    """
    kind = DataCollatorForTokenClassification if task == "attribution" else DataCollatorWithPadding
    return kind(tokenizer, pad_to_multiple_of=multiple)


def _computes_in_bfloat16(device: str) -> bool:
    """Whether the device has instructions for it; emulated, it would be slower than float32."""
    if device == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())  # noqa: SLF001 - no public name yet
    return device.startswith("cuda") and torch.cuda.is_bf16_supported()
