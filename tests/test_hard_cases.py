"""The table of hard cases: it is whole, and from perfect tags inference gives the attributions that are marked.

No trained model is needed: the tags are made from the marks, and blocks, decoding, linking and nesting are those of
``find_attributions``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from stance.attribution import find_attributions
from stance.attribution.tagger import blocks
from stance.encoder import TokenScores
from stance.errors import InputError
from stance.records import Span
from stance.sentences import sentences
from stance.templates import INSIDE, TAG_LABELS, inside_content
from stance.training.hard_cases import KINDS, NO_ATTRIBUTION, HardCase, read_hard_cases
from stance.training.tokenize import bio_labels

TABLE = Path(__file__).parent / "hard_cases.yaml"
CASES = read_hard_cases(TABLE)
FEWEST_CASES, FEWEST_OF_A_KIND, FEWEST_WITHOUT = 110, 4, 15
GOOD = "{S1|Kell} {Q1|said} {C1|it was shut}."

_BLOCKS = "a block is a paragraph, or a part of a long one, and no attribution crosses blocks"
KNOWN = {
    "quotation under its announcement": _BLOCKS,
    "demands under their announcement": _BLOCKS,
    "answer longer than a block": _BLOCKS,
    "attribution in an attribution in an attribution": "only contents of outer attributions are searched",
    "suggestion that nobody holds": "nested attributions without a source are dropped",
}
"""Cases that inference gets wrong even from perfect tags, and why."""

Shown = tuple[str, str, tuple[str, ...], str | None]
"""Source, first cue, contents, and the parent's contents joined."""


class PerfectTagger:
    """Stands for a ``TextModel``: gives each word of a case's inputs the tag that the marks ask for."""

    labels = TAG_LABELS
    settings = SimpleNamespace(block_characters=0)

    def __init__(self, case: HardCase) -> None:
        self.spans = dict(_inputs(case))

    def token_probabilities(self, texts: Sequence[str]) -> list[TokenScores]:
        return [self._scores(text) for text in texts]

    def _scores(self, text: str) -> TokenScores:
        words = [word.span() for word in re.finditer(r"\w+|[^\w\s]", text)]
        labels = bio_labels(range(len(words)), words, self.spans.get(text, []))
        offsets = np.array(words, dtype=np.int64).reshape(-1, 2)
        return TokenScores(offsets, np.eye(len(TAG_LABELS), dtype=np.float32)[labels], np.array(labels, dtype=np.int64))


def _inputs(case: HardCase) -> Iterator[tuple[str, list[dict[str, str | int]]]]:
    """Every input of the attribution model, with the spans in it."""
    for block in blocks(case.text):
        yield block.of(case.text), _spans(case, None, block, block.start)
    for number, attribution in enumerate(case.attributions):
        for content in attribution.content:
            wording, offset = inside_content(case.text, content)
            inside = Span(start=offset + len(INSIDE), end=offset + len(wording))
            yield wording, _spans(case, number, inside, offset)


def _spans(case: HardCase, parent: int | None, place: Span, offset: int) -> list[dict[str, str | int]]:
    return [
        {"kind": kind, "start": max(span.start, place.start) - offset, "end": min(span.end, place.end) - offset}
        for attribution, above in zip(case.attributions, case.parents, strict=True)
        if above == parent
        for kind in ("source", "cue", "content")
        for span in getattr(attribution, kind)
        if span.overlaps(place)
    ]


def _expected(case: HardCase) -> Counter[Shown]:
    def words(spans: Sequence[Span]) -> tuple[str, ...]:
        return tuple(span.of(case.text) for span in spans)

    contents = [words(attribution.content) for attribution in case.attributions]
    return Counter(
        (
            "".join(words(attribution.source)),
            "".join(words(attribution.cue)[:1]),
            contents[number],
            None if parent is None else " … ".join(contents[parent]),
        )
        for number, (attribution, parent) in enumerate(zip(case.attributions, case.parents, strict=True))
    )


def _found(case: HardCase) -> Counter[Shown]:
    model = PerfectTagger(case)
    ((attributions, _),) = find_attributions([case.text], [sentences(case.text)], model)  # type: ignore[arg-type]
    contents = [tuple(span.text for span in attribution.content) for attribution in attributions]
    return Counter(
        (
            attribution.source.text if attribution.source else "",
            attribution.cue.text if attribution.cue else "",
            contents[number],
            None if attribution.parent is None else " … ".join(contents[attribution.parent]),
        )
        for number, attribution in enumerate(attributions)
    )


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=f"{case.kind}: {case.name}",
            marks=[pytest.mark.xfail(reason=KNOWN[case.name], strict=True)] if case.name in KNOWN else [],
        )
        for case in CASES
    ],
)
def test_perfect_tags_give_the_attributions(case: HardCase) -> None:
    assert _found(case) == _expected(case)


# --- the table


def test_there_are_cases_of_every_kind() -> None:
    counts = Counter(case.kind for case in CASES)
    assert len(CASES) >= FEWEST_CASES
    assert counts[NO_ATTRIBUTION] >= FEWEST_WITHOUT
    assert {kind for kind in KINDS if counts[kind] < FEWEST_OF_A_KIND} == set()


def test_no_case_is_there_twice() -> None:
    for field in ("name", "text"):
        counts = Counter(" ".join(getattr(case, field).casefold().split()) for case in CASES)
        assert [value for value, count in counts.items() if count > 1] == []


def test_known_failures_are_in_the_table() -> None:
    assert set(KNOWN) <= {case.name for case in CASES}


def test_marks_become_offsets() -> None:
    (case,) = (case for case in CASES if case.name == "quotation in a quotation")
    shown = [
        [[span.of(case.text) for span in spans] for spans in (found.source, found.cue, found.content)]
        for found in case.attributions
    ]
    assert shown == [
        [
            ["Lotte Abara, the oldest of the three"],
            ["said"],
            ["“The sergeant said ‘go home’, so we went home,”"],
        ],
        [["The sergeant"], ["said"], ["‘go home’"]],
    ]
    assert case.parents == (None, 0)


# --- reading it


def _table(tmp_path: Path, text: str = GOOD, kind: str = "direct", more: str = "") -> Path:
    path = tmp_path / "cases.yaml"
    path.write_text(f"- name: the gate\n  kind: {kind}\n  text: |\n    {text}\n{more}", encoding="utf-8")
    return path


def test_a_case_of_the_table(tmp_path: Path) -> None:
    (case,) = read_hard_cases(_table(tmp_path))
    assert (case.name, case.kind, case.text, case.parents) == ("the gate", "direct", "Kell said it was shut.", (None,))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{S1|Kell {Q1|said}", "never closed"),
        ("{S1 @kell|Kell} {Q1|said} {C1|no}", "no stance or speaker"),
        ("{S1|Kell} {Q1|said} {C1 supports|no}", "no stance or speaker"),
        ("{!}{S1|Kell} {Q1|said} {C1|no}", "are not marked in a case"),
        ("{A disputes|It was shut.} {C1|“No.”}", "are not marked in a case"),
        ("{S1|Kell} {Q1|said} no.", "attribution 1 has no content"),
        ("{S1|Kell} and {S1|Osei} {Q1|said} {C1|no}", "attribution 1 has 2 sources"),
        ("{C1|{S2|Kell} {Q2|said} {C2|no}}, {C2|never}", "partly inside another content"),
        ("It was shut.", "0 attributions in a case of kind 'direct'"),
    ],
)
def test_malformed_marks_are_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = _table(tmp_path, text)
    with pytest.raises(InputError, match=re.escape(reason)) as refusal:
        read_hard_cases(path)
    assert str(refusal.value).startswith(f"{path}: row 1 ('the gate'): ")


@pytest.mark.parametrize(
    ("kind", "more", "reason"),
    [
        ("directly", "", "the kind is 'directly'; expected one of: direct; indirect; "),
        (NO_ATTRIBUTION, "", "1 attributions in a case of kind 'no attribution'"),
        ("direct", "  source: Kell\n", "unknown keys ['source']"),
        ("direct", "- name: the key\n  kind: direct\n", "row 2: no 'text' here; found 'name', 'kind'"),
        ("direct", "- {name: 1911, kind: direct, text: No}\n", "row 2 (1911): name, kind and text must be words"),
        ("direct", "- the key\n", "row 2: expected an object"),
        ("direct", "  text: [\n", "not YAML"),
    ],
)
def test_malformed_cases_are_refused(tmp_path: Path, kind: str, more: str, reason: str) -> None:
    with pytest.raises(InputError, match=re.escape(reason)):
        read_hard_cases(_table(tmp_path, kind=kind, more=more))


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cases\.yaml: the file is missing"):
        read_hard_cases(tmp_path / "cases.yaml")
