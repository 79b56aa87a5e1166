"""``stance compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from stance.cli.console import shown, when_interrupted, working
from stance.errors import ConfigError


def compare(
    before: Annotated[Path, typer.Argument(help="Folder with three trained models.")],
    after: Annotated[Path, typer.Argument(help="The folder to compare with it.")],
    prepared: Annotated[Path, typer.Option(help="Folder that `dvc repro prepare` wrote.")] = Path("prepared"),
    split: Annotated[Literal["dev", "test"], typer.Option(help="Which rows of it.")] = "test",
    corpus: Annotated[
        Path,
        typer.Option(help="Folder of the corpus they were prepared from; where it is, whole articles are compared."),
    ] = Path("data"),
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
) -> None:
    """Compare two sets of trained models on the same articles and rows, and say what could be chance.

    Needs what training needs.
    """
    try:
        from stance.training.compare import compare as compare_models
    except ImportError as error:
        raise ConfigError(f"comparing needs what training needs ({error.name}): pip install 'stance[train]'") from error
    with when_interrupted("nothing was compared"), working("running the models"):
        differences = compare_models(before, after, prepared, split, device, corpus if corpus.is_dir() else None)
    title = shown(f"{before} → {after}, {split} rows")
    caption = "95 % interval of the change, and p, from a bootstrap over claims and article groups"
    if not corpus.is_dir():
        caption += f"; sources of whole articles were left out: no corpus in {shown(corpus)} (--corpus)"
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left", pad_edge=False)
    table.add_column("score", no_wrap=True)
    for heading in ("before", "after", "change", "95 % interval", "p"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in differences:
        change, interval = f"{each.after - each.before:+.3f}", f"{each.low:+.3f} to {each.high:+.3f}"
        name = f"{each.task}, {each.score.replace('_', ' ')}"
        table.add_row(name, f"{each.before:.3f}", f"{each.after:.3f}", change, interval, f"{each.p:.3f}")
    Console().print(table)
