"""What goes over the wire. A result is an ``ArticleResult``, as in the rows that ``stance score`` writes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic.config import JsonDict

from stance.records import ArticleResult, ScoredSentence

_CLAIM = "Al Qaeda has a new home base in Iran."
_TEXT = "The minister said al Qaeda had a base in Iran. “Nonsense,” said Ilse Marchetti, a scholar."
_FAULT: JsonDict = {
    "error": {"code": "invalid_request", "message": "Field required", "where": "articles[0].text"},
}


def _whole(text: str) -> str:
    """Refuse a lone surrogate, which an escape in JSON can spell, but UTF-8 and the models cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"it holds half a character (a lone surrogate) at {error.start}: write it as UTF-8") from error
    return text


Text = Annotated[str, AfterValidator(_whole)]
ShortText = Annotated[Text, Field(max_length=2_000)]
ClaimText = Annotated[Text, Field(max_length=1_000)]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Article(_Message):
    """One article of a request."""

    text: Text
    """Its text; offsets in the result count characters (Unicode code points) of it."""
    id: ShortText | None = None
    """Comes back with the result; without one it is the position in the request, from 0."""
    title: ShortText | None = None
    url: ShortText | None = None
    outlet: ShortText | None = None
    author: ShortText | None = None
    date: ShortText | None = None


class ScoreRequest(_Message):
    """Articles, and the claim or claims to score each of them against."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"claim": _CLAIM, "articles": [{"id": "a1", "text": _TEXT}]}]}
    )

    articles: list[Article] = Field(min_length=1)
    claim: ClaimText | None = None
    """A full sentence in English."""
    claims: Annotated[list[ClaimText], Field(min_length=1)] | None = None
    """Several of them, instead of ``claim``."""
    any_language: StrictBool = False
    """Do not check that the claims are English."""

    @model_validator(mode="after")
    def _one_of_both(self) -> ScoreRequest:
        if (self.claim is None) == (self.claims is None):
            raise ValueError('give either "claim" or "claims"')
        return self

    def given_claims(self) -> list[tuple[str, str]]:
        """Each claim with its place in the request."""
        if self.claim is not None:
            return [("claim", self.claim)]
        return [(f"claims[{number}]", claim) for number, claim in enumerate(self.claims or ())]


class ArticleError(_Message):
    """Why one article of a request has no result."""

    article: int
    """Position in the request, from 0."""
    id: str
    code: str
    """``no_text``: there is nothing to read in it; ``internal``: scoring it failed, which the server's log tells of."""
    message: str


class ScoreResponse(_Message):
    """What was found, in order of the articles, and of the claims within each."""

    results: list[ArticleResult]
    errors: list[ArticleError]
    """The articles that could not be scored; the others are not affected."""


class ClaimsRequest(_Message):
    """A text whose check-worthy sentences are wanted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "The ministry spent 40 million euros on the hotel. It rained."}]}
    )

    text: Text
    all_sentences: StrictBool = False
    """Return every sentence, not only those that reach the threshold."""


class SentenceFound(ScoredSentence):
    """A sentence with its check-worthiness and its words."""

    text: str
    """``text[start:end]`` of the request."""


class ClaimsResponse(_Message):
    """Sentences in order of the text."""

    sentences: list[SentenceFound]
    models: dict[str, str]
    """Versions of the package and the models."""


class Health(_Message):
    """Whether the server can take work."""

    live: bool
    ready: bool
    models: dict[str, str]
    """Versions of the package and the models."""


class Fault(_Message):
    """What went wrong."""

    code: str
    """A name for programs; ``docs/serving.md`` lists them."""
    message: str
    """For people: what is wrong and what to do."""
    where: str | None
    """The place in the request, such as ``articles[2].text``; null where there is none."""


class ErrorResponse(_Message):
    """The one shape of every error."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FAULT]})

    error: Fault


def documented_errors(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route, for its OpenAPI description."""
    meaning = {
        400: "The body is not JSON.",
        401: "The bearer token is missing or wrong (only where the server asks for one).",
        408: "The request did not arrive in time.",
        413: "The body is too large.",
        415: "The body is not sent as application/json.",
        422: "The body is JSON, but not a usable request.",
        500: "A fault of the server.",
        503: "The server has all the work it can take; Retry-After says when to come back.",
        504: "The request was not done in time.",
    }
    return {code: {"model": ErrorResponse, "description": meaning[code]} for code in codes}
