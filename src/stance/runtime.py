"""What computes logits from word pieces."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from stance.batching import Ints
from stance.errors import ConfigError, ModelError
from stance.model_folder import FILES, ModelSettings, check_weights

Array = npt.NDArray[np.float32]
CACHED_TOKENS = 512
"""Word pieces whose inner states stay in a processor's cache; eight times as many took up to 1.8 times as long."""
_PARALLEL_TOKENS = 4096


class Runtime(Protocol):
    """A loaded model."""

    @property
    def device(self) -> str:
        """Where it computes, such as ``cpu`` or ``cuda:0``."""

    @property
    def batch_tokens(self) -> int:
        """Word pieces, padding included, that a batch should have at most to be computed fast."""

    @property
    def threads(self) -> int:
        """Batches that it computes at once, each called for by a thread."""

    def logits(self, batch: Mapping[str, Ints]) -> Array:
        """Logits, shape [inputs, labels], or [inputs, pieces, labels] for a tagger.

        Args:
            batch: As ``padded`` gives it; what the model does not read is left out.
        """


class TorchRuntime:
    """A model in PyTorch, from safetensors.

    Args:
        folder: The model folder.
        settings: Its settings.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``.

    Raises:
        ModelError: when the weights do not load, or some are missing or damaged.
        ConfigError: when the device is not there.
    """

    threads = 1  # PyTorch divides each operator

    def __init__(self, folder: Path, settings: ModelSettings, device: str = "auto") -> None:
        self.device = resolve_device(device)
        self.batch_tokens = suitable_tokens(self.device)
        model, self._names = load_torch(folder, settings)
        self._model = model.to(self.device)

    def logits(self, batch: Mapping[str, Ints]) -> Array:
        """See ``Runtime``; on CUDA computed in bfloat16."""
        import torch

        inputs = {name: torch.from_numpy(batch[name]).to(self.device) for name in self._names}
        autocast = torch.autocast(self.device, torch.bfloat16, enabled=self.device.startswith("cuda"))
        with torch.inference_mode(), autocast:
            logits = self._model(**inputs).logits
        found: Array = logits.float().cpu().numpy()
        return found


def load_torch(folder: Path, settings: ModelSettings, **options: str) -> tuple[Any, tuple[str, ...]]:
    """The model in PyTorch on the CPU, and the names of the arrays that it reads.

    Args:
        folder: The model folder.
        settings: Its settings.
        options: For ``from_pretrained``.

    Raises:
        ModelError: when the weights do not load, or some are missing or damaged.
    """
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

    check_weights(folder / FILES.weights, settings.weights_sha256)
    kind = AutoModelForTokenClassification if settings.task == "attribution" else AutoModelForSequenceClassification
    try:
        model, info = kind.from_pretrained(
            folder, use_safetensors=True, local_files_only=True, output_loading_info=True, **options
        )
    except Exception as error:  # transformers raises many kinds; all mean that the folder cannot be used
        raise ModelError(f"{folder}: the model cannot be loaded ({error}). Train it again.") from error
    missing = sorted(info["missing_keys"])
    if missing:
        raise ModelError(f"{folder / FILES.weights}: weights are missing ({', '.join(missing[:3])} …). Train it again.")
    typed = getattr(model.config, "type_vocab_size", 0) > 1
    return model.eval(), ("input_ids", "attention_mask", *(["token_type_ids"] if typed else []))


def suitable_tokens(device: str) -> int:
    """Word pieces, padding included, that a batch of PyTorch should have at most to be computed fast there."""
    return CACHED_TOKENS if device == "cpu" else _PARALLEL_TOKENS


def resolve_device(device: str) -> str:
    """Turn ``auto`` into the best device there is.

    Raises:
        ConfigError: when a device is asked for that is not there.
    """
    import torch

    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if device == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if available[name])
    if not available.get(device.split(":", maxsplit=1)[0], False):
        there = ", ".join(name for name, yes in available.items() if yes)
        raise ConfigError(f"device={device}: there is no such device on this machine; there is {there} (or use auto)")
    return device
