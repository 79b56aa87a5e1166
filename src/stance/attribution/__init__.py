"""Who says what: source, cue and content spans, joined into attributions and speakers.

The spans come from a fine-tuned token classifier with the source / cue / content scheme of PolNeAR (Newell et al.,
LREC 2018) and PARC3 (Pareti, 2016); linking and speaker identity are structured steps on top of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from stance.attribution.linking import Link, link
from stance.attribution.speakers import resolve
from stance.attribution.tagger import tag, tagged_spans
from stance.encoder import TextModel
from stance.records import Attribution, Span, Speaker, TextSpan
from stance.templates import INSIDE, inside_content

_SHORTEST_NESTING_CONTENT = 25  # characters; a shorter content has no room for an attribution of its own


def find_attributions(
    texts: Sequence[str], sentences: Sequence[Sequence[Span]], model: TextModel
) -> list[tuple[list[Attribution], list[Speaker]]]:
    """Attributions and speakers of each text, found in one batched pass over all of them (and one for nested ones).

    Args:
        texts: Whole texts.
        sentences: The sentences of each.
        model: The model of task ``attribution``.
    """
    outer = _outer_links(texts, model)
    inner = _inner_links(texts, outer, model)
    return [
        _resolve(text, spans, links, nested)
        for text, spans, links, nested in zip(texts, sentences, outer, inner, strict=True)
    ]


def _outer_links(texts: Sequence[str], model: TextModel) -> list[list[Link]]:
    return [
        [found for spans in blocks for found in link(spans, text)]
        for text, blocks in zip(texts, tag(texts, model), strict=True)
    ]


def _inner_links(
    texts: Sequence[str], outer: Sequence[Sequence[Link]], model: TextModel
) -> list[dict[int, list[Link]]]:
    """Attributions nested in the contents of each text's attributions, by the outer one's position."""
    places = [
        (number, position, content)
        for number, links in enumerate(outer)
        for position, found in enumerate(links)
        for content in found.contents
        if content.end - content.start >= _SHORTEST_NESTING_CONTENT
    ]
    inputs = [inside_content(texts[number], content) for number, _, content in places]
    scores = model.token_probabilities([text for text, _ in inputs])
    nested: list[dict[int, list[Link]]] = [{} for _ in texts]
    for (number, position, _), (_, offset), score in zip(places, inputs, scores, strict=True):
        inside = [span.shifted(offset) for span in tagged_spans(score, model.labels) if span.start >= len(INSIDE)]
        found = [link for link in link(inside, texts[number]) if link.source is not None]
        if found:
            nested[number].setdefault(position, []).extend(found)
    return nested


def _resolve(
    text: str, sentences: Sequence[Span], outer: Sequence[Link], inner: dict[int, list[Link]]
) -> tuple[list[Attribution], list[Speaker]]:
    ordered: list[tuple[Link, int | None]] = []
    for position, found in enumerate(outer):
        parent = len(ordered)
        ordered.append((found, None))
        ordered += [(nested, parent) for nested in inner.get(position, [])]
    outer_numbers = [number for number, (_, parent) in enumerate(ordered) if parent is None]
    speakers, resolutions = resolve(text, [found for found, _ in ordered], sentences, outer_numbers)
    attributions = [
        Attribution(
            id=number,
            source=TextSpan.cut(text, found.source) if found.source else None,
            cue=TextSpan.cut(text, found.cue) if found.cue else None,
            content=tuple(TextSpan.cut(text, span) for span in found.contents),
            parent=parent,
            speaker=resolution.speaker,
            resolved_by=resolution.resolved_by,
            confidence=found.probability,
        )
        for number, ((found, parent), resolution) in enumerate(zip(ordered, resolutions, strict=True))
    ]
    return attributions, speakers
