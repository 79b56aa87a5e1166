"""Rows of ``stance score``, read back one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stance.errors import InputError
from stance.records import ArticleResult


def read_rows(path: Path) -> Iterator[tuple[int, ArticleResult]]:
    """Each row with its line.

    Raises:
        InputError: when there is no such file, or a line in it is no row.
    """
    from pydantic import ValidationError

    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield number, ArticleResult.model_validate_json(line)
            except ValidationError as error:
                raise InputError(f"{path}:{number}: not a row of `stance score`: {error.errors()[0]['msg']}") from error
