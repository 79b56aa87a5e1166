"""What a measurement on a public data set depends on, and what it gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from omegaconf import DictConfig
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stance.config import PublicData, told, values_of
from stance.errors import ConfigError
from stance.training.metrics import Floats

Scores = dict[str, Any]
Rows = list[dict[str, Any]]


class PublicSet(PublicData):
    """Which data set, and where its files are."""

    name: str
    """Of the reader, or, for a table, of what is written."""
    limit: int | None = Field(default=None, ge=1)


class BenchmarkConfig(BaseModel):
    """Everything a measurement depends on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public: PublicSet
    models: Path
    prepared: Path
    device: str
    rules: str | None = None
    """A spaCy pipeline: attributions are then found by rules over its parse instead of the model."""
    joined: bool = False
    """With ``rules``: by the model, and by the rules where the model finds nothing."""
    run: str
    output: Path


def check(composed: DictConfig) -> BenchmarkConfig:
    """Turn what Hydra composed into typed settings.

    Raises:
        ConfigError: naming each key that is unknown or missing.
    """
    try:
        return BenchmarkConfig.model_validate(values_of(composed))
    except ValidationError as error:
        raise ConfigError(told(error)) from error


def worst_first(rows: Rows, goodness: Floats) -> Rows:
    """The rows in rising order of how good their predictions are."""
    return [rows[number] for number in np.argsort(goodness, kind="stable")]
