"""Logits from ONNX files, on the CPU, without PyTorch."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stance.batching import Ints
from stance.errors import ConfigError, ModelError
from stance.runtime import CACHED_TOKENS, Array

_THREADS = "OMP_NUM_THREADS"
_SLOW_FUSIONS = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""Whose operators take longer on a CPU than those they replace: nine times, and a third more."""


class OnnxRuntime:
    """A model in ONNX Runtime.

    For as many threads as ``OMP_NUM_THREADS`` says, where it is set, as with PyTorch; else one a core. Each has batches
    of its own, so that no thread waits for another at each operator.

    Args:
        model: The file, or its content.

    Raises:
        ConfigError: when ONNX Runtime is not installed.
        ModelError: when the file does not load.
    """

    device = "cpu"
    batch_tokens = CACHED_TOKENS

    def __init__(self, model: Path | bytes) -> None:
        if not is_installed():
            raise ConfigError("backend=onnx: ONNX Runtime is not installed; run: pip install 'stance[onnx]'")
        try:
            self._session = open_session(model)
        except Exception as error:  # the library has no common base of its errors
            raise ModelError(f"{model if isinstance(model, Path) else 'ONNX'}: cannot be loaded ({error})") from error
        self._names = [each.name for each in self._session.get_inputs()]
        self.threads = _threads()

    def logits(self, batch: Mapping[str, Ints]) -> Array:
        """See ``Runtime``."""
        found: Array = self._session.run(["logits"], {name: batch[name] for name in self._names})[0]
        return found


def open_session(model: Path | bytes, profile: Path | None = None, threads: int = 1) -> Any:
    """An ``onnxruntime.InferenceSession`` with the settings that suit these models.

    Args:
        model: The file, or its content.
        profile: Beginning of the name of a file to write the time of each operator to.
        threads: That share the work of an operator; 0: one a core.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_mem_pattern = False  # it keeps a plan of the memory for each shape; here each batch has its own
    options.log_severity_level = 3
    if profile is not None:
        options.enable_profiling = True
        options.profile_file_prefix = str(profile)
    return onnxruntime.InferenceSession(
        str(model) if isinstance(model, Path) else model,
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=_SLOW_FUSIONS,
    )


def is_installed() -> bool:
    """Whether ONNX Runtime is there."""
    return find_spec("onnxruntime") is not None


def _threads() -> int:
    wanted = os.environ.get(_THREADS, "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
