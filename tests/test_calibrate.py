"""What calibration writes beside a model is what the model then says."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from datasets import Dataset

from stance.encoder import TextModel
from stance.model_folder import TASKS, Task, read_settings
from stance.training.calibrate import calibrate, predict
from stance.training.prepare import read


@pytest.mark.parametrize("task", TASKS)
def test_the_scores_are_those_of_the_model_with_its_temperature(
    task: Task, models: Path, prepared: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(models / task, tmp_path / task)
    before = read_settings(folder, task).temperature
    rows = _dev(prepared, task)
    scores = calibrate(folder, task, rows, abstain_risk=0.25)
    assert read_settings(folder, task).temperature != before
    assert predict(TextModel(folder, task, device="cpu"), rows).scores == pytest.approx(scores, abs=1e-3)


@pytest.mark.parametrize("task", TASKS)
def test_at_another_temperature(task: Task, models: Path, prepared: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / task, tmp_path / task)
    rows = read(prepared, task, "test")
    first = predict(TextModel(folder, task, device="cpu"), rows)
    warm = first.at(3.0)
    assert warm.rows.max() < first.rows.max()
    assert (warm.rows.argmax(axis=-1) == first.rows.argmax(axis=-1)).all()
    np.testing.assert_allclose(warm.rows.sum(axis=-1), 1)
    np.testing.assert_allclose(warm.at(1 / 3).rows, first.rows, atol=1e-6)


def _dev(prepared: Path, task: Task) -> Dataset:
    rows = read(prepared, task, "test")
    if task != "stance":
        return rows
    extra = {"wording": "claim", "speaker": "s", "article": "a"}
    return rows.map(lambda row: row | extra)
