"""The table of hard cases of source attribution: short texts with the attributions that are expected in each.

``tests/hard_cases.yaml`` is a list of ``{name, kind, text}``. The marks of a text are those of ``docs/annotation.md``
without stances, speakers and author passages: ``{S1|source} {Q1|cue} {C1|content}``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from stance.errors import InputError, Problem
from stance.records import Span
from stance.training.markup import Scanned, Scanner
from stance.training.public.files import read_text, rows, value
from stance.training.spanned import SpannedAttribution

NO_ATTRIBUTION = "no attribution"
KINDS = (
    "direct", "indirect", "mixed quotation", "belief or doubt", "denial", "accusation", "intention, order or request",
    "content in parts", "no cue", "continued quotation", "nested", "kind of source", "long source",
    "odd quotation marks", "nobody speaks", "capitals", "list", "post", "caption or dateline", "passive", "noun cue",
    "according to", "adverb at the cue", NO_ATTRIBUTION,
)  # fmt: skip
"""What a case is hard for. Cases of the last kind hold words that look like an attribution, and none."""
_KEYS = {"name", "kind", "text"}


@dataclass(frozen=True)
class HardCase:
    """A text and all attributions in it."""

    name: str
    kind: str
    """One of ``KINDS``."""
    text: str
    attributions: tuple[SpannedAttribution, ...]
    """In the order of their numbers; offsets count characters of ``text``."""
    parents: tuple[int | None, ...]
    """For each attribution the position of the one whose content holds it, None for outer ones."""


def read_hard_cases(path: Path) -> list[HardCase]:
    """The cases of a table, in its order.

    Raises:
        InputError: when the file is missing or not YAML, or a case is malformed; the message names file and case.
    """
    try:
        found = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not YAML: {error}".replace("\n", " ")) from error
    return [_read_case(row, place) for place, row in rows(found, path)]


def _read_case(row: dict[str, Any], place: str) -> HardCase:
    name, kind, markup = (value(row, key, place) for key in ("name", "kind", "text"))
    place = f"{place} ({name!r})"
    if not all(isinstance(field, str) and field.strip() for field in (name, kind, markup)):
        raise InputError(f"{place}: name, kind and text must be words; quote what YAML reads as a number")
    if unknown := row.keys() - _KEYS:
        raise InputError(f"{place}: unknown keys {sorted(unknown)}; expected name, kind and text")
    if kind not in KINDS:
        raise InputError(f"{place}: the kind is {kind!r}; expected one of: {'; '.join(KINDS)}")
    problems: list[Problem] = []
    scanned = Scanner(markup.rstrip(), Path(), 1, problems).run()
    faults = [f"line {problem.line}: {problem.reason}" for problem in problems]
    faults = faults or list(_faults(scanned))
    if not faults:
        attributions, parents = _assemble(scanned)
        if bool(attributions) == (kind == NO_ATTRIBUTION):
            faults.append(f"{len(attributions)} attributions in a case of kind {kind!r}")
    if faults:
        raise InputError("\n".join(f"{place}: {fault}" for fault in faults))
    return HardCase(name, kind, scanned.text, attributions, parents)


def _faults(scanned: Scanned) -> Iterator[str]:
    if scanned.passages or scanned.checkworthy:
        yield "{A …|…} and {!} are not marked in a case"
    for part in scanned.parts:
        if part.details:
            yield f"{{{part.kind}{part.number} {part.details}| has more than a number; cases carry no stance or speaker"
    for number in sorted({part.number for part in scanned.parts}):
        parts = [part for part in scanned.parts if part.number == number]
        kinds = [part.kind for part in parts]
        if "C" not in kinds:
            yield f"attribution {number} has no content {{C{number}|…}}"
        if kinds.count("S") > 1:
            yield f"attribution {number} has {kinds.count('S')} sources; give the second its own number"
        if len({part.parent for part in parts}) > 1:
            yield f"attribution {number} lies partly inside another content and partly outside"


def _assemble(scanned: Scanned) -> tuple[tuple[SpannedAttribution, ...], tuple[int | None, ...]]:
    spans: dict[int, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    parents: dict[int, int | None] = {}
    for part in scanned.parts:
        spans[part.number][part.kind].append(Span(start=part.start, end=part.end))
        parents[part.number] = part.parent
    numbers = sorted(spans)
    return (
        tuple(SpannedAttribution(*(tuple(spans[number][kind]) for kind in "SQC")) for number in numbers),
        tuple(None if (parent := parents[number]) is None else numbers.index(parent) for number in numbers),
    )
