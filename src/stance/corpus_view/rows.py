"""Rows of many articles, reduced to what a corpus view needs of them: no texts but those of the evidence."""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stance.copies import CopyIndex, normal
from stance.corpus_view.identities import ArticleSource, acronyms_of
from stance.records import ArticleResult, SourceKind, SourceStance, Stance, StatementStance, Verdict

_SIDES = {
    Verdict.SUPPORTS: (Stance.SUPPORTS,),
    Verdict.DISPUTES: (Stance.DISPUTES,),
    Verdict.MIXED: (Stance.SUPPORTS, Stance.DISPUTES),
    Verdict.NO_STANCE: (),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_MONTH = re.compile(r"\d{4}-\d{2}$")
_FORMATS = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%Y/%m/%d", "%Y%m%d")


@dataclass(frozen=True, slots=True)
class Article:
    """What is kept of an article."""

    id: str
    title: str | None
    outlet: str | None
    url: str | None
    written_date: str | None
    date: dt.date | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement that speaks for one side."""

    stance: Stance
    probability: float
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The verdict of one article on one of its sources and one claim."""

    source: int
    """Position in ``Rows.sources``."""
    verdict: Verdict
    confidence: float
    abstained: bool
    mentions: int
    statements: tuple[int, ...]
    """Hashes of what it is quoted with."""
    evidence: tuple[Quote, ...]


class Rows:
    """Rows, taken up one by one."""

    def __init__(self) -> None:
        self.articles: list[Article] = []
        self.sources: list[ArticleSource] = []
        self.readings: dict[str, list[Reading]] = {}
        """By claim, in order of its first row."""
        self.read: dict[str, set[int]] = {}
        """The articles read for each claim."""
        self.models: dict[tuple[tuple[str, str], ...], None] = {}
        self.repeated = 0
        """Rows of an article and claim that had been read before; the first one counts."""
        self.copies = CopyIndex()
        self._numbers: dict[tuple[str, str], int] = {}
        self._places: dict[tuple[int, str, SourceKind, int], int] = {}

    def add(self, result: ArticleResult) -> None:
        """Take up a row."""
        article = self._article(result)
        read = self.read.setdefault(result.claim, set())
        if article in read:
            self.repeated += 1
            return
        read.add(article)
        self.models[tuple(sorted(result.models.items()))] = None
        readings = self.readings.setdefault(result.claim, [])
        seen: Counter[tuple[str, SourceKind]] = Counter()
        for source in result.sources:
            ordinal = seen[source.name, source.kind]
            seen[source.name, source.kind] += 1
            readings.append(_reading(result, source, self._source(article, result, source, ordinal)))

    def _article(self, result: ArticleResult) -> int:
        identity = result.id, result.text_sha256
        if identity not in self._numbers:
            self._numbers[identity] = len(self.articles)
            self.articles.append(_article(result))
            self.copies.add(result.text if result.text is not None else _stitched(result.statements))
        return self._numbers[identity]

    def _source(self, article: int, result: ArticleResult, source: SourceStance, ordinal: int) -> int:
        place = article, source.name, source.kind, ordinal
        if place not in self._places:
            self._places[place] = len(self.sources)
            mentions = result.speakers[source.speaker].mentions if source.speaker is not None else ()
            known = acronyms_of([mention.text for mention in mentions])
            self.sources.append(ArticleSource(article, source.name, source.kind, ordinal, known))
        return self._places[place]


def read_date(written: str | None) -> dt.date | None:
    """The day that a date in ISO 8601, as in a feed or in words ("15 January 2021") names; a month is its first day."""
    text = (written or "").strip()
    try:
        if found := _DAY.match(text):
            return dt.date.fromisoformat(found[0])
        if _MONTH.match(text):
            return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    for form in _FORMATS:
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no time zone)
        except ValueError:
            continue
    try:
        return email.utils.parsedate_to_datetime(text).date()
    except (ValueError, OverflowError):
        return None


def _article(result: ArticleResult) -> Article:
    return Article(result.id, result.title, result.outlet, result.url, result.date, read_date(result.date))


def _stitched(statements: Sequence[StatementStance]) -> str:
    """The article's text as far as its statements show it: each sentence is attributed or the author's own."""
    parts, end = [], 0
    for statement in sorted(statements, key=lambda one: (one.start, -one.end)):
        if statement.end > end:
            parts.append(statement.text[max(0, end - statement.start) :])
            end = statement.end
    return "\n".join(parts)


def _reading(result: ArticleResult, source: SourceStance, number: int) -> Reading:
    own = [
        statement
        for statement in result.statements
        if statement.speaker == source.speaker and (statement.attribution is None) == (source.speaker is None)
    ]
    best = [result.statements[position] for position in source.evidence]
    evidence = []
    for side in _SIDES[source.verdict]:
        told = [statement for statement in best if statement.stance is side] or best[:1]
        evidence += [Quote(side, one.probabilities[side], one.text, one.start, one.end) for one in told[:1]]
    return Reading(
        source=number,
        verdict=source.verdict,
        confidence=source.confidence,
        abstained=source.abstained,
        mentions=source.mentions,
        statements=tuple(dict.fromkeys(_hash(_said(result, statement)) for statement in own)),
        evidence=tuple(evidence),
    )


def _said(result: ArticleResult, statement: StatementStance) -> str:
    if statement.attribution is None:
        return statement.text
    return " ".join(part.text for part in result.attributions[statement.attribution].content)


def _hash(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(normal(words).encode(), digest_size=8).digest())
