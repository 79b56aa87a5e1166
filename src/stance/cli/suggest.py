"""``stance suggest``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from stance.cli.console import check_target, say, shown, working, writing
from stance.cli.rows import read_rows
from stance.documents import STDIN, find_files
from stance.errors import InputError
from stance.wording import counted


def suggest(
    rows: Annotated[str, typer.Argument(help="JSON rows of `stance score`.")],
    number: Annotated[int, typer.Option("--number", "-n", min=1, help="How many articles.")] = 20,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the rows of these articles to this file.")
    ] = None,
) -> None:
    """List the articles that are most worth labelling: the most uncertain first, copies left out."""
    from stance.suggest import suggest as most_uncertain

    check_target(output, [rows])
    if output is not None and rows == STDIN:
        raise InputError("standard input is read once, and -o needs the rows again: name a file of rows instead of -")
    with working("reading the rows"):
        chosen = most_uncertain((result for _, result in read_rows(rows)), number)
    if not chosen:
        raise InputError(f"{rows}: no scored article in it")
    caption = "uncertainty: the mean of the other three; see docs/integrations.md"
    table = Table(caption=caption, caption_justify="left", pad_edge=False)
    for heading in ("uncertainty", "entropy", "abstained", "unsure spans"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("article", ratio=1)
    for each in chosen:
        figures = (each.uncertainty, each.entropy, each.abstained, each.unsure_spans)
        table.add_row(*(f"{figure:.2f}" for figure in figures), shown(each.title or Path(each.article).name))
    Console().print(table)
    if output is not None:
        _copy(rows, [each.position for each in chosen], output)
        say(f"{counted(len(chosen), 'row')}: {shown(output)}")


def _copy(rows: str, positions: list[int], output: Path) -> None:
    """Copy rows, in the order given."""
    wanted = set(positions)
    found = {number: line for number, line in enumerate(_lines(rows)) if number in wanted}
    with writing(output) as file:
        file.writelines(found[position].rstrip(b"\n") + b"\n" for position in positions)


def _lines(rows: str) -> Iterator[bytes]:
    for file in find_files([rows]):
        with file.open() as lines:
            yield from (line for line in lines if line.strip())
