"""How every command of the training side begins and ends: configuration in, errors out as one plain message."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

import hydra
from datasets import disable_progress_bars
from hydra.errors import HydraException
from omegaconf import DictConfig
from transformers.utils import logging as transformers_logging
from yaml import YAMLError

from stance.config import told_by_hydra
from stance.errors import StanceError

_C = TypeVar("_C")
Command = Callable[[], None]


def as_stage(
    checked: Callable[[DictConfig], _C], config_name: str = "config"
) -> Callable[[Callable[[_C], None]], Command]:
    """Make a function of a configuration a command that takes Hydra's arguments, in the folder that holds ``conf/``.

    The libraries do not say what they load. A known error, and a wrong key or choice, is one message and exit code 1;
    Ctrl-C is exit code 130.

    Args:
        checked: Makes the configuration of what Hydra composed.
        config_name: Of the file in ``conf/`` that is composed.
    """

    def decorate(stage: Callable[[_C], None]) -> Command:
        @hydra.main(version_base="1.3", config_path=str(Path.cwd() / "conf"), config_name=config_name)
        @wraps(stage)
        def composed_stage(composed: DictConfig) -> None:
            try:
                stage(checked(composed))
            except StanceError as error:
                _stop(f"error: {error}", 1)
            except KeyboardInterrupt:
                _stop("interrupted; the same command starts this stage again", 130)

        @wraps(stage)
        def command() -> None:
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            os.environ["HYDRA_FULL_ERROR"] = "1"  # else Hydra prints the error itself
            disable_progress_bars()
            transformers_logging.set_verbosity_error()
            try:
                composed_stage()
            except (HydraException, YAMLError) as error:
                _stop(f"error: {told_by_hydra(error)}", 1)

        return command

    return decorate


def _stop(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    sys.exit(code)
