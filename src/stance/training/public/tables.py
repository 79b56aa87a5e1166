"""Pairs and sentences of a user's own table, by the columns and labels that its settings name."""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from stance.errors import InputError
from stance.table import PART, TARGET, PairTable, SentenceTable, label_text
from stance.training.public.files import require_folder
from stance.training.public.pairs import Pair
from stance.training.public.sentences import Sentence
from stance.training.public.table_rows import TableRow, table_rows

log = logging.getLogger(__name__)
_SHOWN = 5
_T = TypeVar("_T")
_V = TypeVar("_V")


class _UnknownLabelError(Exception):
    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


def read_pair_table(folder: Path | None, part: str, table: PairTable) -> list[Pair]:
    """The pairs of a table; rows that cannot be used are left out, and a warning says how many and why.

    Raises:
        InputError: when the table is missing, a label has no meaning, or no row can be used.
    """

    def pair(row: TableRow) -> Pair | None:
        stance = _meaning(row, table.label, table.labels)
        if stance is None:
            return None
        source = _text(row, table.source, may_be_empty=True) if table.source else ""
        claim = _claim(_text(row, table.claim), table)
        return Pair(row.id, claim, _text(row, table.statement), stance, source, _group(row, table.group))

    return _usable(folder, part, table, pair)


def read_sentence_table(folder: Path | None, part: str, table: SentenceTable) -> list[Sentence]:
    """The sentences of a table; each file is one group where the settings name no column for it.

    Raises:
        InputError: when the table is missing, a label has no meaning, or no row can be used.
    """

    def sentence(row: TableRow) -> Sentence | None:
        if table.label is not None:
            worthy = _meaning(row, table.label, table.labels)
        else:
            worthy = _number(row, table.score or "") >= (table.threshold or 0)
        if worthy is None:
            return None
        return Sentence(row.id, _text(row, table.text), worthy, _group(row, table.group) or row.file)

    return _usable(folder, part, table, sentence)


def _usable(
    folder: Path | None, part: str, table: PairTable | SentenceTable, make: Callable[[TableRow], _T | None]
) -> list[_T]:
    if table.file is not None:
        where = str(require_folder(folder) / table.file.replace(PART, part))
    else:
        where = f"{table.hub} {part}"
    found: list[_T] = []
    faults: list[str] = []
    unknown: dict[str, list[str]] = defaultdict(list)
    unlabelled = 0
    for row in table_rows(folder, part, table):
        if isinstance(row, InputError):
            faults.append(str(row))
            continue
        try:
            made = make(row)
        except _UnknownLabelError as error:
            unknown[error.label].append(row.place)
        except InputError as error:
            faults.append(str(error))
        else:
            found += [] if made is None else [made]
            unlabelled += made is None
    if unknown:
        raise InputError(f"{where}: {_unknown_labels(unknown, table)}")
    if not found:
        raise InputError(f"{where}: no row can be used{_listed(faults)}")
    if unlabelled:
        log.info("%s: rows left out because of their labels: %d", where, unlabelled)
    if faults:
        log.warning("%s: rows used: %d, left out: %d%s", where, len(found), len(faults), _listed(faults))
    return found


def _listed(faults: list[str]) -> str:
    more = [f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
    return "".join(f"\n  {line}" for line in [*faults[:_SHOWN], *more])


def _unknown_labels(unknown: Mapping[str, list[str]], table: PairTable | SentenceTable) -> str:
    labels = [f"{label!r} (rows: {len(places)}, the first at {places[0]})" for label, places in unknown.items()]
    meanings = "supports, disputes, discusses or unrelated" if isinstance(table, PairTable) else "true or false"
    return (
        f"the column {table.label!r} has labels without a meaning{_listed(labels)}\n"
        f"map each to {meanings}, or to null to leave its rows out, in the table's labels"
    )


def _meaning(row: TableRow, column: str, labels: Mapping[str, _V | None]) -> _V | None:
    label = label_text(_cell(row, column))
    if label in labels:
        return labels[label]
    if not label:
        raise InputError(f"{row.place}: the column {column!r} is empty; it must hold a label")
    raise _UnknownLabelError(label)


def _claim(cell: str, table: PairTable) -> str:
    """The claim; a target becomes one by the template, with a capital where it begins the sentence."""
    if cell in table.claims:
        return table.claims[cell]
    if table.claim_template is None:
        return cell
    claim = table.claim_template.replace(TARGET, cell)
    return claim[:1].upper() + claim[1:]


def _group(row: TableRow, column: str | None) -> str:
    return label_text(_cell(row, column)) if column else ""


def _text(row: TableRow, column: str, *, may_be_empty: bool = False) -> str:
    cell = _cell(row, column)
    if cell is not None and not isinstance(cell, str | int | float):
        raise InputError(f"{row.place}: the column {column!r} holds {str(cell)[:40]!r}; expected text")
    text = label_text(cell)
    if not text and not may_be_empty:
        raise InputError(f"{row.place}: the column {column!r} is empty; it must hold text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"{row.place}: the column {column!r} holds half a character (a lone surrogate)") from error
    return text


def _number(row: TableRow, column: str) -> float:
    cell = _cell(row, column)
    try:
        number = float(cell)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{row.place}: the column {column!r} holds {str(cell)[:40]!r}; expected a number")
    return number


def _cell(row: TableRow, column: str) -> Any:
    if column not in row.cells:
        raise InputError(f"{row.place}: no column {column!r}; found {', '.join(map(repr, row.cells)) or 'nothing'}")
    cell = row.cells[column]
    return None if isinstance(cell, float) and math.isnan(cell) else cell
