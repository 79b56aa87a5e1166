"""Rows of the attribution task: blocks of a text with the spans to tag in them, and contents with what they nest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stance.attribution.tagger import blocks
from stance.config import AttributionConfig
from stance.records import Span
from stance.templates import INSIDE, inside_content
from stance.training.spanned import SpannedAttribution
from stance.training.splits import fraction

Row = dict[str, Any]


def tag_rows(
    text: str,
    found: Sequence[SpannedAttribution],
    parents: Sequence[int | None],
    common: Row,
    config: AttributionConfig,
) -> Iterator[Row]:
    """Blocks with the spans of the outermost attributions, and contents with the spans of those nested in them.

    Args:
        text: The whole text.
        found: Its attributions.
        parents: For each the number of the one whose content holds it, or None.
        common: Columns that every row carries, ``article`` and ``split`` among them.
        config: How much is read together, and the share of training contents with nothing nested that are kept.
    """
    outermost = _spans(found, parents, None)
    for block in blocks(text, config.block_characters):
        spans = [_local(kind, span, block) for kind, span in outermost if span.overlaps(block)]
        yield {**common, "text": block.of(text), "nested": False, "spans": _in_order(spans)}
    for number, attribution in enumerate(found):
        nested = _spans(found, parents, number)
        for content in attribution.content:
            wording, offset = inside_content(text, content)
            unquoted = Span(start=offset + len(INSIDE), end=offset + len(wording))
            spans = [_local(kind, span, unquoted, len(INSIDE)) for kind, span in nested if content.contains(span)]
            key = f"content:{common['article']}:{content.start}"
            if spans or common["split"] != "train" or fraction(key) < config.empty_contents:
                yield {**common, "text": wording, "nested": True, "spans": _in_order(spans)}


def _spans(
    found: Sequence[SpannedAttribution], parents: Sequence[int | None], parent: int | None
) -> list[tuple[str, Span]]:
    return [
        each for attribution, held in zip(found, parents, strict=True) if held == parent for each in attribution.spans()
    ]


def _local(kind: str, span: Span, block: Span, shift: int = 0) -> Row:
    """The part of a span that lies in a block, counted from the block's start plus ``shift``."""
    return {
        "kind": kind,
        "start": max(span.start, block.start) - block.start + shift,
        "end": min(span.end, block.end) - block.start + shift,
    }


def _in_order(spans: list[Row]) -> list[Row]:
    return sorted(spans, key=lambda span: (span["start"], -span["end"]))
