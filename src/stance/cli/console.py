"""What the commands share: exit codes, messages, progress, and a tidy end on Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from stance.documents import Unreadable
from stance.errors import InputError
from stance.records import Document

OK, SOME_FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
ERRORS = Console(stderr=True)


class InterruptedByUser(BaseException):
    """Ctrl-C, under a name that typer does not swallow."""


@contextmanager
def when_interrupted(message: str) -> Iterator[None]:
    """Say after Ctrl-C what has become of the work."""
    try:
        yield
    except InterruptedByUser:
        raise InterruptedByUser(message) from None


def say(message: str) -> None:
    """A line on standard error; the message may carry rich's marks."""
    ERRORS.print(message, soft_wrap=True, highlight=False)


def working(message: str, quiet: bool = False) -> AbstractContextManager[object]:
    """A spinner while something of unknown length goes on."""
    return nullcontext() if quiet else ERRORS.status(message)


def check_target(path: Path | None) -> None:
    """Make sure, before the long work, that a result can be written.

    Raises:
        InputError: when it cannot.
    """
    if path is None:
        return
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; name a file in it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


class ArticleProgress:
    """A line that counts articles.

    Args:
        quiet: Show nothing.
        total: Articles to come; None where that is not known before they are read.
    """

    def __init__(self, quiet: bool, total: int | None) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        self._bar = Progress(*columns, console=ERRORS, transient=True, disable=quiet)
        self._total = total
        self._scored = self._passed = self._skipped = 0
        self._started = 0.0

    def advance(self, name: str) -> None:
        """Count one more article."""
        self._scored += 1
        self._show(name[-60:])

    def skipped(self) -> None:
        """Count one that cannot be read."""
        self._skipped += 1
        self._show("")

    def passed(self, item: Document | Unreadable) -> None:
        """Count one that an earlier run has dealt with."""
        if isinstance(item, Unreadable):
            self._skipped += 1
        else:
            self._passed += 1
        self._started = time.monotonic()
        if (self._passed + self._skipped) % 100 == 0:
            self._show("reading past what is done")

    def __enter__(self) -> Self:
        self._bar.start()
        self._task = self._bar.add_task("", total=None, count="")
        self._started = time.monotonic()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def _show(self, description: str) -> None:
        of_all = f" of {self._total:,}" if self._total is not None else ""
        rate = self._scored / max(time.monotonic() - self._started, 1e-3)
        parts = [f"{self._passed + self._scored:,}{of_all} articles", f"{rate:.1f}/s"]
        parts += [f"{self._skipped:,} skipped"] if self._skipped else []
        self._bar.update(self._task, count=", ".join(parts), description=escape(description))
