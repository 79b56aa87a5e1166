"""Which found source is which annotated one, and what then counts as right."""

from __future__ import annotations

import pytest

from stance.records import Span, Verdict
from stance.training.bootstrap import Bootstrap
from stance.training.evaluation.matching import Source, agreement, match, source_scores
from stance.training.spanned import SpannedAttribution

Place = tuple[int, int]


def said(content: Place, source: Place | None = None) -> SpannedAttribution:
    spans = [(Span(start=start, end=end),) for start, end in ([source] if source else [])]
    return SpannedAttribution(*(spans or [()]), (), (Span(start=content[0], end=content[1]),))


def source(name: str, verdict: Verdict, *attributions: SpannedAttribution) -> Source:
    return Source(name, attributions, verdict)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (said((10, 20), (0, 5)), said((10, 20), (0, 5)), 1.0),
        (said((10, 20), (0, 5)), said((15, 20), (0, 5)), 10 / 15),
        (said((10, 20), (0, 5)), said((10, 20), (6, 9)), 0.0),
        (said((10, 20), (0, 5)), said((30, 40), (0, 5)), 0.0),
        (said((10, 20), (0, 5)), said((10, 20)), 10 / 15),
        (said((10, 20)), said((10, 20)), 1.0),
    ],
    ids=[
        "same",
        "shorter content",
        "another's words",
        "other words of the source",
        "no source found",
        "bare quotation",
    ],
)
def test_agreement(one: SpannedAttribution, other: SpannedAttribution, expected: float) -> None:
    assert agreement(one, other) == agreement(other, one) == pytest.approx(expected)


KELL, OSEI = said((10, 20), (0, 5)), said((40, 50), (30, 35))
INNER = said((15, 20), (11, 13))


def test_sources_are_paired_one_to_one_by_what_they_say() -> None:
    gold = [source("Kell", Verdict.SUPPORTS, KELL, OSEI), source("Osei", Verdict.DISPUTES, INNER)]
    found = [
        source("he", Verdict.DISPUTES, INNER),
        source("Kell", Verdict.SUPPORTS, KELL),
        source("it", Verdict.SUPPORTS, OSEI),
    ]
    assert match(gold, found).pairs == ((0, 1), (1, 0))


def test_a_split_source_is_matched_once_and_the_rest_of_it_counts_as_found_too_much() -> None:
    matched = match(
        [source("Kell", Verdict.SUPPORTS, KELL, OSEI)],
        [source("Kell", Verdict.SUPPORTS, KELL), source("Mr Kell", Verdict.SUPPORTS, OSEI)],
    )
    assert matched.right() == [True, False]


def test_the_figures_of_an_article() -> None:
    third, fourth = said((70, 80), (60, 65)), said((100, 110), (90, 95))
    gold = [
        source("right", Verdict.SUPPORTS, KELL),
        source("wrong side", Verdict.DISPUTES, OSEI),
        source("neutral", Verdict.NO_STANCE, third),
        source("missed", Verdict.DISPUTES, fourth),
    ]
    found = [
        source("right", Verdict.SUPPORTS, KELL),
        source("wrong side", Verdict.SUPPORTS, OSEI),
        source("neutral", Verdict.NO_STANCE, third),
        source("nobody", Verdict.SUPPORTS, said((130, 140), (120, 125))),
        source("nobody again", Verdict.NO_STANCE, said((150, 160), (145, 148))),
    ]
    scores = source_scores([match(gold, found)], Bootstrap(["article"]))
    assert (scores["precision"], scores["recall"], scores["f1"]) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert scores["f1_no_stance"] == pytest.approx(2 / 3)
    assert (scores["detection_precision"], scores["detection_recall"]) == (3 / 5, 3 / 4)
    assert scores["verdict_accuracy"] == pytest.approx(2 / 3)
    assert scores["verdict_accuracy_taking_side"] == pytest.approx(1 / 2)
    assert scores["intervals"]["f1"] == {"low": pytest.approx(1 / 3), "high": pytest.approx(1 / 3)}


def test_nothing_found_and_nothing_there() -> None:
    scores = source_scores([match([], [])], Bootstrap(["article"]))
    assert (scores["f1"], scores["detection_f1"], scores["verdict_accuracy"]) == (0, 0, 0)
