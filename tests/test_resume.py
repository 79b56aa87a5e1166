"""A training that is stopped goes on from its last checkpoint, to the weights that it would have had anyway."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stance.config import Config
from stance.model_folder import FILES, Task, sha256
from stance.training.resume import fingerprint, keep_only_own, last_checkpoint
from stance.training.train import train
from tiny_training import Stopped, prepare_rows, raising, stopping_at, tiny_config


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_rows(tmp_path_factory.mktemp("prepared"))


def learn(config: Config, task: Task, folder: Path) -> str:
    """Train below a folder; the digest of the weights."""
    train(config, task, *(folder / name for name in ("models", "curves", "checkpoints")))
    return sha256(folder / "models" / task / FILES.weights)


@pytest.mark.parametrize(
    ("task", "precision", "stops"),
    [
        ("claims", "bfloat16", [4]),  # right after the first epoch, whose last state was the last one saved
        ("attribution", "float32", [6, 2]),  # twice in the second epoch
        (
            "stance",
            "float32",
            [1, 3, 3, 5],
        ),  # before any checkpoint, among the composed statements, and twice after them
    ],
)
def test_stopped_and_resumed_gives_the_same_weights_and_curves(
    prepared: Path, tmp_path: Path, task: Task, precision: str, stops: list[int]
) -> None:
    config = tiny_config(prepared, f"{task}.train.precision={precision}")
    whole = learn(config, task, tmp_path / "whole")
    for batch in stops:
        with stopping_at(batch, raising), pytest.raises(Stopped):
            learn(config, task, tmp_path / "parts")
    assert learn(config, task, tmp_path / "parts") == whole
    assert curves(tmp_path / "parts", task) == curves(tmp_path / "whole", task)
    assert not (tmp_path / "parts" / "checkpoints" / task).exists()


def curves(folder: Path, task: Task) -> dict[str, str]:
    found = (folder / "curves" / task / "plots" / "metrics").glob("*.tsv")
    return {path.name: path.read_text("utf-8") for path in found}


def test_a_killed_process_goes_on(prepared: Path, tmp_path: Path, repository: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; sys.path.insert(0, 'tests')\n"
        "from test_resume import learn; from tiny_training import stopping_at, tiny_config\n"
        "kill = lambda: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"with stopping_at(6, kill): learn(tiny_config(Path({str(prepared)!r})), 'claims', Path({str(tmp_path)!r}))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=repository, check=False).returncode == -signal.SIGKILL
    checkpoints = tmp_path / "checkpoints" / "claims" / "13" / "main"
    assert last_checkpoint(checkpoints) == checkpoints / "checkpoint-4"
    assert learn(tiny_config(prepared), "claims", tmp_path) == learn(tiny_config(prepared), "claims", tmp_path / "new")


@pytest.mark.parametrize(
    ("overrides", "changed"),
    [
        (["claims.train.learning_rate=3e-4"], "other settings"),
        (["seed=14"], "other settings"),
        (["claims.max_length=64", "stance.train.epochs=3"], "other settings"),
    ],
)
def test_checkpoints_of_other_settings_are_not_resumed(
    prepared: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, overrides: list[str], changed: str
) -> None:
    (tmp_path / "main" / "checkpoint-2").mkdir(parents=True)
    keep_only_own(tmp_path, fingerprint(tiny_config(prepared), "claims"))
    (tmp_path / "main" / "checkpoint-2").mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        keep_only_own(tmp_path, fingerprint(tiny_config(prepared, *overrides), "claims"))
    assert f"checkpoints of another training ({changed}); starting anew" in caplog.messages[-1]
    assert not (tmp_path / "main").exists()


def test_checkpoints_of_other_data_are_not_resumed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    marks = [fingerprint(tiny_config(prepare_rows(tmp_path / str(rows), rows)), "stance") for rows in (12, 13)]
    assert {name for name in marks[0] if marks[0][name] != marks[1][name]} == {"data"}


def test_settings_that_leave_the_weights_alone_do_not_count(prepared: Path, tmp_path: Path) -> None:
    other = tiny_config(prepared, "claims.train.checkpoint_steps=null", "stance.train.epochs=3")
    assert fingerprint(other, "claims") == fingerprint(tiny_config(prepared), "claims")
    keep_only_own(tmp_path, fingerprint(other, "claims"))
    (tmp_path / "main").mkdir()
    keep_only_own(tmp_path, fingerprint(tiny_config(prepared), "claims"))
    assert (tmp_path / "main").exists()


def test_a_checkpoint_that_was_cut_short_does_not_count(tmp_path: Path) -> None:
    for step, state in ((9, '{"global_step": 9}'), (10, '{"global_step": 10}'), (11, '{"global_st')):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").write_text(state, encoding="utf-8")
    (tmp_path / "checkpoint-12").mkdir()
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-10"
    assert last_checkpoint(tmp_path / "none") is None
