"""The regions and relations of one annotation, as they stand in Label Studio's export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from stance.labelstudio.names import Field, Label
from stance.records import Span

_SPACES = re.compile(r"(?:\\n|\s)+")  # the editor writes a line break as a backslash and an n


@dataclass
class Region:
    """A marked piece of text with all that was said of it."""

    name: str
    span: Span
    label: Label
    answers: dict[Field, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"region {self.name} ({self.label})"


@dataclass
class Marked:
    """Everything in one annotation."""

    regions: dict[str, Region] = field(default_factory=dict)
    relations: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[Field, str] = field(default_factory=dict)
    """Those about the whole article."""
    faults: list[str] = field(default_factory=list)
    """What is not understood, with the region's id."""


def read_results(results: list[Any], text: str) -> Marked:
    """Sort an annotation's results into regions, their answers and relations.

    Args:
        results: The ``result`` of an annotation or a prediction.
        text: The task's text, which offsets count code points of.
    """
    marked = Marked()
    for result in results:
        if result.get("type") == "labels":
            _add_region(marked, result, text)
    for result in results:
        if result.get("type") == "relation":
            marked.relations.append((str(result["from_id"]), str(result["to_id"])))
        elif result.get("type") in ("choices", "textarea"):
            _add_answer(marked, result)
        elif result.get("type") != "labels":
            marked.faults.append(
                f"region {result.get('id')}: a result of type {result.get('type')!r} has no place here"
            )
    return marked


def _add_region(marked: Marked, result: dict[str, Any], text: str) -> None:
    name, value = str(result["id"]), result["value"]
    labels = value.get("labels", [])
    if len(labels) != 1 or labels[0] not in set(Label):
        marked.faults.append(f"region {name}: its label is {labels}; expected one of: {', '.join(Label)}")
        return
    span = next(_places(text, value), None)
    if span is None:
        marked.faults.append(
            f"region {name} ({labels[0]}): its offsets {value.get('start')} to {value.get('end')} do not cover "
            f"{value.get('text')!r} in the text; mark it again"
        )
        return
    marked.regions[name] = Region(name, span, Label(labels[0]))


def _add_answer(marked: Marked, result: dict[str, Any]) -> None:
    name, value = str(result.get("id")), result["value"]
    asked = result.get("from_name")
    given = value.get("choices") if result["type"] == "choices" else value.get("text")
    answers = [given] if isinstance(given, str) else given or []
    answer = " ".join(" ".join(map(str, answers)).split())
    if asked not in set(Field):
        marked.faults.append(f"region {name}: the question {asked!r} is not one of this interface")
    elif len(answers) > 1 and result["type"] == "choices":
        marked.faults.append(f"region {name}: {asked} has {len(answers)} answers: {', '.join(answers)}; keep one")
    elif answer and asked in (Field.AUTHOR_STANCE, Field.GENRE):
        marked.answers[Field(asked)] = answer
    elif answer and name in marked.regions:
        marked.regions[name].answers[Field(asked)] = answer
    elif answer and "labels" not in value:
        marked.faults.append(f"region {name}: {asked} is {answer!r}, but the region has no usable label")


def _places(text: str, value: dict[str, Any]) -> Iterator[Span]:
    """Where a region lies, without spaces at its edges: offsets are code points, or UTF-16 units in old releases."""
    try:
        start, end = int(value["start"]), int(value["end"])
    except (KeyError, TypeError, ValueError):
        return
    for first, last in ((start, end), (_of_utf16(text, start), _of_utf16(text, end))):
        covered = text[max(first, 0) : max(last, 0)]
        wanted = value.get("text", covered)
        if covered.strip() and (not isinstance(wanted, str) or _folded(covered) == _folded(wanted)):
            begin = first + len(covered) - len(covered.lstrip())
            yield Span(start=begin, end=begin + len(covered.strip()))


def _of_utf16(text: str, units: int) -> int:
    return len(text.encode("utf-16-le")[: 2 * max(units, 0)].decode("utf-16-le", errors="ignore"))


def _folded(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
