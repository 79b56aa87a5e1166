"""Bytes that survive: a file that grows by whole blocks, and files that are there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from stance.documents.files import STDIN, info_of, is_remote, open_filesystem
from stance.errors import InputError


class GrowingFile:
    """A local file that is appended to, and cut back to the last mark when something went wrong.

    Args:
        path: The file; it comes into being with the first block.
        mark: Its length in bytes as far as it is to be kept.

    Raises:
        InputError: when it is shorter than that.
    """

    def __init__(self, path: Path, mark: int) -> None:
        self._path = path
        self._descriptor: int | None = None
        self.mark = mark
        """Length in bytes of what is safely there."""
        length = path.stat().st_size if path.exists() else 0
        if length < mark:
            raise InputError(
                f"{path}: it was changed: {mark:,} bytes had been written, {length:,} are there. "
                "Say --overwrite to start anew"
            )
        if path.exists():
            self._open()
            self._cut()

    def append(self, block: bytes) -> None:
        """Add a block and wait until the disc has it.

        Raises:
            InputError: when it cannot be written; the file is as it was before.
        """
        if not block:
            return
        try:
            descriptor = self._open()
            rest = memoryview(block)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        except OSError as error:
            raise InputError(f"{self._path}: cannot be written ({error.strerror}); {_LATER}") from error
        self.mark += len(block)

    def close(self) -> None:
        """Cut off what is behind the mark, and close."""
        if self._descriptor is not None:
            self._cut()
            os.close(self._descriptor)
            self._descriptor = None
        if not self.mark:
            self._path.unlink(missing_ok=True)

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        return self._descriptor

    def _cut(self) -> None:
        assert self._descriptor is not None
        os.ftruncate(self._descriptor, self.mark)


class GrowingObject:
    """The same for a small file that lies elsewhere: each time it is written whole.

    Args:
        address: Where it lies.
        mark: Its length in bytes as far as it is to be kept.

    Raises:
        InputError: when it is shorter than that.
    """

    def __init__(self, address: str, mark: int) -> None:
        self._address = address
        self._data = (read(address) or b"")[:mark] if mark else b""
        if len(self._data) < mark:
            raise InputError(f"{address}: it was changed. Say --overwrite to start anew")
        if not mark:
            remove(address)

    @property
    def mark(self) -> int:
        """Length in bytes."""
        return len(self._data)

    def append(self, block: bytes) -> None:
        """Add a block.

        Raises:
            InputError: when it cannot be written.
        """
        if block:
            publish(self._address, self._data + block)
            self._data += block

    def close(self) -> None:
        """Nothing is open."""


class Stream:
    """Standard output, or a device or pipe: nothing can be gone on with.

    Args:
        name: ``-`` or a path.
    """

    mark = 0

    def __init__(self, name: str) -> None:
        self._name = name
        self._stream = sys.stdout.buffer if name == STDIN else Path(name).open("wb")  # noqa: SIM115  closed in close

    def append(self, block: bytes) -> None:
        """Hand a block on.

        Raises:
            InputError: when it cannot be written.
            BrokenPipeError: when nobody reads any more.
        """
        try:
            self._stream.write(block)
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise InputError(f"{self._name}: cannot be written ({error.strerror})") from error
        self.mark += len(block)

    def close(self) -> None:
        """Let go of it."""
        if self._stream is not sys.stdout.buffer:
            with suppress(OSError):  # of a block that could not be written, and still waits in the buffer
                self._stream.close()


_LATER = "the same command goes on from here later"


class Lock:
    """Keeps other runs off an output until it is closed, where the file system can.

    Args:
        path: The file or folder; it comes into being.
        folder: Whether it is a folder.
        anew: Put a new, empty file in the place of one that is there (which may be linked to from elsewhere).

    Raises:
        InputError: when another run writes to it, or nothing can be written there.
    """

    def __init__(self, path: Path, *, folder: bool, anew: bool) -> None:
        self._descriptor = -1
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if folder:
                path.mkdir(exist_ok=True)
            self._take(path, folder)
            if anew and not folder and path.stat().st_size:
                path.unlink()
                self.close()
                self._take(path, folder)
        except BlockingIOError as error:
            self.close()
            raise InputError(f"{path}: another run is writing to it") from error
        except OSError as error:
            self.close()
            raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error

    def close(self) -> None:
        """Let others at it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _take(self, path: Path, folder: bool) -> None:
        flags = os.O_RDONLY if folder else os.O_WRONLY | os.O_CREAT
        self._descriptor = os.open(path, flags | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            return  # a network file system without locks


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write: all of it is there when nothing went wrong, and else what was there before.

    Of a symbolic link, what it leads to is replaced. A pipe or device takes what is written as it comes.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as opened:
            yield opened
        return
    target = path.resolve()
    new = target.with_name(f".{target.name}.new")
    try:
        with new.open("wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def publish(name: str, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, here or elsewhere.

    Raises:
        InputError: when it cannot be written.
    """
    try:
        system, path = open_filesystem(name)
        if is_remote(system):
            system.pipe_file(path, data)  # object stores show whole objects only
            return
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as file:
            file.write(data)
    except InputError:
        raise
    except Exception as error:  # every file system has its own errors
        raise InputError(f"{name}: cannot be written ({error}); {_LATER}") from error


def upload(local: Path, address: str) -> None:
    """Copy a file elsewhere.

    Raises:
        InputError: when that fails.
    """
    system, path = open_filesystem(address)
    try:
        system.put_file(str(local), path)
    except Exception as error:  # every file system has its own errors
        raise InputError(f"{address}: cannot be written ({error}); {_LATER}") from error


def read(name: str) -> bytes | None:
    """The bytes of a small file; None when it is not there.

    Raises:
        InputError: when it cannot be read.
    """
    system, path = open_filesystem(name)
    try:
        return bytes(system.cat_file(path)) if info_of(system, path) else None
    except Exception as error:  # every file system has its own errors
        raise InputError(f"{name}: cannot be read ({error})") from error


def remove(name: str) -> None:
    """Remove a file if it is there.

    Raises:
        InputError: when that fails.
    """
    system, path = open_filesystem(name)
    try:
        if info_of(system, path):
            system.rm_file(path)
    except Exception as error:  # every file system has its own errors
        raise InputError(f"{name}: cannot be removed ({error}); {_LATER}") from error
