"""From token probabilities to source, cue and content spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from stance.encoder import Array, TextModel, TokenScores
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
        found[number].append([span.shifted(block.start) for span in decode(score, model.labels)])
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


def decode(scores: TokenScores, labels: Sequence[str]) -> list[TaggedSpan]:
    """The most probable legal sequence of BIO tags, as spans in order.

    Viterbi over the word probabilities, where ``I-x`` may only follow ``B-x`` or ``I-x``; all other steps are free, or
    cost what the model learned for them.

    Args:
        scores: Words, their probabilities and the scores of steps, from ``TextModel.token_probabilities``.
        labels: The model's labels, ``O``, ``B-x`` and ``I-x``.
    """
    path = _viterbi(np.log(np.maximum(scores.probabilities, 1e-9)), labels, scores.steps)
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


def illegal_steps(labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Shape [labels, labels]: whether the second cannot follow the first, as ``I-x`` all but ``B-x`` and ``I-x``."""
    return np.array([[to.startswith("I-") and to[2:] != label[2:] for to in labels] for label in labels])


def illegal_first(labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Shape [labels]: whether a text cannot begin with the tag."""
    return np.array([label.startswith("I-") for label in labels])


def _viterbi(log_probabilities: Array, labels: Sequence[str], steps: Array | None) -> list[int]:
    if not len(log_probabilities):
        return []
    count = len(labels)
    legal = np.where(illegal_steps(labels), -np.inf, 0.0 if steps is None else steps)
    start = np.where(illegal_first(labels), -np.inf, 0.0)
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
