"""What the stance model learns first."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.errors import ConfigError
from stance.training.curriculum import curriculum
from stance.training.prepare import COMPOSED, read
from stance.training.train import train
from tiny_training import prepare_rows, tiny_config


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_rows(tmp_path_factory.mktemp("prepared"))


def test_statements_composed_with_other_settings_are_refused(prepared: Path, tmp_path: Path) -> None:
    config = tiny_config(prepared, "stance.composed=7")
    with pytest.raises(ConfigError, match=r"stance\.composed=7, but 24 rows were prepared; run: python -m"):
        train(config, "stance", *(tmp_path / name for name in ("m", "c", "p")))


@pytest.mark.parametrize("share", [0, 0.25, 1])
def test_a_share_of_the_composed_statements_is_learned_among_the_others(prepared: Path, share: float) -> None:
    config = tiny_config(prepared, f"stance.rehearsal={share}")
    found = curriculum(config, "stance")
    first = [row["statement"] for lesson in found.lessons for row in lesson.rows]
    composed = read(prepared, "stance", COMPOSED)["statement"][:]
    own = read(prepared, "stance", "train")["statement"][:]
    assert len(first) == (1 - share) * len(composed)
    assert sorted([*first, *found.rows["statement"]]) == sorted([*composed, *own])
    assert [lesson.name for lesson in found.lessons] == ([COMPOSED] if share < 1 else [])


def test_only_stance_has_lessons(prepared: Path) -> None:
    for task in ("claims", "attribution"):
        assert curriculum(tiny_config(prepared), task).lessons == []
