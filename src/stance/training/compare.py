"""Two sets of trained models on the same rows: how much the scores differ, and whether that could be chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from datasets import Dataset

from stance.encoder import TextModel
from stance.errors import ConfigError
from stance.model_folder import TASKS, Task
from stance.templates import CHECK_WORTHY, CLAIM_LABELS
from stance.training.bootstrap import SEED, Bootstrap, Statistic, units_of
from stance.training.calibrate import predict, word_tags
from stance.training.corpus import load_corpus
from stance.training.dataset import Placed
from stance.training.evaluation.matching import sided_f1, verdict_accuracy
from stance.training.evaluation.sources import end_to_end
from stance.training.metrics import Floats
from stance.training.prepare import read
from stance.training.splits import Split

_POSITIVE = CLAIM_LABELS.index(CHECK_WORTHY)


@dataclass(frozen=True)
class Difference:
    """One score of two models on the same rows."""

    task: Task | Literal["sources"]
    """``sources``: all three models together, from the text of an article to verdicts on its sources."""
    score: str
    before: float
    after: float
    low: float
    """Lower end of the 95 % interval of ``after - before``."""
    high: float
    """Upper end of it."""
    p: float
    """See ``p_value``."""
    units: int
    """Claims and article groups that were resampled."""


def compare(
    before: Path,
    after: Path,
    prepared: Path,
    split: Split = "test",
    device: str = "auto",
    corpus: Path | None = None,
    seed: int = SEED,
) -> list[Difference]:
    """Score the models of two folders on one split of the prepared rows, and on its articles as a whole.

    Args:
        before: Folder of three model folders.
        after: Another.
        prepared: Folder of the prepared rows.
        split: ``dev`` or ``test``.
        device: ``auto``, ``cpu``, ``cuda``, ``mps``.
        corpus: Folder of the corpus that the rows were prepared from; None leaves out whole articles.
        seed: Of the resampling.

    Raises:
        ConfigError: when the rows have not been prepared, or the corpus has none of their articles.
        CorpusError: when the corpus cannot be read.
        ModelError: when a folder lacks a model.
    """
    folders = [{task: TextModel(folder / task, task, device=device) for task in TASKS} for folder in (before, after)]
    differences: list[Difference] = []
    if corpus is not None:
        placed, units = _articles(corpus, prepared, split)
        sample = Bootstrap(units, seed)
        statistics = []
        for models in folders:
            matched = end_to_end(placed, models)
            statistics.append({"f1": sided_f1(matched, sample), "verdict_accuracy": verdict_accuracy(matched, sample)})
        differences += _differences("sources", sample, *statistics)
    for task in TASKS:
        rows = read(prepared, task, split)
        sample = Bootstrap(units_of(rows, read(prepared, task, "train")), seed)
        statistics = [_statistics(models[task], rows, sample) for models in folders]
        differences += _differences(task, sample, *statistics)
    return differences


def p_value(change: Floats) -> float:
    """How often a resample shows no difference or the opposite one, doubled: a two-sided p-value.

    The rows themselves count as one resample more, lest it be 0 (Davison and Hinkley, 1997).

    Args:
        change: The difference in each resample.
    """
    opposite = min(int((change <= 0).sum()), int((change >= 0).sum()))
    return min(1.0, 2 * (opposite + 1) / (len(change) + 1))


def _articles(corpus: Path, prepared: Path, split: Split) -> tuple[list[Placed], list[str]]:
    """The articles whose sentences are among the prepared rows, and the unit of each in resampling."""
    rows = read(prepared, "claims", split)
    units = dict(zip(rows["article"], units_of(rows, read(prepared, "claims", "train")), strict=True))
    known = load_corpus(corpus)
    placed = [Placed(each, known.claims[each.claim], split) for each in known.articles if each.id in units]
    if not placed:
        raise ConfigError(f"{corpus} has none of the articles in {prepared}; name the corpus they were prepared from")
    return placed, [units[each.article.id] for each in placed]


def _differences(
    task: Task | Literal["sources"], sample: Bootstrap, first: dict[str, Statistic], second: dict[str, Statistic]
) -> Iterator[Difference]:
    for score, before in first.items():
        after = second[score]
        change = np.subtract(after(sample.draws), before(sample.draws))
        low, high = (float(end) for end in np.percentile(change, (2.5, 97.5)))
        yield Difference(
            task, score, sample.value(before), sample.value(after), low, high, p_value(change), sample.count
        )


def _statistics(model: TextModel, rows: Dataset, sample: Bootstrap) -> dict[str, Statistic]:
    if model.settings.task == "attribution":
        tagged = word_tags(model, rows)
        return {"exact_f1": sample.span_f1(tagged.gold(), tagged.found())}
    found = predict(model, rows)
    statistics: dict[str, Statistic] = {}
    if model.settings.task == "claims":
        statistics["average_precision"] = sample.average_precision(found.rows[:, _POSITIVE], found.labels == _POSITIVE)
    return statistics | {"macro_f1": sample.macro_f1(found.rows.argmax(axis=-1), found.labels, len(model.labels))}
