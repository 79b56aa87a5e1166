"""What the commands share: exit codes, messages, progress, and a tidy end on Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from stance.errors import InputError

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
    """A line that counts articles; their number is unknown, for they are streamed."""

    def __init__(self, quiet: bool) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.completed} articles"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        self._bar = Progress(*columns, console=ERRORS, transient=True, disable=quiet)

    def advance(self, name: str) -> None:
        """Count one more article."""
        self._bar.update(self._task, advance=1, description=escape(name[-60:]))

    def __enter__(self) -> ArticleProgress:
        self._bar.start()
        self._task = self._bar.add_task("", total=None)
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()
