"""Reading the files of public data sets, with errors that name file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from stance.errors import InputError

_T = TypeVar("_T")


def require_folder(folder: Path | None) -> Path:
    """The folder, when it is there.

    Raises:
        InputError: when it is not.
    """
    if folder is None or not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; name the one that holds the data set's own files")
    return folder


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """A text file.

    Raises:
        InputError: when it is missing or not in this encoding.
    """
    try:
        data = path.read_bytes()
        return data.decode(encoding)  # line breaks as they are: offsets count them
    except FileNotFoundError as error:
        raise InputError(f"{path}: the file is missing; the folder must hold the data set's own files") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not {encoding.upper()} ({error.reason} at byte {error.start})") from error


def read_data(path: Path, encoding: str = "utf-8") -> str:
    """``read_text`` without the byte-order mark that some editors put first: for formats in which it means nothing."""
    return read_text(path, encoding).removeprefix("\ufeff")


def read_json(path: Path) -> Any:
    """A JSON file.

    Raises:
        InputError: when it is missing or not JSON.
    """
    try:
        return json.loads(read_data(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON ({error.msg})") from error


def read_json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSONL file with their line numbers.

    Raises:
        InputError: when the file is missing or a line is no JSON object.
    """
    for number, line in enumerate(read_data(path).split("\n"), start=1):
        if line.strip():
            yield number, json_row(line, f"{path}:{number}")


def json_row(line: str, place: str) -> dict[str, Any]:
    """The object of one line.

    Raises:
        InputError: when it is none; ``place`` says where.
    """
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{place}: not JSON ({error.msg})") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets in brackets
        raise InputError(f"{place}: not a usable row ({error})") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: expected an object, found {line[:40]!r}")
    return row


def rows(found: Any, path: Path | str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a JSON list, each with its place for messages.

    Raises:
        InputError: when it is no list, or an element no object.
    """
    if not isinstance(found, list):
        raise InputError(f"{path}: expected a list of objects")
    for number, row in enumerate(found, start=1):
        if not isinstance(row, dict):
            raise InputError(f"{path}: row {number}: expected an object, found {str(row)[:40]!r}")
        yield f"{path}: row {number}", row


def value(row: dict[str, Any], key: str, place: str) -> Any:
    """``row[key]``.

    Raises:
        InputError: when it has no such key; ``place`` says where.
    """
    if key not in row:
        raise InputError(f"{place}: no {key!r} here; found {', '.join(map(repr, row)) or 'nothing'}")
    return row[key]


def text_of(row: dict[str, Any], key: str, place: str) -> str:
    """``row[key]``, which must be text; raises as ``typed`` does."""
    return typed(row, key, place, str, "text")


def typed(row: dict[str, Any], key: str, place: str, kind: type[_T], named: str) -> _T:
    """``row[key]``, which must be of this kind.

    Raises:
        InputError: when it is not there, or of another; ``named`` says what was expected.
    """
    found = value(row, key, place)
    if not isinstance(found, kind):
        raise InputError(f"{place}: {key!r} is {str(found)[:40]!r}; expected {named}")
    return found
