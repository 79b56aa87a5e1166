"""The whole pipeline, for real: ``dvc repro`` with the smoke profile in a temporary clone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stance.records import ArticleResult


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HF_HUB_OFFLINE": "1",
    }
    done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done


@pytest.fixture(scope="module")
def clone(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the working tree, its pipeline run once with the smoke profile."""
    folder = tmp_path_factory.mktemp("clone") / "stance"
    files = run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], repository).stdout.splitlines()
    for name in files:
        if (repository / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repository / name, folder / name)
    run(["git", "init", "--quiet"], folder)
    run(["git", "add", "--all"], folder)
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    run(["git", *identity, "commit", "--quiet", "--message", "clone"], folder)
    run([sys.executable, "-m", "stance.config", "profile=smoke"], folder)
    run(["dvc", "repro"], folder)
    return folder


def test_every_output_is_there(clone: Path) -> None:
    names = ["metrics.json", "results/examples.jsonl", "results/report.html", "prepared/summary.json"]
    names += [f"models/{task}/model.safetensors" for task in ("claims", "attribution", "stance")]
    names += [
        f"exported/{task}/{name}"
        for task in ("claims", "attribution", "stance")
        for name in ("model.onnx", "agreement.json")
    ]
    names += [
        f"plots/{task}_{kind}.svg"
        for task in ("claims", "attribution", "stance")
        for kind in ("confusion", "reliability")
    ]
    assert [name for name in names if not (clone / name).is_file()] == []


def test_the_metrics_hold_each_model_and_its_baselines(clone: Path) -> None:
    metrics: dict[str, Any] = json.loads((clone / "metrics.json").read_text(encoding="utf-8"))
    for task in ("claims", "attribution", "stance"):
        assert {"model", "majority", "bag_of_words"} <= set(metrics[task])
        assert {"ece", "brier"} <= set(metrics[task]["model"])
    assert "bag_of_words_claim_blind" in metrics["stance"]


def test_the_examples_are_scored(clone: Path) -> None:
    rows = (clone / "results" / "examples.jsonl").read_text(encoding="utf-8").splitlines()
    results = [ArticleResult.model_validate_json(row) for row in rows]
    assert len(results) == 6
    assert all(result.text and result.sentences for result in results)


def test_a_second_run_does_nothing(clone: Path) -> None:
    assert "Data and pipelines are up to date." in run(["dvc", "repro"], clone).stdout


def test_curves_of_the_training_are_written(clone: Path) -> None:
    losses = (clone / "curves" / "stance" / "plots" / "metrics" / "train_loss.tsv").read_text(encoding="utf-8")
    assert losses.startswith("step\ttrain_loss")


def test_the_same_seed_gives_the_same_weights(clone: Path) -> None:
    def settings() -> dict[str, Any]:
        return dict(json.loads((clone / "models" / "stance" / "stance.json").read_text(encoding="utf-8")))

    before = settings()
    stage = [sys.executable, "-m", "stance.training.train", "--config-name", "recorded", "task=stance"]
    run(["env", "PYTHONPATH=src", *stage], clone)
    assert settings() == before


def test_an_edited_article_is_prepared_again(clone: Path) -> None:
    article = next((clone / "corpus" / "articles").rglob("*.txt"))
    article.write_text(
        article.read_text(encoding="utf-8") + "\nOne more sentence about nothing at all.\n", encoding="utf-8"
    )
    assert "Running stage 'prepare'" in run(["dvc", "repro", "prepare"], clone).stdout
