"""Sources that were found against those that are annotated: which is which, and how many are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from stance.records import Span, Verdict
from stance.training.bootstrap import Bootstrap, Statistic
from stance.training.metrics import Floats, f1
from stance.training.spanned import SpannedAttribution


@dataclass(frozen=True)
class Source:
    """A source of one article."""

    name: str
    attributions: tuple[SpannedAttribution, ...]
    verdict: Verdict
    confidence: float = 1.0

    @property
    def takes_side(self) -> bool:
        """Whether it supports the claim, disputes it, or does both."""
        return self.verdict is not Verdict.NO_STANCE


@dataclass(frozen=True)
class Matched:
    """The sources of one article, annotated and found."""

    gold: tuple[Source, ...]
    found: tuple[Source, ...]
    pairs: tuple[tuple[int, int], ...]
    """Positions in ``gold`` and ``found`` of what is the same source."""

    def gold_of(self) -> list[Source | None]:
        """For each found source the annotated one; None: there is none."""
        partners = {got: self.gold[wanted] for wanted, got in self.pairs}
        return [partners.get(number) for number in range(len(self.found))]

    def right(self) -> list[bool]:
        """For each found source whether it is annotated, with the same verdict."""
        return [
            gold is not None and gold.verdict is found.verdict
            for gold, found in zip(self.gold_of(), self.found, strict=True)
        ]

    def counts(self) -> dict[str, int]:
        """Sources that are annotated, found, matched and right: all of them, and those that take a side."""
        sided = [gold is not None and gold.takes_side for gold in self.gold_of()]
        right = self.right()
        return {
            "gold": len(self.gold),
            "found": len(self.found),
            "matched": len(self.pairs),
            "right": sum(right),
            "gold_sided": sum(source.takes_side for source in self.gold),
            "found_sided": sum(source.takes_side for source in self.found),
            "matched_sided": sum(sided),
            "right_sided": sum(hit and side for hit, side in zip(right, sided, strict=True)),
        }


def agreement(one: SpannedAttribution, other: SpannedAttribution) -> float:
    """How far two attributions are the same: shared characters of source and content over all of theirs (Jaccard).

    0 where the contents share none, or where both have a source and the sources share none.
    """
    if not _touch(one.content, other.content) or (one.source and other.source and not _touch(one.source, other.source)):
        return 0.0
    mine, theirs = (_characters((*each.source, *each.content)) for each in (one, other))
    return len(mine & theirs) / len(mine | theirs)


def match(gold: Sequence[Source], found: Sequence[Source]) -> Matched:
    """Pair sources one to one so that their attributions agree best in sum; what agrees in nothing stays alone."""
    weights = np.zeros((len(gold), len(found)))
    for row, wanted in enumerate(gold):
        for column, got in enumerate(found):
            weights[row, column] = sum(agreement(a, b) for a in wanted.attributions for b in got.attributions)
    rows, columns = linear_sum_assignment(weights, maximize=True)
    pairs = ((int(row), int(column)) for row, column in zip(rows, columns, strict=True) if weights[row, column] > 0)
    return Matched(tuple(gold), tuple(found), tuple(pairs))


def sided_f1(articles: Sequence[Matched], sample: Bootstrap) -> Statistic:
    """F1 of sources that take a side, found and with the right verdict; ``sample`` has resamples of the articles."""
    return _f1(articles, sample, "right_sided", "found_sided", "gold_sided")


def verdict_accuracy(articles: Sequence[Matched], sample: Bootstrap) -> Statistic:
    """Share of right verdicts among the sources that were found."""
    totals = sample.totals([(sum(each.right()), len(each.pairs)) for each in articles])

    def statistic(draws: Floats) -> Floats:
        right, matched = (draws @ totals).T
        return np.asarray(right / np.maximum(matched, 1))

    return statistic


def source_scores(articles: Sequence[Matched], sample: Bootstrap) -> dict[str, Any]:
    """The figures over all articles, with intervals.

    ``f1`` is of sources that take a side: one counts when it is found and has the right verdict. Sources that take none
    are apart, as ``f1_no_stance``.

    Args:
        articles: Matched sources of each article.
        sample: Resamples of these articles.
    """
    counts = [each.counts() for each in articles]
    total = {name: sum(each[name] for each in counts) for name in Matched((), (), ()).counts()}

    sided, detected = ("right_sided", "found_sided", "gold_sided"), ("matched", "found", "gold")
    unsided = [total[name] - total[side] for name, side in zip(("right", "found", "gold"), sided, strict=True)]
    return {
        "f1": f1(*(total[name] for name in sided)),
        "precision": _share(total["right_sided"], total["found_sided"]),
        "recall": _share(total["right_sided"], total["gold_sided"]),
        "intervals": {
            "f1": sample.interval(sided_f1(articles, sample)),
            "detection_f1": sample.interval(_f1(articles, sample, *detected)),
            "verdict_accuracy": sample.interval(verdict_accuracy(articles, sample)),
        },
        "f1_no_stance": f1(*unsided),
        "f1_all": f1(total["right"], total["found"], total["gold"]),
        "detection_f1": f1(*(total[name] for name in detected)),
        "detection_precision": _share(total["matched"], total["found"]),
        "detection_recall": _share(total["matched"], total["gold"]),
        "verdict_accuracy": _share(total["right"], total["matched"]),
        "verdict_accuracy_taking_side": _share(total["right_sided"], total["matched_sided"]),
    }


def _f1(articles: Sequence[Matched], sample: Bootstrap, *names: str) -> Statistic:
    counts = [each.counts() for each in articles]
    return sample.f1([[each[name] for name in names] for each in counts])


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _touch(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(one.overlaps(other) for one in some for other in others)


def _characters(spans: Sequence[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}
