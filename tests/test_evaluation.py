"""The stage ``evaluate`` with tiny random models on a few articles of the corpus."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from stance.config import Config, check, compose
from stance.training import evaluate as stage
from stance.training.prepare import prepare


@pytest.fixture(scope="module")
def config(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("evaluated")
    places = [f"data.corpus={repository / 'corpus'}", f"data.prepared={folder / 'prepared'}", "device=cpu"]
    composed = check(compose(["profile=smoke", *places], repository / "conf"))
    prepare(composed)
    return composed


@pytest.fixture(scope="module")
def evaluated(config: Config, models: Path) -> Path:
    """The folder that the stage was run in."""
    folder = config.data.prepared.parent
    shutil.copytree(models, folder / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        stage.evaluate(config)
    return folder


@pytest.fixture(scope="module")
def metrics(evaluated: Path) -> dict[str, Any]:
    return dict(json.loads((evaluated / "metrics.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("task", "score"), [("claims", "average_precision"), ("attribution", "exact_f1"), ("stance", "macro_f1")]
)
def test_the_headline_figure_of_each_task_has_an_interval(metrics: dict[str, Any], task: str, score: str) -> None:
    interval = metrics[task]["intervals"][score]
    assert interval["low"] <= metrics[task]["model"][score] <= interval["high"]
