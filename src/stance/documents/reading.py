"""From files to documents, whatever their format."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import IO, TextIO

from stance.documents.checks import LEADING, MAX_BYTES, UTF_16, Unreadable, decoded
from stance.documents.files import ONE_ARTICLE, ROWS, STDIN, SUFFIXES, InputFile, is_about_the_file
from stance.documents.rows import Columns, RowReader, SeenIds, open_parquet
from stance.documents.texts import html_document, markdown_document, text_document
from stance.errors import InputError
from stance.records import Document

_STRUCTURED = (".json", ".xml", ".yaml", ".yml")
_ABSENT = (FileNotFoundError, PermissionError, IsADirectoryError)


def read_documents(
    files: Iterable[InputFile], columns: Columns | None = None, seen: SeenIds | None = None
) -> Iterator[Document | Unreadable]:
    """Read each file in turn; a faulty one yields ``Unreadable`` and the rest go on.

    Args:
        files: What to read, from ``find_files``.
        columns: Where rows hold what.
        seen: The ids met so far; ids that come again are told apart.

    Raises:
        InputError: when a file that lies elsewhere breaks off in the middle: going on would lose its rows.
    """
    columns, seen = columns or Columns(), seen or SeenIds()
    for file in files:
        if file.address == STDIN:
            import sys

            yield from read_stdin(sys.stdin, columns, seen)
        else:
            yield from _read(file, columns, seen)


def read_stdin(
    stream: TextIO, columns: Columns | None = None, seen: SeenIds | None = None
) -> Iterator[Document | Unreadable]:
    """Read standard input: JSON rows when its first character is ``{``, one HTML page when ``<``, else one text."""
    place = "standard input"
    raw = io.BufferedReader(stream.buffer, 1 << 16)  # type: ignore[type-var]  # anything with readinto will do
    try:
        opening = _opening(raw.peek(1 << 12))
        if opening == "{":
            yield from RowReader(place, columns or Columns(), seen or SeenIds()).json_lines(raw)
        else:
            text = decoded(_whole(raw))
            yield html_document(text, "stdin") if opening == "<" else text_document(text, "stdin")
    except InputError as error:
        yield Unreadable(place, str(error))
    finally:
        raw.detach()  # or standard input is closed with it


def count_documents(files: Iterable[InputFile]) -> int | None:
    """How many documents there are, where that can be told without reading them; else None."""
    total = 0
    for file in files:
        if file.suffix in ONE_ARTICLE:
            total += 1
        elif file.suffix == ".parquet" and file.is_local:
            try:
                with file.open() as stream:
                    total += open_parquet(stream).metadata.num_rows
            except (InputError, OSError):
                total += 1  # as one that could not be read
        else:
            return None
    return total


def _read(file: InputFile, columns: Columns, seen: SeenIds) -> Iterator[Document | Unreadable]:
    try:
        with file.open() as stream:
            if file.suffix in ROWS:
                yield from _rows(file, stream, RowReader(file.address, columns, seen))
            else:
                yield _article(file, stream)
    except InputError as error:
        yield Unreadable(file.address, str(error))
    except Exception as error:
        if not file.is_local and not isinstance(error, _ABSENT):
            raise InputError(f"{file.address}: reading broke off ({type(error).__name__}: {error})") from error
        if not is_about_the_file(error):
            raise
        yield Unreadable(file.address, getattr(error, "strerror", None) or f"damaged or cut off ({error})")


def _rows(file: InputFile, stream: IO[bytes], reader: RowReader) -> Iterator[Document | Unreadable]:
    if file.suffix == ".jsonl":
        return reader.json_lines(stream)
    if file.suffix == ".parquet":
        return reader.parquet(stream)
    return reader.table(stream, "\t" if file.suffix == ".tsv" else None)


def _article(file: InputFile, stream: IO[bytes]) -> Document:
    if file.suffix in _STRUCTURED:
        raise InputError(
            f'{file.suffix} files are not read; write one JSON object a line with a "text" field, as .jsonl'
        )
    data = _whole(stream)
    raw = decoded(data)
    if file.suffix in (".html", ".htm") or (file.suffix not in SUFFIXES and _opening(data[:4096]) == "<"):
        return html_document(raw, file.address)
    return markdown_document(raw, file.address) if file.suffix == ".md" else text_document(raw, file.address)


def _whole(stream: IO[bytes]) -> bytes:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES // 1_000_000} MB; split it into articles")
    return data


def _opening(start: bytes) -> str:
    if start.startswith(UTF_16):
        return start[: len(start) // 2 * 2].decode("utf-16", errors="ignore").lstrip()[:1]
    return start.lstrip(LEADING)[:1].decode("ascii", errors="replace")
