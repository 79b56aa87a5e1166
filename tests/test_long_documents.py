"""Long documents: what is found in them is what is found in their parts, at a cost in proportion to their length.

In place of trained models stands a reader that finds "… said that …" and quotations, and takes a side by a word.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from stance import ArticleResult, StancePipeline
from stance.aggregate import Thresholds, aggregate
from stance.attribution import cast, find_attributions
from stance.attribution.register import Groups, Register
from stance.attribution.tagger import blocks
from stance.encoder import InputText, TokenScores
from stance.model_folder import ModelSettings, Task
from stance.records import StatementStance
from stance.report.view import build_view
from stance.runtime import Array
from stance.sentences import sentences
from stance.stances import statements
from stance.templates import CLAIM_LABELS, STANCE_LABELS, TAG_LABELS

CLAIM = "The port of the town is shut."
_WORD = re.compile(r"\w+|[^\w\s]")
_ATTRIBUTION = re.compile(
    r"(?:^|(?<=[.?”]\s)|(?<=inside : that ))(?:(?P<source>[^.?:“”\n]+?) (?P<cue>said|added) (?P<content>that [^.]+)"
    r"|(?P<quotation>“[^”]+”)(?: (?P<speaker>[^.“”]+) (?P<verb>said))?|(?P<label>[A-Z]+:) (?P<turn>[^\n]+))"
)
COPIES = 12
_KINDS = {
    "source": "source", "speaker": "source", "label": "source",
    "cue": "cue", "verb": "cue",
    "content": "content", "quotation": "content", "turn": "content",
}  # fmt: skip


class Reader:
    """What a model of a task gives, from rules."""

    version = "0"

    def __init__(self, task: Task, labels: Sequence[str]) -> None:
        self.settings = ModelSettings(task=task, max_length=512, weights_sha256="", encoder="rules")
        self.labels = tuple(labels)

    def room(self, claim: str) -> int:
        return self.settings.max_length - len(claim.split())

    def probabilities(self, inputs: Sequence[InputText]) -> Array:
        rows = np.full((len(inputs), len(self.labels)), 0.1, dtype=np.float32)
        for row, text in zip(rows, inputs, strict=True):
            row["shut" not in (text.second or text.first)] = 1.1 - 0.1 * len(row)
        return rows

    def token_probabilities(self, texts: Sequence[str]) -> list[TokenScores]:
        return [self._tagged(text) for text in texts]

    def _tagged(self, text: str) -> TokenScores:
        offsets = [match.span() for match in _WORD.finditer(text)]
        tags: dict[int, str] = {}
        for found in _ATTRIBUTION.finditer(text):
            for group, kind in _KINDS.items():
                inside = [start for start, _ in offsets if found.start(group) <= start < found.end(group)]
                tags |= {start: ("I-" if number else "B-") + kind for number, start in enumerate(inside)}
        chain = np.array([self.labels.index(tags.get(start, "O")) for start, _ in offsets], dtype=np.int64)
        probabilities = np.eye(len(self.labels), dtype=np.float32)[chain]
        return TokenScores(np.array(offsets, dtype=np.int64).reshape(-1, 2), probabilities, chain)


TAGGER = Reader("attribution", TAG_LABELS)
PIPELINE = StancePipeline(Reader("claims", CLAIM_LABELS), TAGGER, Reader("stance", STANCE_LABELS))  # type: ignore[arg-type]
ARTICLE = """\
Crews wait at the gates of {town}

{given} {last}, who runs the harbour, said that it was shut. She added that it would stay so. Did anybody ask?
The mayor of {town} said that {last} said that the gate was shut.

{firm} Shipping said that it was open. The company added that nobody had told its crews.

“It was shut in May. It is shut now.” The road was wet. “Nobody came,” {given} {last} said. “It is the rain.”

The {forum} Forum said that it was open. The {acronym}F added that it had a key.
Minister {third} {fourth} said that the gate was shut. Ms {last} said that she was not.

A retired clerk of {town} said that she was tired.
The clerk of {town} added that the {town} report said that it was shut.

{capitals}: It was shut.

{capitals}: It was shut again."""


def _name(number: int) -> str:
    syllables = ("ka", "lo", "mi", "ru", "se", "ta", "vo", "ne", "pi", "du")
    return "".join(syllables[int(digit)] for digit in f"{number:03d}"[::-1]).capitalize()


def _article(number: int) -> str:
    """An article with people, places and bodies of its own."""
    parts = ("given", "last", "town", "firm", "third", "fourth", "host")
    values = {part: _name(8 * number + place) for place, part in enumerate(parts)}
    letters = "AEIOU"[number // 5] + "LMNRS"[number % 5]
    forum = " ".join(f"{letter}tlin" for letter in letters)
    return ARTICLE.format(forum=forum, acronym=letters, capitals=values["host"].upper(), **values)


def _joined(*numbers: int) -> str:
    return "\n\n".join(map(_article, numbers))


def _scored(text: str) -> ArticleResult:
    return next(PIPELINE.score([text], CLAIM, keep_text=True))


# --- what is found


def _told(result: ArticleResult) -> list[tuple[object, ...]]:
    """What a reader learns of each attribution: its words, and who is meant."""
    names = [speaker.name for speaker in result.speakers]
    return [
        (
            found.source.text if found.source else None,
            found.cue.text if found.cue else None,
            *(part.text for part in found.content),
            None if found.speaker is None else names[found.speaker],
        )
        for found in result.attributions
    ]


def _own_sentences(result: ArticleResult) -> list[str]:
    return [statement.text for statement in result.statements if statement.attribution is None]


def test_the_article_has_what_the_other_tests_need() -> None:
    found = _scored(_article(1)).attributions
    rules = {"first mention", "same name", "last name", "acronym", "short form", "role", "pronoun", "same words"}
    assert {attribution.resolved_by for attribution in found} == rules
    assert any(attribution.parent is not None for attribution in found)


def test_copies_of_an_article_hold_what_the_article_holds() -> None:
    one, many = _scored(_article(1)), _scored(_joined(*[1] * COPIES))
    assert _told(many) == COPIES * _told(one)
    assert _own_sentences(many) == COPIES * _own_sentences(one)


def test_who_has_a_name_has_one_verdict_over_all_copies() -> None:
    one, many = _scored(_article(1)), _scored(_joined(*[1] * COPIES))
    named = [source for source in one.sources if "clerk" not in source.name]
    assert [
        (source.name, source.verdict, source.mentions) for source in many.sources if "clerk" not in source.name
    ] == [(source.name, source.verdict, COPIES * source.mentions) for source in named]
    assert len(many.speakers) == len(one.speakers) + COPIES - 1, "“A clerk” is a new one in each copy"


def test_articles_side_by_side_hold_what_they_hold_alone() -> None:
    together = _told(_scored(_joined(*range(COPIES))))
    alone = [found for number in range(COPIES) for found in _told(_scored(_article(number)))]
    # "The company" is the first one that was called so, however long ago.
    assert [one for one in together if one[0] != "The company"] == [one for one in alone if one[0] != "The company"]


def test_the_report_marks_copies_as_it_marks_one() -> None:
    one, many = (build_view([_scored(_joined(*[1] * copies))]).sections[0].articles[0] for copies in (1, COPIES))
    assert many.paragraphs == COPIES * one.paragraphs


class Everybody(Register):
    """Leaves nobody out: each rule tries all speakers."""

    def _under(self, *clues: tuple[str, str]) -> Groups:
        return [{number for numbers in self._filed.values() for number in numbers}] if clues else []


def test_the_register_leaves_out_nobody_whom_a_rule_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    text = _joined(*range(6), *range(6))
    found = _scored(text)
    monkeypatch.setattr(cast, "Register", Everybody)
    assert _scored(text) == found


# --- what it costs


class Passes(list[StatementStance]):
    """Statements that count how often they are gone through."""

    count = 0

    def __iter__(self) -> Iterator[StatementStance]:
        self.count += 1
        return super().__iter__()


class Text(str):
    """A text that counts the characters that are cut out of it."""

    __slots__ = ("cut",)

    def __init__(self, _text: str) -> None:
        self.cut = 0

    def __getitem__(self, key: Any) -> str:
        part = super().__getitem__(key)
        self.cut += len(part)
        return part


def _calls(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls, those of Python's library in C among them."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def _dialogue(articles: int) -> str:
    return "\n\n".join(
        f"“It was shut, {_name(n)}.”" if n % 9 else "“It rains,” she said." for n in range(30 * articles)
    )


SHAPES: dict[str, Callable[[int], str]] = {
    "copies of one article": lambda articles: _joined(*[1] * articles),
    "articles with people of their own": lambda articles: _joined(*range(articles)),
    "one line": lambda articles: _joined(*range(articles)).replace("\n\n", ". "),
    "a dialogue in which nobody is named": _dialogue,
}
SHORT, LONG = 4, 16  # articles


@pytest.fixture(scope="module", params=SHAPES.values(), ids=SHAPES)
def documents(request: pytest.FixtureRequest) -> tuple[ArticleResult, ArticleResult]:
    return _scored(request.param(SHORT)), _scored(request.param(LONG))


def _text(result: ArticleResult) -> str:
    assert result.text is not None
    return result.text


def _attribute(result: ArticleResult) -> object:
    return find_attributions([_text(result)], [sentences(_text(result))], TAGGER)  # type: ignore[arg-type]


def _state(result: ArticleResult) -> object:
    return statements(_text(result), sentences(_text(result)), result.attributions, result.speakers)


STEPS: dict[str, Callable[[ArticleResult], object]] = {
    "sentences": lambda result: sentences(_text(result)),
    "blocks": lambda result: blocks(_text(result)),
    "attributions and speakers": _attribute,
    "statements": _state,
    "verdicts": lambda result: aggregate(result.speakers, result.statements, Thresholds()),
    "report": lambda result: build_view([result]),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_four_times_the_text_is_four_times_the_work(
    step: Callable[[ArticleResult], object], documents: tuple[ArticleResult, ArticleResult]
) -> None:
    short, long = documents
    step(long)  # so that what is kept from one document to the next does not count
    assert _calls(lambda: step(long)) < 4.3 * _calls(lambda: step(short))


def test_no_step_copies_the_rest_of_the_text_time_and_again(documents: tuple[ArticleResult, ArticleResult]) -> None:
    short, long = (Text(_text(result)) for result in documents)
    for text in (short, long):
        spans = sentences(text)
        ((attributions, speakers),) = find_attributions([text], [spans], TAGGER)  # type: ignore[arg-type]
        statements(text, spans, attributions, speakers)
    assert long.cut < 4.3 * short.cut


def test_more_speakers_do_not_take_more_passes_over_the_statements(
    documents: tuple[ArticleResult, ArticleResult],
) -> None:
    short, long = (Passes(result.statements) for result in documents)
    for result, said in zip(documents, (short, long), strict=True):
        aggregate(result.speakers, said, Thresholds())
    assert 0 < long.count == short.count
