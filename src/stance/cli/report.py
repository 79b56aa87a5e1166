"""``stance report``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from stance.cli.console import check_target, say
from stance.cli.rows import read_rows
from stance.errors import InputError
from stance.records import ArticleResult


def report(
    rows: Annotated[Path, typer.Argument(help="Output of `stance score --keep-text`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")],
) -> None:
    """Write the report of articles scored earlier."""
    from stance.report import render

    results = list(_read_results(rows))
    if not results:
        raise InputError(f"{rows}: no scored article in it; make it with: stance score … --keep-text -o {rows}")
    check_target(output)
    output.write_text(render(results, results[0].claim), encoding="utf-8")
    say(f"{len(results)} articles: {escape(str(output))}")


def _read_results(path: Path) -> Iterator[ArticleResult]:
    for number, result in read_rows(path):
        if result.text is None:
            raise InputError(f"{path}:{number}: the row has no text; score again with --keep-text")
        yield result
