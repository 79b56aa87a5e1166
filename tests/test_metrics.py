"""Scores worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stance.aggregate import Thresholds
from stance.records import Verdict
from stance.templates import CLAIM_LABELS, STANCE_LABELS, TAG_LABELS
from stance.training import calibrate, metrics
from stance.training.bootstrap import Bootstrap
from stance.training.metrics import class_scores
from stance.training.tokenize import IGNORED, bio_labels


def test_class_scores() -> None:
    rows = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    scores = metrics.class_scores(rows, np.array([0, 1, 1, 1]), CLAIM_LABELS)
    assert scores["accuracy"] == 0.75
    assert scores["f1_not_check_worthy"] == pytest.approx(2 / 3)
    assert scores["f1_check_worthy"] == pytest.approx(0.8)
    assert scores["macro_f1"] == pytest.approx((2 / 3 + 0.8) / 2)
    assert scores["brier"] == pytest.approx((0.02 + 0.08 + 0.72 + 0.18) / 4)


def test_macro_f1_is_over_the_classes_that_occur() -> None:
    rows = np.eye(4)[[0, 1, 1, 2]]
    scores = metrics.class_scores(rows, np.array([0, 1, 1, 1]), STANCE_LABELS)
    assert scores["macro_f1"] == pytest.approx((1 + 0.8) / 2)
    assert scores["f1_unrelated"] == 0


def test_average_precision_is_of_the_check_worthy_class() -> None:
    rows = np.array([[0.1, 0.9], [0.2, 0.8], [0.3, 0.7]])
    assert metrics.claims_scores(rows, np.array([1, 0, 1]))["average_precision"] == pytest.approx((1 + 2 / 3) / 2)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    rows = np.array([[0.95, 0.05]] * 4)
    assert metrics.expected_calibration_error(rows, np.array([0, 0, 0, 1])) == pytest.approx(0.2)


def test_a_perfect_model_has_no_calibration_error_and_no_brier_score() -> None:
    rows = np.eye(4)
    assert metrics.expected_calibration_error(rows, np.arange(4)) == 0
    assert metrics.brier_score(rows, np.arange(4)) == 0


@pytest.mark.parametrize(
    ("found", "exact", "overlap"),
    [
        ({("source", 0, 2)}, 1.0, 1.0),
        ({("source", 0, 1)}, 0.0, 1.0),
        ({("source", 2, 4)}, 0.0, 0.0),
        ({("cue", 0, 2)}, 0.0, 0.0),
        ({("source", 0, 2), ("source", 5, 6)}, 2 / 3, 2 / 3),
        (set(), 0.0, 0.0),
    ],
)
def test_span_scores(found: set[tuple[str, int, int]], exact: float, overlap: float) -> None:
    scores = metrics.span_scores([{("source", 0, 2)}], [found])
    assert scores["exact_f1_source"] == pytest.approx(exact)
    assert scores["overlap_f1_source"] == pytest.approx(overlap)


def test_padding_and_later_pieces_count_for_nothing() -> None:
    rows = np.tile(np.eye(len(TAG_LABELS))[TAG_LABELS.index("B-cue")], (1, 3, 1))
    labels = np.array([[IGNORED, TAG_LABELS.index("B-cue"), IGNORED]])
    rows, labels = metrics.counted(rows, labels)
    assert metrics.tag_scores(metrics.WordTags.without_steps(rows, labels))["exact_f1_cue"] == 1


def test_bio_labels_begin_once_and_cover_each_word() -> None:
    # Kell / said / it / was un##safe
    words = [None, 0, 1, 2, 3, 4, 4, None]
    offsets = [(0, 0), (0, 4), (5, 9), (10, 12), (13, 16), (17, 19), (19, 23), (0, 0)]
    spans = [
        {"kind": "source", "start": 0, "end": 4},
        {"kind": "cue", "start": 5, "end": 9},
        {"kind": "content", "start": 10, "end": 23},
    ]
    named = [TAG_LABELS[label] if label != IGNORED else "-" for label in bio_labels(words, offsets, spans)]
    assert named == ["-", "B-source", "B-cue", "B-content", "I-content", "I-content", "-", "-"]


def test_temperature_cools_an_overconfident_model() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, 4000)
    right = generator.random(4000) < 0.8
    logits = np.where((np.eye(2)[labels] == 1) == right[:, None], 5.0, 0.0)  # says .99, is right in .80
    assert calibrate.temperature(logits, labels) == pytest.approx(5 / np.log(4), rel=0.1)


def test_the_claim_threshold_separates_what_can_be_separated() -> None:
    scores = np.array([0.1, 0.2, 0.35, 0.6])
    assert calibrate.claim_threshold(scores, np.array([False, False, True, True])) == {"check_worthy": 0.35}


def rows_of_sources() -> tuple[list[dict[str, str]], np.ndarray]:
    def row(speaker: str, label: str, wording: str = "claim") -> dict[str, str]:
        return {"article": "a", "speaker": speaker, "label": label, "wording": wording}

    rows = [
        row("kell", "supports"),
        row("kell", "disputes"),
        row("osei", "discusses"),
        row("osei", "supports", "negation"),
        row("author", "supports"),
        row("", "supports"),
    ]
    scores = np.full((len(rows), 4), 0.1)
    scores[0, STANCE_LABELS.index("supports")] = 0.7
    scores[1, STANCE_LABELS.index("disputes")] = 0.65
    return rows, scores


def test_sources_are_judged_on_the_claim_itself_and_on_what_is_attributed() -> None:
    gold, peaks = calibrate.source_table(*rows_of_sources())
    assert gold == [Verdict.MIXED, Verdict.NO_STANCE]
    assert peaks == [(0.7, 0.65), (0.1, 0.0)]
    assert calibrate.source_f1(gold, peaks, Thresholds()) == 1


PEAKS = [(0.9, 0.0), (0.0, 0.8), (0.0, 0.6), (0.55, 0.0)]
GOLD = [Verdict.SUPPORTS, Verdict.DISPUTES, Verdict.SUPPORTS, Verdict.DISPUTES]  # the two less confident are wrong


@pytest.mark.parametrize(("risk", "cut"), [(0.0, 0.8), (0.33, 0.8), (0.34, 0.6), (0.5, 0.0)])
def test_as_many_verdicts_are_kept_as_the_risk_allows(risk: float, cut: float) -> None:
    assert calibrate.abstention_threshold(GOLD, PEAKS, Thresholds(), risk) == cut


def test_when_the_risk_cannot_be_had_the_least_one_is_taken_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    gold = [Verdict.DISPUTES, *GOLD[1:]]  # the most confident one is wrong, too
    assert calibrate.abstention_threshold(gold, PEAKS, Thresholds(), 0.25) == 0.8
    assert "no threshold keeps the risk of verdicts at 0.25 on dev; at 0.80 it is 0.500" in caplog.text


def test_an_interval_is_of_the_same_macro_f1_as_the_score() -> None:
    labels = np.array([0, 0, 1, 1])
    rows = np.array([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1]])
    sample = Bootstrap(["a", "b", "c", "d"])
    score = class_scores(rows, labels, ("x", "y", "never annotated"))["macro_f1"]
    assert sample.value(sample.macro_f1(rows.argmax(axis=-1), labels, 3)) == pytest.approx(score)
