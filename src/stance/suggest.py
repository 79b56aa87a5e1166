"""Which articles a person should label next: those that the models are least sure of, and no two alike.

Uncertainty sampling (Lewis and Gale, SIGIR 1994). The uncertainty is the mean of three parts, each from 0 to 1:

- entropy: of each statement's four stance probabilities, over its greatest value, log 4; the mean over statements;
- abstained: the share of sources whose verdict is marked as uncertain;
- unsure spans: one minus the mean confidence of the attributions.

A part with nothing to count is 0.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from stance.records import ArticleResult, Stance, StatementStance

_SHARED = 0.5  # of the shorter article's statements: as much in common makes it a copy


@dataclass(frozen=True)
class Suggestion:
    """An article to label."""

    position: int
    """Of its row among those given."""
    article: str
    title: str | None
    claim: str
    entropy: float
    abstained: float
    unsure_spans: float

    @property
    def uncertainty(self) -> float:
        """The mean of the three."""
        return (self.entropy + self.abstained + self.unsure_spans) / 3


def suggest(results: Iterable[ArticleResult], most: int) -> list[Suggestion]:
    """The most uncertain articles, the most uncertain first.

    Of an article that was scored against several claims, and of articles that share half of their statements, only the
    most uncertain row is kept. Rows are read once; only figures and hashes of their statements stay in memory.

    Args:
        results: Rows of ``stance score``.
        most: How many to suggest.
    """
    rated = [(rate(result, position), _fingerprint(result)) for position, result in enumerate(results)]
    rated.sort(key=lambda pair: (-pair[0].uncertainty, pair[0].position))
    chosen: list[tuple[Suggestion, array[int]]] = []
    holders: dict[int, list[int]] = {}  # of each hash, positions in ``chosen``: comparing with all would be quadratic
    for suggestion, fingerprint in rated:
        if len(chosen) == most:
            break
        shared = Counter(chain.from_iterable(holders.get(each, ()) for each in fingerprint))
        if any(_alike(count, fingerprint, chosen[number][1]) for number, count in shared.items()):
            continue
        for each in fingerprint:
            holders.setdefault(each, []).append(len(chosen))
        chosen.append((suggestion, fingerprint))
    return [suggestion for suggestion, _ in chosen]


def rate(result: ArticleResult, position: int = 0) -> Suggestion:
    """How sure the models are of an article."""
    return Suggestion(
        position=position,
        article=result.id,
        title=result.title,
        claim=result.claim,
        entropy=_mean([_entropy(said) for said in result.statements]),
        abstained=_mean([float(source.abstained) for source in result.sources]),
        unsure_spans=_mean([1 - found.confidence for found in result.attributions]),
    )


def _entropy(said: StatementStance) -> float:
    return sum(-p * math.log(p) for p in said.probabilities.values() if p > 0) / math.log(len(Stance))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _fingerprint(result: ArticleResult) -> array[int]:
    """Hashes of the text and of each statement; an array takes a tenth of the room of a set."""
    statements = {hash(" ".join(said.text.split())) for said in result.statements}
    return array("q", {hash(result.text_sha256), *statements})


def _alike(shared: int, one: array[int], other: array[int]) -> bool:
    return shared >= _SHARED * min(len(one), len(other))
