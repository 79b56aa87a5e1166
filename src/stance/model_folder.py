"""A model folder: which files it holds, what its settings say, and how it is checked and written.

Each folder is an ordinary Hugging Face model folder (``transformers.pipeline`` loads it) plus ``stance.json``, which
holds what training decided: temperature, thresholds, input length, and the SHA-256 of the weights. An exported folder
has ONNX files in place of the safetensors.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from stance.errors import ModelError

Task = Literal["claims", "attribution", "stance"]
Precision = Literal["float32", "int8"]
PRECISIONS: tuple[Precision, ...] = ("float32", "int8")
TASKS: tuple[Task, ...] = ("claims", "attribution", "stance")
CORPUS = "stance-corpus"
"""Name of the project's own corpus."""


@dataclass(frozen=True)
class ModelFiles:
    """Names inside a model folder."""

    config: str = "config.json"
    weights: str = "model.safetensors"
    tokenizer: str = "tokenizer.json"
    settings: str = "stance.json"
    card: str = "README.md"
    onnx: str = "model.onnx"
    onnx_int8: str = "model_int8.onnx"


FILES = ModelFiles()


class OnnxSettings(BaseModel):
    """What the export wrote, and which of it to use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    float32_sha256: str
    int8_sha256: str
    precision: Precision
    """What is used unless another is asked for: ``int8`` where it gives the same labels, and gains by it."""
    doubt: float = 0.0
    """Of ``int8``: a classifier computes an input again in float32 when its two largest logits are less apart."""

    def file(self, precision: Precision) -> tuple[str, str]:
        """Name and SHA-256 of the file with this precision."""
        return (FILES.onnx_int8, self.int8_sha256) if precision == "int8" else (FILES.onnx, self.float32_sha256)


class ModelSettings(BaseModel):
    """The content of ``stance.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: Task
    max_length: int
    """Longest input in word pieces; what is longer is cut (claims, stance) or read in windows (attribution)."""
    temperature: float = 1.0
    """Logits are divided by this before the softmax (Guo et al., 2017, arXiv:1706.04599); with ``steps``, the
    logarithms of the tags' marginal probabilities."""
    thresholds: dict[str, float] = {}
    """Decision thresholds chosen on the development split."""
    weights_sha256: str
    encoder: str
    """Name of the encoder that was fine-tuned."""
    learned_from: tuple[str, ...] = (CORPUS,)
    """What it learned from: ``CORPUS`` and names of public data sets, or one of them alone."""
    steps: list[list[float]] | None = None
    """Attribution: score of each step from tag to tag that was learned beside the logits; None: all are alike."""
    block_characters: int = 0
    """Attribution: paragraphs are read together up to so many characters; 0: each alone."""
    onnx: OnnxSettings | None = None
    """Of an exported folder."""


def read_settings(folder: Path, task: Task) -> ModelSettings:
    """Read ``stance.json`` after checking that the folder is one; ``check_weights`` checks what is then loaded.

    Raises:
        ModelError: when it is not.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: no model folder here. Train the models with 'make repro', or name their folder.")
    for name in (FILES.settings, FILES.config, FILES.tokenizer):
        if not (folder / name).is_file():
            raise ModelError(f"{folder / name}: this file of the model folder is missing. Train it again.")
    try:
        settings = ModelSettings.model_validate_json((folder / FILES.settings).read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(folder / FILES.settings, error) from error
    except ValueError as error:
        raise ModelError(f"{folder / FILES.settings}: not the settings of a stance model: {error}") from error
    if settings.task != task:
        raise ModelError(f"{folder}: this model is for {settings.task!r}, but one for {task!r} is needed here")
    return settings


def read_labels(folder: Path) -> tuple[str, ...]:
    """The names of the classes, in the order of the logits, from ``config.json``.

    Raises:
        ModelError: when it names none.
    """
    try:
        names: dict[str, str] = json.loads((folder / FILES.config).read_text(encoding="utf-8"))["id2label"]
        return tuple(names[str(number)] for number in range(len(names)))
    except OSError as error:
        raise _unreadable(folder / FILES.config, error) from error
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{folder / FILES.config}: this names no classes ('id2label'). Train it again.") from error


def check_weights(file: Path, recorded: str) -> None:
    """Check that a file of weights is there, and against its SHA-256.

    Raises:
        ModelError: when it is not.
    """
    if not file.is_file():
        hint = "Only safetensors weights are loaded. " if file.name == FILES.weights else ""
        raise ModelError(f"{file}: this file of the model folder is missing. {hint}Train it again.")
    try:
        found = sha256(file)
    except OSError as error:
        raise _unreadable(file, error) from error
    if found != recorded:
        raise ModelError(
            f"{file}: the weights are damaged: their SHA-256 is {found[:12]}…, "
            f"but training recorded {recorded[:12]}…. Train again, or copy the folder anew."
        )


def _unreadable(file: Path, error: OSError) -> ModelError:
    return ModelError(f"{file}: this file of the model folder cannot be read ({error.strerror})")


def save_model(folder: Path, model: Any, tokenizer: Any, settings: dict[str, Any]) -> ModelSettings:
    """Write a model folder; ``settings`` are the fields of ``ModelSettings`` but for the checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    whole = ModelSettings(weights_sha256=sha256(folder / FILES.weights), **settings)
    write_settings(folder, whole)
    return whole


def write_settings(folder: Path, settings: ModelSettings) -> None:
    """Write ``stance.json``."""
    (folder / FILES.settings).write_text(json.dumps(settings.model_dump(), indent=2) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
