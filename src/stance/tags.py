"""Chains of BIO tags: which tags may follow each other, the best chain, and how probable each tag is in all chains."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
_IMPOSSIBLE = -1e4
_NEGLIGIBLE = -200.0  # the logarithm of a share


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
    best = emissions.copy()
    for place in range(1, len(emissions)):
        best[place] += (best[place - 1, :, :, None] + scores).max(axis=1)
    came_from = (best[:-1, :, :, None] + scores).argmax(axis=2)
    chains = best.argmax(axis=-1)  # where a text ends, it is this one's number
    texts = np.arange(len(logits))
    for place in range(len(emissions) - 1, 0, -1):
        came = came_from[place - 1, texts, chains[place]]
        chains[place - 1] = np.where(place < lengths, came, chains[place - 1])
    return [chains[:length, number] for number, length in enumerate(lengths)]


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
        logits: For each text, shape [words, labels]. What is more than 200 below the highest of its word counts as 200.
        steps: Shape [labels, labels]: the score of each step from label to label.
        labels: ``O``, ``B-x`` and ``I-x``.
    """
    lengths, emissions, scores = _scored(logits, steps, labels)
    places, texts, _ = emissions.shape
    # Both directions in one loop, for backward is forward with each text turned round. What is summed are
    # probabilities, scaled at each word so that float64 holds them.
    turned = lengths - 1 - np.arange(places)[:, None], np.arange(texts)  # negative behind a text: not read
    below = emissions - emissions.max(axis=-1, keepdims=True, initial=_IMPOSSIBLE)
    shares = np.exp(np.maximum(below, _NEGLIGIBLE))  # not 0, for the likeliest tags may all be illegal here
    both = np.stack([shares, shares[turned]], axis=1)
    onward = np.exp(scores - scores.max())
    steps_of_both = np.stack([onward, onward.T])[:, None]
    before, behind = np.ones_like(shares), both[:, 1].copy()
    for place in range(1, places):
        moved = (both[place - 1, :, :, :, None] * steps_of_both).sum(axis=2)
        moved /= moved.sum(axis=-1, keepdims=True)
        before[place] = moved[0]
        both[place] *= moved
        behind[place] = both[place, 1]
    chains = before * behind[turned]
    found = chains / chains.sum(axis=-1, keepdims=True)
    return [found[:length, number] for number, length in enumerate(lengths)]


def _scored(
    logits: Sequence[Floats], steps: Floats, labels: Sequence[str]
) -> tuple[Ints, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Lengths, logits padded to [words, texts, labels], and scores of steps; what is illegal is all but ruled out."""
    lengths = np.array([len(rows) for rows in logits], dtype=np.int64)
    emissions = np.zeros((int(lengths.max(initial=0)), len(logits), len(labels)))
    for number, rows in enumerate(logits):
        emissions[: len(rows), number] = rows
    first, impossible = _illegal(tuple(labels))
    emissions[:1] += np.where(first, _IMPOSSIBLE, 0.0)
    return lengths, emissions, np.where(impossible, _IMPOSSIBLE, np.asarray(steps, dtype=np.float64))


@lru_cache(maxsize=8)
def _illegal(labels: Sequence[str]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    return illegal_first(labels), illegal_steps(labels)
