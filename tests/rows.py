"""Rows of ``stance score`` made by hand."""

from __future__ import annotations

import hashlib
from typing import Any

from stance.records import (
    ArticleResult,
    Attribution,
    ScoredSentence,
    SourceKind,
    SourceStance,
    Speaker,
    Stance,
    StatementStance,
    TextSpan,
    Verdict,
)


def said(text: str, words: str, attribution: int | None = None, **probabilities: float) -> StatementStance:
    """A statement; what probability is left goes to ``unrelated``."""
    start = text.index(words)
    each = {stance: probabilities.get(stance, 0.0) for stance in Stance}
    each[Stance.UNRELATED] += 1 - sum(each.values())
    return StatementStance(
        attribution=attribution,
        speaker=attribution,
        start=start,
        end=start + len(words),
        text=words,
        stance=max(each, key=lambda stance: each[stance]),
        probabilities=each,
    )


def row(**fields: Any) -> ArticleResult:
    """An article in which Dana Kell says that the base 🚢 was there, and its author that it was so."""
    text = fields.get("text") or "🐱 Dana Kell said the base 🚢 was there. It was {so}."

    def span(words: str) -> TextSpan:
        return TextSpan(start=text.index(words), end=text.index(words) + len(words), text=words)

    sentence = span("🐱 Dana Kell said the base 🚢 was there.")
    source = SourceStance(
        speaker=0, name="Dana Kell", kind=SourceKind.PERSON, verdict=Verdict.SUPPORTS, confidence=0.9, abstained=False,
        mentions=1, evidence=(0,),
    )  # fmt: skip
    values: dict[str, Any] = {
        "id": "a1",
        "claim": "Al Qaeda has a base.",
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "text": text,
        "sentences": (ScoredSentence(start=sentence.start, end=sentence.end, check_worthiness=0.9, check_worthy=True),),
        "attributions": (
            Attribution(
                id=0,
                source=span("Dana Kell"),
                cue=span("said"),
                content=(span("the base 🚢 was there"),),
                speaker=0,
                confidence=0.8,
            ),
        ),
        "speakers": (Speaker(id=0, name="Dana Kell", kind=SourceKind.PERSON, mentions=()),),
        "statements": (said(text, sentence.text, 0, supports=1.0), said(text, "It was {so}.", supports=1.0)),
        "sources": (source,),
        "counts": {},
        "models": {"package": "1"},
    }
    return ArticleResult(**{**values, **fields})
