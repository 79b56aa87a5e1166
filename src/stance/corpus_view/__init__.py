"""From rows of many articles to one view: who backs a claim, who disputes it, in how many independent places.

A source counts once, however many articles cite it (``identities.py``); copies of an article count once
(``stance.copies``); a quotation repeated word for word counts once as a statement. Memory is linear in the sources.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stance.corpus_view.identities import is_named, join, names_by_identity
from stance.corpus_view.intervals import clustered_interval
from stance.corpus_view.records import (
    ClaimView,
    CorpusView,
    Evidence,
    Period,
    PeriodTotal,
    SourceView,
    VerdictTotal,
)
from stance.corpus_view.rows import Article, Reading, Rows
from stance.corpus_view.verdicts import Ballot, Vote, votes
from stance.records import ArticleResult, SourceKind, Stance, Verdict
from stance.wording import counted

_SIDES = (Verdict.SUPPORTS, Verdict.DISPUTES, Verdict.MIXED)
_LONGEST_BY_WEEK = 26 * 7  # days
_EVIDENCE = {
    Verdict.SUPPORTS: (Stance.SUPPORTS,),
    Verdict.DISPUTES: (Stance.DISPUTES,),
    Verdict.MIXED: (Stance.SUPPORTS, Stance.DISPUTES),
    Verdict.NO_STANCE: (),
}
# One set for all of a kind: pydantic gives each record one of its own, and sources are what memory goes to.
_SOURCE_FIELDS = set(SourceView.model_fields)
_EVIDENCE_FIELDS = set(Evidence.model_fields)


def build_view(results: Iterable[ArticleResult], runs: Sequence[str] = (), period: Period | None = None) -> CorpusView:
    """Join rows into one view.

    Args:
        results: Rows of one or more runs, read once.
        runs: What the runs are called.
        period: Length of the timeline's periods; weeks for up to half a year and else months, when it is not given.
    """
    rows = Rows()
    for result in results:
        rows.add(result)
    corpus = _Corpus.of(rows)
    return CorpusView(
        runs=tuple(runs),
        articles=len(rows.articles),
        groups=len(set(corpus.groups)),
        notes=tuple(_notes(rows)),
        models=tuple(dict(versions) for versions in rows.models),
        claims=tuple(_claim(claim, corpus, rows, period) for claim in rows.readings),
    )


@dataclass(frozen=True)
class _Corpus:
    """What is the same for all claims."""

    articles: Sequence[Article]
    groups: Sequence[int]
    """The group of copies of each article."""
    article_of: Sequence[int]
    """The article of each article's source."""
    identity_of: Sequence[int]
    kinds: Mapping[int, SourceKind]
    named: frozenset[int]
    names: Sequence[str]

    @classmethod
    def of(cls, rows: Rows) -> _Corpus:
        groups = rows.copies.groups()
        identities = join(rows.sources, groups, [article.outlet for article in rows.articles])
        return cls(
            articles=rows.articles,
            groups=groups,
            article_of=[source.article for source in rows.sources],
            identity_of=identities,
            kinds={i: source.kind for source, i in zip(rows.sources, identities, strict=True)},
            named=frozenset(i for source, i in zip(rows.sources, identities, strict=True) if is_named(source)),
            names=list(names_by_identity(rows.sources, identities)),
        )

    def article(self, reading: Reading) -> Article:
        return self.articles[self.article_of[reading.source]]

    def group(self, reading: Reading) -> int:
        return self.groups[self.article_of[reading.source]]

    def by_identity(self, readings: Iterable[Reading]) -> dict[int, list[Reading]]:
        found: dict[int, list[Reading]] = defaultdict(list)
        for reading in readings:
            found[self.identity_of[reading.source]].append(reading)
        return found

    def votes(self, readings: Sequence[Reading]) -> tuple[dict[int, Vote], bool]:
        return votes(readings, [self.group(reading) for reading in readings])


def _notes(rows: Rows) -> Iterable[str]:
    if rows.repeated:
        yield f"{counted(rows.repeated, 'row')} of an article and claim that had been read before; the first counts"
    if len(rows.models) > 1:
        yield f"rows come from {len(rows.models)} sets of models: their verdicts may differ for that reason alone"


def _claim(claim: str, corpus: _Corpus, rows: Rows, period: Period | None) -> ClaimView:
    readings = rows.readings[claim]
    entries, cast = [], {}
    for identity, own in corpus.by_identity(readings).items():
        each, abstained = corpus.votes(own)
        entries.append(_source(identity, own, each, abstained, corpus))
        if not abstained and corpus.kinds[identity] is not SourceKind.AUTHOR:
            cast[identity] = each
    order = list(Verdict)
    entries.sort(key=lambda e: (order.index(e.verdict), e.abstained, not e.named, -e.groups, -e.confidence, e.name))
    others = [entry for entry in entries if entry.kind is not SourceKind.AUTHOR]
    counted = [entry for entry in others if not entry.abstained]
    voices = Counter(e.verdict for e in entries if e.kind is SourceKind.AUTHOR and not e.abstained)
    articles = [corpus.articles[number] for number in rows.read[claim]]
    dates = [article.date for article in articles if article.date]
    length = period or (_fitting(dates) if dates else None)
    return ClaimView(
        claim=claim,
        articles=len(articles),
        groups=len({corpus.groups[number] for number in rows.read[claim]}),
        sources=len(counted),
        named=sum(entry.named for entry in counted),
        uncertain=len(others) - len(counted),
        mentions=sum(entry.mentions for entry in counted),
        verdicts=_totals(counted, cast),
        own_voice={verdict: voices[verdict] for verdict in Verdict},
        first=min(dates, default=None),
        last=max(dates, default=None),
        undated=len(articles) - len(dates),
        period=length if dates else None,
        timeline=_timeline(articles, readings, corpus, length) if dates and length else (),
        entries=tuple(entries),
    )


def _source(
    identity: int, readings: Sequence[Reading], each: Mapping[int, Vote], abstained: bool, corpus: _Corpus
) -> SourceView:
    verdict, confidence = Ballot.of(each.values()).verdict() or (Verdict.NO_STANCE, 0.0)
    articles = list(dict.fromkeys(corpus.article_of[reading.source] for reading in readings))
    dates = [date for number in articles if (date := corpus.articles[number].date)]
    outlets = [outlet for number in articles if (outlet := corpus.articles[number].outlet)]
    uncertain = {corpus.article_of[r.source] for r in readings if r.abstained}
    return SourceView.model_construct(
        _SOURCE_FIELDS,
        name=corpus.names[identity],
        kind=corpus.kinds[identity],
        named=identity in corpus.named,
        verdict=verdict,
        confidence=round(confidence, 4),
        abstained=abstained,
        articles=len(articles),
        groups=len({corpus.groups[number] for number in articles}),
        uncertain_articles=len(uncertain),
        mentions=sum(reading.mentions for reading in readings),
        statements=_independent_statements(readings, corpus),
        first=min(dates, default=None),
        last=max(dates, default=None),
        outlets=tuple(dict.fromkeys(outlets)),
        evidence=tuple(_clearest(readings, verdict, abstained, corpus)),
        article_ids=tuple(dict.fromkeys(corpus.articles[number].id for number in articles)),
    )


def _independent_statements(readings: Sequence[Reading], corpus: _Corpus) -> int:
    """Statements by their words; of copies only the one that has most."""
    fullest: dict[int, Reading] = {}
    for reading in readings:
        group = corpus.group(reading)
        if group not in fullest or len(reading.statements) > len(fullest[group].statements):
            fullest[group] = reading
    return len({words for reading in fullest.values() for words in reading.statements})


def _clearest(readings: Sequence[Reading], verdict: Verdict, abstained: bool, corpus: _Corpus) -> Iterable[Evidence]:
    for side in _EVIDENCE[verdict]:
        told = [(quote, r) for r in readings if abstained or not r.abstained for quote in r.evidence]
        found = [(quote, reading) for quote, reading in told if quote.stance is side]
        if found:
            quote, reading = max(found, key=lambda each: each[0].probability)
            article = corpus.article(reading)
            yield Evidence.model_construct(
                _EVIDENCE_FIELDS,
                stance=side,
                probability=quote.probability,
                text=quote.text,
                article=article.id,
                start=quote.start,
                end=quote.end,
                title=article.title,
                outlet=article.outlet,
                date=article.written_date,
                url=article.url,
            )


def _totals(counted: Sequence[SourceView], cast: Mapping[int, Mapping[int, Vote]]) -> dict[Verdict, VerdictTotal]:
    """The count of each verdict, with an interval of its share among the sources that take a side."""
    counts = Counter(entry.verdict for entry in counted)
    taking = sum(counts[side] for side in _SIDES)
    left = _left_out(counts, cast) if taking else []
    totals = {}
    for verdict in Verdict:
        share = verdict in _SIDES and taking > 0
        without = [(each[verdict], sum(each[side] for side in _SIDES)) for each in left]
        low, high = clustered_interval(counts[verdict], taking, without) if share else (None, None)
        totals[verdict] = VerdictTotal(
            sources=counts[verdict],
            named=sum(entry.named for entry in counted if entry.verdict is verdict),
            expected=round(sum(entry.confidence for entry in counted if entry.verdict is verdict), 2),
            share=round(counts[verdict] / taking, 4) if share else None,
            low=round(low, 4) if low is not None else None,
            high=round(high, 4) if high is not None else None,
        )
    return totals


def _left_out(counts: Mapping[Verdict, int], cast: Mapping[int, Mapping[int, Vote]]) -> list[Counter[Verdict]]:
    """The counts of verdicts without each group of copies in which a source takes a side."""
    changed: dict[int, Counter[Verdict]] = defaultdict(Counter)
    taking: set[int] = set()
    for each in cast.values():
        ballot = Ballot.of(each.values())
        before = ballot.verdict()
        for group, vote in each.items():
            taking |= {group} if vote.verdict in _SIDES else set()
            ballot.add(vote, -1)
            after = ballot.verdict() if len(each) > 1 else None
            ballot.add(vote)
            for found, step in ((before, -1), (after, 1)):
                if found:
                    changed[group][found[0]] += step
    return [Counter({v: counts[v] + changed[group][v] for v in Verdict}) for group in sorted(taking)]


# --- over time --------------------------------------------------------------------------------------------------------


def _fitting(dates: Sequence[dt.date]) -> Period:
    return Period.WEEK if (max(dates) - min(dates)).days <= _LONGEST_BY_WEEK else Period.MONTH


def _start(date: dt.date, period: Period) -> dt.date:
    return date - dt.timedelta(days=date.weekday()) if period is Period.WEEK else date.replace(day=1)


def _timeline(
    articles: Iterable[Article], readings: Iterable[Reading], corpus: _Corpus, period: Period
) -> tuple[PeriodTotal, ...]:
    published = Counter(_start(article.date, period) for article in articles if article.date)
    spoken: dict[dt.date, list[Reading]] = defaultdict(list)
    for reading in readings:
        date = corpus.article(reading).date
        if date and not reading.abstained and corpus.kinds[corpus.identity_of[reading.source]] is not SourceKind.AUTHOR:
            spoken[_start(date, period)].append(reading)
    totals = []
    for start in sorted(published):
        said: Counter[Verdict] = Counter()
        for own in corpus.by_identity(spoken[start]).values():
            found = Ballot.of(corpus.votes(own)[0].values()).verdict()
            said[found[0] if found else Verdict.NO_STANCE] += 1
        totals.append(
            PeriodTotal(start=start, articles=published[start], sources={verdict: said[verdict] for verdict in Verdict})
        )
    return tuple(totals)
