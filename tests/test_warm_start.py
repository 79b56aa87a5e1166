"""A training that begins with a model trained before, instead of the encoder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from stance.config import Config
from stance.errors import ModelError
from stance.model_folder import CORPUS, FILES, Task, read_settings
from stance.training.resume import fingerprint
from stance.training.train import train
from stance.training.warm_start import start_of
from tiny_training import prepare_rows, tiny_config


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_rows(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="module")
def before(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with models of all tasks but claims."""
    folder = tmp_path_factory.mktemp("before")
    for task in ("attribution", "stance"):
        train(tiny_config(prepared), task, folder, folder / "curves", folder / "checkpoints")
    return folder


def beginning_with(before: Path, prepared: Path, task: Task, *more: str) -> Config:
    return tiny_config(prepared, f"{task}.train.warm_start={before}", *more)


@pytest.mark.parametrize("task", ["attribution", "stance"])
def test_it_goes_on_from_weights_head_and_steps_of_the_model(
    prepared: Path, before: Path, tmp_path: Path, task: Task
) -> None:
    standing_still = (f"{task}.train.learning_rate=1e-12", "stance.composed=0")
    config = beginning_with(before, prepared, task, *standing_still)
    train(config, task, tmp_path, tmp_path / "curves", tmp_path / "checkpoints")
    found, wanted = (load_file(folder / task / FILES.weights) for folder in (tmp_path, before))
    assert found.keys() == wanted.keys()
    assert all(torch.allclose(found[name], wanted[name], atol=1e-6) for name in wanted)
    after, earlier = (read_settings(folder / task, task).steps for folder in (tmp_path, before))
    assert (after is None) == (task == "stance")
    for row, row_before in zip(after or [], earlier or [], strict=True):
        assert row == pytest.approx(row_before, abs=2e-4)


def test_what_it_learned_from_before_is_remembered(prepared: Path, before: Path, tmp_path: Path) -> None:
    public = f"+stance.mixture.public.mine={{folder: {tmp_path}, part: dev, weight: 1}}"
    config = beginning_with(before, prepared, "stance", "stance.mixture.corpus=0", "stance.composed=0", public)
    train(config, "stance", tmp_path, tmp_path / "curves", tmp_path / "checkpoints")
    assert read_settings(tmp_path / "stance", "stance").learned_from == (CORPUS, "mine")


def test_without_one_it_is_the_encoder(prepared: Path) -> None:
    config = tiny_config(prepared)
    assert start_of(config, "stance").encoder == config.encoder
    assert start_of(config, "stance").learned_from == ()


def test_other_weights_in_the_same_folder_are_another_training(prepared: Path, before: Path, tmp_path: Path) -> None:
    shutil.copytree(before / "stance", tmp_path / "stance")
    config = beginning_with(tmp_path, prepared, "stance")
    mark = fingerprint(config, "stance")
    assert fingerprint(config, "stance") == mark
    settings = read_settings(tmp_path / "stance", "stance").model_copy(update={"weights_sha256": "0" * 64})
    (tmp_path / "stance" / FILES.settings).write_text(settings.model_dump_json(), encoding="utf-8")
    other = fingerprint(config, "stance")
    assert {name for name in mark if mark[name] != other[name]} == {"settings"}


def test_a_folder_without_the_model_is_named(prepared: Path, before: Path) -> None:
    with pytest.raises(ModelError, match=f"{before / 'claims'}: no model folder here"):
        start_of(beginning_with(before, prepared, "claims"), "claims")
    with pytest.raises(ModelError, match=f"{before / 'claims'}: no model folder here"):
        fingerprint(beginning_with(before, prepared, "claims"), "claims")


def test_a_model_of_another_task_is_refused(prepared: Path, before: Path, tmp_path: Path) -> None:
    shutil.copytree(before / "stance", tmp_path / "claims")
    with pytest.raises(ModelError, match="this model is for 'stance', but one for 'claims' is needed here"):
        start_of(beginning_with(tmp_path, prepared, "claims"), "claims")


def test_damaged_weights_are_refused(prepared: Path, before: Path, tmp_path: Path) -> None:
    shutil.copytree(before / "stance", tmp_path / "stance")
    save_file({"other": torch.zeros(1)}, tmp_path / "stance" / FILES.weights)
    with pytest.raises(ModelError, match="the weights are damaged"):
        start_of(beginning_with(tmp_path, prepared, "stance"), "stance")
