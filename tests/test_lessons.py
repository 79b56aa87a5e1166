"""What the stance model learns first."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.errors import ConfigError
from stance.training.train import train
from tiny_training import prepare_rows, tiny_config


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare_rows(tmp_path_factory.mktemp("prepared"))


def test_statements_composed_with_other_settings_are_refused(prepared: Path, tmp_path: Path) -> None:
    config = tiny_config(prepared, "stance.composed=7")
    with pytest.raises(ConfigError, match=r"stance\.composed=7, but 24 rows were prepared; run: python -m"):
        train(config, "stance", *(tmp_path / name for name in ("m", "c", "p")))
