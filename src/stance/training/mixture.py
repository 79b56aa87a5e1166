"""What a model learns from besides the corpus: public data sets and tables of the user's, each with a weight.

A twelfth of each public set is kept for dev, by the hash of its article, claim or debate; nothing of it is in test.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from stance.config import Config, PublicPart
from stance.errors import ConfigError
from stance.model_folder import Task
from stance.table import PairTable, SentenceTable
from stance.templates import CHECK_WORTHY, NOT_CHECK_WORTHY
from stance.training.public import (
    DOCUMENTS,
    PAIRS,
    SENTENCES,
    read_pair_table,
    read_sentence_table,
    require_folder,
)
from stance.training.spanned import nesting
from stance.training.splits import fraction
from stance.training.tag_rows import Row, tag_rows

_DEV_SHARE = 1 / 12
_T = TypeVar("_T")


def mixed(rows: list[Row], task: Task, config: Config) -> list[Row]:
    """The corpus's rows and those of the public sets, each as often in training as the mixture of the task says.

    Raises:
        ConfigError: when a set has no rows for the task.
        InputError: when a folder, a file or a data set of the Hub is missing or damaged.
    """
    mixture = config.of_task(task).mixture
    if mixture.corpus == 0:
        rows = [row for row in rows if row["split"] == "test"]
    rows = weighted(rows, mixture.corpus)
    for name, part in mixture.public.items():
        reader = {"attribution": _tags, "claims": _sentences, "stance": _pairs}[task]
        rows += weighted(list(reader(name, part, config)), part.weight)
    return rows


def _tags(name: str, part: PublicPart, config: Config) -> Iterator[Row]:
    for document in _read(DOCUMENTS, name, part, "attribution"):
        common = _common(name, document.id)
        parents = nesting(document.attributions)
        yield from tag_rows(document.text, document.attributions, parents, common, config.attribution)


def _sentences(name: str, part: PublicPart, _: Config) -> Iterator[Row]:
    if isinstance(part.table, SentenceTable):
        found = read_sentence_table(part.folder, part.part, part.table)
    else:
        found = _read(SENTENCES, name, part, "claims")
    grouped = len({sentence.group for sentence in found}) > 1
    for sentence in found:
        label = CHECK_WORTHY if sentence.check_worthy else NOT_CHECK_WORTHY
        common = _common(name, sentence.group if grouped else sentence.id)
        yield {**common, "text": sentence.text, "label": label}


def _pairs(name: str, part: PublicPart, _: Config) -> Iterator[Row]:
    if isinstance(part.table, PairTable):
        found = read_pair_table(part.folder, part.part, part.table)
    else:
        found = _read(PAIRS, name, part, "stance")
    for pair in found:
        yield {
            **_common(name, pair.group or pair.claim),
            "id": f"{name}#{pair.id}",
            "speaker": "",
            "kind": "bank",
            "nested": False,
            "statement": pair.statement,
            "wording": "claim",
            "claim": pair.claim,
            "label": str(pair.stance),
        }


def _common(name: str, group: str) -> Row:
    key = f"{name}:{group}"
    split = "dev" if fraction(f"public:{key}") < _DEV_SHARE else "train"
    return {"article": key, "group": key, "claim_id": key, "family": key, "split": split}


def _read(readers: dict[str, Callable[[Path, str], list[_T]]], name: str, part: PublicPart, task: Task) -> list[_T]:
    if part.table is not None:
        raise ConfigError(
            f"{task}.mixture.public.{name}.table: a table for the task {part.table.task}, of which {task} cannot learn"
        )
    if name not in readers:
        raise ConfigError(f"{task}.mixture.public.{name}: no such set for this task; there are: {', '.join(readers)}")
    return readers[name](require_folder(part.folder), part.part)


def weighted(rows: list[Row], weight: float) -> list[Row]:
    """Training rows as often as ``weight`` says, a broken part of it by hash; rows of dev and test once."""
    return [
        row
        for row in rows
        for turn in range(math.ceil(weight) if row["split"] == "train" else 1)
        if row["split"] != "train" or fraction(f"weight:{turn}:{_identity(row)}") < weight - turn
    ]


def _identity(row: Row) -> str:
    return "|".join(str(row[key]) for key in ("article", "claim", "statement", "text") if key in row)
