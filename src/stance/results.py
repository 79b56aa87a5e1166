"""Rows of ``stance score``, read back."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import ValidationError

from stance.documents import Unreadable, find_files
from stance.documents.files import is_about_the_file
from stance.errors import InputError
from stance.records import SCHEMA_VERSION, ArticleResult


def read_results(name: str) -> Iterator[tuple[int, ArticleResult | Unreadable]]:
    """Read rows one by one, each with its line; one that is no row yields ``Unreadable``, and the rest go on.

    Args:
        name: JSON rows, compressed or not, here or elsewhere: a file, pattern or address, or ``-`` for standard input.

    Raises:
        InputError: when there is no such file, or it breaks off.
    """
    for file in find_files([name]):
        try:
            with file.open() as lines:
                for number, line in enumerate(lines, start=1):
                    if line.strip():
                        yield number, _result(line, f"{file.address}:{number}")
        except Exception as error:
            if file.is_local and not is_about_the_file(error):
                raise
            raise InputError(f"{file.address}: cannot be read ({error})") from error


def _result(line: bytes, place: str) -> ArticleResult | Unreadable:
    try:
        result = ArticleResult.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        reason = f"not a row of `stance score`: {f'{field}: ' if field else ''}{first['msg']}"
        version = _version(line)
        return Unreadable(place, reason) if version in (SCHEMA_VERSION, None) else _of_other_version(place, version)
    return result if result.schema_version == SCHEMA_VERSION else _of_other_version(place, result.schema_version)


def _of_other_version(place: str, version: str | None) -> Unreadable:
    reason = f"the row has schema version {version}; this reads version {SCHEMA_VERSION}: score the article again"
    return Unreadable(place, reason)


def _version(line: bytes) -> str | None:
    """The version that a row names which is otherwise not readable."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    found = row.get("schema_version") if isinstance(row, dict) else None
    return found if isinstance(found, str) else None
