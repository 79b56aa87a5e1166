"""The rows of a table in files or on the Hub, each with its place; a damaged one stands as the error that it is.

Delimited text and JSON are read with the standard library: the builders of ``datasets`` (5.2) give up a whole JSONL
file for one bad line, and leave bad CSV lines out without a word, so that all later ones are misnumbered. Parquet
files and the Hub are read with ``datasets``. A local file is streamed: the cache knows it by name and time of change
alone, and would give back what was in it before.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from datasets import ClassLabel, load_dataset
from datasets.exceptions import DatasetsError

from stance.errors import InputError
from stance.table import PART, PairTable, SentenceTable
from stance.training.public.files import json_row, read_data

_TAB, _COMMA = "\t", ","
_DELIMITERS = {".csv": _COMMA, ".tsv": _TAB, ".txt": _TAB}
_HUB_REMEDY = (
    "check hub and hub_config in the table's settings, and the part, which names the split; without a connection only "
    "what was read here before can be read"
)


@dataclass(frozen=True)
class TableRow:
    """One row of a table."""

    place: str
    """File and line, or row where a format has no lines; for messages."""
    id: str
    file: str
    """Name of the file without its ending, or of the data set on the Hub."""
    cells: Mapping[str, Any]


Rows = Iterator[TableRow | InputError]


def table_rows(folder: Path | None, part: str, table: PairTable | SentenceTable) -> Rows:
    """All rows of one part, in order.

    Raises:
        InputError: when a file or the data set is missing, or nothing can be read of it.
    """
    if table.hub is not None:
        yield from _hub_rows(table.hub, part, table)
    elif folder is not None and table.file is not None:
        joined = _by_key(folder, part, table)
        for path in _files(folder, table.file, part):
            for row in _file_rows(path, table):
                yield row if isinstance(row, InputError) or joined is None else _with_columns(row, joined, table)


def _files(folder: Path, name: str, part: str) -> list[Path]:
    found = sorted(path for path in folder.glob(name.replace(PART, part)) if path.is_file())
    if not found:
        here = ", ".join(sorted(path.name for path in folder.iterdir())[:8]) or "nothing"
        raise InputError(f"{folder / name.replace(PART, part)}: there is no such file; the folder holds {here}")
    return found


def _file_rows(path: Path, table: PairTable | SentenceTable) -> Rows:
    suffix = path.suffix.lower()
    if suffix in _DELIMITERS:
        return _delimited(path, table, table.delimiter or _DELIMITERS[suffix])
    if suffix == ".jsonl":
        return _json_lines(path, table.encoding)
    if suffix == ".json":
        return _json_list(path, table.encoding)
    if suffix == ".parquet":
        return _streamed(str(path), path.stem, "parquet", data_files=str(path), split="train", streaming=True)
    raise InputError(f"{path}: not a table; expected {', '.join(_DELIMITERS)}, .jsonl, .json or .parquet")


def _delimited(path: Path, table: PairTable | SentenceTable, delimiter: str) -> Rows:
    text = io.StringIO(_decoded(path, table.encoding), newline="")
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if table.quotes else csv.QUOTE_NONE
    reader = csv.reader(text, delimiter=delimiter, quoting=quoting, strict=True)
    header = table.header
    ended = False
    while not ended:
        place = f"{path}:{reader.line_num + 1}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise InputError(
                    f"{place}: a cell opens with \" and never ends; close it, or set quotes=false in the table's "
                    'settings if " is an ordinary character there'
                ) from error
            yield InputError(f"{place}: {error}")
            continue
        ended = cells is None
        if not cells:
            continue
        if header is None:
            header = cells
            if twice := sorted({name for name in header if header.count(name) > 1}):
                raise InputError(
                    f"{place}: several columns are named {', '.join(map(repr, twice))}; rename all but one"
                )
        elif len(cells) != len(header):
            yield InputError(f"{place}: {len(cells)} cells, but {len(header)} columns; is the delimiter right?")
        else:
            yield TableRow(place, f"{path.stem}:{reader.line_num}", path.stem, dict(zip(header, cells, strict=True)))


def _json_lines(path: Path, encoding: str) -> Rows:
    for number, line in enumerate(_decoded(path, encoding).split("\n"), start=1):
        place = f"{path}:{number}"
        try:
            if line.strip():
                yield TableRow(place, f"{path.stem}:{number}", path.stem, json_row(line, place))
        except InputError as error:
            yield error


def _json_list(path: Path, encoding: str) -> Rows:
    try:
        found = json.loads(_decoded(path, encoding))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON ({error.msg})") from error
    if not isinstance(found, list):
        raise InputError(f"{path}: expected a list of objects; write one object a line, as .jsonl, instead")
    for number, cells in enumerate(found, start=1):
        place = f"{path}: row {number}"
        if isinstance(cells, dict):
            yield TableRow(place, f"{path.stem}:{number}", path.stem, cells)
        else:
            yield InputError(f"{place}: expected an object, found {str(cells)[:40]!r}")


def _decoded(path: Path, encoding: str) -> str:
    try:
        return read_data(path, encoding)
    except InputError as error:
        if isinstance(error.__cause__, UnicodeError):
            raise InputError(f"{error}; say its encoding in the table's settings, such as windows-1252") from error
        raise


def _hub_rows(hub: str, part: str, table: PairTable | SentenceTable) -> Rows:
    local = Path(hub).is_dir()
    return _streamed(
        hub, hub, hub, name=table.hub_config, revision=table.hub_revision, split=part, streaming=local
    )  # what is downloaded stays in the cache, by its revision, and works without a connection


def _streamed(place: str, file: str, builder: str, **options: Any) -> Rows:
    try:
        found = load_dataset(builder, **options)
        named = {
            column: feature.names
            for column, feature in (found.features or {}).items()
            if isinstance(feature, ClassLabel)
        }
        for number, row in enumerate(found, start=1):
            cells = {column: _named(cell, named.get(column)) for column, cell in row.items()}
            yield TableRow(f"{place}: row {number}", f"{file}:{number}", file, cells)
    except (DatasetsError, OSError, ValueError) as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        remedy = "write it anew" if builder == "parquet" else _HUB_REMEDY
        raise InputError(f"{place}: cannot be read ({reason}); {remedy}") from error


def _named(cell: Any, names: Sequence[str] | None) -> Any:
    """The name of a numbered class; -1 is how a Hub data set says that a row has none."""
    if names is None or not isinstance(cell, int):
        return cell
    return names[cell] if 0 <= cell < len(names) else None


def _by_key(folder: Path, part: str, table: PairTable | SentenceTable) -> dict[str, Mapping[str, Any]] | None:
    """The rows of the joined file by their key."""
    if table.join_file is None or table.join_on is None:
        return None
    rows = (row for path in _files(folder, table.join_file, part) for row in _file_rows(path, table))
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if isinstance(row, TableRow):  # a damaged one shows where its key is missing
            if table.join_on not in row.cells:
                raise InputError(f"{row.place}: no column {table.join_on!r}; found {', '.join(map(repr, row.cells))}")
            key = str(row.cells[table.join_on])
            if key in found:
                raise InputError(
                    f"{row.place}: a row before has {key!r} in its column {table.join_on!r}, too; keep one"
                )
            found[key] = row.cells
    return found


def _with_columns(
    row: TableRow, joined: Mapping[str, Mapping[str, Any]], table: PairTable | SentenceTable
) -> TableRow | InputError:
    key = row.cells.get(table.join_on or "")
    if str(key) not in joined:
        return InputError(f"{row.place}: no row of {table.join_file} has {key!r} in its column {table.join_on!r}")
    return TableRow(row.place, row.id, row.file, {**joined[str(key)], **row.cells})
