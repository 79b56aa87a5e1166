"""Prepared rows of all tasks, few and made up, the configuration that trains a tiny encoder on them, and a stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stance.config import Config, check, compose
from stance.model_folder import TASKS, Task
from stance.training.crf import CrfLoss
from stance.training.objectives import WeightedLoss
from stance.training.prepare import COMPOSED, write

REPOSITORY = Path(__file__).resolve().parents[1]
STANCES = ("supports", "disputes", "discusses", "unrelated")
PLACES = ("harbour", "bridge", "school", "mill", "station")
CLAIM = """\
- id: {family}-one
  family: {family}
  field: trade
  text: The northern harbour has closed.
  paraphrases: [The north port is shut., No ship enters the northern harbour.]
  negation: The northern harbour has not closed.
"""
"""A file of claims with one, of a family to be named."""


class Stopped(BaseException):
    """Like Ctrl-C, nothing that training catches."""


def raising() -> None:
    raise Stopped


@contextmanager
def stopping_at(batch: int, stop: Callable[[], None]) -> Iterator[None]:
    """Stop in the middle of the so-manieth training batch from now."""
    batches = 0
    originals = {kind: kind.__call__ for kind in (WeightedLoss, CrfLoss)}

    def counted(self: Any, outputs: Any, *arguments: Any, **named: Any) -> Any:
        nonlocal batches
        batches += outputs["logits"].requires_grad
        if batches == batch:
            stop()
        return originals[type(self)](self, outputs, *arguments, **named)

    try:
        for kind in originals:
            kind.__call__ = counted  # type: ignore[method-assign]
        yield
    finally:
        for kind, original in originals.items():
            kind.__call__ = original  # type: ignore[method-assign]


def prepare_rows(folder: Path, rows: int = 24) -> Path:
    """Write ``<folder>/<task>/<split>.parquet`` for all tasks."""
    for split in ("train", "dev", "test"):
        for task in TASKS:
            write([_row(task, split, number) for number in range(rows)], folder / task / f"{split}.parquet")
    write([_row("stance", COMPOSED, number) for number in range(rows)], folder / "stance" / f"{COMPOSED}.parquet")
    return folder


def tiny_config(prepared: Path, *overrides: str, rows: int = 24) -> Config:
    """Two epochs of three steps each, checkpoints after steps 2, 3, 4 and 6."""
    shape = {"epochs": 2, "evaluations": 3, "batch_size": 8, "checkpoint_steps": 3, "precision": "float32"}
    settings = [f"{task}.train.{key}={value}" for task in TASKS for key, value in shape.items()]
    fixed = ["encoder=tiny", "device=cpu", f"data.prepared={prepared}", f"stance.composed={rows}", "stance.rehearsal=0"]
    return check(compose([*fixed, *settings, *overrides], REPOSITORY / "conf"))


def _row(task: Task, split: str, number: int) -> dict[str, Any]:
    place = PLACES[number % len(PLACES)]
    speaker = "the mayor" if number % 3 else "a clerk of the harbour office"
    text = f"{speaker} said the {place} was closed for {number} days" + " and nights" * (number % 7)
    common = {
        "article": f"{split}-{number // 3}",
        "group": f"{split}-{number // 3}",
        "family": f"{split}-{number // 6}",
    }
    if task == "claims":
        return {**common, "text": text, "label": "check-worthy" if number % 3 == 0 else "not check-worthy"}
    if task == "attribution":
        end = len(speaker)
        spans = [
            {"kind": "source", "start": 0, "end": end},
            {"kind": "cue", "start": end + 1, "end": end + 5},
            {"kind": "content", "start": end + 6, "end": len(text)},
        ]
        return {**common, "text": text, "spans": spans if number % 4 else [], "nested": False}
    if number % 4 == 0:
        common["article"] = f"perspectrum:{split}-{number}"
    stance = {"claim": f"The {place} is closed.", "statement": text, "label": STANCES[number % 4]}
    return {**common, **stance, "speaker": speaker, "wording": "claim"}
