"""A model of one task: calibrated probabilities of texts, or of the words of texts, in batches of like length."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from stance.batching import in_length_order, padded
from stance.errors import ConfigError, ModelError
from stance.model_folder import (
    FILES,
    ModelSettings,
    OnnxSettings,
    Precision,
    Task,
    check_weights,
    read_labels,
    read_settings,
)
from stance.runtime import Array, Runtime, TorchRuntime
from stance.tags import Ints, best_chains, marginals

Backend = Literal["auto", "torch", "onnx"]
_LEAST = 1e-12  # probability


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
        folder: Folder that ``save_model`` or the export wrote.
        task: The task that the folder must be for.
        device: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``.
        backend: ``auto`` takes ONNX in an exported folder, and PyTorch elsewhere. Or a model that is loaded.
        precision: Of ONNX; None: what the export found to be the best.

    Raises:
        ModelError: when the folder is missing, incomplete, damaged, for another task, or not in safetensors or ONNX.
        ConfigError: when the device or the backend is not there.
    """

    def __init__(
        self,
        folder: Path,
        task: Task,
        device: str = "auto",
        backend: Backend | Runtime = "auto",
        precision: Precision | None = None,
    ) -> None:
        self.folder = folder
        self.settings = read_settings(folder, task)
        self.labels = read_labels(folder)
        self.tokenizer = _tokenizer(folder, self.settings.max_length, pairs=task == "stance")
        self._runtime, self._exact, found = _open(folder, self.settings, device, backend, precision)
        self.version = self.settings.weights_sha256[:12] + ("-int8" if found == "int8" else "")
        """The first twelve digits of the trained weights' SHA-256, and whether they were rounded since."""
        self._padding: int = json.loads((folder / FILES.config).read_text(encoding="utf-8")).get("pad_token_id") or 0

    @property
    def device(self) -> str:
        """Where the model computes."""
        return self._runtime.device

    def probabilities(self, inputs: Sequence[InputText]) -> Array:
        """Calibrated probabilities, shape [inputs, labels]; inputs that are the same are read once."""
        if not inputs:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        different = list(dict.fromkeys(inputs))
        rows = softmax(np.stack(self.logits(different)) / self.settings.temperature)
        found = dict(zip(different, rows, strict=True))
        return np.stack([found[each] for each in inputs])

    def token_probabilities(self, texts: Sequence[str]) -> list[TokenScores]:
        """Probabilities for each word of each text; words beyond ``max_length`` pieces have none.

        Texts that are the same are read once.
        """
        different = list(dict.fromkeys(texts))
        encoded = self._encode([InputText(text) for text in different])
        rows = in_length_order(encoded, len, self._runtime.batch_tokens, self._tag, self._runtime.threads)
        found = dict(zip(different, rows, strict=True))
        return [found[text] for text in texts]

    def logits(self, inputs: Sequence[InputText]) -> list[Array]:
        """What the model itself gives for each input: shape [labels], or [pieces, labels] for attribution."""
        encoded = self._encode(inputs)
        found = self._run(encoded, self._runtime)
        if self._exact is not None:
            doubtful = [number for number, row in enumerate(found) if _lead(row) < self._exact.below]
            again = self._run([encoded[number] for number in doubtful], self._exact.runtime)
            for number, row in zip(doubtful, again, strict=True):
                found[number] = row
        return found

    def room(self, claim: str) -> int:
        """Word pieces that are left for a statement beside this claim, which is never cut."""
        try:
            return self.settings.max_length - len(self.tokenizer.encode(claim, "").ids)
        except Exception:  # noqa: BLE001 - the library raises bare ones: the claim alone is longer than all that fits in
            return 0

    def _run(self, encoded: Sequence[Encoding], runtime: Runtime) -> list[Array]:
        tagger = self.settings.task == "attribution"

        def run(batch: Sequence[Encoding]) -> list[Array]:
            logits = runtime.logits(padded(batch, self._padding))
            return [row[: len(each)] if tagger else row for each, row in zip(batch, logits, strict=True)]

        return in_length_order(encoded, len, runtime.batch_tokens, run, runtime.threads)

    def _encode(self, inputs: Sequence[InputText]) -> list[Encoding]:
        return self.tokenizer.encode_batch([text.first if text.second is None else tuple(text) for text in inputs])

    def _tag(self, batch: Sequence[Encoding]) -> list[TokenScores]:
        logits = self._runtime.logits(padded(batch, self._padding))
        words = [_by_word(encoding, logits[i]) for i, encoding in enumerate(batch)]
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


def softmax(logits: Array) -> Array:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Array = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


class _Exact(NamedTuple):
    """What computes those inputs again of which a rounded model is in doubt."""

    runtime: Runtime
    below: float


def _open(
    folder: Path, settings: ModelSettings, device: str, backend: Backend | Runtime, precision: Precision | None
) -> tuple[Runtime, _Exact | None, Precision]:
    if not isinstance(backend, str):
        return backend, None, "float32"
    if backend == "torch" or (backend == "auto" and settings.onnx is None):
        return TorchRuntime(folder, settings, device), None, "float32"
    if settings.onnx is None:
        raise ConfigError(f"backend=onnx: {folder} holds no ONNX; name a folder that stage 'export' wrote")
    if device not in ("auto", "cpu"):
        raise ConfigError(f"device={device}: ONNX is computed on the CPU; name a folder with safetensors for {device}")
    wanted = precision or settings.onnx.precision
    runtime = _onnx(folder, settings.onnx, wanted)
    if wanted == "float32" or not settings.onnx.doubt:
        return runtime, None, wanted
    return runtime, _Exact(_onnx(folder, settings.onnx, "float32"), settings.onnx.doubt), wanted


def _onnx(folder: Path, settings: OnnxSettings, precision: Precision) -> Runtime:
    from stance.onnx_runtime import OnnxRuntime

    name, recorded = settings.file(precision)
    check_weights(folder / name, recorded)
    return OnnxRuntime(folder / name)


def _lead(logits: Array) -> float:
    """By how much the largest is above the next."""
    second, first = np.partition(logits, -2)[-2:]
    return float(first - second)


def _tokenizer(folder: Path, max_length: int, *, pairs: bool) -> Tokenizer:
    """The folder's tokenizer, cutting as in training: of a pair, the statement and never the claim."""
    try:
        tokenizer = Tokenizer.from_file(str(folder / FILES.tokenizer))
    except Exception as error:  # the library raises bare exceptions
        raise ModelError(f"{folder / FILES.tokenizer}: not a tokenizer ({error}). Train it again.") from error
    tokenizer.enable_truncation(max_length, strategy="only_second" if pairs else "longest_first")
    tokenizer.no_padding()
    return tokenizer


def _by_word(encoding: Encoding, logits: Array) -> tuple[npt.NDArray[np.int64], Array]:
    """Offsets and logits by word: those of its first piece, but the word reaches to the end of its last."""
    offsets: list[list[int]] = []
    rows: list[Array] = []
    previous = None
    for position, (word, (start, end)) in enumerate(zip(encoding.word_ids, encoding.offsets, strict=True)):
        if word is None:
            continue
        if word == previous:
            offsets[-1][1] = end
        else:
            offsets.append([start, end])
            rows.append(logits[position])
        previous = word
    shape = (len(offsets), logits.shape[-1])
    return np.array(offsets, dtype=np.int64).reshape(-1, 2), np.array(rows, dtype=np.float32).reshape(shape)
