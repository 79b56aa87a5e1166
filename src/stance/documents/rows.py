"""Files of many articles, one a row: JSON lines, CSV and TSV, Parquet."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from itertools import chain
from typing import IO, Any

from stance.documents.checks import CONVERT, FIELDS, LEADING, MAX_BYTES, UTF_16, Unreadable, checked, decoded, plain
from stance.errors import InputError
from stance.records import Document

_AT_ONCE = 64  # rows of Parquet
_SHOWN = 12  # columns named in a message


@dataclass(frozen=True)
class Columns:
    """Which columns of a row, or fields of a JSON object, hold what."""

    text: str = "text"
    id: str | None = None
    """None: ``id``, where there is one."""


@dataclass
class SeenIds:
    """Keeps ids apart within a run: one that comes again gets its row's place behind it.

    Files that number their rows from 1 are common, and dropping or joining such rows would lose articles. Eight bytes
    of a hash stand for an id; by chance alone, one id in ten million rows is taken for a repeated one in
    one run of 400,000.
    """

    repeated: int = 0
    _seen: set[int] = field(default_factory=set)

    def unique(self, name: str, place: str) -> str:
        """The id, or with its place (``7@b.jsonl:1``) where it was used before."""
        if self._is_new(name):
            return name
        self.repeated += 1
        renamed = f"{name}@{place}"
        self._is_new(renamed)
        return renamed

    def _is_new(self, name: str) -> bool:
        digest = int.from_bytes(blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest())
        before = len(self._seen)
        self._seen.add(digest)
        return len(self._seen) > before


@dataclass(frozen=True)
class RowReader:
    """Turns rows of any format into documents.

    Args:
        place: The file's path or address.
        columns: Where a row holds what.
        seen: The ids of this run so far.
    """

    place: str
    columns: Columns
    seen: SeenIds

    def json_lines(self, stream: IO[bytes]) -> Iterator[Document | Unreadable]:
        """One JSON object a line, UTF-8, or UTF-16 with a byte-order mark."""
        empty = True
        for number, line in enumerate(_lines(stream), start=1):
            if line is None:
                empty = False
                yield Unreadable(self.place, f"a line of more than {MAX_BYTES // 1_000_000} MB; split it", line=number)
            elif line.strip(LEADING):
                empty = False
                yield self._json_row(line, number)
        if empty:
            yield Unreadable(self.place, "there is no row in it; expected one JSON object a line")

    def table(self, stream: IO[bytes], delimiter: str | None) -> Iterator[Document | Unreadable]:
        """CSV with a header, quoted as RFC 4180 says.

        Args:
            stream: The file's bytes.
            delimiter: Between cells; None: a comma, semicolon or tab, whichever the header has most of.
        """
        csv.field_size_limit(MAX_BYTES)
        lines = _text_lines(stream)
        first = next(lines, "")
        rows = csv.reader(chain([first], lines), delimiter=delimiter or max(",;\t", key=first.count))
        header = next(rows, [])
        self._check_columns(header)
        empty = True
        while True:
            line = rows.line_num + 1
            try:
                cells = next(rows, None)
            except csv.Error as error:
                yield Unreadable(self.place, f"not a row of CSV ({error})", line=line)
                continue
            if cells is None:
                break
            if cells:
                empty = False
                yield self._table_row(header, cells, line)
        if empty:
            yield Unreadable(self.place, "there is no row below the header")

    def parquet(self, stream: IO[bytes]) -> Iterator[Document | Unreadable]:
        """A Parquet file, a batch of rows in memory at a time."""
        table = open_parquet(stream)
        self._check_columns(table.schema_arrow.names)
        wanted = {self.columns.text, self.columns.id or "id", *FIELDS}
        columns = [name for name in table.schema_arrow.names if name in wanted]
        number = 0
        for batch in table.iter_batches(batch_size=_AT_ONCE, columns=columns):
            for row in batch.to_pylist():
                number += 1
                yield self._document(row, row_number=number)
        if not number:
            yield Unreadable(self.place, "there is no row in it")

    def _json_row(self, line: bytes, number: int) -> Document | Unreadable:
        try:
            row = json.loads(decoded(line).rstrip())  # or an error at the end names a column of the next line
        except json.JSONDecodeError as error:
            reason = f"not JSON ({error.msg} at column {error.colno}); expected one object a line"
            return Unreadable(self.place, reason, line=number)
        except InputError as error:
            return Unreadable(self.place, str(error), line=number)
        except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets in brackets
            return Unreadable(self.place, f"not a usable row ({error}); expected one object a line", line=number)
        if not isinstance(row, dict):
            return Unreadable(self.place, 'expected a JSON object such as {"id": "a1", "text": "…"}', line=number)
        return self._document(row, line=number)

    def _table_row(self, header: Sequence[str], cells: Sequence[str], line: int) -> Document | Unreadable:
        if len(cells) != len(header):
            reason = f"{len(cells)} cells, but the header has {len(header)}; quote cells that hold the delimiter"
            return Unreadable(self.place, reason, line=line)
        row = dict(zip(header, cells, strict=True))
        if any("\udc80" <= character <= "\udcff" for cell in cells if not cell.isascii() for character in cell):
            return Unreadable(self.place, f"not UTF-8; {CONVERT}", line=line)
        return self._document(row, line=line)

    def _document(
        self, row: Mapping[str, Any], line: int | None = None, row_number: int | None = None
    ) -> Document | Unreadable:
        own_id = _as_text(row.get(self.columns.id or "id"))
        where = f"{self.place}:{line if line is not None else row_number}"
        try:
            text = row.get(self.columns.text)
            if not isinstance(text, str):
                raise InputError(f'the row has no "{self.columns.text}" string; {_choose("--text-column", row)}')
            if self.columns.id and not own_id:
                raise InputError(f'the row has no "{self.columns.id}"; {_choose("--id-column", row)}')
            fields = {name: value for name in FIELDS if (value := _as_text(row.get(name)))}
            document = checked(Document(**{**fields, "id": own_id or where, "text": plain(text)}))
        except InputError as error:
            shown = own_id.encode(errors="replace").decode() if own_id else None
            return Unreadable(self.place, str(error), line=line, row=row_number, id=shown)
        unique = self.seen.unique(document.id, where)
        return document if unique == document.id else document.model_copy(update={"id": unique})

    def _check_columns(self, there: Sequence[str]) -> None:
        for option, name in (("--text-column", self.columns.text), ("--id-column", self.columns.id)):
            if name and name not in there:
                raise InputError(f'there is no column "{name}"; {_choose(option, there)}')


def open_parquet(stream: IO[bytes]) -> Any:
    """A ``pyarrow.parquet.ParquetFile`` over a stream.

    Raises:
        InputError: when pyarrow is missing, or this is not Parquet.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise InputError("reading Parquet needs pyarrow: pip install 'stance[tables]'") from error
    try:
        return pyarrow.parquet.ParquetFile(stream)
    except pyarrow.ArrowInvalid as error:
        raise InputError(f"not a Parquet file ({error})") from error


def _text_lines(stream: IO[bytes]) -> Iterator[str]:
    for number, line in enumerate(_lines(stream), start=1):
        if line is None:
            raise InputError(f"line {number} has more than {MAX_BYTES // 1_000_000} MB; split it")
        text = line.decode(errors="surrogateescape")  # a row that is not UTF-8 is named when it is reached
        yield text.removeprefix("\ufeff") if number == 1 else text


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Lines as UTF-8; None for one that is longer than any row may be."""
    first = True
    while line := stream.readline(MAX_BYTES):
        if first and line.startswith(UTF_16):
            yield from _lines(io.BufferedReader(_FromUtf16(line, stream)))
            return
        first = False
        if len(line) == MAX_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield None
        else:
            yield line


class _FromUtf16(io.RawIOBase):
    """The bytes of UTF-16 as those of UTF-8.

    Args:
        start: What has been read of the stream.
        stream: The rest.
    """

    def __init__(self, start: bytes, stream: IO[bytes]) -> None:
        self._stream = stream
        self._chunk = start
        self._decoder = codecs.getincrementaldecoder("utf-16")()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        ended = False
        while not self._ready and not ended:
            ended = not self._chunk
            self._ready = self._decoded(ended).encode(errors="surrogatepass")
            self._chunk = b"" if ended else self._stream.read(io.DEFAULT_BUFFER_SIZE)
        piece = self._ready[: len(buffer)]
        buffer[: len(piece)] = piece
        self._ready = self._ready[len(piece) :]
        return len(piece)

    def _decoded(self, ended: bool) -> str:
        try:
            return self._decoder.decode(self._chunk, final=ended)
        except UnicodeDecodeError as error:
            raise InputError(f"not UTF-16, as its first bytes say (byte {error.start}); write it as UTF-8") from error


def _choose(option: str, there: Iterable[str]) -> str:
    names = [str(name) for name in there]
    shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    return f"name another with {option}; there is {shown}" if names else "it is empty"


def _as_text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124  pandas' missing value
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
