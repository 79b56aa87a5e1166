"""From spans to attributions: which source goes with which cue and content.

Spans of a block are read from left to right and divided into runs, each run one attribution (or nothing); a relative
clause that says something of a source is a run within its source's. The division with the least cost is found by
dynamic programming, so that one pair is never joined at another's expense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stance.attribution.tagger import TaggedSpan
from stance.records import Span

# Costs, in arbitrary units; only their order of size matters. A run without content says nothing, so it is dropped at a
# price for each of its spans. A run without cue is common in headlines and transcripts; one without source, in quotes.
_DROPPED_SPAN = 3.0
_NO_SOURCE = 1.6
_NO_CUE = 1.0
_SECOND_CUE = 1.2  # "put the figure at", "bear them out"
_EXTRA_PART = 0.4  # a quotation, or one clause, cut in two
_SAME_CLAUSE = 1.2
_UNQUOTED_EXTRA_PART = 2.0
_NEXT_SENTENCE = 0.8
_PER_CHARACTER_BETWEEN = 0.01
_CUT_CUE = 40  # characters between its halves
_LONGEST_RUN = 7
_QUOTE = re.compile(r"[“”\"«»‹›„‚‘]|(?<!\w)'")  # not the apostrophe of a word
_INSERTED = re.compile(r"\s*(?:,|[–—-]\s)")
_RELATIVE = re.compile(r",\s(?:who|which)\b")
_PAUSE = re.compile(r"[,;:–—(]")
_SENTENCE_END = re.compile(r"[.!?][“”\"‘’'«»‹›)]*\s")


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
    steps: list[tuple[int, list[Sequence[TaggedSpan]]]] = [(0, [])]
    for end in range(1, len(spans) + 1):
        choices = [
            (best[start] + sum(_cost(run, text) for run in runs), start, runs)
            for start in range(max(0, end - _LONGEST_RUN), end)
            for runs in _divisions(spans[start:end], text)
        ]
        cost, start, runs = min(choices, key=lambda choice: choice[0])
        best.append(cost)
        steps.append((start, runs))
    links: list[Link] = []
    end = len(spans)
    while end:
        end, runs = steps[end]
        links += [_as_link(run) for run in runs if any(span.kind == "content" for span in run)]
    return sorted(links, key=lambda found: found.start)


def _divisions(stretch: Sequence[TaggedSpan], text: str) -> Iterator[list[Sequence[TaggedSpan]]]:
    """A stretch as one run, and as two where a relative clause cuts it: "a diplomat, who believes …, said …"."""
    yield [stretch]
    for start in range(1, len(stretch) - 2):
        kinds = [span.kind for span in stretch[start - 1 : start + 3]]
        if kinds == ["source", "source", "cue", "content"] and _RELATIVE.match(text, stretch[start - 1].end):
            yield [[*stretch[:start], *stretch[start + 3 :]], stretch[start : start + 3]]


def _as_link(run: Sequence[TaggedSpan]) -> Link:
    def first(kind: str) -> Span | None:
        return next((span.span for span in run if span.kind == kind), None)

    contents = tuple(span.span for span in run if span.kind == "content")
    return Link(first("source"), first("cue"), contents, sum(s.probability for s in run) / len(run))


def _cost(run: Sequence[TaggedSpan], text: str) -> float:
    kinds = [span.kind for span in run]
    if "content" not in kinds:
        return _DROPPED_SPAN * len(run)
    cues = [position for position, kind in enumerate(kinds) if kind == "cue"]
    if kinds.count("source") > 1 or len(cues) > 2:
        return float("inf")
    if len(cues) == 2 and not _one_cue(run[cues[0] : cues[1] + 1], text):
        return float("inf")
    cost = _NO_SOURCE * ("source" not in kinds) + _NO_CUE * (not cues) + _SECOND_CUE * (len(cues) == 2)
    parts = [position for position, kind in enumerate(kinds) if kind == "content"]
    for first, second in pairwise(parts):
        cost += _part_cost(run[first : second + 1], run[parts[0]], text)
    for left, right in pairwise(run):
        between = text[left.end : right.start]
        cost += _PER_CHARACTER_BETWEEN * len(between)
        if _SENTENCE_END.search(text[max(left.start, left.end - 3) : right.start]):
            cost += _NEXT_SENTENCE
    return cost


def _one_cue(stretch: Sequence[TaggedSpan], text: str) -> bool:
    """Whether two cues are one that was cut in two: "put the figure at", "in his own words"."""
    between = text[stretch[0].end : stretch[-1].start]
    if "content" in [span.kind for span in stretch] or len(between) > _CUT_CUE:
        return False
    return not _PAUSE.search(between) and not _SENTENCE_END.search(between)


def _part_cost(stretch: Sequence[TaggedSpan], opening: TaggedSpan, text: str) -> float:
    """What it costs that the last content of a stretch goes on with the first: little in a quotation or a clause."""
    first, second = stretch[0], stretch[-1]
    if _QUOTE.match(text, second.start) and _QUOTE.search(text, opening.start, opening.end):
        return _EXTRA_PART
    between = text[first.end : second.start]
    if _SENTENCE_END.search(text[max(first.start, first.end - 3) : second.start]):
        return _UNQUOTED_EXTRA_PART
    if len(stretch) > 2 and _INSERTED.match(between) and _PAUSE.search(between.rstrip()[-1:]):
        return _EXTRA_PART  # "the locks, he said, had merely moved"
    return _UNQUOTED_EXTRA_PART if len(stretch) > 2 or _PAUSE.search(between) else _SAME_CLAUSE
