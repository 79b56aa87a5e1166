"""Trials of recipes: what is changed, what is measured, and the table of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import show_trials
from stance.errors import ConfigError, InputError
from stance.training.trial import read_trials, recipe_of, trial
from tiny_training import CLAIM, REPOSITORY, tiny_config

PAIRS = "\n".join(
    json.dumps(
        {
            "topic": f"The {place} should be shut.",
            "claim": f"The {place} is {'unsafe' if n % 2 else 'needed'} {n}.",
            "stance": "PRO" if n % 2 else "CON",
        }
    )
    for place in ("harbour", "bridge", "school", "mill", "station", "tower", "market", "ferry", "canal", "depot")
    for n in range(8)
)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    (tmp_path / "public" / "ibm-claim-stance").mkdir(parents=True)
    (tmp_path / "public" / "ibm-claim-stance" / "train.jsonl").write_text(PAIRS, encoding="utf-8")
    return tmp_path / "public"


def test_a_recipe_is_what_was_changed_but_for_seed_and_places() -> None:
    changed = ["seed=14", "task=stance", "stance.train.r_drop=1", "data.public=x", "+stance.train.fgm=0.5"]
    assert recipe_of(changed) == "+stance.train.fgm=0.5 stance.train.r_drop=1"
    assert recipe_of(["experiment=perspectrum", "device=cpu"]) == ""


def test_folds_of_a_public_set_are_tried(public: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = tiny_config(
        tmp_path,
        "experiment=ibm-claim-stance",
        "experiment.cross_validate.folds=2",
        "task=stance",
        f"data.public={public}",
    )
    line = trial(config, "folds=2", tmp_path / "scratch")
    assert (line["experiment"], line["task"], line["seed"], line["recipe"]) == (
        "ibm-claim-stance",
        "stance",
        13,
        "folds=2",
    )
    assert set(line["measured"]) == {"cross_validated"}
    assert 0 <= line["measured"]["cross_validated"]["macro_f1"] <= 1
    assert "dev" not in line
    assert not (tmp_path / "scratch").exists()


def test_composed_statements_come_before_a_public_set_too(
    public: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "corpus" / "claims").mkdir(parents=True)
    (tmp_path / "corpus" / "articles").mkdir()
    (tmp_path / "corpus" / "claims" / "trade.yaml").write_text(CLAIM.format(family="quay"), encoding="utf-8")
    config = tiny_config(
        tmp_path,
        "experiment=ibm-claim-stance",
        "experiment.cross_validate=null",
        "stance.composed=16",
        "task=stance",
        f"data.public={public}",
        f"data.corpus={tmp_path / 'corpus'}",
    )
    with caplog.at_level("INFO"):
        assert 0 <= trial(config, "stance.composed=16", tmp_path / "scratch")["dev"]["macro_f1"] <= 1
    assert "first 16 composed rows" in caplog.text


def test_a_trial_needs_a_task(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="task=claims or task=attribution or task=stance"):
        trial(tiny_config(tmp_path), "", tmp_path / "scratch")


def test_what_was_tried_is_not_tried_again(public: Path, tmp_path: Path) -> None:
    (tmp_path / "conf").symlink_to(REPOSITORY / "conf")
    command = [
        sys.executable, "-m", "stance.training.trial", "--multirun", "experiment=ibm-claim-stance", "task=stance",
        "seed=13,14", "encoder=tiny", "device=cpu", f"data.public={public}", "experiment.cross_validate=null",
        "stance.train.epochs=1", "stance.train.evaluations=1", "stance.train.precision=float32",
    ]  # fmt: skip
    outputs = [
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout for _ in range(2)
    ]
    lines = list(read_trials(tmp_path / "benchmarks" / "trials.jsonl"))
    assert [line["seed"] for line in lines] == [13, 14]
    assert all(0 <= line["dev"]["macro_f1"] <= 1 for line in lines)
    assert "tried before" not in outputs[0]
    assert outputs[1].count("tried before: ibm-claim-stance") == 2


def test_the_table_has_mean_and_spread_over_seeds(tmp_path: Path) -> None:
    common = {"experiment": "x", "task": "stance", "encoder": "e", "minutes": 2.4}
    lines = [
        {**common, "recipe": "", "seed": 13, "dev": {"macro_f1": 0.5}, "measured": {"set": {"macro_f1": 0.4}}},
        {**common, "recipe": "", "seed": 14, "dev": {"macro_f1": 0.6}, "measured": {"set": {"macro_f1": 0.5}}},
        {**common, "recipe": "a=1", "seed": 13, "dev": {"macro_f1": 0.7}, "measured": {}},
    ]
    (tmp_path / "trials.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert show_trials.markdown(tmp_path / "trials.jsonl").splitlines() == [
        "| x (stance, e) | seeds | minutes | dev: macro F1 | set: macro F1 |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| as it is | 13, 14 | 2 | 0.550 ± 0.071 | 0.450 ± 0.071 |",
        "| `a=1` | 13 | 2 | 0.700 | – |",
    ]


@pytest.mark.parametrize("line", ['{"experiment": "x"', '{"experiment": "x"}', "[1]"])
def test_a_damaged_record_is_named_by_line(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trials.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"trials\.jsonl:1: no line of a trial"):
        list(read_trials(tmp_path / "trials.jsonl"))
    assert show_trials.main([str(tmp_path / "none.jsonl")]) == 1
    assert "no trials yet" in capsys.readouterr().err
