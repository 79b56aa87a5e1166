"""The file beside an output that says which run it is of, and how far that has come."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from stance.documents import InputFile
from stance.documents.files import info_of, open_filesystem
from stance.errors import InputError
from stance.outputs import Target
from stance.outputs.storage import read


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RunState(_Kept):
    """How far a run has come."""

    read: int = 0
    """Documents and unusable rows read."""
    scored: int = 0
    """Documents scored."""
    rows: int = 0
    """Results of these, one a claim."""
    skipped: int = 0
    """Unusable rows."""
    digest: str = ""
    """Hash of everything read, in order."""
    output: int = 0
    """How far the output is safe; see ``Writer.mark``."""
    errors: int = 0
    """Length of the errors file in bytes."""
    notes: dict[str, Any] = {}
    """What the observer wants to know again."""


class Journal(_Kept):
    """The file beside an output that says which run it is of, and how far that has come."""

    version: int = 1
    settings: dict[str, str]
    """Everything that decides what is written, but for the inputs."""
    listing: str | None = None
    """Hash of the inputs' names and times; None where they have none."""
    complete: bool = False
    state: RunState = RunState()

    def as_json(self) -> bytes:
        """What the file holds."""
        return self.model_dump_json(indent=1).encode() + b"\n"

    def is_of(self, files: Sequence[InputFile]) -> bool:
        """Whether the run is complete and the files are as they were, as far as can be told without reading them."""
        return self.complete and self.listing is not None and self.listing == listing_of(files)


def open_journal(
    target: Target | None, settings: Mapping[str, str], listing: str | None, *, overwrite: bool
) -> Journal:
    """The journal of this run: that of an earlier one that is the same, or a new one.

    Raises:
        InputError: when the output is there and is not of this run.
    """
    new = Journal(settings=dict(settings), listing=listing)
    if overwrite or target is None or target.streamed:
        return new
    remedy = "Say --overwrite to replace it, or write elsewhere"
    text = (read(target.work_journal) if target.staged else None) or read(target.journal)
    if not _is_there(target):
        return new
    if text is None:
        raise InputError(f"{target.address}: this is there already, and no run is recorded beside it. {remedy}")
    try:
        journal = Journal.model_validate_json(text)
    except ValidationError as error:
        raise InputError(f"{target.journal}: not the record of a run. {remedy}") from error
    if journal.settings != new.settings:
        old = journal.settings
        names = [name for name in {**old, **new.settings} if old.get(name) != new.settings.get(name)]
        changes = "; ".join(
            f"{name} was {old.get(name, 'not set')}, is {settings.get(name, 'not set')}" for name in names
        )
        raise InputError(f"{target.address}: this is the output of another run ({changes}). {remedy}")
    if journal.complete and _size(target) != journal.state.output:
        raise InputError(f"{target.address}: it was changed after the run was complete. {remedy}")
    return journal


def listing_of(files: Sequence[InputFile]) -> str | None:
    """Hash of names and times of the files; None when one has no time."""
    digest = blake2b(digest_size=16)
    for file in files:
        stamp = file.stamp()
        if stamp is None:
            return None
        digest.update(json.dumps([file.address, stamp]).encode())
    return digest.hexdigest()


def _is_there(target: Target) -> bool:
    begun = target.staged and target.work.exists() and target.work.stat().st_size > 0
    return begun or _size(target) > 0


def _size(target: Target) -> int:
    """What is there, in the unit of ``Writer.mark``."""
    system, path = open_filesystem(target.address)
    try:
        if target.format == "parquet":
            return len(system.glob(f"{path}/sources/part-*.parquet"))
        there = info_of(system, path)
        return int(there["size"] or 0) if there else 0
    except Exception as error:  # every file system has its own errors
        raise InputError(f"{target.address}: cannot be looked at ({error})") from error
