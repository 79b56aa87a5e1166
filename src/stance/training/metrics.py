"""Scores of classifiers and of span taggers. Pure functions over arrays."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from stance.encoder import softmax
from stance.tags import best_chains, chain_spans
from stance.templates import CHECK_WORTHY, CLAIM_LABELS, SPAN_KINDS, TAG_LABELS
from stance.training.spanned import SpannedAttribution
from stance.training.tokenize import IGNORED

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
Spans = set[tuple[str, int, int]]
BINS = 10


def probabilities(logits: Floats) -> Floats:
    """Softmax of logits, in double precision; shape kept."""
    return softmax(np.asarray(logits, dtype=np.float64))


def class_scores(probabilities: Floats, labels: Ints, names: Sequence[str]) -> dict[str, float]:
    """Macro F1 over the classes that occur in the labels, accuracy, F1 of each class, ECE and Brier score.

    Args:
        probabilities: Shape [rows, classes].
        labels: Shape [rows], class numbers.
        names: The classes' names.
    """
    predicted = probabilities.argmax(axis=-1)
    classes = list(range(len(names)))
    _, _, f1, _ = precision_recall_fscore_support(labels, predicted, labels=classes, zero_division=0)
    scores = {"macro_f1": float(np.mean(f1[np.unique(labels)])), "accuracy": float((predicted == labels).mean())}
    scores |= {
        f"f1_{name.replace(' ', '_').replace('-', '_')}": float(value) for name, value in zip(names, f1, strict=True)
    }
    return scores | {
        "ece": expected_calibration_error(probabilities, labels),
        "brier": brier_score(probabilities, labels),
    }


def claims_scores(probabilities: Floats, labels: Ints) -> dict[str, float]:
    """``class_scores`` and the average precision of the check-worthy class."""
    positive = CLAIM_LABELS.index(CHECK_WORTHY)
    precision = average_precision_score(labels == positive, probabilities[:, positive])
    return {"average_precision": float(precision), **class_scores(probabilities, labels, CLAIM_LABELS)}


def counted(rows: Floats, labels: Ints) -> tuple[list[Floats], list[Ints]]:
    """Drop the positions that begin no word, from padded arrays of shape [rows, pieces, tags] and [rows, pieces]."""
    kept = [tags != IGNORED for tags in labels]
    return [row[keep] for row, keep in zip(rows, kept, strict=True)], [
        tags[keep] for tags, keep in zip(labels, kept, strict=True)
    ]


class WordTags(NamedTuple):
    """A tagger's answer on some texts, next to the gold tags; one array a text."""

    probabilities: Sequence[Floats]
    """Each of shape [words, tags]."""
    chains: Sequence[Ints]
    """Each of shape [words]: the legal chain that counts as the answer, tag numbers."""
    labels: Sequence[Ints]
    """Each of shape [words], tag numbers."""

    @classmethod
    def without_steps(cls, probabilities: Sequence[Floats], labels: Sequence[Ints]) -> WordTags:
        """Of a tagger that knows nothing of steps: the most probable legal chains are its answer."""
        rows = [np.log(np.maximum(row, 1e-9)) for row in probabilities]
        return cls(probabilities, best_chains(rows, np.zeros((len(TAG_LABELS),) * 2), TAG_LABELS), labels)

    def of(self, numbers: Sequence[int]) -> WordTags:
        """The texts with these numbers."""
        return WordTags(
            [self.probabilities[number] for number in numbers],
            [self.chains[number] for number in numbers],
            [self.labels[number] for number in numbers],
        )

    def with_probabilities(self, rows: Floats) -> WordTags:
        """The same answer, with these probabilities of its words, shape [words of all texts, tags]."""
        ends = np.cumsum([len(tags) for tags in self.labels])[:-1]
        return self._replace(probabilities=np.split(rows, ends))

    def gold(self) -> list[Spans]:
        """The gold spans of each text, in words."""
        return [set(chain_spans(tags, TAG_LABELS)) for tags in self.labels]

    def found(self) -> list[Spans]:
        """The spans that the tagger found in each text, in words."""
        return [set(chain_spans(chain, TAG_LABELS)) for chain in self.chains]


def tag_scores(tagged: WordTags) -> dict[str, float]:
    """Span F1 of the best chains, and ECE and Brier score over words."""
    rows, tags = np.concatenate(list(tagged.probabilities)), np.concatenate(list(tagged.labels))
    calibration = {"ece": expected_calibration_error(rows, tags), "brier": brier_score(rows, tags)}
    return span_scores(tagged.gold(), tagged.found()) | calibration


def span_scores(gold: Sequence[Spans], found: Sequence[Spans]) -> dict[str, float]:
    """Exact and overlap F1 for each kind of span, and over all kinds.

    Exact: kind and both ends agree. Overlap: precision is the share of found spans that share a unit with a gold span
    of their kind, recall the share of gold spans that share one with a found span.
    """
    scores: dict[str, float] = {}
    totals = {"exact": np.zeros(4), "overlap": np.zeros(4)}
    for kind in SPAN_KINDS:
        counts = {"exact": np.zeros(4), "overlap": np.zeros(4)}
        for wanted, got in zip(gold, found, strict=True):
            of_gold = [span for span in wanted if span[0] == kind]
            of_found = [span for span in got if span[0] == kind]
            exact = len(set(of_gold) & set(of_found))
            counts["exact"] += (exact, len(of_found), exact, len(of_gold))
            hits, reached = _touching(of_found, of_gold), _touching(of_gold, of_found)
            counts["overlap"] += (hits, len(of_found), reached, len(of_gold))
        for way, numbers in counts.items():
            scores[f"{way}_f1_{kind}"] = _f1(numbers)
            totals[way] += numbers
    return {f"{way}_f1": _f1(numbers) for way, numbers in totals.items()} | scores


def triple_scores(
    gold: Sequence[Sequence[SpannedAttribution]], found: Sequence[Sequence[SpannedAttribution]]
) -> dict[str, float]:
    """F1 of whole attributions: source, cue and content all equal (exact), or all touching (overlap).

    A part that is missing must be missing in both. In *overlap* gold and found attributions are paired one to one.
    """
    exact = overlap = 0
    for wanted, got in zip(gold, found, strict=True):
        exact += len(set(wanted) & set(got))
        if wanted and got:
            touching = np.array([[one.touches(other) for other in got] for one in wanted])
            overlap += int(touching[linear_sum_assignment(touching, maximize=True)].sum())
    counts = sum(map(len, found)), sum(map(len, gold))
    return {"exact_triple_f1": f1(exact, *counts), "overlap_triple_f1": f1(overlap, *counts)}


def spans_of(attributions: Iterable[SpannedAttribution]) -> Spans:
    """All their spans, for ``span_scores``."""
    return {(kind, span.start, span.end) for attribution in attributions for kind, span in attribution.spans()}


def f1(hits: int, found: int, wanted: int) -> float:
    """F1 of ``found`` items of which ``hits`` are among the ``wanted`` ones."""
    return _harmonic(hits / found if found else 0.0, hits / wanted if wanted else 0.0)


def b_cubed(gold: Sequence[Hashable], found: Sequence[Hashable], of: Sequence[bool] | None = None) -> dict[str, float]:
    """B-cubed precision, recall and F1 of a clustering (Bagga and Baldwin, 1998).

    Args:
        gold: For each mention, which gold cluster it belongs to.
        found: For each mention, which found cluster it belongs to.
        of: For each mention, whether the means are taken over it; over all, when it is not given. Clusters stay whole.
    """
    pairs = list(zip(gold, found, strict=True))
    sizes, both = (Counter(gold), Counter(found)), Counter(pairs)
    pairs = list(itertools.compress(pairs, of)) if of is not None else pairs
    precision = [both[pair] / sizes[1][pair[1]] for pair in pairs]
    recall = [both[pair] / sizes[0][pair[0]] for pair in pairs]
    means = (float(np.mean(precision)), float(np.mean(recall))) if precision else (0.0, 0.0)
    return {"precision": means[0], "recall": means[1], "f1": _harmonic(*means)}


def expected_calibration_error(probabilities: Floats, labels: Ints) -> float:
    """Mean gap between confidence and accuracy, over ten bins of equal width (Guo et al., 2017)."""
    confidence, right = probabilities.max(axis=-1), probabilities.argmax(axis=-1) == labels
    return float(sum(abs(row["accuracy"] - row["confidence"]) * row["share"] for row in reliability(confidence, right)))


def reliability(confidence: Floats, right: npt.NDArray[np.bool_]) -> list[dict[str, float]]:
    """The reliability diagram: for each bin that is not empty its confidence, accuracy and share of the rows."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        {
            "confidence": float(confidence[bins == number].mean()),
            "accuracy": float(right[bins == number].mean()),
            "share": float((bins == number).mean()),
        }
        for number in range(BINS)
        if (bins == number).any()
    ]


def brier_score(probabilities: Floats, labels: Ints) -> float:
    """Mean squared distance between the probabilities and the label's indicator; from 0 (best) to 2 (Brier, 1950)."""
    wanted = np.eye(probabilities.shape[-1])[labels]
    return float(((probabilities - wanted) ** 2).sum(axis=-1).mean())


def rounded(scores: Any) -> Any:
    """Nested scores with every float rounded to four places."""
    if isinstance(scores, dict):
        return {key: rounded(inner) for key, inner in scores.items()}
    if isinstance(scores, list):
        return [rounded(inner) for inner in scores]
    return round(scores, 4) if isinstance(scores, float) else scores


def _touching(spans: Sequence[tuple[str, int, int]], others: Iterable[tuple[str, int, int]]) -> int:
    others = list(others)
    return sum(any(start < end2 and start2 < end for _, start2, end2 in others) for _, start, end in spans)


def _f1(counts: Floats) -> float:
    hits, found, reached, wanted = counts
    return _harmonic(hits / found if found else 0.0, reached / wanted if wanted else 0.0)


def _harmonic(precision: float, recall: float) -> float:
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0
