"""What the commands share: exit codes, messages, progress, and a tidy end on Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from stance.documents import Unreadable
from stance.errors import InputError
from stance.outputs.storage import whole_file
from stance.records import Document

OK, SOME_FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
ERRORS = Console(stderr=True)
_CONTROL = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")
_SAID = 20  # rows that cannot be used


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


def shown(words: object) -> str:
    """Words from outside as rich prints them as they stand, without what a terminal would obey (CWE-150)."""
    return escape(str(words).translate(_CONTROL))


class Skipped:
    """Counts what cannot be used, and says so the first times."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, what: object) -> None:
        """Count one more.

        Args:
            what: The place and the reason, as ``str`` gives them.
        """
        self.count += 1
        if self.count <= _SAID:
            say(f"[yellow]skipped[/yellow] {shown(what)}")
        elif self.count == _SAID + 1:
            say("[yellow]skipped[/yellow] … and more, that are only counted here")


def working(message: str, quiet: bool = False) -> AbstractContextManager[object]:
    """A spinner while something of unknown length goes on."""
    return nullcontext() if quiet or not ERRORS.is_terminal else ERRORS.status(message)


def check_target(path: Path | None, read: Iterable[str] = ()) -> None:
    """Make sure, before the long work, that a result can be written.

    Args:
        path: Where to; None: nowhere.
        read: The files that it is made from.

    Raises:
        InputError: when it cannot.
    """
    if path is None:
        return
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; name a file in it")
    if any(path.resolve() == Path(name).resolve() for name in read):
        raise InputError(f"{path}: this is the file that is read; name another")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        path.open("ab").close()
        if is_new:
            path.resolve().unlink()  # and not the link that leads to it
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write a result to, there whole or not at all.

    Raises:
        InputError: when it cannot be written.
    """
    try:
        with whole_file(path) as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def write(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a result, whole or not at all.

    Raises:
        InputError: when it cannot be written.
    """
    with writing(path) as file:
        file.write(text.encode(encoding))


class ArticleProgress:
    """A line that counts articles.

    Args:
        quiet: Show nothing; nor is anything shown where there is no terminal.
        total: Articles to come; None where that is not known before they are read.
    """

    def __init__(self, quiet: bool, total: int | None) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        self._bar = Progress(*columns, console=ERRORS, transient=True, disable=quiet or not ERRORS.is_terminal)
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
        self._bar.update(self._task, count=", ".join(parts), description=shown(description))
