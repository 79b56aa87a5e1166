"""How every stage begins and ends: quiet libraries, and errors as one plain message."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps

from datasets import disable_progress_bars
from hydra.errors import HydraException
from transformers.utils import logging as transformers_logging
from yaml import YAMLError

from stance.config import told_by_hydra
from stance.errors import StanceError


def run_stage(stage: Callable[[], None]) -> None:
    """Run a stage; turn a known error into a message and exit code 1, Ctrl-C into 130.

    Without what the libraries say of each file and weight that they load.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    disable_progress_bars()
    transformers_logging.set_verbosity_error()
    try:
        stage()
    except StanceError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted; the same command starts this stage again", file=sys.stderr)
        sys.exit(130)


def plainly(main: Callable[[], None]) -> Callable[[], None]:
    """A ``hydra.main`` that tells of a wrong key or choice in one line, with exit code 1."""

    @wraps(main)
    def run() -> None:
        os.environ["HYDRA_FULL_ERROR"] = "1"  # else Hydra prints the error itself
        try:
            main()
        except (HydraException, YAMLError) as error:
            print(f"error: {told_by_hydra(error)}", file=sys.stderr)
            sys.exit(1)

    return run
