"""``stance export-labels``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli.console import check_target, say, shown, write, writing
from stance.cli.rows import read_rows
from stance.documents.files import suffix_of
from stance.errors import ConfigError, InputError
from stance.wording import counted

_INTERFACE = "labels.xml"


def export_labels(
    rows: Annotated[
        Path,
        typer.Argument(help="Output of `stance score --keep-text`, or article files of a corpus (file or folder)."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help=f"The tasks, as JSON; the interface goes beside it, as {_INTERFACE}.")
    ],
    corpus: Annotated[Path, typer.Option(help="Where the claims of article files are.")] = Path("corpus"),
) -> None:
    """Write scored articles as Label Studio tasks, to correct there what the models found."""
    from stance.labelstudio import interface
    from stance.training.annotations import GENRES

    config = output.with_name(_INTERFACE)
    for path in (output, config):
        check_target(path, [str(rows)])
    tasks = _of_results(rows) if suffix_of(rows.name) == ".jsonl" else _of_corpus(rows, corpus)
    first = next(tasks, None)
    if first is None:
        raise InputError(f"{rows}: nothing to label in it; make it with: stance score … --keep-text -o {rows}")
    written = 0
    with writing(output) as file:
        for task in chain([first], tasks):
            file.write(f"{',' if written else '['}\n{json.dumps(task, ensure_ascii=False)}".encode())
            written += 1
        file.write(b"\n]\n")
    write(config, interface(GENRES))
    say(f"{counted(written, 'task')}: {shown(output)}, {shown(config)}")


def _of_results(rows: Path) -> Iterator[dict[str, Any]]:
    from stance.labelstudio import as_task, of_result
    from stance.suggest import rate

    for number, result in read_rows(str(rows)):
        try:
            labelled = of_result(result)
        except InputError as error:
            raise InputError(f"{rows}:{number}: {error}") from error
        version = "stance " + " ".join(result.models.values())
        yield as_task(labelled, version, score=1 - rate(result).uncertainty)


def _of_corpus(articles: Path, corpus: Path) -> Iterator[dict[str, Any]]:
    try:
        from stance.training.corpus import load_corpus, read_article
        from stance.training.labelled import as_labelled
    except ImportError as error:
        raise ConfigError(
            f"the corpus needs what training needs ({error.name}): pip install 'stance[train]'"
        ) from error
    from stance.labelstudio import as_task

    files = sorted(articles.rglob("*.txt")) if articles.is_dir() else [articles]
    if not all(file.is_file() for file in files):
        raise InputError(f"{articles}: there is no such file or folder")
    claims = load_corpus(corpus).claims if files else {}
    for file in files:
        yield as_task(as_labelled(read_article(file), claims), "corpus")
