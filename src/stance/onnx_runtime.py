"""Logits from ONNX files, on the CPU, without PyTorch."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from stance.batching import Ints
from stance.errors import ConfigError, ModelError
from stance.runtime import CACHED_TOKENS, Array

_THREADS = "OMP_NUM_THREADS"
_SLOW_FUSIONS = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""Whose operators take longer on a CPU than those they replace: nine times, and a third more."""


class OnnxRuntime:
    """A model in ONNX Runtime.

    Computes with as many threads as ``OMP_NUM_THREADS`` says, where it is set, as PyTorch does; else with one a core.
    Each takes its part of a batch: they wait for each other once a batch, and not once an operator.

    Args:
        model: The file, or its content.

    Raises:
        ConfigError: when ONNX Runtime is not installed.
        ModelError: when the file does not load.
    """

    device = "cpu"

    def __init__(self, model: Path | bytes) -> None:
        if not is_installed():
            raise ConfigError("backend=onnx: ONNX Runtime is not installed; run: pip install 'stance[onnx]'")
        try:
            self._session = open_session(model)
        except Exception as error:  # the library has no common base of its errors
            raise ModelError(f"{model if isinstance(model, Path) else 'ONNX'}: cannot be loaded ({error})") from error
        self._names = [each.name for each in self._session.get_inputs()]
        self.batch_tokens = CACHED_TOKENS * _threads()
        self._threads = ThreadPoolExecutor(_threads(), thread_name_prefix="onnx")

    def logits(self, batch: Mapping[str, Ints]) -> Array:
        """See ``Runtime``."""
        arrays = [batch[name] for name in self._names]
        parts = min(len(arrays[0]), _threads())
        split = zip(*(np.array_split(array, parts) for array in arrays), strict=True)
        return np.concatenate(list(self._threads.map(self._run, split)))

    def _run(self, arrays: Sequence[Ints]) -> Array:
        found: Array = self._session.run(["logits"], dict(zip(self._names, arrays, strict=True)))[0]
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
