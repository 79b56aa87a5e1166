"""The encoder to fine-tune: from a PyPI package, the Hub, a folder, or a random miniature for tests."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from stance.config import EncoderConfig
from stance.errors import ModelError
from stance.model_folder import sha256


def load_tokenizer(config: EncoderConfig) -> Any:
    """The encoder's tokenizer.

    Raises:
        ModelError: when it is missing.
    """
    from transformers import AutoTokenizer

    source = locate(config)
    try:
        return AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"encoder {config.name}: no tokenizer could be loaded from {source}: {_brief(error)}"
        ) from error


def load_encoder(config: EncoderConfig, auto_class: Any, labels: tuple[str, ...]) -> Any:
    """A fresh model with the encoder's weights and a new head for ``labels``.

    Args:
        config: Which encoder.
        auto_class: ``AutoModelForSequenceClassification`` or ``AutoModelForTokenClassification``.
        labels: Names of the classes, in order.

    Raises:
        ModelError: when the weights are missing, not safetensors, or not those expected.
    """
    from transformers import AutoConfig

    names = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
    source = locate(config)
    if config.kind == "random":
        small = AutoConfig.from_pretrained(
            source, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, **names
        )
        return auto_class.from_config(small)
    if config.sha256 is not None:
        weights = Path(source) / "model.safetensors"
        found = sha256(weights) if weights.is_file() else "no such file"
        if found != config.sha256:
            raise ModelError(f"{weights}: expected SHA-256 {config.sha256}, found {found}. Reinstall the package.")
    try:
        return auto_class.from_pretrained(source, use_safetensors=True, **names)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"encoder {config.name}: no safetensors weights could be loaded from {source}: {_brief(error)}"
        ) from error


def _brief(error: Exception) -> str:
    """The first line of what a library says, which may be twenty."""
    return str(error).strip().split("\n", maxsplit=1)[0]


def locate(config: EncoderConfig) -> str:
    """The folder of the encoder, or its id on the Hub.

    Raises:
        ModelError: when the package is not installed or the folder is not there.
    """
    if config.kind == "hub":
        return config.location
    if config.kind == "folder":
        if not Path(config.location).is_dir():
            raise ModelError(f"encoder.location={config.location}: there is no such folder")
        return config.location
    try:
        found = importlib.util.find_spec(config.location)  # finds the folder without running the package's code
    except (ImportError, ValueError):  # a part of a package that is not there, or no name of a package
        found = None
    if found is None or found.origin is None:
        raise ModelError(f"the package {config.location} is not installed; run 'make install'")
    folders = [path.parent for path in Path(found.origin).parent.rglob("model.safetensors")]
    if not folders:
        raise ModelError(f"the package {config.location} holds no model.safetensors; reinstall it")
    return str(min(folders, key=lambda folder: len(folder.parts)))
