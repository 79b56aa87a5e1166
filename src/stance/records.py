"""The typed values that flow through the package. All are frozen; all offsets count characters of ``Document.text``.

``ArticleResult`` is the published output: ``stance schema`` prints its JSON schema.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1"


class Stance(StrEnum):
    """What a source holds about a claim, in one statement."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"
    DISCUSSES = "discusses"
    UNRELATED = "unrelated"


class Verdict(StrEnum):
    """What a source holds about a claim, over all its statements in an article."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"
    MIXED = "mixed"
    NO_STANCE = "no stance"


class SourceKind(StrEnum):
    """What a statement is attributed to."""

    PERSON = "person"
    GROUP = "group"
    ORGANISATION = "organisation"
    DOCUMENT = "document"
    OUTLET = "outlet"
    UNNAMED = "unnamed"
    AUTHOR = "author"


class Record(BaseModel):
    """Base of every record: frozen, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Span(Record):
    """A half-open range of characters, ``text[start:end]``."""

    start: int = Field(ge=0)
    """Offset of the first character."""
    end: int = Field(ge=0)
    """Offset behind the last character."""

    def of(self, text: str) -> str:
        """The characters that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


class Document(Record):
    """One article as it is scored. Offsets in results refer to ``text`` exactly as it stands here."""

    id: str
    """Unique within a run: the row's own id, or the file's path."""
    text: str
    """The article's text."""
    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    date: str | None = None


class TextSpan(Span):
    """A span together with its characters."""

    text: str
    """Always equal to ``document.text[start:end]``."""

    @classmethod
    def cut(cls, text: str, span: Span) -> TextSpan:
        """The span with the characters it covers in ``text``."""
        return cls(start=span.start, end=span.end, text=span.of(text))


class Attribution(Record):
    """One (source, cue, content) relation found in a document."""

    id: int
    """Position in the document, from 0."""
    source: TextSpan | None
    """The source as the text words it; None where the text names none (a bare or continued quotation)."""
    cue: TextSpan | None
    """The attributing words; None where there are none."""
    content: tuple[TextSpan, ...]
    """The attributed words, in one or more parts."""
    parent: int | None = None
    """Id of the attribution whose content holds this one."""
    speaker: int | None = None
    """Id of the speaker; None where the source stays unresolved."""
    resolved_by: str | None = None
    """How the speaker was found; None where it was not. See ``Mention.resolved_by``."""
    confidence: float = Field(ge=0, le=1)
    """Mean probability that the attribution model gives the tokens of these spans."""


class Mention(TextSpan):
    """One place where a speaker is named, with the reason for joining it."""

    resolved_by: str
    """How it was joined: "first mention", "same name", "last name", "role", "short form", "acronym", "same words",
    "pronoun", "same sentence" or "continued quotation"; the quotation above an interview is joined by "interview"."""


class Speaker(Record):
    """The identity behind one or more source mentions of an article."""

    id: int
    name: str
    """The fullest name or description found."""
    kind: SourceKind
    mentions: tuple[Mention, ...]


class ScoredSentence(Record):
    """A sentence with its check-worthiness."""

    start: int
    end: int
    check_worthiness: float = Field(ge=0, le=1)
    """Calibrated probability that the sentence is check-worthy."""
    check_worthy: bool
    """Whether that reaches the threshold chosen on the development split."""


class StatementStance(Record):
    """The stance in one statement to the claim."""

    attribution: int | None
    """Id of the attribution; None for a sentence in the author's own voice."""
    speaker: int | None
    """Id of the speaker; None for the author's voice and for unresolved sources."""
    start: int
    end: int
    """The statement: from the first to the last sentence that carries it."""
    text: str
    """``document.text[start:end]``."""
    stance: Stance
    """The most probable label."""
    probabilities: dict[Stance, float]
    """Calibrated; they sum to 1."""


class SourceStance(Record):
    """The verdict on one source of one article."""

    speaker: int | None
    """Id of the speaker; None for the author's own voice."""
    name: str
    kind: SourceKind
    verdict: Verdict
    confidence: float = Field(ge=0, le=1)
    """Estimated probability that a careful reader would give the same verdict."""
    abstained: bool
    """True when the confidence is below the threshold: read the evidence before using the verdict."""
    mentions: int
    """Number of statements of the source."""
    evidence: tuple[int, ...]
    """Positions in ``statements`` of those that speak most clearly, best first."""


class ArticleResult(Record):
    """One article scored against one claim: a row of the output."""

    schema_version: str = SCHEMA_VERSION
    id: str
    claim: str
    text_sha256: str
    """SHA-256 of the UTF-8 text that all offsets refer to."""
    text: str | None = None
    """That text, when it was asked for."""
    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    date: str | None = None
    sentences: tuple[ScoredSentence, ...]
    attributions: tuple[Attribution, ...]
    speakers: tuple[Speaker, ...]
    statements: tuple[StatementStance, ...]
    sources: tuple[SourceStance, ...]
    """One a speaker, and one for the author's own voice (kind ``author``)."""
    counts: dict[Verdict, int]
    """Number of sources with each verdict; abstentions and the author are left out."""
    models: dict[str, str]
    """Versions: of the package, and of each model (SHA-256 of its weights, shortened)."""


def json_schema() -> dict[str, Any]:
    """The JSON schema of one output row."""
    return ArticleResult.model_json_schema(mode="serialization")
