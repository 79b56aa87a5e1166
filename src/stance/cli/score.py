"""``stance score``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from stance.cli.console import (
    OK,
    SOME_FAILED,
    UNUSABLE,
    ArticleProgress,
    Skipped,
    check_target,
    say,
    shown,
    when_interrupted,
    working,
    write,
)
from stance.cli.report import ReportRows
from stance.cli.table import Tables
from stance.documents import (
    STDIN,
    SUFFIXES,
    Columns,
    InputFile,
    SeenIds,
    Unreadable,
    count_documents,
    find_files,
    read_documents,
)
from stance.errors import ConfigError, InputError
from stance.outputs import FORMATS, Target
from stance.records import ArticleResult, Document
from stance.runs import Run, RunState, limited, listing_of, open_journal
from stance.targets import CLAIMS_PER_ARTICLE, ClaimsFrom, check_claims
from stance.wording import counted

if TYPE_CHECKING:
    from stance.pipeline import StancePipeline
    from stance.runs.cluster import Pool

_CLUSTER = "Many machines (docs/scoring.md)"


def score(
    paths: Annotated[
        list[str],
        typer.Argument(
            help=f"Files ({', '.join(SUFFIXES)}; .gz, .zst), folders, 'patterns/**/*.gz', addresses (s3://…), or - for "
            "standard input."
        ),
    ],
    claim: Annotated[
        list[str] | None,
        typer.Option(
            help='The claim, a full sentence: "Al Qaeda has a new home base in Iran."; repeat it for several.'
        ),
    ] = None,
    claims_from: Annotated[
        ClaimsFrom | None,
        typer.Option(help="article: without --claim, ask about each article's own most check-worthy sentences."),
    ] = None,
    claims_per_article: Annotated[
        int, typer.Option(min=1, help="With --claims-from: at most so many claims an article.")
    ] = CLAIMS_PER_ARTICLE,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="Write to this .jsonl or .csv (.gz, .zst), as Parquet into this folder/, or to - (standard output).",
        ),
    ] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(FORMATS)}, where the output's name does not say it.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Start anew. Without it an unfinished run goes on.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop at the first row that cannot be read, with exit code 2.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Score at most so many articles.")] = None,
    text_column: Annotated[str, typer.Option(help="Column (in JSON, field) that holds the article.")] = "text",
    id_column: Annotated[
        str | None, typer.Option(help="Column that names the article; by default id, where there is one.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a page to read in a browser to this HTML file.")] = None,
    models: Annotated[Path, typer.Option(help="Folder with the three models, trained or exported.")] = Path("models"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    backend: Annotated[
        Literal["auto", "torch", "onnx"],
        typer.Option(help="What computes; auto takes ONNX Runtime for exported models, PyTorch for trained ones."),
    ] = "auto",
    batch_size: Annotated[
        int, typer.Option(min=1, help="Articles scored together; more is faster, takes more memory.")
    ] = 16,
    keep_text: Annotated[
        bool, typer.Option("--keep-text", help="Put each article's text into its row, as `stance report` needs it.")
    ] = False,
    any_language: Annotated[
        bool, typer.Option("--any-language", help="Do not check that the claim is English.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table.")] = False,
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(help="ray scores on a Ray cluster, with the same rows.", rich_help_panel=_CLUSTER),
    ] = "local",
    ray_address: Annotated[
        str | None,
        typer.Option(
            help="The cluster. By default the one that RAY_ADDRESS names or that runs here; else one is started.",
            rich_help_panel=_CLUSTER,
        ),
    ] = None,
    actors: Annotated[
        str | None,
        typer.Option(
            help="Processes that score, each with the models: 8, or 2,16 for at least and at most. By default as many "
            "as the cluster has room for.",
            rich_help_panel=_CLUSTER,
        ),
    ] = None,
    cpus_per_actor: Annotated[
        float | None, typer.Option(min=0.01, help="Cores of each. By default 1.", rich_help_panel=_CLUSTER)
    ] = None,
    gpus_per_actor: Annotated[
        float | None,
        typer.Option(min=0, help="GPUs of each; with 0.5 two share one. By default none.", rich_help_panel=_CLUSTER),
    ] = None,
) -> None:
    """Score articles against a claim: who supports it, who disputes it, in whose words.

    For example: stance score news/ --claim "Al Qaeda has a new home base in Iran." -o out.jsonl --report report.html

    Exit code: 0 all articles scored, 1 some could not be read (the rest is scored), 2 nothing could be done,
    130 interrupted.
    """
    from stance.language import check_language
    from stance.pipeline import StancePipeline

    claims = check_claims(claim, claims_from)
    if not any_language:
        for each in claims:
            check_language(each)
    pool = _pool(engine, device, ray_address, actors, cpus_per_actor, gpus_per_actor)
    target = _target(output, format_, report)
    check_target(report)
    columns, seen = Columns(text_column, id_column), SeenIds()
    files = find_files(paths, [*(target.own() if target else ()), *([str(report)] if report else ())])
    if pool and any(file.address == STDIN for file in files):
        raise InputError("--engine ray: a cluster cannot read standard input; write it to a file")
    with working("loading the models", quiet):
        pipeline = StancePipeline.from_pretrained(models, device="cpu" if pool else device, backend=backend)
    for each in claims:
        pipeline.check_room(each)
    asked = " · ".join(claims) or f"the {claims_per_article} most check-worthy sentences of each article"
    computed_on = pool.device if pool else pipeline.device
    settings = _settings(asked, target, batch_size, limit, keep_text, columns, pipeline, computed_on)
    journal = open_journal(target, settings, listing_of(files), overwrite=overwrite)
    if target and journal.is_of(files) and not report:
        raise typer.Exit(_already_complete(target, journal.state))
    observer = _Observer(
        ArticleProgress(quiet, _expected(files, limit)),
        ReportRows(target.readable if target and journal.state.scored else None) if report else None,
    )
    later = "the same command goes on where this stopped" if target and not target.streamed else "nothing was kept"
    with (
        when_interrupted(later),
        Run(target, journal, block=batch_size, observer=observer, strict=strict) as run,
        observer.progress,
    ):
        incoming = limited(read_documents(files, columns, seen), limit)
        if pool:
            from stance.runs.cluster import Reading, Scoring, connected, score_on_cluster

            reading = Reading(files, columns, limit, batch_size)
            scoring = Scoring(
                models.absolute(), backend, pipeline.versions, claims, claims_from, claims_per_article, keep_text
            )
            with connected(ray_address):
                state = run.take(incoming, lambda done: score_on_cluster(reading, scoring, pool, done, seen))
        else:
            state = run.carry_out(
                incoming,
                lambda block: pipeline.score(
                    block,
                    claims,
                    claims_from=claims_from,
                    claims_per_article=claims_per_article,
                    batch_size=batch_size,
                    keep_text=keep_text,
                ),
            )
    if report and observer.report and observer.report.kept:
        from stance.report import render

        write(report, render(observer.report.kept))
    if target and journal.complete:
        raise typer.Exit(_already_complete(target, state))
    if not quiet and state.scored and not (target and target.address == STDIN):
        observer.tables.print()
    _summary(state, seen, target, report)
    raise typer.Exit(_exit_code(state))


class _Observer:
    """Shows what a run does, and gathers what is shown when it is over."""

    def __init__(self, progress: ArticleProgress, report: ReportRows | None) -> None:
        self.progress = progress
        self.report = report
        self.tables = Tables()
        self._skipped = Skipped()

    def passed(self, item: Document | Unreadable) -> None:
        """Read past what an earlier run has scored."""
        self.progress.passed(item)
        if self.report and isinstance(item, Document):
            self.report.add_earlier(item)

    def skipped(self, unreadable: Unreadable) -> None:
        """Say what cannot be read, the first times."""
        self._skipped.add(unreadable)
        self.progress.skipped()

    def scored(self, document: Document, results: Sequence[ArticleResult]) -> None:
        """Take an article's results in."""
        for result in results:
            self.tables.add(result)
        if self.report:
            self.report.add(document, results)
        self.progress.advance(document.title or document.id)

    def notes(self) -> dict[str, Any]:
        """The tables so far."""
        return self.tables.notes()

    def recall(self, notes: dict[str, Any]) -> None:
        """Go on with those tables."""
        if notes:
            self.tables.recall(notes)


def _target(output: str | None, format_: str | None, report: Path | None) -> Target | None:
    if format_ is not None and format_ not in FORMATS:
        raise InputError(f"--format {format_}: there is {', '.join(FORMATS)}")
    target = Target.of(output, format_) if output is not None else None
    if report and target and target.format != "jsonl":
        raise InputError(f"--report is made from rows of JSON: leave -o {output} out, or end it in .jsonl")
    return target


def _pool(
    engine: str, device: str, address: str | None, actors: str | None, cpus: float | None, gpus: float | None
) -> Pool | None:
    """What ``--engine ray`` scores with; None on this machine."""
    given = {"--ray-address": address, "--actors": actors, "--cpus-per-actor": cpus, "--gpus-per-actor": gpus}
    if engine == "local":
        if unused := [name for name, value in given.items() if value is not None]:
            raise ConfigError(f"{', '.join(unused)}: only for --engine ray")
        return None
    try:
        from stance.runs.cluster import Pool
    except ImportError as error:
        raise ConfigError(f"--engine ray needs more packages ({error.name}): pip install 'stance[ray]'") from error
    if gpus and gpus > 1 and gpus % 1:
        raise ConfigError(f"--gpus-per-actor {gpus:g}: expected a whole number, or a part of one GPU")
    wanted = ("cuda" if gpus else "cpu") if device == "auto" else device
    if (wanted != "cpu") != bool(gpus):
        raise ConfigError(f"--device {device}: an actor has {gpus or 0:g} GPUs; see --gpus-per-actor")
    return Pool(wanted, _numbers(actors), 1 if cpus is None else cpus, gpus or 0)


def _numbers(actors: str | None) -> tuple[int, int] | None:
    if actors is None:
        return None
    least, _, most = actors.partition(",")
    numbers = tuple(int(each) if each.strip().isdecimal() else 0 for each in (least, most or least))
    if not 1 <= numbers[0] <= numbers[1]:
        raise ConfigError(f"--actors {actors}: expected a number, such as 8, or at least and at most, such as 2,16")
    return numbers[0], numbers[1]


def _settings(
    asked: str,
    target: Target | None,
    batch_size: int,
    limit: int | None,
    keep_text: bool,
    columns: Columns,
    pipeline: StancePipeline,
    device: str,
) -> dict[str, str]:
    """Everything that decides what is written, in the words in which a difference is told."""
    return {
        "the claim": asked,
        "--format": target.format + target.compression if target else "",
        "--batch-size": str(batch_size),
        "--limit": str(limit or "none"),
        "--keep-text": "on" if keep_text else "off",
        "--text-column": columns.text,
        "--id-column": columns.id or "none",
        "--device": device,
        "--backend": pipeline.backend,
        **{f"the version of {name}": version for name, version in pipeline.versions.items()},
    }


def _expected(files: Sequence[InputFile], limit: int | None) -> int | None:
    return min((each for each in (count_documents(files), limit) if each is not None), default=None)


def _already_complete(target: Target, state: RunState) -> int:
    say(f"already complete: {_what_became(state)}: {shown(target.address)} (--overwrite scores them again)")
    return _exit_code(state)


def _summary(state: RunState, seen: SeenIds, target: Target | None, report: Path | None) -> None:
    places = [target.address] if target and state.scored and target.address != STDIN else []
    places += [str(report)] if report and state.scored else []
    places += [target.errors_address] if target and state.skipped and not target.streamed else []
    say(_what_became(state) + (": " + ", ".join(shown(place) for place in places) if places else ""))
    if seen.repeated:
        say(f"{counted(seen.repeated, 'id')} had come before; the rows' places were added to them (see --id-column)")


def _what_became(state: RunState) -> str:
    several = f" in {counted(state.rows, 'row')}, one a claim" if state.rows != state.scored else ""
    skipped = f", {state.skipped:,} skipped" if state.skipped else ""
    return f"{counted(state.scored, 'article')} scored{several}{skipped}"


def _exit_code(state: RunState) -> int:
    return OK if not state.skipped else SOME_FAILED if state.scored else UNUSABLE
