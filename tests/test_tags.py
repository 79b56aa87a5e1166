"""Chains of tags: the best one, the share of all that have a tag, and the spans in one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from stance.tags import Floats, best_chains, chain_spans, illegal_steps, marginals
from stance.templates import TAG_LABELS

LABELS = ("O", "B-cue", "I-cue")


def legal(path: Sequence[int]) -> bool:
    return path[0] != 2 and (0, 2) not in itertools.pairwise(path)


def weight(path: Sequence[int], logits: Floats, steps: Floats) -> float:
    emitted = sum(logits[place, tag] for place, tag in enumerate(path))
    return float(np.exp(emitted + sum(steps[pair] for pair in itertools.pairwise(path))))


@pytest.fixture(scope="module")
def texts() -> list[Floats]:
    generator = np.random.default_rng(4)
    return [generator.normal(size=(words, 3)) for words in (4, 1, 3, 5)]


@pytest.fixture(scope="module")
def steps() -> Floats:
    return np.random.default_rng(5).normal(size=(3, 3))


def chains(logits: Floats) -> list[tuple[int, ...]]:
    return [path for path in itertools.product(range(3), repeat=len(logits)) if legal(path)]


def test_the_best_chain_is_the_legal_one_with_the_highest_score(texts: list[Floats], steps: Floats) -> None:
    for logits, found in zip(texts, best_chains(texts, steps, LABELS), strict=True):
        assert tuple(found) == max(chains(logits), key=lambda path: weight(path, logits, steps))


def test_the_best_chain_is_not_the_best_tag_of_each_word() -> None:
    logits = np.log([[0.6, 0.4, 0.0001], [0.3, 0.1, 0.6], [0.3, 0.1, 0.6]])
    (found,) = best_chains([logits], np.zeros((3, 3)), LABELS)
    assert [LABELS[tag] for tag in found] == ["B-cue", "I-cue", "I-cue"]


def test_marginals_are_the_share_of_the_chains_that_have_the_tag(texts: list[Floats], steps: Floats) -> None:
    for logits, found in zip(texts, marginals(texts, steps, LABELS), strict=True):
        expected = np.zeros_like(logits)
        total = sum(weight(path, logits, steps) for path in chains(logits))
        for path in chains(logits):
            expected[range(len(path)), path] += weight(path, logits, steps) / total
        assert found == pytest.approx(expected, abs=1e-9)


def test_marginals_of_a_model_that_is_sure_of_what_is_illegal_are_those_of_the_legal_chains() -> None:
    o, b, i = LABELS.index("O"), LABELS.index("B-cue"), LABELS.index("I-cue")
    logits = np.full((3, 3), -90.0)
    logits[range(3), [o, i, o]] = 90
    logits[0, b] = 30
    (found,) = marginals([logits], np.zeros((3, 3)), LABELS)
    expected = np.zeros((3, 3))
    expected[range(3), [b, i, o]] = 1
    assert found == pytest.approx(expected, abs=1e-9)
    for rows in marginals([1e6 * logits], np.zeros((3, 3)), LABELS):
        assert rows.sum(axis=1) == pytest.approx(1)


def test_nothing_has_no_marginals_and_no_chain() -> None:
    none, empty = np.zeros((3, 3)), np.zeros((0, 3))
    assert marginals([], none, LABELS) == [] == best_chains([], none, LABELS)
    assert [rows.shape for rows in marginals([empty], none, LABELS)] == [(0, 3)]
    assert [chain.shape for chain in best_chains([empty, np.zeros((2, 3))], none, LABELS)] == [(0,), (2,)]


def test_an_inner_tag_follows_its_own_kind_only() -> None:
    cannot = illegal_steps(TAG_LABELS)
    allowed = {(TAG_LABELS[a], TAG_LABELS[b]) for a, b in np.argwhere(~cannot) if TAG_LABELS[b].startswith("I-")}
    assert allowed == {(f"{prefix}-{kind}", f"I-{kind}") for prefix in "BI" for kind in ("source", "cue", "content")}


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O B-cue I-cue O B-cue", [("cue", 1, 3), ("cue", 4, 5)]),
        ("B-source B-cue B-content I-content", [("source", 0, 1), ("cue", 1, 2), ("content", 2, 4)]),
        ("B-cue B-cue", [("cue", 0, 1), ("cue", 1, 2)]),
        ("O O", []),
        ("", []),
    ],
)
def test_the_spans_of_a_chain(tags: str, spans: list[tuple[str, int, int]]) -> None:
    assert chain_spans([TAG_LABELS.index(tag) for tag in tags.split()], TAG_LABELS) == spans
