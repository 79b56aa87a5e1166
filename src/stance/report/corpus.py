"""What the page of a corpus view shows, worked out in Python so that the template only lays it out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from stance.corpus_view.records import ClaimView, CorpusView, Evidence, Period, PeriodTotal, SourceView
from stance.records import SourceKind, Verdict
from stance.report.view import QUOTED, Bar, bars_of, css_of, web_address
from stance.wording import counted, shortened

SHOWN_CLAIMS = 50
SHOWN_SOURCES = 200
_LONGEST_TIMELINE = 400  # periods; a longer one shows only those with articles
_OUTLETS = 4


@dataclass(frozen=True)
class Share:
    """A verdict's share with its interval, in percent."""

    verdict: str
    css: str
    count: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Block:
    """One rectangle of the timeline, in its units: periods from the left, sources from the top."""

    x: int
    y: int
    height: int
    css: str
    note: str
    """What hovering tells."""


@dataclass(frozen=True)
class Timeline:
    """Independent sources that take a side, stacked by period."""

    periods: int
    height: int
    """Sources in the highest stack, 1 or more."""
    blocks: tuple[Block, ...]
    first: str
    last: str
    caption: str


@dataclass(frozen=True)
class Quote:
    """One statement and where it stands."""

    css: str
    words: str
    where: str
    url: str | None


@dataclass(frozen=True)
class Entry:
    """One line of the table of sources."""

    name: str
    about: str
    """Kind, outlets and dates."""
    verdict: str
    css: str
    abstained: bool
    confidence: int
    """Percent."""
    articles: str
    statements: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class ClaimPart:
    """One claim."""

    anchor: str
    claim: str
    headline: str
    byline: str
    bars: tuple[Bar, ...]
    uncertain: int
    shares: tuple[Share, ...]
    timeline: Timeline | None
    entries: tuple[Entry, ...]
    left_out: int
    own_voice: str


@dataclass(frozen=True)
class Page:
    """The whole page."""

    parts: tuple[ClaimPart, ...]
    left_out: int
    articles: str
    notes: tuple[str, ...]
    models: tuple[str, ...]


def build_page(view: CorpusView) -> Page:
    """Work out the page for a view."""
    shown = view.claims[:SHOWN_CLAIMS]
    return Page(
        parts=tuple(_part(f"c{position + 1}", claim) for position, claim in enumerate(shown)),
        left_out=len(view.claims) - len(shown),
        articles=_with_copies(view.articles, view.groups, "article"),
        notes=view.notes,
        models=tuple(", ".join(f"{name} {version}" for name, version in each.items()) for each in view.models),
    )


def _part(anchor: str, claim: ClaimView) -> ClaimPart:
    entries = [entry for entry in claim.entries if entry.kind is not SourceKind.AUTHOR]
    undated = f"{claim.undated} without a date" if claim.undated else ""
    byline = [_with_copies(claim.articles, claim.groups, "article"), _dates(claim.first, claim.last), undated]
    voices = [f"{count} {verdict}" for verdict, count in claim.own_voice.items() if count]
    return ClaimPart(
        anchor=anchor,
        claim=claim.claim,
        headline=_headline(claim),
        byline=" · ".join(part for part in byline if part),
        bars=bars_of({verdict: total.sources for verdict, total in claim.verdicts.items()}),
        uncertain=claim.uncertain,
        shares=tuple(
            Share(str(v), css_of(v), t.sources, 100 * t.share, 100 * t.low, 100 * t.high)
            for v, t in claim.verdicts.items()
            if t.share is not None and t.low is not None and t.high is not None
        ),
        timeline=_timeline(claim),
        entries=tuple(_entry(entry) for entry in entries[:SHOWN_SOURCES]),
        left_out=max(0, len(entries) - SHOWN_SOURCES),
        own_voice=", ".join(voices),
    )


def _headline(claim: ClaimView) -> str:
    sources = f"{counted(claim.sources, 'independent source')} ({claim.named} named)"
    return f"{sources} in {counted(claim.mentions, 'mention')}"


def _entry(entry: SourceView) -> Entry:
    more = len(entry.outlets) - _OUTLETS
    outlets = [*entry.outlets[:_OUTLETS], *([f"{more} more"] if more > 0 else [])]
    about = [str(entry.kind), ", ".join(outlets), _dates(entry.first, entry.last)]
    repeated = f" ({entry.statements})" if entry.statements < entry.mentions else ""
    return Entry(
        name=entry.name,
        about=" · ".join(part for part in about if part),
        verdict=str(entry.verdict),
        css=css_of(entry.verdict),
        abstained=entry.abstained,
        confidence=round(100 * entry.confidence),
        articles=f"{entry.articles} ({entry.groups})" if entry.groups < entry.articles else str(entry.articles),
        statements=f"{entry.mentions}{repeated}",
        quotes=tuple(_quote(evidence) for evidence in entry.evidence),
    )


def _quote(evidence: Evidence) -> Quote:
    where = [evidence.outlet, evidence.date, evidence.title or evidence.article]
    return Quote(
        css=str(evidence.stance),
        words=shortened(evidence.text, QUOTED),
        where=" · ".join(part for part in where if part),
        url=web_address(evidence.url),
    )


def _timeline(claim: ClaimView) -> Timeline | None:
    if claim.period is None or len(claim.timeline) < 2:
        return None
    starts = _starts(claim.timeline, claim.period)
    stacks = {total.start: _stack(total) for total in claim.timeline}
    height = max((sum(count for _, count in stack) for stack in stacks.values()), default=0)
    if not height:
        return None
    blocks = []
    for x, start in enumerate(starts):
        y = height
        for verdict, count in stacks.get(start, []):
            y -= count
            blocks.append(Block(x, y, count, css_of(verdict), f"{start}: {count} {verdict}"))
    caption = f"Independent sources that take a side, by {claim.period}; {counted(height, 'source')} at most"
    return Timeline(len(starts), height, tuple(blocks), str(starts[0]), str(starts[-1]), caption)


def _stack(total: PeriodTotal) -> list[tuple[Verdict, int]]:
    sides = (Verdict.DISPUTES, Verdict.MIXED, Verdict.SUPPORTS)
    return [(verdict, total.sources[verdict]) for verdict in sides if total.sources[verdict]]


def _starts(totals: tuple[PeriodTotal, ...], period: Period) -> list[dt.date]:
    """The periods of the timeline, those without articles included."""
    found, end = [totals[0].start], totals[-1].start
    while found[-1] < end and len(found) < _LONGEST_TIMELINE:
        later = found[-1] + dt.timedelta(days=7 if period is Period.WEEK else 31)
        found.append(later if period is Period.WEEK else later.replace(day=1))
    return found if found[-1] == end else [total.start for total in totals]


def _dates(first: dt.date | None, last: dt.date | None) -> str:
    return f"{first} to {last}" if first != last else str(first or "")


def _with_copies(articles: int, groups: int, thing: str) -> str:
    return counted(articles, thing) + (f", {groups} without copies" if groups < articles else "")
