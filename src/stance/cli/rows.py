"""Rows of ``stance score``, all of which a command needs."""

from __future__ import annotations

from collections.abc import Iterator

from stance.errors import InputError
from stance.records import ArticleResult
from stance.results import read_results


def read_rows(name: str) -> Iterator[tuple[int, ArticleResult]]:
    """Each row with its line.

    Raises:
        InputError: when there is no such file, or a line in it is no row.
    """
    for number, result in read_results(name):
        if not isinstance(result, ArticleResult):
            raise InputError(str(result))
        yield number, result
