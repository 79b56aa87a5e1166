"""Risk and coverage, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stance.training.selective import kept_scores, risk_coverage, selective_scores

CONFIDENCE = np.array([0.5, 0.9, 0.7, 0.6])
RIGHT = np.array([False, True, True, False])


def test_the_most_confident_answers_are_kept_first() -> None:
    curve = risk_coverage(CONFIDENCE, RIGHT)
    assert curve.cuts.tolist() == [0.9, 0.7, 0.6, 0.5]
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert curve.area == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)


def test_answers_of_the_same_confidence_are_kept_together() -> None:
    curve = risk_coverage(np.array([0.8, 0.8, 0.5]), np.array([True, False, True]))
    assert curve.coverage.tolist() == pytest.approx([2 / 3, 1])
    assert curve.risk.tolist() == pytest.approx([1 / 2, 1 / 3])


@pytest.mark.parametrize(("risk", "coverage"), [(0.0, 0.5), (0.4, 0.75), (0.5, 1.0)])
def test_the_coverage_at_a_risk_is_the_largest(risk: float, coverage: float) -> None:
    assert selective_scores(CONFIDENCE, RIGHT, risk)["coverage"] == coverage


def test_no_coverage_where_even_the_most_confident_answer_is_wrong() -> None:
    assert selective_scores(CONFIDENCE, ~RIGHT, 0.2)["coverage"] == 0


def test_what_a_threshold_keeps() -> None:
    assert kept_scores(CONFIDENCE, RIGHT, 0.6) == {"coverage": 0.75, "risk": pytest.approx(1 / 3)}
    assert kept_scores(CONFIDENCE, RIGHT, 0.95) == {"coverage": 0.0, "risk": 0.0}


def test_no_answers_at_all() -> None:
    nothing, never = np.zeros(0), np.zeros(0, dtype=bool)
    assert selective_scores(nothing, never, 0.2) == {"aurc": 0.0, "risk": 0.2, "coverage": 0.0}
    assert kept_scores(nothing, never, 0.5) == {"coverage": 0.0, "risk": 0.0}


def test_a_long_curve_is_thinned_and_keeps_its_end() -> None:
    generator = np.random.default_rng(1)
    curve = risk_coverage(generator.random(5000), generator.random(5000) < 0.7)
    thin = curve.thinned()
    assert len(thin.cuts) <= 200
    assert (thin.coverage[-1], thin.risk[-1]) == (1.0, curve.risk[-1])
