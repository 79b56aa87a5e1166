"""The errors a user can meet. Each says what was expected, what came, and what to do.

One base class, so that a caller (the command line, a server, a notebook) can catch them all in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class StanceError(Exception):
    """Base of every error that is about the user's input, files or settings."""


class InputError(StanceError):
    """A document, a row or a claim that cannot be used. The message names the place and the remedy."""


class ModelError(StanceError):
    """A model folder that is missing, incomplete or damaged."""


class ConfigError(StanceError):
    """A setting that is unknown or out of range. The message names the key."""


@dataclass(frozen=True)
class Problem:
    """One fault in a text file, with the place where an editor can find it; line 0 is the whole file or folder."""

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.reason}"


class CorpusError(StanceError):
    """An annotated file that does not follow ``docs/annotation.md``. Carries every fault found, not just the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
