"""Rows of `stance score` for the tests of the corpus view, made without models."""

from __future__ import annotations

import hashlib
import random

from stance.aggregate import count_verdicts
from stance.records import (
    ArticleResult,
    Attribution,
    Mention,
    SourceKind,
    SourceStance,
    Speaker,
    Stance,
    StatementStance,
    TextSpan,
    Verdict,
)

CLAIM = "The bridge at Port Ellery is unsafe."
_STANCES = {
    Verdict.SUPPORTS: Stance.SUPPORTS,
    Verdict.DISPUTES: Stance.DISPUTES,
    Verdict.MIXED: Stance.SUPPORTS,
    Verdict.NO_STANCE: Stance.DISCUSSES,
}
_WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdklmnrst"]


def says(name: str, verdict: str = "supports", confidence: float = 0.8, **other: object) -> dict[str, object]:
    """One source of an article: its `kind`, `abstained`, `words` said (one statement each) and other `mentions`."""
    return {"name": name, "verdict": verdict, "confidence": confidence, **other}


def row(article: str, *said: dict, claim: str = CLAIM, body: int | None = None, **fields: str) -> ArticleResult:
    """The row of an article that holds what its sources say and, in its author's voice, 200 words chosen by `body`."""
    chooser = random.Random(article if body is None else body)
    text = " ".join(chooser.choices(_WORDS, k=200)) + "."
    filler = len(text)
    speakers, attributions, statements, sources = [], [], [], []
    for number, each in enumerate(said):
        name, verdict = str(each["name"]), Verdict(each["verdict"])
        kind = SourceKind(str(each.get("kind", "person")))
        author = kind is SourceKind.AUTHOR
        mentions, own = [], []
        for words in each.get("words", (f"Said by {name} in {article}",)):
            start = len(text) + 1
            text += f" “{words},” {name} said."
            if not author:
                found = text.index(name, start + len(words))
                mention = {"start": found, "end": found + len(name), "text": name}
                mentions.append(Mention(**mention, resolved_by="first mention"))
                content = TextSpan(start=start, end=start + len(words) + 3, text=text[start : start + len(words) + 3])
                attributions.append(
                    Attribution(
                        id=len(attributions),
                        source=TextSpan(**mention),
                        cue=None,
                        content=(content,),
                        speaker=number,
                        confidence=0.9,
                    )
                )
            own.append(len(statements))
            side = _STANCES[verdict]
            rest = (1 - each["confidence"]) / 3
            statements.append(
                StatementStance(
                    attribution=None if author else len(attributions) - 1,
                    speaker=None if author else number,
                    start=start,
                    end=len(text),
                    text=text[start:],
                    stance=side,
                    probabilities={one: each["confidence"] if one is side else rest for one in Stance},
                )
            )
        for also in each.get("mentions", ()):
            mentions.append(Mention(start=0, end=len(also), text=also, resolved_by="acronym"))
        speakers.append(Speaker(id=number, name=name, kind=kind, mentions=tuple(mentions)))
        sources.append(
            SourceStance(
                speaker=None if author else number,
                name=name,
                kind=kind,
                verdict=verdict,
                confidence=each["confidence"],
                abstained=bool(each.get("abstained")),
                mentions=len(own),
                evidence=tuple(own),
            )
        )
    probabilities = {one: float(one is Stance.UNRELATED) for one in Stance}
    statements.append(
        StatementStance(
            attribution=None,
            speaker=None,
            start=0,
            end=filler,
            text=text[:filler],
            stance=Stance.UNRELATED,
            probabilities=probabilities,
        )
    )
    return ArticleResult(
        id=article,
        claim=claim,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        sentences=(),
        attributions=tuple(attributions),
        speakers=tuple(speakers),
        statements=tuple(statements),
        sources=tuple(sources),
        counts=count_verdicts(sources),
        models={"package": "0.1.0", "stance": "abc"},
        **fields,
    )
