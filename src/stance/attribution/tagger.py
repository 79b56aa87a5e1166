"""From token probabilities to source, cue and content spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stance.encoder import TextModel, TokenScores
from stance.records import Span
from stance.sentences import paragraphs, sentences
from stance.tags import chain_spans

BLOCK_CHARACTERS = 900
"""Longest input of the attribution model; about 200 word pieces of English."""


@dataclass(frozen=True)
class TaggedSpan:
    """A span that the attribution model found."""

    kind: str
    """``source``, ``cue`` or ``content``."""
    start: int
    end: int
    probability: float
    """Mean probability of the tags of its words."""

    @property
    def span(self) -> Span:
        """The bare offsets."""
        return Span(start=self.start, end=self.end)

    def shifted(self, offset: int) -> TaggedSpan:
        """The same span, ``offset`` characters further on."""
        return replace(self, start=self.start + offset, end=self.end + offset)


def tag(texts: Sequence[str], model: TextModel) -> list[list[list[TaggedSpan]]]:
    """The spans of each block of each text, in one batched pass; offsets count characters of the text.

    Args:
        texts: Whole texts.
        model: The model of task ``attribution``.
    """
    together = model.settings.block_characters
    places = [(number, block) for number, text in enumerate(texts) for block in blocks(text, together)]
    scores = model.token_probabilities([block.of(texts[number]) for number, block in places])
    found: list[list[list[TaggedSpan]]] = [[] for _ in texts]
    for (number, block), score in zip(places, scores, strict=True):
        found[number].append([span.shifted(block.start) for span in tagged_spans(score, model.labels)])
    return found


def blocks(text: str, together: int = 0) -> list[Span]:
    """The pieces of a text that the attribution model reads: paragraphs, long ones cut between sentences.

    Args:
        text: The whole text.
        together: Paragraphs that follow each other are read as one piece of up to so many characters; 0: each alone.
    """
    found: list[Span] = []
    for block in (block for paragraph in paragraphs(text) for block in _cut(text, paragraph)):
        if found and block.end - found[-1].start <= together:
            found[-1] = Span(start=found[-1].start, end=block.end)
        else:
            found.append(block)
    return found


def tagged_spans(scores: TokenScores, labels: Sequence[str]) -> list[TaggedSpan]:
    """The spans of the best chain of tags, in order.

    Args:
        scores: Of one text, from ``TextModel.token_probabilities``.
        labels: The model's labels, ``O``, ``B-x`` and ``I-x``.
    """
    certain = scores.probabilities[np.arange(len(scores.tags)), scores.tags]
    return [
        TaggedSpan(
            kind,
            start=int(scores.offsets[first, 0]),
            end=int(scores.offsets[behind - 1, 1]),
            probability=float(certain[first:behind].mean()),
        )
        for kind, first, behind in chain_spans(scores.tags, labels)
    ]


def _cut(text: str, paragraph: Span) -> Iterator[Span]:
    if paragraph.end - paragraph.start <= BLOCK_CHARACTERS:
        yield paragraph
        return
    start = end = paragraph.start
    for sentence in sentences(text, within=paragraph):
        if end > start and sentence.end - start > BLOCK_CHARACTERS:
            yield Span(start=start, end=end)
            start = sentence.start
        while sentence.end - start > BLOCK_CHARACTERS:  # one endless sentence
            cut = text.rfind(" ", start + 1, start + BLOCK_CHARACTERS)
            cut = cut if cut > start else start + BLOCK_CHARACTERS
            yield Span(start=start, end=cut)
            start = cut + (text[cut] == " ")
        end = sentence.end
    if end > start:
        yield Span(start=start, end=end)
