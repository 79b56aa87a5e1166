"""Model cards, and the folder to publish."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import ModelCard

import export_models
from stance.encoder import TextModel
from stance.model_folder import TASKS, read_settings, write_settings
from stance.training.cards import Measured, write_card

SCORES = {
    "claims": {"average_precision": 0.75, "macro_f1": 0.5},
    "attribution": {"exact_f1": 0.75, "overlap_f1": 0.5},
    "stance": {"macro_f1": 0.75, "accuracy": 0.5},
}


@pytest.fixture
def recorded(models: Path, tmp_path: Path) -> list[str]:
    """Arguments of the export, with figures and counts written for the tiny models."""
    metrics: dict[str, Any] = {
        task: {
            "model": scores,
            "intervals": {next(iter(scores)): {"low": 0.7, "high": 0.8}},
            **{name: dict.fromkeys(scores, 0.25) for name in ("majority", "bag_of_words", "embeddings")},
        }
        for task, scores in SCORES.items()
    }
    metrics["models"] = {task: read_settings(models / task, task).weights_sha256[:12] for task in TASKS}
    (tmp_path / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    counts = {task: {"train": 40, "dev": 12, "test": 11} for task in TASKS}
    (tmp_path / "summary.json").write_text(json.dumps(counts), encoding="utf-8")
    files = ["--metrics", str(tmp_path / "metrics.json"), "--rows", str(tmp_path / "summary.json")]
    return [str(tmp_path / "out"), "--models", str(models), *files]


def test_an_exported_model_is_whole_and_its_card_can_be_read_by_the_hub(recorded: list[str]) -> None:
    assert export_models.main(recorded) == 0
    for task in TASKS:
        folder = Path(recorded[0]) / task
        assert TextModel(folder, task, device="cpu").settings.task == task
        card = ModelCard.load(folder / "README.md")
        assert (card.data.language, card.data.license, card.data.library_name) == ("en", "apache-2.0", "transformers")
        assert [result.metric_value for result in card.data.eval_results] == list(SCORES[task].values())
        assert {result.dataset_split for result in card.data.eval_results} == {"test"}
        assert "| model | 0.750 (0.700–0.800) | 0.500 |" in card.text
        assert "| bag of words | 0.250 | 0.250 |" in card.text
        assert "40 training rows, 12 for development, 11 for testing" in card.text
        assert "never rules on what is true" in card.text


def test_a_card_after_training_says_that_its_figures_are_of_dev(recorded: list[str]) -> None:
    assert export_models.main(recorded) == 0
    folder = Path(recorded[0]) / "stance"
    write_card(folder, "stance", Measured("dev", SCORES["stance"]), {"train": 40, "dev": 12})
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "On the development split" in text
    assert "| model | 0.750 | 0.500 |" in text


def test_the_example_of_each_card_runs_in_the_readme(recorded: list[str], repository: Path) -> None:
    assert export_models.main(recorded) == 0
    readme = (repository / "README.md").read_text(encoding="utf-8")
    for task in TASKS:
        lines = (Path(recorded[0]) / task / "README.md").read_text(encoding="utf-8").splitlines()
        (call,) = [line for line in lines if line.startswith("print(")]
        assert call.removeprefix("print(model(") in readme


def test_a_folder_that_is_there_is_left_alone(recorded: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(recorded[0]).mkdir()
    assert export_models.main(recorded) == 1
    assert "is there already" in capsys.readouterr().err
    assert list(Path(recorded[0]).iterdir()) == []


def test_figures_of_other_weights_are_refused(recorded: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(recorded[recorded.index("--metrics") + 1])
    metrics = json.loads(path.read_text(encoding="utf-8"))
    metrics["models"]["stance"] = "0" * 12
    path.write_text(json.dumps(metrics), encoding="utf-8")
    assert export_models.main(recorded) == 1
    assert "run: dvc repro evaluate" in capsys.readouterr().err
    assert not Path(recorded[0]).exists()


def test_missing_figures_say_how_to_make_them(recorded: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(recorded[recorded.index("--metrics") + 1]).unlink()
    assert export_models.main(recorded) == 1
    assert "run 'make repro' first" in capsys.readouterr().err


def test_a_card_names_the_public_sets_that_a_model_learned_from(models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(models / "stance", tmp_path / "stance"))
    settings = read_settings(folder, "stance").model_copy(update={"learned_from": ("perspectrum", "iam")})
    write_settings(folder, settings)
    write_card(folder, "stance", Measured("dev", SCORES["stance"]), {"train": 40, "dev": 12})
    card = ModelCard.load(folder / "README.md")
    assert card.data.license == "other"
    assert card.data.eval_results[0].dataset_name == "perspectrum, iam"
    assert "public data sets (perspectrum, iam), whose licences bind" in card.text
    assert "corpus of the project" not in card.text.lower()
    assert "Splits are by claim" not in card.text
