"""Check-worthiness of sentences, in the sense of ClaimBuster and of CLEF CheckThat! task 1."""

from __future__ import annotations

from collections.abc import Sequence

from stance.encoder import InputText, TextModel
from stance.records import ScoredSentence, Span
from stance.templates import CHECK_WORTHY

THRESHOLD = "check_worthy"
"""Name of the decision threshold in the model's settings."""


def score_sentences(
    texts: Sequence[str], sentences: Sequence[Sequence[Span]], model: TextModel
) -> list[tuple[ScoredSentence, ...]]:
    """Score every sentence of every text in one batched pass.

    Args:
        texts: Whole texts.
        sentences: The sentences of each.
        model: The model of task ``claims``.
    """
    inputs = [InputText(span.of(text)) for text, spans in zip(texts, sentences, strict=True) for span in spans]
    scores = iter(model.probabilities(inputs)[:, model.labels.index(CHECK_WORTHY)])
    threshold = model.settings.thresholds.get(THRESHOLD, 0.5)
    return [
        tuple(
            ScoredSentence(start=span.start, end=span.end, check_worthiness=score, check_worthy=score >= threshold)
            for span, score in ((span, round(float(next(scores)), 4)) for span in spans)
        )
        for spans in sentences
    ]
