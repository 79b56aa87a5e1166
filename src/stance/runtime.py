"""What computes logits from word pieces."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from stance.batching import Ints
from stance.errors import ConfigError, ModelError
from stance.model_folder import FILES, Task

Array = npt.NDArray[np.float32]


class Runtime(Protocol):
    """A loaded model."""

    @property
    def device(self) -> str:
        """Where it computes, such as ``cpu`` or ``cuda:0``."""

    def logits(self, batch: Mapping[str, Ints]) -> Array:
        """Logits, shape [inputs, labels], or [inputs, pieces, labels] for a tagger.

        Args:
            batch: As ``padded`` gives it; what the model does not read is left out.
        """


class TorchRuntime:
    """A model in PyTorch, from safetensors.

    Args:
        folder: The model folder.
        task: Its task.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``.

    Raises:
        ModelError: when the weights do not load, or some are missing.
        ConfigError: when the device is not there.
    """

    def __init__(self, folder: Path, task: Task, device: str = "auto") -> None:
        from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

        self.device = resolve_device(device)
        kind = AutoModelForTokenClassification if task == "attribution" else AutoModelForSequenceClassification
        try:
            model, info = kind.from_pretrained(
                folder, use_safetensors=True, local_files_only=True, output_loading_info=True
            )
        except Exception as error:  # transformers raises many kinds; all mean that the folder cannot be used
            raise ModelError(f"{folder}: the model cannot be loaded ({error}). Train it again.") from error
        missing = sorted(info["missing_keys"])
        if missing:
            raise ModelError(
                f"{folder / FILES.weights}: weights are missing ({', '.join(missing[:3])} …). Train it again."
            )
        self._model = model.to(self.device).eval()
        self._typed = getattr(model.config, "type_vocab_size", 0) > 1

    def logits(self, batch: Mapping[str, Ints]) -> Array:
        """See ``Runtime``; on CUDA computed in bfloat16."""
        import torch

        names = ["input_ids", "attention_mask", *(["token_type_ids"] if self._typed else [])]
        inputs = {name: torch.from_numpy(batch[name]).to(self.device) for name in names}
        autocast = torch.autocast(self.device, torch.bfloat16, enabled=self.device.startswith("cuda"))
        with torch.inference_mode(), autocast:
            logits = self._model(**inputs).logits
        found: Array = logits.float().cpu().numpy()
        return found


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
