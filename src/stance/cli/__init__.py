"""The command line, a module a command. The only room that prints or exits."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import warnings
from importlib import metadata
from typing import Annotated, Literal

import typer

from stance.cli.aggregate import aggregate
from stance.cli.compare import compare
from stance.cli.console import INTERRUPTED, UNUSABLE, InterruptedByUser, say, shown
from stance.cli.export_labels import export_labels
from stance.cli.import_labels import import_labels
from stance.cli.report import report
from stance.cli.score import score
from stance.cli.serve import serve
from stance.cli.suggest import suggest
from stance.errors import StanceError
from stance.records import json_schema

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Who backs a claim in a pile of news, and who disputes it.",
)


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


def schema(
    of: Annotated[Literal["row", "view"], typer.Argument(help="row of `score`, or view of `aggregate`.")] = "row",
) -> None:
    """Print the JSON schema of an output row, or of a corpus view."""
    from stance.corpus_view.records import view_schema

    print(json.dumps(json_schema() if of == "row" else view_schema(), indent=2))


for command in (score, aggregate, report, serve, suggest, export_labels, import_labels, compare, schema):
    app.command()(command)


def main() -> None:
    """Entry point of ``stance``: turns every known error into one message and an exit code."""
    _quiet_libraries()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows another in its place
    signal.signal(signal.SIGINT, _interrupt)
    try:
        app(standalone_mode=True)
    except StanceError as error:
        say(f"[red]error:[/red] {shown(error)}")
        sys.exit(UNUSABLE)
    except InterruptedByUser as interruption:
        say("[yellow]interrupted[/yellow]" + (f": {interruption}" if str(interruption) else ""))
        sys.exit(INTERRUPTED)


def _interrupt(*_: object) -> None:
    raise InterruptedByUser


def _quiet_libraries() -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    warnings.filterwarnings("ignore", module="transformers|torch")
