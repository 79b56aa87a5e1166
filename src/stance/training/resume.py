"""Training that goes on where it was stopped, and ends with the weights that it would have had without the stop."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import logging
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import synchronize_rng_states
from transformers import Trainer, TrainerCallback
from transformers.trainer_callback import ExportableState
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from stance.config import Config
from stance.model_folder import Task, read_settings, sha256
from stance.runtime import resolve_device
from stance.training import processes

log = logging.getLogger(__name__)
_NOTE = "fingerprint.json"
_LAST_WRITTEN = "trainer_state.json"
_CODE = (
    "average.py", "batches.py", "crf.py", "curriculum.py", "encoders.py", "fitting.py", "metrics.py", "objectives.py",
    "processes.py", "regularise.py", "resume.py", "tokenize.py", "train.py", "warm_start.py",
)  # fmt: skip
_LIBRARIES = ("torch", "transformers", "accelerate")


class ExactResume(TrainerCallback, ExportableState):  # type: ignore[misc]
    """Saves every so many steps, and keeps with each checkpoint what the Trainer's own checkpoints leave out.

    That is the state of torch's generator at the start of the epoch, from which the order of its batches is drawn (the
    Trainer draws it anew, and so would learn from some rows twice and never from others), and the loss since it was
    last logged.

    Args:
        trainer: The trainer that this is a callback of.
        every: Steps from one checkpoint to the next; None leaves it to the trainer's own interval.
    """

    def __init__(self, trainer: Trainer, every: int | None) -> None:
        self._trainer = trainer
        self._every = every
        self._epoch_start = torch.get_rng_state()
        self._resumed = False

    def state(self) -> dict[str, Any]:
        """What goes into a checkpoint; at the end of an epoch the start of the next one."""
        trainer = self._trainer
        if (trainer.state.epoch or 0) % 1 == 0:
            self._epoch_start = torch.get_rng_state()
        return {
            "epoch_start": bytes(self._epoch_start.tolist()).hex(),
            "loss": float(getattr(trainer, "_tr_loss", 0.0)),
            "logged_at": getattr(trainer, "_globalstep_last_logged", 0),
        }

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Take up what the checkpoint kept, when there was one."""
        del args, control, kwargs
        self._resumed = state.global_step > 0
        if self._resumed:
            kept = state.stateful_callbacks[type(self).__name__]
            self._epoch_start = torch.tensor(list(bytes.fromhex(kept["epoch_start"])), dtype=torch.uint8)
            self._trainer._tr_loss += kept["loss"]  # noqa: SLF001 - the Trainer has no other place for it
            self._trainer._globalstep_last_logged = kept["logged_at"]  # noqa: SLF001

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """The order of the batches is drawn next, from this state."""
        del state, control, kwargs
        if self._resumed:
            torch.set_rng_state(self._epoch_start)
            self._resumed = False
        elif args.world_size > 1:
            synchronize_rng_states(["torch"])  # each process draws the order of all, and takes its part
        self._epoch_start = torch.get_rng_state()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        """Ask for a checkpoint when it is time."""
        del args, kwargs
        if self._every is not None and state.global_step % self._every == 0:
            control.should_save = True
        return control


def last_checkpoint(folder: Path) -> Path | None:
    """The last checkpoint in a folder; one whose writing was cut short does not count."""
    found = [path for path in folder.glob(f"{PREFIX_CHECKPOINT_DIR}-*") if _whole(path)]
    return max(found, key=lambda path: int(path.name.rsplit("-", maxsplit=1)[1]), default=None)


def fingerprint(config: Config, task: Task) -> dict[str, str]:
    """Digests of all that the weights depend on.

    Raises:
        ModelError: when there is no model to begin with, and one is asked for.
    """
    section = config.of_task(task)
    before = section.train.warm_start
    settings = {
        "seed": config.seed,
        "device": resolve_device(config.device),
        "processes": processes.count(),
        "encoder": config.encoder.model_dump(mode="json"),
        "in_target_family": config.data.in_target_family,
        "start": read_settings(before / task, task).weights_sha256 if before else None,
        **section.model_dump(mode="json", exclude={"train": {"checkpoint_steps"}}),
    }
    return {
        "settings": _digest([json.dumps(settings, sort_keys=True)]),
        "data": _digest(map(sha256, sorted((config.data.prepared / task).glob("*.parquet")))),
        "code": _digest(sha256(Path(__file__).with_name(name)) for name in _CODE),
        "libraries": ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES),
    }


def keep_only_own(folder: Path, mark: dict[str, str]) -> None:
    """Remove what is in a folder of checkpoints, and say so, unless it is of the training with this fingerprint."""
    note = folder / _NOTE
    if folder.is_dir():
        before = _read(note) or {}
        changed = [what for what, digest in mark.items() if before.get(what) != digest]
        if changed:
            log.warning("%s: checkpoints of another training (other %s); starting anew", folder, ", ".join(changed))
            shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(mark, indent=2) + "\n", encoding="utf-8")


def _whole(checkpoint: Path) -> bool:
    return _read(checkpoint / _LAST_WRITTEN) is not None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
