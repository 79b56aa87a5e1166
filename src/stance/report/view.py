"""What the report shows, worked out in Python so that the template only lays it out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stance.records import ArticleResult, SourceKind, SourceStance, Span, Stance, StatementStance, Verdict
from stance.sentences import paragraphs
from stance.wording import shortened

SHOWN_ARTICLES = 200
QUOTED = 320  # characters of evidence


@dataclass(frozen=True)
class Piece:
    """A run of an article's text with the same marks."""

    text: str
    stance: str
    """Class of the highlight: a stance, or empty."""
    check_worthy: bool
    note: str
    """What hovering tells."""


@dataclass(frozen=True)
class SourceRow:
    """One line of the table of sources."""

    name: str
    kind: str
    verdict: str
    confidence: int
    """Percent."""
    abstained: bool
    mentions: int
    evidence: tuple[tuple[str, str], ...]
    """Stance and words of each statement shown."""


@dataclass(frozen=True)
class Bar:
    """One stretch of the bar that shows how sources split."""

    verdict: str
    css: str
    count: int
    percent: float


@dataclass(frozen=True)
class ArticleView:
    """One article with its sources and its marked text."""

    anchor: str
    title: str
    byline: str
    url: str | None
    bars: tuple[Bar, ...]
    uncertain: int
    sources: tuple[SourceRow, ...]
    author: SourceRow | None
    paragraphs: tuple[tuple[Piece, ...], ...]
    check_worthy: int


@dataclass(frozen=True)
class ClaimSection:
    """One claim and the articles scored against it."""

    anchor: str
    claim: str
    articles: tuple[ArticleView, ...]
    left_out: int
    """Articles beyond those shown."""
    bars: tuple[Bar, ...]
    sources: int
    """Sources counted in the bar."""
    uncertain: int


@dataclass(frozen=True)
class View:
    """The whole page."""

    sections: tuple[ClaimSection, ...]
    versions: str


def build_view(results: Sequence[ArticleResult]) -> View:
    """Work out the page for some results, claim by claim in order of their first result."""
    shown = frozenset(range(min(len(results), SHOWN_ARTICLES)))
    by_claim: dict[str, list[tuple[int, ArticleResult]]] = {}
    for number, result in enumerate(results):
        by_claim.setdefault(result.claim, []).append((number, result))
    return View(
        sections=tuple(
            _section(f"c{position + 1}", claim, its, shown) for position, (claim, its) in enumerate(by_claim.items())
        ),
        versions=", ".join(f"{name} {version}" for name, version in results[0].models.items()) if results else "",
    )


def _section(
    anchor: str, claim: str, numbered: Sequence[tuple[int, ArticleResult]], shown: frozenset[int]
) -> ClaimSection:
    counts = {verdict: sum(result.counts[verdict] for _, result in numbered) for verdict in Verdict}
    articles = tuple(_article(number, result) for number, result in numbered if number in shown)
    return ClaimSection(
        anchor=anchor,
        claim=claim,
        articles=articles,
        left_out=len(numbered) - len(articles),
        bars=bars_of(counts),
        sources=sum(counts.values()),
        uncertain=sum(_uncertain(result) for _, result in numbered),
    )


def _article(number: int, result: ArticleResult) -> ArticleView:
    if result.text is None:
        raise ValueError(f"the result of {result.id} carries no text; score with keep_text=True")
    first_line = next((span.of(result.text) for span in paragraphs(result.text)), result.id)
    order = list(Verdict)
    sources = sorted(result.sources, key=lambda s: (order.index(s.verdict), s.abstained, -s.confidence))
    rows = {source.kind: _row(source, result) for source in sources if source.kind is SourceKind.AUTHOR}
    return ArticleView(
        anchor=f"a{number + 1}",
        title=result.title or first_line[:140],
        byline=" · ".join(part for part in (result.outlet, result.author, result.date, result.id) if part),
        url=web_address(result.url),
        bars=bars_of(result.counts),
        uncertain=_uncertain(result),
        sources=tuple(_row(source, result) for source in sources if source.kind is not SourceKind.AUTHOR),
        author=rows.get(SourceKind.AUTHOR),
        paragraphs=tuple(_marked_paragraphs(result, result.text)),
        check_worthy=sum(sentence.check_worthy for sentence in result.sentences),
    )


def _uncertain(result: ArticleResult) -> int:
    return sum(source.abstained for source in result.sources if source.kind is not SourceKind.AUTHOR)


def bars_of(counts: dict[Verdict, int]) -> tuple[Bar, ...]:
    """The stretches of a bar, none for a verdict that nobody has."""
    total = sum(counts.values())
    return tuple(Bar(str(v), css_of(v), counts[v], 100 * counts[v] / total) for v in Verdict if total and counts[v])


def _row(source: SourceStance, result: ArticleResult) -> SourceRow:
    shown = [result.statements[i] for i in source.evidence]
    if source.verdict is not Verdict.NO_STANCE:
        wanted = (
            (Stance.SUPPORTS, Stance.DISPUTES) if source.verdict is Verdict.MIXED else (Stance(source.verdict.value),)
        )
        shown = [statement for statement in shown if statement.stance in wanted] or shown[:1]
    else:
        shown = [statement for statement in shown if statement.stance is not Stance.UNRELATED][:1]
    return SourceRow(
        name=source.name,
        kind=str(source.kind),
        verdict=str(source.verdict),
        confidence=round(100 * source.confidence),
        abstained=source.abstained,
        mentions=source.mentions,
        # Two attributions of one sentence are one piece of evidence.
        evidence=tuple(dict.fromkeys((str(each.stance), shortened(each.text, QUOTED)) for each in shown)),
    )


def _marked_paragraphs(result: ArticleResult, text: str) -> Iterator[tuple[Piece, ...]]:
    """Each paragraph, cut wherever a mark begins or ends."""
    marks = [(span, statement) for statement in reversed(result.statements) for span in _highlights(result, statement)]
    worthy = [Span(start=s.start, end=s.end) for s in result.sentences if s.check_worthy]
    spans = [*(span for span, _ in marks), *worthy]
    edges = sorted({span.start for span in spans} | {span.end for span in spans})
    shown: list[StatementStance | None] = [None] * len(text)
    # Nested statements lie inside others: the innermost one, painted last, is the one to show; of two alike the first.
    for span, statement in sorted(marks, key=lambda mark: mark[0].start - mark[0].end):
        shown[span.start : span.end] = [statement] * (span.end - span.start)
    in_worthy = bytearray(len(text))
    for span in worthy:
        in_worthy[span.start : span.end] = b"\x01" * (span.end - span.start)
    for paragraph in paragraphs(text):
        inner = edges[bisect_right(edges, paragraph.start) : bisect_left(edges, paragraph.end)]
        yield tuple(
            _piece(result, text[start:end], shown[start], check_worthy=bool(in_worthy[start]))
            for start, end in pairwise([paragraph.start, *inner, paragraph.end])
        )


def _piece(result: ArticleResult, text: str, statement: StatementStance | None, *, check_worthy: bool) -> Piece:
    return Piece(
        text=text,
        stance=str(statement.stance) if statement and statement.stance is not Stance.UNRELATED else "",
        check_worthy=check_worthy,
        note=_note(result, statement) if statement else "",
    )


def _highlights(result: ArticleResult, statement: StatementStance) -> list[Span]:
    if statement.attribution is None:
        return [Span(start=statement.start, end=statement.end)]
    return [Span(start=part.start, end=part.end) for part in result.attributions[statement.attribution].content]


def _note(result: ArticleResult, statement: StatementStance) -> str:
    if statement.attribution is None:
        name = "the author"
    elif statement.speaker is not None:
        name = result.speakers[statement.speaker].name
    else:
        source = result.attributions[statement.attribution].source
        name = source.text if source else "unnamed speaker"
    return f"{name}: {statement.stance} ({statement.probabilities[statement.stance]:.0%})"


def css_of(verdict: Verdict) -> str:
    """The class that colours a verdict."""
    return "none" if verdict is Verdict.NO_STANCE else str(verdict)


def web_address(url: str | None) -> str | None:
    """The address when it is one that a link may lead to."""
    return url if url and url.startswith(("http://", "https://")) else None
