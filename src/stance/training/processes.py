"""Training in several processes, as ``accelerate launch`` and ``torchrun`` start them; one of them writes the files."""

from __future__ import annotations

import os

from accelerate import PartialState

from stance.runtime import resolve_device


def count() -> int:
    """How many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_main() -> bool:
    """Whether this is the one that writes."""
    return os.environ.get("RANK", "0") == "0"


def meet(device: str) -> None:
    """Wait until all are here."""
    if count() > 1:
        PartialState(cpu=resolve_device(device) == "cpu").wait_for_everyone()
