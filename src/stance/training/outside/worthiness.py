"""Check-worthiness of the sentences of debates and speeches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from datasets import Dataset
from sklearn.metrics import average_precision_score, f1_score

from stance.claims import THRESHOLD
from stance.encoder import InputText, TextModel
from stance.errors import InputError
from stance.templates import CHECK_WORTHY, CLAIM_LABELS
from stance.training import baselines
from stance.training.metrics import Floats, Ints, expected_calibration_error
from stance.training.outside.settings import BenchmarkConfig, Rows, Scores, worst_first
from stance.training.prepare import read
from stance.training.public import Sentence

_POSITIVE = CLAIM_LABELS.index(CHECK_WORTHY)


def measure_sentences(config: BenchmarkConfig, found: Sequence[Sentence]) -> tuple[Scores, Rows]:
    """The claims model beside a bag-of-words model of our corpus."""
    train = read(config.prepared, "claims", "train")
    model = TextModel(config.models / "claims", "claims", device=config.device)
    texts = [sentence.text for sentence in found]
    worthiness = np.asarray(model.probabilities([InputText(text) for text in texts]), dtype=np.float64)[:, _POSITIVE]
    gold = np.array([sentence.check_worthy for sentence in found])
    groups = [sentence.group for sentence in found]
    words = baselines.bag_of_words(train, Dataset.from_dict({"text": texts}), ["text"], CLAIM_LABELS)[:, _POSITIVE]
    threshold = model.settings.thresholds.get(THRESHOLD, 0.5)
    scores = {
        "rows": len(found),
        "check_worthy": int(gold.sum()),
        "model": worthiness_scores(worthiness, gold, groups, threshold),
        "bag_of_words": worthiness_scores(words, gold, groups, 0.5),
        "never_check_worthy": worthiness_scores(np.full(len(gold), 0.0), gold, groups, 0.5),
    }
    rows = [
        {"id": sentence.id, "text": sentence.text, "gold": sentence.check_worthy, "check_worthiness": float(score)}
        for sentence, score in zip(found, worthiness, strict=True)
    ]
    return scores, worst_first(rows, np.where(gold, worthiness, 1 - worthiness))


def worthiness_scores(scores: Floats, gold: Ints, groups: Sequence[str], threshold: float) -> dict[str, float]:
    """Average precision, its mean over groups (the MAP of CheckThat!), and macro F1 at a threshold.

    Args:
        scores: Shape [rows].
        gold: Shape [rows], whether check-worthy.
        groups: Shape [rows], the debate of each; where no two rows share one, all of them are one group.
        threshold: From which score on a sentence counts as check-worthy.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        members[group].append(number)
    if not gold.any():
        raise InputError("no sentence here is marked as check-worthy: nothing to measure; raise public.limit")
    if len(members) == len(gold):
        members = {"": list(range(len(gold)))}
    precisions = [average_precision_score(gold[ids], scores[ids]) for ids in members.values() if gold[ids].any()]
    return {
        "average_precision": float(average_precision_score(gold, scores)),
        "mean_average_precision": float(np.mean(precisions)),
        "macro_f1": float(f1_score(gold, scores >= threshold, average="macro", zero_division=0)),
        "ece": expected_calibration_error(np.stack([1 - scores, scores], axis=-1), gold.astype(int)),
    }
