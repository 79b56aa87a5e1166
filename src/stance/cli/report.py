"""``stance report``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from stance.cli.console import check_target, say, shown, write
from stance.cli.rows import read_rows
from stance.errors import InputError
from stance.records import ArticleResult, Document
from stance.wording import counted


def report(
    rows: Annotated[str, typer.Argument(help="Output of `stance score --keep-text`, as JSON rows.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")],
) -> None:
    """Write the page of articles scored earlier, to read in a browser."""
    from stance.report import render

    check_target(output, [rows])
    results = _trimmed(_with_text(rows))
    if not results:
        raise InputError(f"{rows}: no scored article in it; make it with: stance score … --keep-text -o {rows}")
    write(output, render(results))
    say(f"{counted(len(results), 'row')}: {shown(output)}")


def _with_text(rows: str) -> Iterator[ArticleResult]:
    for number, result in read_rows(rows):
        if result.text is None:
            raise InputError(f"{rows}:{number}: the row has no text; score again with --keep-text")
        yield result


def _trimmed(results: Iterable[ArticleResult]) -> list[ArticleResult]:
    return [_trimmed_to(position, result) for position, result in enumerate(results)]


def _trimmed_to(position: int, result: ArticleResult) -> ArticleResult:
    """What the page needs of a result: of those that it does not show, the verdicts."""
    from stance.report.view import SHOWN_ARTICLES

    bare = {"text": None, "sentences": (), "attributions": (), "speakers": (), "statements": ()}
    return result if position < SHOWN_ARTICLES else result.model_copy(update=bare)


class ReportRows:
    """What a report needs of the results of a run: all of the articles that it shows, verdicts of the others.

    Args:
        earlier: Rows that an earlier run wrote and this one reads past; None where there are none.
    """

    def __init__(self, earlier: str | None) -> None:
        self.kept: list[ArticleResult] = []
        self._earlier = (result for _, result in read_rows(earlier)) if earlier else iter(())
        self._next: ArticleResult | None = None

    def add(self, document: Document, results: Sequence[ArticleResult]) -> None:
        """Keep an article's results."""
        for result in results:
            self.kept.append(_trimmed_to(len(self.kept), result.model_copy(update={"text": document.text})))

    def add_earlier(self, document: Document) -> None:
        """Keep the results that an earlier run wrote of this article."""
        results = []
        while (result := self._next or next(self._earlier, None)) and result.id == document.id:
            results.append(result)
            self._next = None
        self._next = result
        self.add(document, results)
