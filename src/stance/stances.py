"""The stance of each statement to the claim: of every attribution, and of every sentence in the author's own voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stance.encoder import InputText, TextModel
from stance.records import Attribution, Span, Speaker, Stance, StatementStance
from stance.runtime import Array
from stance.sentences import touched
from stance.templates import author_statement, mark_source, statement_of


@dataclass(frozen=True)
class Statement:
    """What one source says, with the sentences that carry it, ready for the stance model."""

    attribution: int | None
    """Id of the attribution; None for the author's voice."""
    speaker: int | None
    span: Span
    wording: str
    """The statement as the model reads it."""


def statements(
    text: str, sentences: Sequence[Span], attributions: Sequence[Attribution], speakers: Sequence[Speaker]
) -> list[Statement]:
    """All statements of an article, attributed ones first."""
    found = []
    for attribution in attributions:
        source: Span | None = attribution.source
        parts = [*attribution.content, *(part for part in (source, attribution.cue) if part)]
        span = statement_of(parts, sentences)
        name = speakers[attribution.speaker].name if attribution.speaker is not None else None
        wording = mark_source(text, span, source, name)
        found.append(Statement(attribution.id, attribution.speaker, span, wording))
    for sentence in authors_sentences(sentences, [part for a in attributions for part in a.content]):
        found.append(Statement(None, None, sentence, author_statement(text, sentence)))
    return found


def authors_sentences(sentences: Sequence[Span], contents: Sequence[Span]) -> list[Span]:
    """Sentences, given in order, no part of which is attributed to anybody: the author's own voice."""
    attributed = {sentence.start for content in contents for sentence in touched(sentences, content)}
    return [sentence for sentence in sentences if sentence.start not in attributed]


def classify(
    texts: Sequence[str], claims: Sequence[str], found: Sequence[Sequence[Statement]], model: TextModel
) -> list[tuple[StatementStance, ...]]:
    """Classify all statements of all texts in one batched pass.

    Args:
        texts: Whole texts; one that is asked about several claims stands here once for each.
        claims: The target claim of each, a full sentence.
        found: The statements of each text.
        model: The model of task ``stance``.
    """
    inputs = [
        InputText(claim, statement.wording) for claim, each in zip(claims, found, strict=True) for statement in each
    ]
    rows = iter(model.probabilities(inputs))
    order = [Stance(label) for label in model.labels]
    return [
        tuple(_as_record(text, statement, next(rows), order) for statement in each)
        for text, each in zip(texts, found, strict=True)
    ]


def _as_record(text: str, statement: Statement, row: Array, order: Sequence[Stance]) -> StatementStance:
    probabilities = {stance: round(float(value), 4) for stance, value in zip(order, row, strict=True)}
    return StatementStance(
        attribution=statement.attribution,
        speaker=statement.speaker,
        start=statement.span.start,
        end=statement.span.end,
        text=statement.span.of(text),
        stance=order[int(row.argmax())],
        probabilities=probabilities,
    )
