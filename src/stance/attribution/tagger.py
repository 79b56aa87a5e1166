"""From token probabilities to source, cue and content spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from stance.encoder import Array, TokenScores
from stance.records import Span
from stance.sentences import paragraphs, sentences

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


def blocks(text: str) -> list[Span]:
    """The pieces of a text that the attribution model reads: paragraphs, long ones cut between sentences."""
    return [block for paragraph in paragraphs(text) for block in _cut(text, paragraph)]


def decode(scores: TokenScores, labels: Sequence[str]) -> list[TaggedSpan]:
    """The most probable legal sequence of BIO tags, as spans in order.

    Viterbi over the word probabilities, where ``I-x`` may only follow ``B-x`` or ``I-x``; all other steps are free.

    Args:
        scores: Words and their probabilities, from ``TextModel.token_probabilities``.
        labels: The model's labels, ``O``, ``B-x`` and ``I-x``.
    """
    path = _viterbi(np.log(np.maximum(scores.probabilities, 1e-9)), labels)
    spans: list[TaggedSpan] = []
    words = 0  # of the last span
    for position, label in enumerate(path):
        tag = labels[label]
        if tag == "O":
            continue
        start, end = (int(offset) for offset in scores.offsets[position])
        probability = float(scores.probabilities[position, label])
        if tag.startswith("I-"):
            last = spans.pop()
            mean = (last.probability * words + probability) / (words + 1)
            spans.append(TaggedSpan(last.kind, last.start, end, mean))
            words += 1
        else:
            spans.append(TaggedSpan(tag[2:], start, end, probability))
            words = 1
    return spans


def _viterbi(log_probabilities: Array, labels: Sequence[str]) -> list[int]:
    if not len(log_probabilities):
        return []
    count = len(labels)
    legal = np.zeros((count, count))
    for to, label in enumerate(labels):
        if label.startswith("I-"):
            legal[[i for i in range(count) if labels[i][2:] != label[2:]], to] = -np.inf
    start = np.array([-np.inf if label.startswith("I-") else 0.0 for label in labels])
    best = log_probabilities[0] + start
    back = np.zeros((len(log_probabilities), count), dtype=np.int64)
    for position in range(1, len(log_probabilities)):
        steps = best[:, None] + legal
        back[position] = steps.argmax(axis=0)
        best = steps.max(axis=0) + log_probabilities[position]
    path = [int(best.argmax())]
    for position in range(len(log_probabilities) - 1, 0, -1):
        path.append(int(back[position, path[-1]]))
    return path[::-1]


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
