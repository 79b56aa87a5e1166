"""``stance score``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from stance.cli.console import (
    OK,
    SOME_FAILED,
    UNUSABLE,
    ArticleProgress,
    check_target,
    say,
    when_interrupted,
    working,
)
from stance.cli.table import print_sources
from stance.documents import STDIN, SUFFIXES, Unreadable, find_files, read_documents, read_stdin
from stance.records import ArticleResult, Document
from stance.targets import CLAIMS_PER_ARTICLE, ClaimsFrom, check_claims

_WHEN_INTERRUPTED = "the rows written so far are whole; the same command starts again"


def score(
    paths: Annotated[
        list[str], typer.Argument(help=f"Files ({', '.join(SUFFIXES)}), folders, or - for standard input.")
    ],
    claim: Annotated[
        list[str] | None,
        typer.Option(
            help='The claim, a full sentence: "Al Qaeda has a new home base in Iran."; repeat it for several.'
        ),
    ] = None,
    claims_from: Annotated[
        ClaimsFrom | None,
        typer.Option(help="With no claim given: article scores each against its own most check-worthy sentences."),
    ] = None,
    claims_per_article: Annotated[int, typer.Option(min=1, help="At most so many of those.")] = CLAIMS_PER_ARTICLE,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write one JSON row an article to this file.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report to read in a browser to this HTML file.")] = None,
    models: Annotated[Path, typer.Option(help="Folder with the three trained models.")] = Path("models"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    batch_size: Annotated[
        int, typer.Option(min=1, help="Articles scored together; more is faster, takes more memory.")
    ] = 16,
    keep_text: Annotated[bool, typer.Option("--keep-text", help="Put each article's text into its row.")] = False,
    any_language: Annotated[
        bool, typer.Option("--any-language", help="Do not check that the claim is English.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table.")] = False,
) -> None:
    """Score articles against claims: who supports them, who disputes them, in whose words.

    Exit code: 0 all articles scored, 1 some could not be read (the rest is scored), 2 nothing could be done.
    """
    from stance.language import check_language
    from stance.pipeline import StancePipeline

    claims = check_claims(claim, claims_from)
    if not any_language:
        for each in claims:
            check_language(each)
    check_target(output)
    check_target(report)
    incoming = _incoming(paths)
    with working("loading the models", quiet):
        pipeline = StancePipeline.from_pretrained(models, device=device)
    failed: list[Unreadable] = []
    results: list[ArticleResult] = []
    scored = rows_written = 0
    last: tuple[str, str] | None = None
    with when_interrupted(_WHEN_INTERRUPTED), ArticleProgress(quiet) as progress, _Rows(output) as rows:
        documents = _readable(incoming, failed)
        for result in pipeline.score(
            documents,
            claims,
            claims_from=claims_from,
            claims_per_article=claims_per_article,
            batch_size=batch_size,
            keep_text=keep_text or report is not None,
        ):
            rows.write(result if keep_text else result.model_copy(update={"text": None}))
            rows_written += 1
            if len(claims) == 1 or (result.id, result.text_sha256) != last:
                last = result.id, result.text_sha256
                scored += 1
                progress.advance(result.title or result.id)
            if report is not None or not quiet:
                results.append(result if report is not None else result.model_copy(update={"sentences": ()}))
    if report is not None and results:
        from stance.report import render

        report.write_text(render(results), encoding="utf-8")
    if not quiet and results:
        print_sources(results)
    _summary(scored, rows_written, failed, output, report)
    raise typer.Exit(OK if not failed else SOME_FAILED if scored else UNUSABLE)


class _Rows:
    """The output file. Each row is one unbuffered write, so that an interruption leaves whole rows only."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("wb", buffering=0) if path else None

    def write(self, result: ArticleResult) -> None:
        if self._file:
            self._file.write(result.model_dump_json(exclude_none=False).encode() + b"\n")

    def __enter__(self) -> _Rows:
        return self

    def __exit__(self, *error: object) -> None:
        if self._file:
            self._file.close()


def _incoming(paths: list[str]) -> Iterator[Document | Unreadable]:
    files = find_files(path for path in paths if path != STDIN)
    return (found for path_or_files in _in_turn(paths, files) for found in path_or_files)


def _in_turn(paths: list[str], files: list[Path]) -> Iterator[Iterator[Document | Unreadable]]:
    yield read_documents(files)
    if STDIN in paths:
        yield read_stdin(sys.stdin)


def _readable(incoming: Iterator[Document | Unreadable], failed: list[Unreadable]) -> Iterator[Document]:
    for found in incoming:
        if isinstance(found, Document):
            yield found
        else:
            failed.append(found)
            say(f"[yellow]skipped[/yellow] {escape(str(found))}")


def _summary(scored: int, rows: int, failed: list[Unreadable], output: Path | None, report: Path | None) -> None:
    several = f" in {rows} rows, one a claim" if rows != scored else ""
    parts = [f"{scored} articles scored{several}"] + ([f"{len(failed)} skipped"] if failed else [])
    written = [escape(str(path)) for path in (output, report if scored else None) if path]
    say(", ".join(parts) + (": " + ", ".join(written) if written else ""))
