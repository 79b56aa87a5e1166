"""Reads rows back that were written as JSON lines."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from pydantic import ValidationError

from stance.documents import find_files
from stance.errors import InputError
from stance.records import ArticleResult


def read_results(name: str) -> Iterator[tuple[int, ArticleResult]]:
    """The rows that ``stance score`` wrote, compressed or not, here or elsewhere, with their line numbers.

    Args:
        name: A file, pattern or address, or ``-`` for standard input.

    Raises:
        InputError: when there is no such file, or a line of it is no row.
    """
    for file in find_files([name]):
        try:
            with file.open() as stream:
                for number, line in enumerate(stream, start=1):
                    yield number, _result(line, file.address, number)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"{file.address}: cannot be read ({error})") from error


def _result(line: bytes, address: str, number: int) -> ArticleResult:
    try:
        return ArticleResult.model_validate_json(line)
    except ValidationError as error:
        raise InputError(f"{address}:{number}: not a row of `stance score`: {error.errors()[0]['msg']}") from error
