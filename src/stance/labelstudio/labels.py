"""An article with everything that a person labels in it, whoever labelled it: a model, a person, the corpus."""

from __future__ import annotations

from dataclasses import dataclass

from stance.errors import InputError
from stance.records import ArticleResult, SourceKind, Span, Stance, Verdict

_AUTHORS = {Verdict.SUPPORTS: Stance.SUPPORTS, Verdict.DISPUTES: Stance.DISPUTES}


@dataclass(frozen=True)
class LabelledSpeaker:
    """Who speaks; two speakers of an article may have the same name."""

    name: str
    kind: SourceKind


@dataclass(frozen=True)
class LabelledAttribution:
    """One (source, cue, content) relation; spans count characters of the article's text."""

    source: Span | None
    cues: tuple[Span, ...]
    contents: tuple[Span, ...]
    speaker: int | None
    """Position in ``Labelled.speakers``; None where the text does not say who speaks."""
    stance: Stance
    related: Stance | None = None
    """Stance to the claim's neighbour; only articles of the corpus have it."""
    parent: int | None = None
    """Position of the attribution whose content holds this one."""


@dataclass(frozen=True)
class Passage:
    """A passage in the author's own voice that is about the claim."""

    span: Span
    stance: Stance
    related: Stance | None = None


@dataclass(frozen=True)
class Labelled:
    """One article as it is labelled for one claim."""

    article: str
    """Its id."""
    text: str
    claim: str
    """The claim as a sentence."""
    speakers: tuple[LabelledSpeaker, ...]
    attributions: tuple[LabelledAttribution, ...]
    passages: tuple[Passage, ...]
    checkworthy: tuple[Span, ...]
    """Sentences worth a fact-checker's time."""
    author_stance: Stance | None
    """Of the article's own voice as a whole."""
    genre: str | None = None
    claim_id: str | None = None
    """The claim's id in the corpus."""
    group: str | None = None
    """What the corpus keeps in one split; None for the article alone."""
    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    date: str | None = None


def of_result(result: ArticleResult) -> Labelled:
    """What the models found in an article.

    Raises:
        InputError: when the row does not carry its text.
    """
    if result.text is None:
        raise InputError(f"the row of {result.id} has no text; score again with --keep-text")
    stances = {said.attribution: said.stance for said in result.statements if said.attribution is not None}
    return Labelled(
        article=result.id,
        text=result.text,
        claim=result.claim,
        speakers=tuple(LabelledSpeaker(speaker.name, speaker.kind) for speaker in result.speakers),
        attributions=tuple(
            LabelledAttribution(
                source=_bare(found.source) if found.source else None,
                cues=(_bare(found.cue),) if found.cue else (),
                contents=tuple(_bare(part) for part in found.content),
                speaker=found.speaker,
                stance=stances[found.id],
                parent=found.parent,
            )
            for found in result.attributions
        ),
        passages=tuple(
            Passage(Span(start=said.start, end=said.end), said.stance)
            for said in result.statements
            if said.attribution is None and said.stance is not Stance.UNRELATED
        ),
        checkworthy=tuple(Span(start=s.start, end=s.end) for s in result.sentences if s.check_worthy),
        author_stance=_author_stance(result),
        title=result.title,
        url=result.url,
        outlet=result.outlet,
        author=result.author,
        date=result.date,
    )


def _author_stance(result: ArticleResult) -> Stance:
    verdicts = [source.verdict for source in result.sources if source.kind is SourceKind.AUTHOR]
    side = _AUTHORS.get(verdicts[0]) if verdicts else None
    on_topic = any(said.stance is not Stance.UNRELATED for said in result.statements)
    return side or (Stance.DISCUSSES if on_topic else Stance.UNRELATED)


def _bare(span: Span) -> Span:
    return Span(start=span.start, end=span.end)
