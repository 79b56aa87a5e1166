"""The command line. The only module that prints or exits."""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from stance.documents import STDIN, SUFFIXES, Unreadable, find_files, read_documents, read_stdin
from stance.errors import ConfigError, InputError, StanceError
from stance.records import ArticleResult, Document, SourceStance, Verdict, json_schema

OK, SOME_FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
_TABLE_ROWS = 30
_EVIDENCE_WIDTH = 200
_COLOURS = {Verdict.SUPPORTS: "green", Verdict.DISPUTES: "red", Verdict.MIXED: "yellow", Verdict.NO_STANCE: "dim"}

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Who backs a claim in a pile of news, and who disputes it.",
)
_errors = Console(stderr=True)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"stance {metadata.version('stance')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    del version


@app.command()
def score(
    paths: Annotated[
        list[str], typer.Argument(help=f"Files ({', '.join(SUFFIXES)}), folders, or - for standard input.")
    ],
    claim: Annotated[str, typer.Option(help='The claim, a full sentence: "Al Qaeda has a new home base in Iran."')],
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
    """Score articles against a claim: who supports it, who disputes it, in whose words.

    Exit code: 0 all articles scored, 1 some could not be read (the rest is scored), 2 nothing could be done.
    """
    from stance.language import check_language
    from stance.pipeline import check_claim

    claim = check_claim(claim)
    if not any_language:
        check_language(claim)
    _check_target(output)
    _check_target(report)
    incoming = _incoming(paths)
    with _errors.status("loading the models") if not quiet else _nothing():
        pipeline = _load(models, device)
    failed: list[Unreadable] = []
    results: list[ArticleResult] = []
    scored = 0
    with _Progress(quiet) as progress, _Rows(output) as rows:
        documents = _readable(incoming, failed)
        for result in pipeline.score(
            documents, claim, batch_size=batch_size, keep_text=keep_text or report is not None
        ):
            scored += 1
            rows.write(result if keep_text else result.model_copy(update={"text": None}))
            progress.advance(result.title or result.id)
            if report is not None or not quiet:
                results.append(result if report is not None else result.model_copy(update={"sentences": ()}))
    if report is not None and results:
        from stance.report import render

        report.write_text(render(results, claim), encoding="utf-8")
    if not quiet and results:
        _print_sources(results, claim)
    _summary(scored, failed, output, report)
    raise typer.Exit(OK if not failed else SOME_FAILED if scored else UNUSABLE)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="Folder with three trained models.")],
    after: Annotated[Path, typer.Argument(help="Another one.")],
    prepared: Annotated[Path, typer.Option(help="Folder that `dvc repro prepare` wrote.")] = Path("prepared"),
    split: Annotated[Literal["dev", "test"], typer.Option(help="Which rows.")] = "test",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Compare two sets of trained models on the same rows, and say what could be chance. Needs what training needs."""
    try:
        from stance.training.compare import compare as compare_models
    except ImportError as error:
        raise ConfigError(f"comparing needs what training needs ({error.name}): pip install 'stance[train]'") from error
    with _errors.status("running the models"):
        differences = compare_models(before, after, prepared, split, device)
    title = escape(f"{before} → {after}, {split} rows")
    caption = "95 % interval of the change, and p, from a bootstrap over claims and article groups"
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left", pad_edge=False)
    table.add_column("score", no_wrap=True)
    for heading in ("before", "after", "change", "95 % interval", "p"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in differences:
        change, interval = f"{each.after - each.before:+.3f}", f"{each.low:+.3f} to {each.high:+.3f}"
        name = f"{each.task}, {each.score.replace('_', ' ')}"
        table.add_row(name, f"{each.before:.3f}", f"{each.after:.3f}", change, interval, f"{each.p:.3f}")
    Console().print(table)


@app.command()
def report(
    rows: Annotated[Path, typer.Argument(help="Output of `stance score --keep-text`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")],
) -> None:
    """Write the report of articles scored earlier."""
    from stance.report import render

    results = list(_read_results(rows))
    if not results:
        raise InputError(f"{rows}: no scored article in it; make it with: stance score … --keep-text -o {rows}")
    _check_target(output)
    output.write_text(render(results, results[0].claim), encoding="utf-8")
    _errors.print(f"{len(results)} articles: {escape(str(output))}")


@app.command()
def schema() -> None:
    """Print the JSON schema of an output row."""
    print(json.dumps(json_schema(), indent=2))


def main() -> None:
    """Entry point of ``stance``: turns every known error into one message and an exit code."""
    _quiet_libraries()
    signal.signal(signal.SIGINT, _interrupt)
    try:
        app(standalone_mode=True)
    except StanceError as error:
        _errors.print(f"[red]error:[/red] {escape(str(error))}", soft_wrap=True, highlight=False)
        sys.exit(UNUSABLE)
    except _InterruptedByUser:
        _errors.print("[yellow]interrupted:[/yellow] the rows written so far are whole; the same command starts again")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(OK)


class _InterruptedByUser(BaseException):
    """Ctrl-C, under a name that typer does not swallow."""


def _interrupt(*_: object) -> None:
    raise _InterruptedByUser


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


class _Progress:
    """A line that counts articles; their number is unknown, for they are streamed."""

    def __init__(self, quiet: bool) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.completed} articles"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        self._bar = Progress(*columns, console=_errors, transient=True, disable=quiet)

    def advance(self, name: str) -> None:
        self._bar.update(self._task, advance=1, description=escape(name[-60:]))

    def __enter__(self) -> _Progress:
        self._bar.start()
        self._task = self._bar.add_task("", total=None)
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()


class _nothing:  # noqa: N801 - stands where a context manager is wanted and nothing is to happen
    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


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
            _errors.print(f"[yellow]skipped[/yellow] {escape(str(found))}", soft_wrap=True, highlight=False)


def _read_results(path: Path) -> Iterator[ArticleResult]:
    from pydantic import ValidationError

    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            result = ArticleResult.model_validate_json(line)
        except ValidationError as error:
            raise InputError(f"{path}:{number}: not a row of `stance score`: {error.errors()[0]['msg']}") from error
        if result.text is None:
            raise InputError(f"{path}:{number}: the row has no text; score again with --keep-text")
        yield result


def _load(models: Path, device: str):  # type: ignore[no-untyped-def]
    from stance.pipeline import StancePipeline

    return StancePipeline.from_pretrained(models, device=device)


def _check_target(path: Path | None) -> None:
    """Make sure, before the long work, that a result can be written."""
    if path is None:
        return
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; name a file in it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from error


def _print_sources(results: list[ArticleResult], claim: str) -> None:
    several = len(results) > 1
    caption = "? uncertain: read the evidence before using the verdict"
    table = Table(title=escape(claim), title_justify="left", caption=caption, caption_justify="left", pad_edge=False)
    if several:
        table.add_column("article", max_width=20)
    table.add_column("source", max_width=34)
    table.add_column("stance")
    table.add_column("conf.", justify="right")
    table.add_column("said", justify="right")
    table.add_column("best evidence", ratio=1)
    found = [(result, source) for result in results for source in result.sources]
    order = list(Verdict)
    found.sort(key=lambda pair: (order.index(pair[1].verdict), pair[1].abstained, -pair[1].confidence))
    for result, source in found[:_TABLE_ROWS]:
        colour = _COLOURS[source.verdict]
        verdict = f"[{colour}]{source.verdict}{'?' if source.abstained else ''}[/{colour}]"
        article = [escape(result.title or Path(result.id).name)] if several else []
        table.add_row(
            *article,
            escape(source.name),
            verdict,
            f"{source.confidence:.2f}",
            str(source.mentions),
            escape(_evidence(result, source)),
        )
    console = Console()
    console.print(table)
    if len(found) > _TABLE_ROWS:
        console.print(
            f"… and {len(found) - _TABLE_ROWS} more sources; all are in the output (-o) and the report (--report)"
        )


def _evidence(result: ArticleResult, source: SourceStance) -> str:
    if not source.evidence or source.verdict is Verdict.NO_STANCE:
        return ""
    text = " ".join(result.statements[source.evidence[0]].text.split())
    return text if len(text) <= _EVIDENCE_WIDTH else text[: _EVIDENCE_WIDTH - 1] + "…"


def _summary(scored: int, failed: list[Unreadable], output: Path | None, report: Path | None) -> None:
    parts = [f"{scored} articles scored"] + ([f"{len(failed)} skipped"] if failed else [])
    written = [escape(str(path)) for path in (output, report if scored else None) if path]
    _errors.print(", ".join(parts) + (": " + ", ".join(written) if written else ""), highlight=False, soft_wrap=True)


def _quiet_libraries() -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    warnings.filterwarnings("ignore", module="transformers|torch")


if __name__ == "__main__":
    main()
