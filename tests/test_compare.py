"""Two sets of models on the same rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from conftest import FAMILIES, make_models
from stance.errors import ConfigError, ModelError
from stance.training.compare import compare, p_value


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_models(tmp_path_factory.mktemp("others"), seed=8)


def test_a_set_does_not_differ_from_itself(models: Path, prepared: Path) -> None:
    found = compare(models, models, prepared, device="cpu")
    assert [(each.task, each.score) for each in found] == [
        ("claims", "average_precision"), ("claims", "macro_f1"), ("attribution", "exact_f1"), ("stance", "macro_f1"),
    ]  # fmt: skip
    for each in found:
        assert (each.before, each.low, each.high, each.p) == (each.after, 0, 0, 1)


def test_the_scores_are_those_of_the_rows(models: Path, prepared: Path) -> None:
    from stance.encoder import TextModel
    from stance.training.calibrate import predict
    from stance.training.prepare import read

    found = {(each.task, each.score): each.after for each in compare(models, models, prepared, device="cpu")}
    for (task, score), value in found.items():
        scores = predict(TextModel(models / task, task, device="cpu"), read(prepared, task, "test")).scores
        assert value == pytest.approx(scores[score])


def test_the_interval_lies_around_the_difference(models: Path, others: Path, prepared: Path) -> None:
    stance = compare(models, others, prepared, device="cpu")[-1]
    assert stance.low <= stance.after - stance.before <= stance.high
    assert stance.low < stance.high
    assert 0 < stance.p <= 1


@pytest.mark.parametrize(
    ("change", "p"),
    [([0.1] * 99, 0.02), ([0.1] * 98 + [-0.1], 0.04), ([-0.1] * 99, 0.02), ([0.0] * 99, 1), ([0.1, -0.1] * 50, 1)],
)
def test_the_p_value_counts_resamples_that_show_no_such_difference(change: list[float], p: float) -> None:
    assert p_value(np.array(change)) == pytest.approx(p)


def test_the_other_way_round_the_sign_turns(models: Path, others: Path, prepared: Path) -> None:
    there, back = (compare(*pair, prepared, device="cpu")[-1] for pair in ((models, others), (others, models)))
    assert (back.before, back.after, back.p) == (there.after, there.before, there.p)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


def test_a_family_that_training_knows_is_resampled_by_group(models: Path, prepared: Path) -> None:
    assert {each.units for each in compare(models, models, prepared, device="cpu")} == {FAMILIES - 1 + 8}


def test_what_is_missing_is_named(models: Path, prepared: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"dev\.parquet is missing"):
        compare(models, models, prepared, split="dev")
    shutil.copytree(models / "claims", tmp_path / "claims")
    with pytest.raises(ModelError, match="attribution: no model folder here"):
        compare(models, tmp_path, prepared)


def test_a_corpus_that_the_rows_are_not_from_is_refused(models: Path, prepared: Path, repository: Path) -> None:
    with pytest.raises(ConfigError, match=r"has none of the articles in .*; name the corpus they were prepared from"):
        compare(models, models, prepared, device="cpu", corpus=repository / "corpus")
