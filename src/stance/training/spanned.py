"""Attributions as bare spans, whoever marked them: our corpus, a public data set, or a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stance.records import Attribution, Span


@dataclass(frozen=True)
class SpannedAttribution:
    """One attribution as spans of a text; each may be in several parts, and source or cue may be missing."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]

    def spans(self) -> Iterator[tuple[str, Span]]:
        """Every part with its kind."""
        yield from (("source", span) for span in self.source)
        yield from (("cue", span) for span in self.cue)
        yield from (("content", span) for span in self.content)

    def touches(self, other: SpannedAttribution) -> bool:
        """Whether source, cue and content each share a character with the other's, or are missing in both."""
        return all(
            (not mine and not theirs) or any(a.overlaps(b) for a in mine for b in theirs)
            for mine, theirs in ((self.source, other.source), (self.cue, other.cue), (self.content, other.content))
        )


def spanned(attribution: Attribution) -> SpannedAttribution:
    """The spans of an attribution that the models found."""
    parts = (
        (attribution.source,) if attribution.source else (),
        (attribution.cue,) if attribution.cue else (),
        attribution.content,
    )
    return SpannedAttribution(*(tuple(Span(start=span.start, end=span.end) for span in spans) for spans in parts))


def nesting(found: Sequence[SpannedAttribution]) -> list[int | None]:
    """For each attribution the one that it is nested in: whose shortest content holds all its spans. None: in none."""
    holders = [(content, number) for number, attribution in enumerate(found) for content in attribution.content]
    holders.sort(key=lambda holder: holder[0].end - holder[0].start)
    parents: list[int | None] = []
    for number, attribution in enumerate(found):
        spans = [span for _, span in attribution.spans()]
        around = (other for content, other in holders if other != number and all(map(content.contains, spans)))
        parents.append(next(around, None))
    for number, parent in enumerate(parents):
        if parent is not None and parents[parent] == number:  # two of the same content
            parents[number] = None
    return parents
