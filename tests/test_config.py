"""The configuration is composed from conf/, recorded in params.yaml, and checked where it enters."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import hydra
import pytest
from omegaconf import OmegaConf

from stance import config
from stance.errors import ConfigError


@pytest.fixture(autouse=True)
def in_repository(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)


def test_the_recorded_parameters_equal_the_composition(capsys: pytest.CaptureFixture[str]) -> None:
    assert config.main(["--check"]) == 0, capsys.readouterr().err


def test_a_changed_composition_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    assert config.main(["--check", "seed=99"]) == 1
    assert "run: python -m stance.config" in capsys.readouterr().err


@pytest.mark.parametrize("encoder", ["minilm", "roberta-base", "deberta-v3-base", "tiny"])
def test_every_encoder_composes(encoder: str) -> None:
    assert config.check(config.compose([f"encoder={encoder}"])).encoder.name


@pytest.mark.parametrize("encoder", ["hub", "folder"])
def test_any_encoder_can_be_named(encoder: str) -> None:
    checked = config.check(config.compose([f"encoder={encoder}", "encoder.location=some/where"]))
    assert (checked.encoder.name, checked.encoder.kind) == ("some/where", encoder)


def test_an_encoder_without_a_location_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"encoder\.location"):
        config.check(config.compose(["encoder=hub"]))


def test_the_smoke_profile_has_the_last_word() -> None:
    checked = config.check(config.compose(["profile=smoke"]))
    assert (checked.encoder.kind, checked.stance.train.epochs, checked.attribution.train.epochs) == ("random", 1, 1)


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        ("stance.train.epochs=0", r"stance\.train\.epochs: Input should be greater than or equal to 1 \(got '0'\)"),
        ("data.test_share=0.9", r"data\.test_share: Input should be less than 0\.5"),
        ("stance.train.precision=half", r"stance\.train\.precision: Input should be 'auto', 'float32' or 'bfloat16'"),
        ("+stance.typo=1", r"stance\.typo: Extra inputs are not permitted"),
        ("task=stances", r"task: Input should be 'claims', 'attribution' or 'stance'"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(override: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        config.check(config.compose([override]))


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ConfigError, match="conf/ cannot be composed"):
        config.compose(["stance.train.lr=1e-5"])


def test_a_task_setting_touches_only_its_task() -> None:
    before, after = config.compose(), config.compose(["stance.train.learning_rate=9e-5"])
    assert before.claims == after.claims
    assert OmegaConf.select(after, "stance.train.learning_rate") == 9e-5


def test_labels_that_are_numbers_are_recorded_as_text() -> None:
    own = "stance.mixture.public.own"
    given = ["folder=mine", "table.file=a.csv"]
    labels = f"+{own}.table.labels={{0: disputes}}"
    composed = config.compose(["mixture@stance.mixture=table", *(f"{own}.{each}" for each in given), labels])
    written = OmegaConf.to_container(OmegaConf.create(config.recorded(composed)))
    assert OmegaConf.select(OmegaConf.create(written), f"{own}.table.labels")["0"] == "disputes"


def test_a_stage_that_composes_anew_keeps_its_own_configuration(repository: Path) -> None:
    with hydra.initialize_config_dir(str(repository / "conf"), version_base="1.3"):
        assert config.compose(["seed=7"], repository / "conf").seed == 7
        assert hydra.compose("benchmark", overrides=["public=polnear"]).public.name == "polnear"


def test_a_configuration_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    shutil.copytree("conf", tmp_path / "conf")
    (tmp_path / "conf" / "experiment" / "mine.yaml").write_text("experiment: {name: ???}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mine\.yaml"):
        config.compose(["experiment=mine"], tmp_path / "conf")


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("experiment=mine", r"experiment/mine: there is no such choice; there are: .*own-corpus, perspectrum"),
        ("stance.train.lr=1e-5", r"stance\.train\.lr: there is no such key$"),
        ("seed=[1", r"no viable alternative at input '\[1'"),
    ],
)
def test_what_hydra_refuses_is_told_in_one_line(override: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        config.compose([override])
    assert "\n" not in str(caught.value)


def test_what_must_be_given_is_named_as_it_is_written() -> None:
    with pytest.raises(ConfigError, match=r"^say what is missing, as encoder\.location=…$"):
        config.check(config.compose(["encoder=hub"]))


def test_a_stage_tells_of_a_wrong_key_in_one_line() -> None:
    command = [sys.executable, "-m", "stance.training.lint", "sed=1"]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "error: sed: there is no such key\n")
