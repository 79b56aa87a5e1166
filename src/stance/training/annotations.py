"""The records of the annotated corpus: claims, articles with everything marked in them, single statements."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from stance.records import SourceKind, Span, Stance
from stance.training.spanned import SpannedAttribution

AUTHOR = "author"
NOBODY = "none"
GENRES = (
    "wire", "report", "analysis", "opinion", "magazine", "blog", "press-release", "transcript", "interview",
    "state-media", "translated", "local", "social", "syndicated",
)  # fmt: skip
_FLIPPED = {Stance.SUPPORTS: Stance.DISPUTES, Stance.DISPUTES: Stance.SUPPORTS}


def negated(stance: Stance) -> Stance:
    """The stance to a claim's negation of a source with this ``stance`` to the claim."""
    return _FLIPPED.get(stance, stance)


class RelatedClaim(BaseModel):
    """A neighbour of a claim, for which articles carry a second label of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    relation: Literal["weaker", "stronger", "rival"]
    text: str = Field(min_length=10)


class Claim(BaseModel):
    """A target proposition with the wordings that training draws from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    family: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Claims of one family never fall into different splits (but see ``splits.split_of``)."""
    field: str = Field(pattern=r"^[a-z][a-z-]*$")
    text: str = Field(min_length=10)
    paraphrases: tuple[str, ...] = Field(min_length=2)
    negation: str = Field(min_length=10)
    related: RelatedClaim | None = None


class Speaker(BaseModel):
    """The identity behind one or more source mentions in an article."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    kind: SourceKind


class Header(BaseModel):
    """The YAML head of an article file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str
    genre: Literal[GENRES]  # type: ignore[valid-type]
    author_stance: Stance
    group: str | None = None
    """Articles that share an event, a quotation or a wire copy share a group. Default: the article alone."""
    outlet: str | None = None
    author: str | None = None
    date: datetime.date | None = None
    speakers: dict[str, Speaker] = Field(default_factory=dict)


@dataclass(frozen=True)
class AnnotatedAttribution:
    """One (source, cue, content) relation; every span counts characters of the article's text."""

    number: int
    source: Span | None
    cues: tuple[Span, ...]
    contents: tuple[Span, ...]
    speaker: str | None
    """Key in ``Article.speakers``, or None when the text does not say who speaks."""
    stance: Stance
    related_stance: Stance | None
    parent: int | None
    """Number of the attribution whose content holds this one."""

    @property
    def spanned(self) -> SpannedAttribution:
        """Its spans alone."""
        return SpannedAttribution((self.source,) if self.source else (), self.cues, self.contents)


@dataclass(frozen=True)
class AuthorPassage:
    """A passage in the author's own voice that is about the claim."""

    span: Span
    stance: Stance
    related_stance: Stance | None


@dataclass(frozen=True)
class Article:
    """One annotated article: its plain text and everything marked in it, as offsets into that text."""

    id: str
    path: Path
    claim: str
    group: str
    genre: str
    author_stance: Stance
    text: str
    speakers: dict[str, Speaker]
    attributions: tuple[AnnotatedAttribution, ...]
    author_passages: tuple[AuthorPassage, ...]
    checkworthy: tuple[int, ...]
    """Offsets of the first character of each sentence that is check-worthy."""
    outlet: str | None = None
    author: str | None = None
    date: datetime.date | None = None


@dataclass(frozen=True)
class BankStatement:
    """A single statement about a claim, its source marked with ``[[ ]]`` when it names one."""

    claim: str
    text: str
    stance: Stance
    related_stance: Stance | None = None


@dataclass(frozen=True)
class Corpus:
    """Everything under one corpus folder."""

    claims: dict[str, Claim]
    articles: tuple[Article, ...]
    bank: tuple[BankStatement, ...]
