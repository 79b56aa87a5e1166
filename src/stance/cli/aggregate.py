"""``stance aggregate``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.table import Table

from stance.cli.console import (
    OK,
    SOME_FAILED,
    ArticleProgress,
    Skipped,
    check_target,
    say,
    shown,
    when_interrupted,
    write,
    writing,
)
from stance.cli.table import COLOURS, EVIDENCE_WIDTH
from stance.corpus_view.records import ClaimView, CorpusView, Period, SourceView
from stance.errors import InputError
from stance.records import ArticleResult, SourceKind, Verdict
from stance.wording import counted, shortened

_ROWS = 30
_CLAIMS = 10
_SUFFIXES = (".json", ".csv")


def aggregate(
    runs: Annotated[list[str], typer.Argument(help="JSON rows of `stance score`: files, patterns or addresses.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write to this file: .json for the whole view, .csv for a row a source."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a page to read in a browser to this HTML file.")] = None,
    by: Annotated[
        Period | None,
        typer.Option(help="Periods of the timeline. By default weeks for up to half a year, months beyond."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table.")] = False,
) -> None:
    """Join scored articles into one view: who backs each claim, who disputes it, in how many independent places.

    Exit code: 0 all rows read, 1 some could not be used (the rest is joined), 2 nothing could be done.
    """
    from stance.corpus_view import build_view

    if output is not None and output.suffix.lower() not in _SUFFIXES:
        raise InputError(f"{output}: name a file that ends in {' or '.join(_SUFFIXES)}")
    check_target(output, runs)
    check_target(report, runs)
    skipped = Skipped()
    with when_interrupted("nothing was written"), ArticleProgress(quiet, None) as progress:
        view = build_view(_rows(runs, skipped, progress), runs, by)
    if not view.claims:
        raise InputError(f"no row that can be used in {', '.join(runs)}; make them with: stance score … -o FILE")
    for note in view.notes:
        say(f"[yellow]note:[/yellow] {shown(note)}")
    if output is not None:
        _write(view, output)
    if report is not None:
        from stance.report import render_view

        write(report, render_view(view))
    if not quiet:
        _print_view(view)
    _summary(view, skipped.count, [path for path in (output, report) if path])
    raise typer.Exit(SOME_FAILED if skipped.count else OK)


def _rows(runs: list[str], skipped: Skipped, progress: ArticleProgress) -> Iterator[ArticleResult]:
    from stance.results import read_results

    for name in runs:
        for _, result in read_results(name):
            if isinstance(result, ArticleResult):
                progress.advance(result.title or result.id)
                yield result
            else:
                skipped.add(result)


def _write(view: CorpusView, output: Path) -> None:
    if output.suffix.lower() == ".json":
        with writing(output) as file:
            file.write(TypeAdapter(CorpusView).dump_json(view, indent=2))  # as bytes: text would have to be copied
            file.write(b"\n")
        return
    from stance.corpus_view.csv import write_csv
    from stance.outputs.spreadsheets import ENCODING

    table = io.StringIO(newline="")
    write_csv(view, table)
    write(output, table.getvalue(), ENCODING)


def _summary(view: CorpusView, skipped: int, written: list[Path]) -> None:
    parts = [
        f"{counted(view.articles, 'article')} ({view.groups:,} without copies)",
        counted(len(view.claims), "claim"),
    ]
    parts += [f"{counted(skipped, 'row')} skipped"] if skipped else []
    say(", ".join(parts) + (": " + ", ".join(shown(path) for path in written) if written else ""))


# --- in the terminal --------------------------------------------------------------------------------------------------


def _print_view(view: CorpusView) -> None:
    console = Console()
    for claim in view.claims[:_CLAIMS]:
        _print_claim(claim, console)
    if len(view.claims) > _CLAIMS:
        more = counted(len(view.claims) - _CLAIMS, "more claim")
        console.print(f"… and {more}; all are in the output (-o) and the page (--report)")


def _print_claim(claim: ClaimView, console: Console) -> None:
    console.print(f"[bold]{shown(claim.claim)}[/bold]", highlight=False, soft_wrap=True)
    console.print(_headline(claim), highlight=False, soft_wrap=True)
    for verdict, total in claim.verdicts.items():
        if total.sources and total.share is not None and total.low is not None and total.high is not None:
            share = f"{total.share:.0%} of those who take a side, {total.low:.0%} to {total.high:.0%}"
            share = f"{total.named} named; {share}"
            console.print(
                f"  [{COLOURS[verdict]}]{total.sources} {verdict}[/{COLOURS[verdict]}]: {share}", highlight=False
            )
    if silent := claim.verdicts[Verdict.NO_STANCE].sources:
        console.print(f"  [dim]{silent} no stance[/dim]", highlight=False, soft_wrap=True)
    entries = [entry for entry in claim.entries if entry.kind is not SourceKind.AUTHOR]
    console.print(_table(entries[:_ROWS]))
    if len(entries) > _ROWS:
        console.print(f"… and {counted(len(entries) - _ROWS, 'more source')}; all are in the output (-o)")


def _headline(claim: ClaimView) -> str:
    copies = f" ({claim.groups:,} without copies)" if claim.groups < claim.articles else ""
    when = f", {claim.first} to {claim.last}" if claim.first else ""
    unsure = f"; {claim.uncertain} more too uncertain to count" if claim.uncertain else ""
    where = f"{counted(claim.articles, 'article')}{copies}{when}{unsure}"
    sources = f"{counted(claim.sources, 'independent source')} ({claim.named:,} named)"
    return f"{sources} in {counted(claim.mentions, 'mention')}, {where}"


def _table(entries: list[SourceView]) -> Table:
    caption = "? uncertain: read the evidence before using the verdict; articles in brackets: without copies"
    table = Table(caption=caption, caption_justify="left", pad_edge=False)
    table.add_column("source", max_width=34)
    table.add_column("stance")
    for heading in ("conf.", "articles", "said"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("best evidence", ratio=1)
    for entry in entries:
        colour = COLOURS[entry.verdict]
        independent = f" ({entry.groups})" if entry.groups < entry.articles else ""
        table.add_row(
            shown(entry.name),
            f"[{colour}]{entry.verdict}{'?' if entry.abstained else ''}[/{colour}]",
            f"{entry.confidence:.2f}",
            f"{entry.articles}{independent}",
            str(entry.mentions),
            shown(shortened(entry.evidence[0].text, EVIDENCE_WIDTH) if entry.evidence else ""),
        )
    return table
