"""Chains of BIO tags: which tags may follow each other, the best chain, and how probable each tag is in all chains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
_IMPOSSIBLE = -1e4


def illegal_steps(labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Shape [labels, labels]: whether the second cannot follow the first, as ``I-x`` all but ``B-x`` and ``I-x``."""
    return np.array([[to.startswith("I-") and to[2:] != label[2:] for to in labels] for label in labels])


def illegal_first(labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Shape [labels]: whether a text cannot begin with the tag."""
    return np.array([label.startswith("I-") for label in labels])


def best_chains(logits: Sequence[Floats], steps: Floats, labels: Sequence[str]) -> list[Ints]:
    """The legal chain with the highest score of each text (Viterbi, 1967), as label numbers, shape [words].

    Args:
        logits: For each text, shape [words, labels].
        steps: Shape [labels, labels]: the score of each step from label to label.
        labels: ``O``, ``B-x`` and ``I-x``.
    """
    lengths, emissions, scores = _scored(logits, steps, labels)
    longest = emissions.shape[1]
    back = np.zeros(emissions.shape, dtype=np.int64)
    unmoved = np.arange(len(labels))
    best = emissions[:, 0] if longest else np.zeros((len(logits), len(labels)))
    for place in range(1, longest):
        onward = best[:, :, None] + scores
        inside = (place < lengths)[:, None]
        back[:, place] = np.where(inside, onward.argmax(axis=1), unmoved)
        best = np.where(inside, onward.max(axis=1) + emissions[:, place], best)
    chains = np.zeros((len(logits), longest), dtype=np.int64)
    here = best.argmax(axis=-1)
    for place in range(longest - 1, -1, -1):
        chains[:, place] = here
        here = back[np.arange(len(logits)), place, here]
    return [chain[:length] for chain, length in zip(chains, lengths, strict=True)]


def chain_spans(chain: Sequence[int] | Ints, labels: Sequence[str]) -> list[tuple[str, int, int]]:
    """The spans of a legal chain in order: kind, first word, and the word behind the last.

    Args:
        chain: Label numbers, one a word.
        labels: ``O``, ``B-x`` and ``I-x``.
    """
    spans: list[tuple[str, int, int]] = []
    for place, number in enumerate(chain):
        tag = labels[int(number)]
        if tag.startswith("B-"):
            spans.append((tag[2:], place, place + 1))
        elif tag.startswith("I-"):
            kind, first, _ = spans.pop()
            spans.append((kind, first, place + 1))
    return spans


def marginals(logits: Sequence[Floats], steps: Floats, labels: Sequence[str]) -> list[Floats]:
    """How probable each tag of each word is, summed over all legal chains, by the forward-backward algorithm.

    Args:
        logits: For each text, shape [words, labels].
        steps: Shape [labels, labels]: the score of each step from label to label.
        labels: ``O``, ``B-x`` and ``I-x``.
    """
    lengths, emissions, scores = _scored(logits, steps, labels)
    longest = emissions.shape[1]
    forward, backward = emissions.copy(), np.zeros_like(emissions)
    for place in range(1, longest):
        forward[:, place] = np.logaddexp.reduce(forward[:, place - 1, :, None] + scores, axis=1) + emissions[:, place]
    for place in range(longest - 2, -1, -1):
        onward = np.logaddexp.reduce(scores + (emissions[:, place + 1] + backward[:, place + 1])[:, None, :], axis=2)
        backward[:, place] = np.where((place + 1 < lengths)[:, None], onward, 0.0)
    chains = forward + backward
    found = np.exp(chains - np.logaddexp.reduce(chains, axis=-1, keepdims=True)) if longest else chains
    return [found[number, :length] for number, length in enumerate(lengths)]


def _scored(
    logits: Sequence[Floats], steps: Floats, labels: Sequence[str]
) -> tuple[Ints, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Lengths, logits padded to [texts, words, labels], and scores of steps; what is illegal is all but ruled out."""
    lengths = np.array([len(rows) for rows in logits], dtype=np.int64)
    emissions = np.zeros((len(logits), int(lengths.max(initial=0)), len(labels)))
    for number, rows in enumerate(logits):
        emissions[number, : len(rows)] = rows
    emissions[:, :1] += np.where(illegal_first(labels), _IMPOSSIBLE, 0.0)
    return lengths, emissions, np.where(illegal_steps(labels), _IMPOSSIBLE, np.asarray(steps, dtype=np.float64))
