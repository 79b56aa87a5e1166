"""Training curves through dvclive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dvclive import Live
from transformers import TrainerCallback

from stance.training import processes

_TIMING = ("_runtime", "_per_second", "total_flos", "epoch", "grad_norm", "learning_rate")


class CurvesCallback(TrainerCallback):  # type: ignore[misc]
    """Write the loss and the dev scores at each evaluation, and nothing that changes from run to run.

    Args:
        folder: Where dvclive puts its TSV files.
    """

    def __init__(self, folder: Path) -> None:
        self._live: Any = None
        if processes.is_main():
            self._live = Live(str(folder), dvcyaml=None, save_dvc_exp=False, report=None, monitor_system=False)

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Write again what was logged before a stop: the files begin anew."""
        del args, control, kwargs
        for logs in state.log_history:
            self._write({key: value for key, value in logs.items() if key != "step"}, int(logs["step"]))

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **kwargs: Any) -> None:
        """Take what the Trainer logs; the dev scores come last and end the step."""
        del args, control, kwargs
        self._write(logs or {}, state.global_step)

    def _write(self, logs: dict[str, float], step: int) -> None:
        kept = {key: value for key, value in logs.items() if not key.endswith(_TIMING)}
        if self._live is None or not any(key.startswith(("loss", "eval_")) for key in kept):
            return
        self._live.step = step
        for key, value in kept.items():
            name = key.replace("eval_", "dev_") if key.startswith("eval_") else f"train_{key}"
            self._live.log_metric(name, value)
        if any(key.startswith("eval_") for key in kept):
            self._live.next_step()

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Close the files."""
        del args, state, control, kwargs
        if self._live is not None:
            self._live.end()
