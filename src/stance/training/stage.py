"""How every stage begins and ends: quiet libraries, and errors as one plain message."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from datasets import disable_progress_bars
from transformers.utils import logging as transformers_logging

from stance.errors import StanceError


def run_quietly(stage: Callable[[], None]) -> None:
    """``run_stage``, without what the libraries say of files and weights that they load."""

    def quiet() -> None:
        disable_progress_bars()
        transformers_logging.set_verbosity_error()
        stage()

    run_stage(quiet)


def run_stage(stage: Callable[[], None]) -> None:
    """Run a stage; turn a known error into a message and exit code 1, Ctrl-C into 130."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        stage()
    except StanceError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted; the same command starts this stage again", file=sys.stderr)
        sys.exit(130)
