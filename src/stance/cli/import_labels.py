"""``stance import-labels``."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.cli.console import OK, SOME_FAILED, UNUSABLE, say, shown, write
from stance.errors import ConfigError, InputError
from stance.wording import counted

if TYPE_CHECKING:
    from stance.training.annotations import Article


def import_labels(
    export: Annotated[Path, typer.Argument(help="A Label Studio project, exported as JSON (not JSON-MIN).")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the article files.")],
    corpus: Annotated[Path, typer.Option(help="Corpus whose claims the articles are about.")] = Path("corpus"),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace article files that are there.")] = False,
) -> None:
    """Read articles labelled in Label Studio into files of the corpus format, as docs/annotation.md describes it.

    Exit code: 0 all articles written, 1 some could not be (the rest is), 2 nothing could be done.
    """
    try:
        from stance.training.labelled import Shelf
        from stance.training.write_markup import write_article
    except ImportError as error:
        raise ConfigError(f"labels need what training needs ({error.name}): pip install 'stance[train]'") from error
    tasks = _read(export)
    _make_folder(output)
    shelf = Shelf(output, _claims(corpus), overwrite)
    counts: Counter[str] = Counter()
    articles: list[Article] = []
    for task in tasks:
        try:
            article = shelf.place(task)
        except InputError as error:
            counts["failed"] += 1
            say("\n".join(f"[yellow]skipped[/yellow] {shown(line)}" for line in str(error).splitlines()))
            continue
        if article is None:
            counts["unlabelled"] += 1
        else:
            articles.append(article)
    for article in articles:
        write(article.path, write_article(article))
    _say_what_became(articles, counts, shelf.new_claims, output)
    raise typer.Exit(OK if not counts["failed"] else SOME_FAILED if articles else UNUSABLE)


def _read(export: Path) -> list[Any]:
    try:
        tasks = json.loads(export.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{export}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InputError(f"{export}: not JSON ({error}); export the project as JSON") from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks) or not tasks:
        raise InputError(f"{export}: expected a list of tasks; export the project as JSON")
    return tasks


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{output}: this cannot be a folder ({error.strerror}); choose another place") from error


def _claims(corpus: Path) -> dict[str, str]:
    from stance.training.corpus import load_corpus
    from stance.training.labelled import claim_ids

    return claim_ids(load_corpus(corpus).claims) if corpus.exists() else {}


def _say_what_became(articles: list[Article], counts: Counter[str], new: dict[str, str], output: Path) -> None:
    parts = [f"{counted(len(articles), 'article')} written to {shown(output)}"]
    if counts["failed"]:
        parts.append(f"{counts['failed']} skipped")
    if counts["unlabelled"]:
        parts.append(f"{counts['unlabelled']} not labelled yet")
    say(", ".join(parts))
    for name, claim in new.items():
        say(f"[yellow]new claim[/yellow] {shown(name)}: add it to the corpus's claims: {shown(claim)}")
