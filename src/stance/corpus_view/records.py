"""The published form of a corpus view; ``stance schema view`` prints its JSON schema."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from pydantic import Field

from stance.records import Record, SourceKind, Stance, Verdict

VIEW_VERSION = "1"


class Period(StrEnum):
    """How long the periods of a timeline are."""

    WEEK = "week"
    MONTH = "month"


class Evidence(Record):
    """The clearest statement of a source for one side, and where it stands."""

    stance: Stance
    probability: float = Field(ge=0, le=1)
    """Calibrated probability of that stance."""
    text: str
    article: str
    """Id of the article."""
    start: int
    end: int
    """Offsets in the article's text."""
    title: str | None
    outlet: str | None
    date: str | None
    url: str | None


class SourceView(Record):
    """What one source holds about one claim, over all articles."""

    name: str
    """As most articles have it; of as many the longest."""
    kind: SourceKind
    named: bool
    """Whether it has a proper name, by which it is known in all articles; others may stand here more than once."""
    verdict: Verdict
    confidence: float = Field(ge=0, le=1)
    """Mean confidence of the articles that say so, less what speaks against it; repetition does not raise it."""
    abstained: bool
    """Whether no article gives a verdict that is certain enough."""
    articles: int
    """Articles in which it speaks."""
    groups: int
    """The same, copies of one article counted once."""
    uncertain_articles: int
    """Articles whose verdict on it is too uncertain; they count only where there is no other."""
    mentions: int
    """Its statements in all these articles."""
    statements: int
    """The same without those of copies and those repeated word for word."""
    first: dt.date | None
    last: dt.date | None
    """Dates of the first and the last of these articles that has one."""
    outlets: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    """The clearest statement for each side that it takes."""
    article_ids: tuple[str, ...]


class VerdictTotal(Record):
    """How many independent sources have a verdict."""

    sources: int
    named: int
    """Those of them that have a name; the others ("an official") are known in one article and its copies only."""
    expected: float
    """Sum of their confidences: for how many of them a careful reader is expected to say the same."""
    share: float | None
    """Of those who take a side; None for "no stance", and when nobody does."""
    low: float | None
    high: float | None
    """95 % interval of the share, as in a larger number of articles of this sort (see ``intervals.py``)."""


class PeriodTotal(Record):
    """One stretch of the timeline."""

    start: dt.date
    """Its first day; a week starts on Monday."""
    articles: int
    sources: dict[Verdict, int]
    """Independent sources by what they say in these articles; uncertain ones are left out."""


class ClaimView(Record):
    """Who backs one claim and who disputes it."""

    claim: str
    articles: int
    groups: int
    """The same, copies of one article counted once."""
    sources: int
    """Independent sources with a verdict: the same name counts once, and so does a source in copies of one article."""
    named: int
    """Those of them that have a name. Several of the others may be one."""
    uncertain: int
    """Sources beside those whose verdict is too uncertain."""
    mentions: int
    """Statements of those with a verdict."""
    verdicts: dict[Verdict, VerdictTotal]
    own_voice: dict[Verdict, int]
    """What the articles say in their authors' own voice, copies of one article counted once; no sources."""
    first: dt.date | None
    last: dt.date | None
    undated: int
    """Articles without a date that can be read; the timeline leaves them out."""
    period: Period | None
    timeline: tuple[PeriodTotal, ...]
    """Periods with articles, in order."""
    entries: tuple[SourceView, ...]
    """Every source, authors included: by verdict, certain ones first, then named ones, then by independent articles."""


class CorpusView(Record):
    """Runs of ``stance score``, joined."""

    schema_version: str = VIEW_VERSION
    runs: tuple[str, ...]
    articles: int
    groups: int
    """The same, copies of one article counted once."""
    notes: tuple[str, ...]
    """What a reader should know: rows counted once, models that differ."""
    models: tuple[dict[str, str], ...]
    """Versions of the models, once for each set."""
    claims: tuple[ClaimView, ...]


def view_schema() -> dict[str, Any]:
    """The JSON schema of a corpus view."""
    return CorpusView.model_json_schema(mode="serialization")
