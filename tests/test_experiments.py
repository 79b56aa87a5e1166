"""Comparisons with published figures: their configurations, and cross-validation by debate or topic."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from stance.config import check, compose
from stance.errors import ConfigError
from stance.model_folder import FILES, sha256
from stance.training.cross_validate import cross_validate, folds_of
from stance.training.published import published
from stance.training.train import train
from tiny_training import REPOSITORY, Stopped, prepare_rows, raising, stopping_at, tiny_config

NAMES = sorted(path.stem for path in (REPOSITORY / "conf" / "experiment").glob("*.yaml"))
SIZES = {f"debate-{number}": 10 * (number + 1) for number in range(7)}


@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_composes_under_its_own_name(name: str) -> None:
    config = check(compose([f"experiment={name}", "data.public=sets"], REPOSITORY / "conf"))
    assert config.experiment.name == name
    folders = [
        part.folder
        for task in ("claims", "attribution", "stance")
        for part in config.of_task(task).mixture.public.values()
    ]  # type: ignore[arg-type]
    folders += [part.folder for part in config.experiment.measured_on.values()]
    assert {folder.parent for folder in folders} <= {Path("sets")}
    assert folders or name == "own-corpus"


def test_a_profile_has_the_last_word_over_an_experiment() -> None:
    config = check(compose(["experiment=perspectrum", "profile=smoke"], REPOSITORY / "conf"))
    assert (config.encoder.kind, config.stance.train.epochs) == ("random", 1)


def test_passes_over_public_pairs_need_some() -> None:
    with pytest.raises(ConfigError, match=r"stance: .*they need a public set"):
        check(compose(["stance.public_passes=1"], REPOSITORY / "conf"))


@pytest.mark.parametrize("count", [None, 2, 3])
def test_each_group_is_held_out_once_and_never_learned_from_then(count: int | None) -> None:
    folds = folds_of(SIZES, count)
    assert len(folds) == (count or len(SIZES))
    assert Counter(group for fold in folds for group in fold.held_out) == dict.fromkeys(SIZES, 1)
    for fold in folds:
        splits = {group: fold.split(group) for group in SIZES}
        assert {group for group, split in splits.items() if split == "test"} == fold.held_out
        assert set(splits.values()) == {"train", "dev", "test"}


def test_folds_are_of_like_size_and_always_the_same() -> None:
    rows = [sum(SIZES[group] for group in fold.held_out) for fold in folds_of(SIZES, 3)]
    assert max(rows) - min(rows) <= 10
    assert folds_of(SIZES, 3) == folds_of(dict(reversed(SIZES.items())), 3)


def test_too_few_groups_are_refused() -> None:
    with pytest.raises(ConfigError, match="2 groups are too few"):
        folds_of({"one": 9, "two": 9}, None)
    with pytest.raises(ConfigError, match="7 groups are too few for 8 folds"):
        folds_of(SIZES, 8)
    with pytest.raises(ConfigError, match=r"3 groups are too few for 2 folds: .*take more folds"):
        folds_of({"one": 9, "two": 1, "three": 1}, 2)


def debates(folder: Path) -> Path:
    """Four debates, one without any sentence worth checking."""
    (folder / "checkthat2019" / "training").mkdir(parents=True)
    for debate in range(4):
        lines = [
            f"{n}\tKELL\tFares rose by {n} per cent in year {debate}.\t{int(n % 4 == 0 and debate < 3)}"
            for n in range(16)
        ]
        path = folder / "checkthat2019" / "training" / f"debate{debate}.tsv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_each_debate_is_ranked_by_a_model_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = tiny_config(
        tmp_path, "experiment=checkthat2019", f"data.public={debates(tmp_path)}", "claims.train.epochs=1"
    )
    scores = published(config)["cross_validated"]
    assert (scores["rows"], scores["folds"], scores["measured"]) == (64, 4, 3)
    by_fold = [fold["mean_average_precision"] for fold in scores["by_fold"].values() if fold]
    assert scores["mean"]["mean_average_precision"] == pytest.approx(sum(by_fold) / 3)
    assert not (tmp_path / "checkpoints" / "cross_validate").exists()


def test_a_fold_that_was_measured_is_not_learned_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    overrides = [
        "experiment=checkthat2019",
        f"data.public={debates(tmp_path)}",
        "experiment.cross_validate.folds=2",
        "claims.train.epochs=1",
    ]
    config = tiny_config(tmp_path, *overrides)
    with stopping_at(3, raising), pytest.raises(Stopped):  # in the second fold: each has two batches
        cross_validate(config, tmp_path / "scratch")
    noted = tmp_path / "scratch" / "01" / "scores.json"
    done = json.loads(noted.read_text(encoding="utf-8"))
    noted.write_text(json.dumps({**done, "scores": {"average_precision": 0.5}}), encoding="utf-8")
    scores = cross_validate(config, tmp_path / "scratch")
    assert scores["by_fold"]["01"] == {"average_precision": 0.5}
    assert set(scores["by_fold"]) == {"01", "02"}


def pairs(folder: Path, name: str, claims: int) -> Path:
    """A table of pairs, eight a claim."""
    rows = [
        {"claim": f"{name} {n} is safe.", "text": f"It is {word} {turn}.", "label": label}
        for n in range(claims)
        for turn in range(4)
        for word, label in (("safe", "supports"), ("unsafe", "disputes"))
    ]
    (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


def test_one_set_is_divided_and_the_others_learned_from(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = pairs(pairs(tmp_path, "bridge", 8), "dam", 6)
    sets = [
        f"+stance.mixture.public.{name}={{folder: {folder}, part: {name}, weight: 1, table: {{task: stance, "
        f"file: {name}.jsonl, claim: claim, statement: text, label: label, labels: {{supports: supports, "
        "disputes: disputes}}}"
        for name in ("bridge", "dam")
    ]
    divided = "experiment.cross_validate={task: stance, folds: 2, public: %s}"
    shared = ["stance.mixture.corpus=0", "stance.train.epochs=1", *sets]
    config = tiny_config(tmp_path, divided % "dam", *shared)
    with caplog.at_level("INFO"):
        scores = cross_validate(config, tmp_path / "scratch")
    assert (scores["rows"], scores["folds"], scores["measured"]) == (48, 2, 2)
    learned = [int(message.split()[1]) for message in caplog.messages if "training rows" in message]
    assert all(rows >= 56 for rows in learned)  # of 64 pairs on bridges and 24 on dams, some choose the state
    with pytest.raises(ConfigError, match="no such set in stance"):
        cross_validate(tiny_config(tmp_path, divided % "canal", *shared), tmp_path / "scratch")


def test_public_pairs_are_learned_first_and_apart(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    prepared = prepare_rows(tmp_path / "prepared")
    weights = {}
    for passes in (0, 1):
        overrides = [
            "mixture@stance.mixture=perspectrum",
            "stance.mixture.public.perspectrum.folder=none",
            "stance.composed=0",
        ]
        config = tiny_config(prepared, *overrides, f"stance.public_passes={passes}")
        with caplog.at_level("INFO"):
            train(config, "stance", *(tmp_path / str(passes) / name for name in ("models", "curves", "checkpoints")))
        weights[passes] = sha256(tmp_path / str(passes) / "models" / "stance" / FILES.weights)
    assert "stance: first 6 public rows" in caplog.messages
    assert weights[0] != weights[1]


@pytest.mark.parametrize("weight", [0.5, 3])
def test_what_is_held_out_is_measured_once_however_often_it_is_learned_from(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, weight: float
) -> None:
    sets = (
        f"+stance.mixture.public.dam={{folder: {pairs(tmp_path, 'dam', 6)}, part: dam, weight: {weight}, table: "
        "{task: stance, file: dam.jsonl, claim: claim, statement: text, label: label, labels: {supports: supports, "
        "disputes: disputes}}}"
    )
    divided = "experiment.cross_validate={task: stance, folds: 3, public: dam}"
    shared = ["stance.mixture.corpus=0", "stance.train.epochs=1", sets, divided]
    with caplog.at_level("INFO"):
        scores = cross_validate(tiny_config(tmp_path, *shared), tmp_path / "scratch")
    learned = [int(message.split()[1]) for message in caplog.messages if "training rows" in message]
    chosen = [int(message.split()[4]) for message in caplog.messages if "training rows" in message]
    assert (scores["rows"], chosen) == (48, [8, 8, 8])  # of six claims two are held out, and one chooses
    assert learned == [72, 72, 72] if weight == 3 else all(0 < rows < 24 for rows in learned)
