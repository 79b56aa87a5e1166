"""A model folder is checked before it is used, and batching changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from stance.batching import Ints, in_length_order
from stance.encoder import InputText, TextModel
from stance.errors import ConfigError, ModelError
from stance.runtime import Array, resolve_device


@pytest.fixture
def folder(models: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(models / "stance", tmp_path / "stance"))


def test_a_missing_folder_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere: no model folder here\. Train the models with 'make repro'"):
        TextModel(tmp_path / "nowhere", "stance")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "stance.json", "model.safetensors"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}: this file of the model folder is missing"):
        TextModel(folder, "stance")


def test_a_flipped_bit_in_the_weights_is_found(folder: Path) -> None:
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match=r"model\.safetensors: the weights are damaged"):
        TextModel(folder, "stance")


def test_truncated_weights_are_found(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="the weights are damaged"):
        TextModel(folder, "stance")


def test_pickled_weights_are_not_loaded(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="Only safetensors weights are loaded"):
        TextModel(folder, "stance")


def test_broken_settings_are_named(folder: Path) -> None:
    (folder / "stance.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"stance\.json: not the settings of a stance model"):
        TextModel(folder, "stance")


def test_a_model_of_another_task_is_refused(models: Path) -> None:
    with pytest.raises(ModelError, match="this model is for 'claims', but one for 'stance' is needed here"):
        TextModel(models / "claims", "stance")


def test_an_absent_device_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"device=tpu: there is no such device .* there is .*cpu"):
        resolve_device("tpu")


def test_probabilities_come_in_the_order_of_the_inputs(models: Path) -> None:
    model = TextModel(models / "stance", "stance")
    inputs = [InputText("The bridge is safe.", "word " * length) for length in (30, 1, 12, 3, 60)]
    alone = np.concatenate([model.probabilities([each]) for each in inputs])
    np.testing.assert_allclose(model.probabilities(inputs), alone, atol=1e-4)


class Counting:
    """A model that says how many inputs it has read."""

    device = "cpu"
    batch_tokens = 512
    threads = 1

    def __init__(self, labels: int, *, tagger: bool) -> None:
        self.read = 0
        self._labels = labels
        self._tagger = tagger

    def logits(self, batch: Mapping[str, Ints]) -> Array:
        rows, pieces = batch["input_ids"].shape
        self.read += rows
        first = batch["input_ids"][..., None] if self._tagger else batch["input_ids"][:, 1:2]
        shape = (rows, pieces, self._labels) if self._tagger else (rows, self._labels)
        return np.broadcast_to(first / 1000, shape).astype(np.float32)


def test_inputs_that_are_the_same_are_read_once(models: Path) -> None:
    runtime = Counting(4, tagger=False)
    model = TextModel(models / "stance", "stance", backend=runtime)
    pairs = [InputText("It is safe.", "She said so."), InputText("He left.", "She said so.")]
    assert model.probabilities([*pairs, *pairs, pairs[0]]).shape == (5, 4)
    assert runtime.read == 2


def test_texts_that_are_the_same_are_tagged_once(models: Path) -> None:
    runtime = Counting(7, tagger=True)
    model = TextModel(models / "attribution", "attribution", backend=runtime)
    found = model.token_probabilities(["She said so.", "He left.", "She said so."])
    assert runtime.read == 2
    assert found[0] is found[2]
    assert len(found[1].offsets) == 3


def test_probabilities_sum_to_one(models: Path) -> None:
    model = TextModel(models / "claims", "claims")
    np.testing.assert_allclose(
        model.probabilities([InputText("One."), InputText("Two words.")]).sum(axis=1), 1, atol=1e-5
    )


def test_no_input_gives_no_row(models: Path) -> None:
    assert TextModel(models / "stance", "stance").probabilities([]).shape == (0, 4)


def test_words_keep_their_characters(models: Path) -> None:
    model = TextModel(models / "attribution", "attribution")
    text = "Kell’s unfathomableness, she said."
    offsets = model.token_probabilities([text])[0].offsets
    assert [text[start:end] for start, end in offsets] == [
        "Kell",
        "’",
        "s",
        "unfathomableness",
        ",",
        "she",
        "said",
        ".",
    ]


def test_batches_hold_no_more_than_the_budget_and_results_keep_their_order() -> None:
    seen: list[list[int]] = []

    def run(batch: list[int]) -> list[int]:  # type: ignore[type-arg]
        seen.append(list(batch))
        return [10 * item for item in batch]

    items = [5, 1, 9, 2, 2, 8]
    assert in_length_order(items, lambda item: item, 10, run) == [50, 10, 90, 20, 20, 80]
    assert seen == [[9], [8], [5, 2], [2, 1]]


def test_batches_run_at_once_and_results_keep_their_order() -> None:
    meeting = Barrier(2, timeout=20)

    def run(batch: Sequence[int]) -> list[int]:
        if 9 in batch or 8 in batch:
            meeting.wait()  # neither comes through alone
        return [10 * item for item in batch]

    items = [5, 1, 9, 2, 2, 8]
    assert in_length_order(items, lambda item: item, 10, run, threads=2) == [50, 10, 90, 20, 20, 80]


def test_few_items_are_divided_among_the_threads() -> None:
    seen: list[int] = []

    def run(batch: Sequence[int]) -> Sequence[int]:
        seen.append(len(batch))
        return batch

    assert in_length_order([1] * 6, lambda item: item, 512, run, threads=3) == [1] * 6
    assert seen == [2, 2, 2]


def test_an_error_in_a_thread_comes_through() -> None:
    def run(batch: Sequence[int]) -> Sequence[int]:
        raise ModelError(f"no {batch[0]}")

    with pytest.raises(ModelError, match="no 9"):
        in_length_order([9, 8, 7], lambda item: item, 9, run, threads=2)
