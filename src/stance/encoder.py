"""A model folder: what is in it, how it is checked and loaded, and batched probabilities from it.

Each folder is an ordinary Hugging Face model folder (``transformers.pipeline`` loads it) plus ``stance.json``, which
holds what training decided: temperature, thresholds, input length, and the SHA-256 of the weights.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from stance.errors import ConfigError, ModelError
from stance.tags import Ints, best_chains, marginals

Array = npt.NDArray[np.float32]
Task = Literal["claims", "attribution", "stance"]
TASKS: tuple[Task, ...] = ("claims", "attribution", "stance")
_T = TypeVar("_T")
_R = TypeVar("_R")
_LEAST = 1e-12  # probability


@dataclass(frozen=True)
class ModelFiles:
    """Names inside a model folder."""

    config: str = "config.json"
    weights: str = "model.safetensors"
    tokenizer: str = "tokenizer.json"
    settings: str = "stance.json"
    card: str = "README.md"


FILES = ModelFiles()


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
    steps: list[list[float]] | None = None
    """Attribution: score of each step from tag to tag that was learned beside the logits; None: all are alike."""
    block_characters: int = 0
    """Attribution: paragraphs are read together up to so many characters; 0: each alone."""


class InputText(NamedTuple):
    """One input of a classifier: a text, or a pair."""

    first: str
    second: str | None = None


class TokenScores(NamedTuple):
    """What the attribution model says of one text, word by word."""

    offsets: npt.NDArray[np.int64]
    """Shape [words, 2]: character offsets into the text."""
    probabilities: Array
    """Shape [words, labels]."""
    tags: Ints
    """Shape [words]: the best legal chain of tags, as label numbers."""


class TextModel:
    """A fine-tuned model of one task, ready to give calibrated probabilities.

    Args:
        folder: Folder that ``save`` wrote.
        task: The task that the folder must be for.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        batch_tokens: Word pieces in a batch, padding included; bounds memory.

    Raises:
        ModelError: when the folder is missing, incomplete, damaged, for another task, or not in safetensors.
        ConfigError: when the device is not there.
    """

    def __init__(self, folder: Path, task: Task, device: str = "auto", batch_tokens: int = 4096) -> None:
        self.folder = folder
        self.settings = read_settings(folder, task)
        self.device = resolve_device(device)
        self.batch_tokens = batch_tokens
        self.model, self.tokenizer = _load(folder, self.settings)
        self.model.to(self.device).eval()
        self.labels: tuple[str, ...] = tuple(self.model.config.id2label[i] for i in range(self.model.config.num_labels))

    @property
    def version(self) -> str:
        """The first twelve digits of the weights' SHA-256."""
        return self.settings.weights_sha256[:12]

    def probabilities(self, inputs: Sequence[InputText]) -> Array:
        """Calibrated probabilities, shape [inputs, labels]."""
        if not inputs:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        encoded = self._encode(inputs)
        rows = in_length_order(encoded, lambda e: len(e["input_ids"]), self.batch_tokens, self._classify)
        return np.stack(rows)

    def token_probabilities(self, texts: Sequence[str]) -> list[TokenScores]:
        """Probabilities for each word of each text; words beyond ``max_length`` pieces have none."""
        if not texts:
            return []
        encoded = self._encode([InputText(text) for text in texts])
        return in_length_order(encoded, lambda e: len(e["input_ids"]), self.batch_tokens, self._tag)

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Number of word pieces in each text, without special tokens."""
        return [len(ids) for ids in self.tokenizer(list(texts), add_special_tokens=False)["input_ids"]] if texts else []

    def _encode(self, inputs: Sequence[InputText]) -> list[Any]:
        firsts = [text.first for text in inputs]
        seconds = [text.second for text in inputs] if inputs[0].second is not None else None
        encoded = self.tokenizer(
            firsts,
            seconds,
            truncation="only_second" if seconds else True,
            max_length=self.settings.max_length,
            return_offsets_mapping=self.settings.task == "attribution",
        )
        words = [encoded.word_ids(i) for i in range(len(firsts))] if self.settings.task == "attribution" else None
        return [
            {**{key: encoded[key][i] for key in encoded}, **({"words": words[i]} if words else {})}
            for i in range(len(firsts))
        ]

    def _logits(self, batch: Sequence[Any]) -> Array:
        import torch

        keys = [key for key in ("input_ids", "attention_mask", "token_type_ids") if key in batch[0]]
        padded = self.tokenizer.pad([{key: item[key] for key in keys} for item in batch], return_tensors="pt")
        autocast = torch.autocast(self.device, torch.bfloat16, enabled=self.device.startswith("cuda"))
        with torch.inference_mode(), autocast:
            logits = self.model(**padded.to(self.device)).logits
        found: Array = logits.float().cpu().numpy()
        return found

    def _classify(self, batch: Sequence[Any]) -> list[Array]:
        return list(softmax(self._logits(batch) / self.settings.temperature))

    def _tag(self, batch: Sequence[Any]) -> list[TokenScores]:
        logits = self._logits(batch)
        words = [_by_word(item, logits[i]) for i, item in enumerate(batch)]
        rows = [found for _, found in words]
        learned = self.settings.steps
        steps = np.zeros((len(self.labels),) * 2) if learned is None else np.asarray(learned)
        chains = best_chains(rows, steps, self.labels)
        if learned is not None:
            found = marginals(rows, steps, self.labels)
            rows = [np.log(np.maximum(row, _LEAST)).astype(np.float32) for row in found]
        return [
            TokenScores(offsets, softmax(row / self.settings.temperature), chain)
            for (offsets, _), row, chain in zip(words, rows, chains, strict=True)
        ]


def read_settings(folder: Path, task: Task) -> ModelSettings:
    """Read ``stance.json`` after checking that the folder is whole.

    Raises:
        ModelError: when it is not.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: no model folder here. Train the models with 'make repro', or name their folder.")
    for name in (FILES.settings, FILES.config, FILES.tokenizer, FILES.weights):
        if not (folder / name).is_file():
            hint = "Only safetensors weights are loaded. " if name == FILES.weights else ""
            raise ModelError(f"{folder / name}: this file of the model folder is missing. {hint}Train it again.")
    try:
        settings = ModelSettings.model_validate_json((folder / FILES.settings).read_text(encoding="utf-8"))
    except (ValidationError, ValueError) as error:
        raise ModelError(f"{folder / FILES.settings}: not the settings of a stance model: {error}") from error
    if settings.task != task:
        raise ModelError(f"{folder}: this model is for {settings.task!r}, but one for {task!r} is needed here")
    found = sha256(folder / FILES.weights)
    if found != settings.weights_sha256:
        raise ModelError(
            f"{folder / FILES.weights}: the weights are damaged: their SHA-256 is {found[:12]}…, "
            f"but training recorded {settings.weights_sha256[:12]}…. Train again, or copy the folder anew."
        )
    return settings


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


def in_length_order(
    items: Sequence[_T],
    length: Callable[[_T], int],
    budget: int,
    run: Callable[[Sequence[_T]], Sequence[_R]],
) -> list[_R]:
    """Run ``run`` over batches of items of like length and return the results in the items' own order.

    Args:
        items: What to run over.
        length: Length of one item, in the unit of ``budget``.
        budget: Most that a batch may hold once every item in it is as long as its longest.
        run: Gives one result for each item of a batch.
    """
    order = sorted(range(len(items)), key=lambda i: -length(items[i]))
    results: dict[int, _R] = {}
    for indices in _batches(order, [length(items[i]) for i in order], budget):
        results.update(zip(indices, run([items[i] for i in indices]), strict=True))
    return [results[i] for i in range(len(items))]


def softmax(logits: Array) -> Array:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Array = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _batches(order: Sequence[int], lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    batch: list[int] = []
    longest = 0
    for index, length in zip(order, lengths, strict=True):
        if batch and (len(batch) + 1) * max(longest, length) > budget:
            yield batch
            batch, longest = [], 0
        batch.append(index)
        longest = max(longest, length)
    if batch:
        yield batch


def _load(folder: Path, settings: ModelSettings) -> tuple[Any, Any]:
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer

    kind = AutoModelForTokenClassification if settings.task == "attribution" else AutoModelForSequenceClassification
    try:
        model, info = kind.from_pretrained(
            folder, use_safetensors=True, local_files_only=True, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # transformers raises many kinds; all mean that the folder cannot be used
        raise ModelError(f"{folder}: the model cannot be loaded ({error}). Train it again.") from error
    missing = sorted(info["missing_keys"])
    if missing:
        raise ModelError(f"{folder / FILES.weights}: weights are missing ({', '.join(missing[:3])} …). Train it again.")
    return model, tokenizer


def _by_word(item: Any, logits: Array) -> tuple[npt.NDArray[np.int64], Array]:
    """Offsets and logits by word: those of its first piece, but the word reaches to the end of its last."""
    offsets: list[list[int]] = []
    rows: list[Array] = []
    previous = None
    for position, word in enumerate(item["words"]):
        if word is None:
            continue
        start, end = item["offset_mapping"][position]
        if word == previous:
            offsets[-1][1] = end
        else:
            offsets.append([start, end])
            rows.append(logits[position])
        previous = word
    shape = (len(offsets), logits.shape[-1])
    return np.array(offsets, dtype=np.int64).reshape(-1, 2), np.array(rows, dtype=np.float32).reshape(shape)
