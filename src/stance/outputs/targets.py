"""What a user's ``-o`` means: format, compression, and the places of everything that a run writes."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from stance.documents.files import STDIN, is_address, is_remote, open_filesystem
from stance.errors import InputError

Format = Literal["jsonl", "csv", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)
_COMPRESSIONS = (".gz", ".zst")


@dataclass(frozen=True)
class Target:
    """An output, with the files beside it.

    A single file that goes to an address is first written here, for it has to be continued and cut off, which object
    stores cannot do; it is copied there when it is complete.
    """

    address: str
    """Path or address of the file, or of the folder of Parquet tables."""
    format: Format
    compression: str
    """``.gz``, ``.zst`` or nothing."""
    remote: bool
    """Whether it lies elsewhere."""

    @classmethod
    def of(cls, name: str, format_: str | None = None) -> Target:
        """Work out what is meant.

        Args:
            name: What stands behind ``-o``.
            format_: One of ``FORMATS``; None: as the suffix says.

        Raises:
            InputError: when the suffix says nothing, or the place cannot hold it.
        """
        if name == STDIN or (Path(name).exists() and not Path(name).is_file() and not Path(name).is_dir()):
            if format_ == "parquet":
                raise InputError(f"{name}: Parquet tables go into a folder; say --format jsonl or csv")
            return cls(name, "csv" if format_ == "csv" else "jsonl", "", remote=False)
        if is_address(name):
            system, path = open_filesystem(name)
            remote = is_remote(system)
            address = name.rstrip("/") if remote else str(path)
        else:
            remote, address = False, name
        suffix = Path(name.lower()).suffix
        compression = suffix if suffix in _COMPRESSIONS else ""
        inner = Path(name.lower().removesuffix(compression)).suffix.removeprefix(".")
        chosen = next((each for each in FORMATS if each == (format_ or inner)), None)
        if not Path(address).name or (
            not format_ and not remote and not name.endswith("/") and _is_bare_folder(address)
        ):
            raise InputError(f"{name}: this is a folder; name a file in it, or a folder/ for tables")
        if chosen is None and not format_ and name.endswith("/"):
            chosen = "parquet"
        if chosen is None:
            raise InputError(
                f"{name}: no format has this name; end it in .jsonl, .csv (or .jsonl.gz, .jsonl.zst, .csv.gz …), "
                f".parquet or / (a folder of tables), or say --format {'|'.join(FORMATS)}"
            )
        if chosen == "parquet" and compression:
            raise InputError(f"{name}: Parquet is compressed inside; leave {compression} out")
        target = cls(address.rstrip("/"), chosen, compression, remote)
        target.check()
        return target

    @property
    def work(self) -> Path:
        """Where rows are written while the run goes on; of no use for Parquet elsewhere."""
        if not self.remote:
            return Path(self.address)
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        key = hashlib.sha256(self.address.encode()).hexdigest()[:16]
        return cache / "stance" / "unfinished" / key / Path(self.address).name

    @property
    def staged(self) -> bool:
        """Whether it is written here first and copied when complete."""
        return self.remote and self.format != "parquet"

    @property
    def streamed(self) -> bool:
        """Whether it is a pipe or device (``-``: standard output), where nothing can be gone on with."""
        return self.address == STDIN or (self.work.exists() and not self.work.is_file() and not self.work.is_dir())

    @property
    def readable(self) -> str:
        """Where the rows that are there so far can be read."""
        return str(self.work) if self.staged and self.work.exists() else self.address

    @property
    def errors(self) -> Path:
        """Where rows that could not be used are written while the run goes on."""
        return self.work.with_name(self._stem + ".errors.jsonl")

    @property
    def journal(self) -> str:
        """The record of the run; beside the output."""
        return self.beside(Path(self.address).name + ".run.json")

    @property
    def errors_address(self) -> str:
        """Where the errors file is found in the end."""
        return self.beside(self._stem + ".errors.jsonl")

    @property
    def work_journal(self) -> str:
        """The record of a run that goes on."""
        return str(self.work.with_name(self.work.name + ".run.json")) if self.staged else self.journal

    def beside(self, name: str) -> str:
        """The address of a file in the same folder."""
        if self.remote:
            return self.address.rsplit("/", 1)[0] + "/" + name
        return str(Path(self.address).with_name(name))

    def own(self) -> list[str]:
        """Everything that the run writes, which it must not read."""
        return [self.address, self.journal, self.errors_address]

    def check(self) -> None:
        """Make sure, before the long work, that something can be written there.

        Raises:
            InputError: when it cannot.
        """
        work = self.work
        if self.remote and not self.staged:
            return
        if self.format != "parquet" and work.is_dir():
            raise InputError(f"{self.address}: this is a folder; name a file in it, or say --format parquet")
        if self.format == "parquet" and work.exists() and not work.is_dir():
            raise InputError(f"{self.address}: Parquet tables go into a folder, and this is a file")
        remedy = "set XDG_CACHE_HOME to a folder for unfinished files" if self.staged else "choose another place"
        try:
            work.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{work}: cannot be written ({error.strerror}); {remedy}") from error
        if not os.access(work if work.exists() else work.parent, os.W_OK):
            raise InputError(f"{work}: cannot be written (no permission, or read-only); {remedy}")

    @property
    def _stem(self) -> str:
        name = Path(self.address).name.removesuffix(self.compression)
        return name.removesuffix(f".{self.format}")


def _is_bare_folder(path: str) -> bool:
    return Path(path).is_dir() and Path(path).suffix != ".parquet"
