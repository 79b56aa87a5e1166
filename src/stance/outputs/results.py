"""Reads rows back that were written as JSON lines."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from pydantic import ValidationError

from stance.documents import find_files
from stance.errors import InputError
from stance.records import ArticleResult


def read_results(name: str) -> Iterator[tuple[int, ArticleResult]]:
    """The rows of a file that ``stance score`` wrote, compressed or not, here or elsewhere, with their line numbers.

    Raises:
        InputError: when there is no such file, or a line of it is no row.
    """
    (file,) = find_files([name])
    try:
        with file.open() as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    yield number, ArticleResult.model_validate_json(line)
                except ValidationError as error:
                    raise InputError(
                        f"{name}:{number}: not a row of `stance score`: {error.errors()[0]['msg']}"
                    ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{name}: cannot be read ({error})") from error
