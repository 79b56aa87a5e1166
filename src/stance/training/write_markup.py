"""An annotated article as the text of its file: the way back from offsets to the marks that ``markup`` reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from stance.records import Span, Stance
from stance.training.annotations import NOBODY, AnnotatedAttribution, Article

_WIDE = 1_000_000  # characters: one speaker, one line


@dataclass(frozen=True)
class _Mark:
    span: Span
    opening: str
    depth: int
    """How many others hold it; of two marks over the same words the one with less stands outside."""


def write_article(article: Article) -> str:
    """The article's file; ``parse_article`` of it gives the article again.

    The text must start with no line break and end with one, and its spans must lie in one another or apart.
    """
    return f"---\n{_head(article)}---\n{_body(article)}"


def _head(article: Article) -> str:
    fields = {
        "claim": article.claim,
        "genre": article.genre,
        "outlet": article.outlet,
        "author": article.author,
        "date": article.date,
        "author_stance": str(article.author_stance),
        "group": article.group if article.group != article.id else None,
    }
    lines = [_yaml({name: value}) for name, value in fields.items() if value is not None]
    if article.speakers:
        lines.append("speakers:\n")
    for name, speaker in article.speakers.items():
        lines.append("  " + _yaml({name: {"name": speaker.name, "kind": str(speaker.kind)}}, default_flow_style=None))
    return "".join(lines)


def _yaml(values: dict[str, object], default_flow_style: bool | None = False) -> str:
    return str(
        yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=_WIDE, default_flow_style=default_flow_style)
    )


def _body(article: Article) -> str:
    text = article.text
    marks = sorted(_marks(article), key=lambda mark: (mark.span.start, -mark.span.end, mark.depth))
    checkworthy = set(article.checkworthy)
    edges = sorted({0, len(text), *checkworthy, *(edge for m in marks for edge in (m.span.start, m.span.end))})
    pieces: list[str] = []
    for here, following in zip(edges, [*edges[1:], len(text)], strict=True):
        pieces.append("}" * sum(mark.span.end == here for mark in marks))
        pieces.append("{!}" if here in checkworthy else "")
        pieces += [mark.opening for mark in marks if mark.span.start == here]
        pieces.append(re.sub(r"[{}\\]", r"\\\g<0>", text[here:following]))
    return "".join(pieces)


def _marks(article: Article) -> Iterator[_Mark]:
    parents = {attribution.number: attribution.parent for attribution in article.attributions}
    for passage in article.author_passages:
        yield _Mark(passage.span, f"{{A {_stances(passage.stance, passage.related_stance)}|", -1)
    for attribution in article.attributions:
        depth, parent = 0, attribution.parent
        while parent is not None:
            depth, parent = depth + 1, parents[parent]
        yield from _parts(attribution, depth)


def _parts(attribution: AnnotatedAttribution, depth: int) -> Iterator[_Mark]:
    number, speaker = attribution.number, f" @{attribution.speaker or NOBODY}"
    if attribution.source:
        yield _Mark(attribution.source, f"{{S{number}{speaker}|", depth)
    for cue in attribution.cues:
        yield _Mark(cue, f"{{Q{number}|", depth)
    for part, content in enumerate(attribution.contents):
        details = f" {_stances(attribution.stance, attribution.related_stance)}" if part == 0 else ""
        details += speaker if part == 0 and not attribution.source else ""
        yield _Mark(content, f"{{C{number}{details}|", depth)


def _stances(stance: Stance, related: Stance | None) -> str:
    return str(stance) if related is None or related is stance is Stance.UNRELATED else f"{stance}/{related}"
