"""From spans to attributions: which source goes with which cue and content.

Spans of a block are read from left to right and divided into runs, each run one attribution (or nothing). The division
with the least cost is found by dynamic programming, so that one pair is never joined at another's expense.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from stance.attribution.tagger import TaggedSpan
from stance.records import Span

# Costs, in arbitrary units; only their order of size matters. A run without content says nothing, so it is dropped at a
# price for each of its spans. A run without cue is common in headlines and transcripts; one without source, in quotes.
_DROPPED_SPAN = 3.0
_NO_SOURCE = 1.6
_NO_CUE = 1.0
_EXTRA_PART = 0.4
_UNQUOTED_EXTRA_PART = 2.0
_NEXT_SENTENCE = 0.8
_PER_CHARACTER_BETWEEN = 0.01
_LONGEST_RUN = 7
_QUOTE = re.compile(r"[“”\"«»„‘]")
_SENTENCE_END = re.compile(r"[.!?][”\"’»)]*\s")


@dataclass(frozen=True)
class Link:
    """The spans of one attribution."""

    source: Span | None
    cue: Span | None
    contents: tuple[Span, ...]
    probability: float
    """Mean of its spans' probabilities."""

    @property
    def parts(self) -> tuple[Span, ...]:
        """Contents first, then source and cue."""
        return (*self.contents, *(span for span in (self.source, self.cue) if span))

    @property
    def start(self) -> int:
        """Offset of its first character."""
        return min(span.start for span in self.parts)


def link(spans: Sequence[TaggedSpan], text: str) -> list[Link]:
    """Join the spans of one block into attributions of least total cost. Linear in the number of spans.

    Args:
        spans: Spans of one block, in order, not overlapping.
        text: The text that they count characters of.
    """
    best: list[float] = [0.0]
    run_start: list[int] = [0]
    for end in range(1, len(spans) + 1):
        choices = [
            (best[start] + _cost(spans[start:end], text), start) for start in range(max(0, end - _LONGEST_RUN), end)
        ]
        cost, start = min(choices)
        best.append(cost)
        run_start.append(start)
    links = []
    end = len(spans)
    while end:
        run = spans[run_start[end] : end]
        if any(span.kind == "content" for span in run):
            links.append(_as_link(run))
        end = run_start[end]
    return links[::-1]


def _as_link(run: Sequence[TaggedSpan]) -> Link:
    def first(kind: str) -> Span | None:
        return next((span.span for span in run if span.kind == kind), None)

    contents = tuple(span.span for span in run if span.kind == "content")
    return Link(first("source"), first("cue"), contents, sum(s.probability for s in run) / len(run))


def _cost(run: Sequence[TaggedSpan], text: str) -> float:
    kinds = [span.kind for span in run]
    if "content" not in kinds:
        return _DROPPED_SPAN * len(run)
    if kinds.count("source") > 1 or kinds.count("cue") > 1:
        return float("inf")
    cost = _NO_SOURCE * ("source" not in kinds) + _NO_CUE * ("cue" not in kinds)
    parts = [span for span in run if span.kind == "content"]
    for extra in parts[1:]:
        quoted = _QUOTE.match(text, extra.start) and _QUOTE.search(text, parts[0].start, parts[0].end)
        cost += _EXTRA_PART if quoted else _UNQUOTED_EXTRA_PART
    for left, right in pairwise(run):
        between = text[left.end : right.start]
        cost += _PER_CHARACTER_BETWEEN * len(between)
        if _SENTENCE_END.search(text[max(left.start, left.end - 3) : right.start]):
            cost += _NEXT_SENTENCE
    return cost
