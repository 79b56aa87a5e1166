"""Reading the files of public data sets, with errors that name file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stance.errors import InputError


def read_text(path: Path) -> str:
    """A UTF-8 file.

    Raises:
        InputError: when it is missing or not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")  # line breaks as they are: offsets count them
    except FileNotFoundError as error:
        raise InputError(f"{path}: the file is missing; the folder must hold the data set's own files") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error


def read_json(path: Path) -> Any:
    """A JSON file.

    Raises:
        InputError: when it is missing or not JSON.
    """
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON ({error.msg})") from error


def read_json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSONL file with their line numbers.

    Raises:
        InputError: when the file is missing or a line is no JSON object.
    """
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}:{number}: not JSON ({error.msg})") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}:{number}: expected an object, found {line[:40]!r}")
        yield number, row


def rows(found: Any, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
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
