"""Chains of BIO tags: which tags may follow each other, the best chain, and how probable each tag is in all chains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
_IMPOSSIBLE = -1e4


def illegal_steps(labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Shape [labels, labels]: whether the second cannot follow the first, as ``I-x`` all but ``B-x`` and ``I-x``."""
    return np.array([[to.startswith("I-") and to[2:] != label[2:] for to in labels] for label in labels])


def illegal_first(labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Shape [labels]: whether a text cannot begin with the tag."""
    return np.array([label.startswith("I-") for label in labels])


def best_chain(log_probabilities: Floats, labels: Sequence[str]) -> list[int]:
    """The most probable legal chain (Viterbi, 1967), as label numbers.

    Args:
        log_probabilities: Shape [words, labels].
        labels: ``O``, ``B-x`` and ``I-x``.
    """
    if not len(log_probabilities):
        return []
    legal = np.where(illegal_steps(labels), -np.inf, 0.0)
    best = log_probabilities[0] + np.where(illegal_first(labels), -np.inf, 0.0)
    back = np.zeros((len(log_probabilities), len(labels)), dtype=np.int64)
    for position in range(1, len(log_probabilities)):
        steps = best[:, None] + legal
        back[position] = steps.argmax(axis=0)
        best = steps.max(axis=0) + log_probabilities[position]
    path = [int(best.argmax())]
    for position in range(len(log_probabilities) - 1, 0, -1):
        path.append(int(back[position, path[-1]]))
    return path[::-1]


def marginals(logits: Sequence[Floats], steps: Floats, labels: Sequence[str]) -> list[Floats]:
    """How probable each tag of each word is, summed over all legal chains, by the forward-backward algorithm.

    Args:
        logits: For each text, shape [words, labels].
        steps: Shape [labels, labels]: the score of each step from label to label.
        labels: ``O``, ``B-x`` and ``I-x``.
    """
    lengths = np.array([len(rows) for rows in logits], dtype=np.int64)
    longest = int(lengths.max(initial=0))
    padded = np.zeros((len(logits), longest, len(labels)))
    for number, rows in enumerate(logits):
        padded[number, : len(rows)] = rows
    scores = np.where(illegal_steps(labels), _IMPOSSIBLE, np.asarray(steps, dtype=np.float64))
    forward, backward = np.zeros_like(padded), np.zeros_like(padded)
    if longest:
        forward[:, 0] = padded[:, 0] + np.where(illegal_first(labels), _IMPOSSIBLE, 0.0)
    for place in range(1, longest):
        forward[:, place] = np.logaddexp.reduce(forward[:, place - 1, :, None] + scores, axis=1) + padded[:, place]
    for place in range(longest - 2, -1, -1):
        onward = np.logaddexp.reduce(scores + (padded[:, place + 1] + backward[:, place + 1])[:, None, :], axis=2)
        backward[:, place] = np.where((place + 1 < lengths)[:, None], onward, 0.0)
    chains = forward + backward
    found = np.exp(chains - np.logaddexp.reduce(chains, axis=-1, keepdims=True)) if longest else chains
    return [found[number, :length] for number, length in enumerate(lengths)]
