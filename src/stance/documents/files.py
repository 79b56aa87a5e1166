"""Which files a user means: paths, folders, patterns and addresses that fsspec knows; and opening them."""

from __future__ import annotations

import glob
import gzip
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from stance.errors import InputError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

STDIN = "-"
ONE_ARTICLE = (".txt", ".md", ".html", ".htm")
ROWS = (".jsonl", ".csv", ".tsv", ".parquet")
SUFFIXES = (*ONE_ARTICLE, *ROWS)


def _open_zstd(raw: IO[bytes]) -> IO[bytes]:
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdFile
    else:
        from backports.zstd import ZstdFile
    return cast("IO[bytes]", ZstdFile(raw))


_COMPRESSIONS: dict[str, Callable[[IO[bytes]], IO[bytes]]] = {
    ".gz": lambda raw: cast("IO[bytes]", gzip.GzipFile(fileobj=raw)),
    ".zst": _open_zstd,
}


@dataclass(frozen=True)
class InputFile:
    """A file to read, here or elsewhere."""

    address: str
    """Path or address, as the user would write it; names the file in messages and ids. ``-``: standard input."""
    filesystem: AbstractFileSystem | None = None
    path: str = ""
    """The same file as ``filesystem`` calls it."""

    @property
    def suffix(self) -> str:
        """What the file holds, in lower case: of ``news.JSONL.gz`` it is ``.jsonl``."""
        return suffix_of(self.address)

    @property
    def is_local(self) -> bool:
        """Whether the file lies on a disc of this machine."""
        return not is_address(self.address)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The file's bytes as a stream, decompressed.

        Raises:
            OSError: as the file system does; other errors, of its network library, may come too.
        """
        if self.filesystem is None:
            yield sys.stdin.buffer
            return
        with ExitStack() as stack:
            raw = stack.enter_context(self.filesystem.open(self.path, "rb"))
            opener = _COMPRESSIONS.get(Path(self.address).suffix.lower())
            yield stack.enter_context(opener(raw)) if opener else raw

    def stamp(self) -> str | None:
        """Something that changes when the file does, without reading it; None where there is no such thing."""
        try:
            return str(self.filesystem.ukey(self.path)) if self.filesystem is not None else None
        except Exception:  # noqa: BLE001  any trouble with an optional short cut means: there is none
            return None


def is_address(name: str) -> bool:
    """Whether the name is an address for fsspec rather than a path."""
    return "://" in name


def suffix_of(name: str) -> str:
    """The suffix that tells the format, in lower case, without that of a compression."""
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix in _COMPRESSIONS else path.suffix


def find_files(names: Iterable[str], leave_out: Collection[str] = ()) -> list[InputFile]:
    """The files that the names stand for, each once: in the order given, below a folder or pattern by name.

    A folder stands for the readable files below it, a pattern for every file that it fits.

    Args:
        names: Paths, folders, patterns (``news/**/*.jsonl.gz``), addresses of all three kinds, or ``-``.
        leave_out: Paths and addresses that folders and patterns never stand for, nor anything below them: the output.

    Raises:
        InputError: when a name stands for nothing, or its file system cannot be reached.
    """
    excluded = {_absolute(name) for name in leave_out}
    files: dict[str, InputFile] = {}
    for name in names:
        found = [InputFile(STDIN)] if name == STDIN else _found(name, excluded)
        files.update({file.address: file for file in found if file.address not in files})
    return list(files.values())


def _found(name: str, excluded: Collection[str]) -> list[InputFile]:
    if not name:
        raise InputError("the name of an input is empty (an unset variable?); for this folder say .")
    system, path = open_filesystem(name)
    if is_remote(system):
        return _below(name, system, path, excluded)
    try:
        return _local(Path(path), name, excluded)
    except OSError as error:
        raise InputError(f"{name}: cannot be looked at ({error.strerror})") from error


def open_filesystem(name: str) -> tuple[AbstractFileSystem, str]:
    """The file system of a path or address, and the file's path there; local paths stay as they are.

    Raises:
        InputError: when the address needs a package that is missing, or is of no known kind.
    """
    import fsspec

    if not is_address(name):
        return fsspec.filesystem("file"), name
    try:
        system, path = fsspec.core.url_to_fs(name)
    except ImportError as error:
        raise InputError(f"{name}: another package is needed to reach this: {_remedy(name, error)}") from error
    except Exception as error:  # every file system has its own errors
        raise InputError(f"{name}: this address cannot be used ({error})") from error
    return system, str(path)


def is_about_the_file(error: Exception) -> bool:
    """Whether an error met in reading tells of a file that is damaged or out of reach, rather than of a fault here."""
    libraries = ("pyarrow", "backports", "compression")  # which need not be there to be asked for their classes
    return isinstance(error, OSError | EOFError | zlib.error) or type(error).__module__.startswith(libraries)


def is_remote(system: AbstractFileSystem) -> bool:
    """Whether files lie elsewhere than on this machine's discs."""
    return "file" not in ((system.protocol,) if isinstance(system.protocol, str) else system.protocol)


def info_of(system: AbstractFileSystem, path: str) -> dict[str, Any] | None:
    """What the file system knows of a file; None when it is not there.

    ``exists`` would not do: it takes a lost connection for a file that is not there, which then would be overwritten.
    """
    try:
        return dict(system.info(path))
    except FileNotFoundError:
        return None


def _remedy(name: str, error: ImportError) -> str:
    from fsspec.registry import known_implementations

    known: dict[str, Any] = known_implementations.get(name.partition("://")[0].rpartition("::")[2], {})
    package = str(known.get("class", "")).split(".", maxsplit=1)[0]
    return f"pip install {package}" if package not in ("", "fsspec") else str(error)


def _local(path: Path, name: str, excluded: Collection[str]) -> list[InputFile]:
    import fsspec

    if path.is_dir():
        below = (file for file in path.rglob("*") if suffix_of(file.name) in SUFFIXES and file.is_file())
        found = _kept((str(file) for file in below), excluded)
        if not found:
            raise InputError(f"{name}: no file to read below this folder; expected {', '.join(SUFFIXES)}")
    elif path.is_file():
        found = [str(path)]
    else:
        matches = (match for match in glob.glob(name, recursive=True) if Path(match).is_file())  # noqa: PTH207  ** and absolute patterns alike
        found = _kept(matches, excluded) if glob.has_magic(name) else []
        if not found:
            what = "no file fits this pattern" if glob.has_magic(name) else "there is no such file or folder"
            raise InputError(f"{name}: {what}")
    system = fsspec.filesystem("file")
    return [InputFile(each, system, each) for each in found]


def _below(name: str, system: AbstractFileSystem, path: str, excluded: Collection[str]) -> list[InputFile]:
    try:
        there = info_of(system, path)
        if there and there["type"] != "directory":
            return [InputFile(name, system, path)]
        if there:
            below = [found for found in system.find(path) if suffix_of(found) in SUFFIXES]
        else:
            below = [found for found in system.glob(path) if not system.isdir(found)] if glob.has_magic(path) else []
    except Exception as error:  # every file system has its own errors
        raise InputError(f"{name}: cannot be listed ({type(error).__name__}: {error})") from error
    rest = name.split("::")[1:]
    addresses = {"::".join([system.unstrip_protocol(found), *rest]): found for found in below}
    kept = _kept(addresses, excluded)
    if not kept:
        raise InputError(f"{name}: there is nothing to read here; expected {', '.join(SUFFIXES)}")
    return [InputFile(address, system, addresses[address]) for address in kept]


def _kept(addresses: Iterable[str], excluded: Collection[str]) -> list[str]:
    def is_excluded(address: str) -> bool:
        whole = _absolute(address)
        return whole in excluded or any(whole.startswith(f"{each}/") for each in excluded)

    return sorted(address for address in addresses if not (excluded and is_excluded(address)))


def _absolute(name: str) -> str:
    return name.rstrip("/") if is_address(name) else str(Path(name).absolute())
