"""One verdict on a source from those of several articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from stance.aggregate import Thresholds
from stance.corpus_view.rows import Reading
from stance.records import Verdict


@dataclass(frozen=True, slots=True)
class Vote:
    """What one group of copies says of a source."""

    verdict: Verdict
    confidence: float


@dataclass(slots=True)
class Ballot:
    """Votes on a source, added up; a vote can be taken back, which tells what the others say."""

    _weights: dict[Verdict, float] = field(default_factory=lambda: dict.fromkeys(Verdict, 0.0))
    _counts: Counter[Verdict] = field(default_factory=Counter)

    @classmethod
    def of(cls, votes: Iterable[Vote]) -> Ballot:
        """The sum of some votes."""
        ballot = cls()
        for vote in votes:
            ballot.add(vote)
        return ballot

    def add(self, vote: Vote, times: int = 1) -> None:
        """Add a vote; with -1 take it back."""
        self._weights[vote.verdict] += times * vote.confidence
        self._counts[vote.verdict] += times

    def verdict(self) -> tuple[Verdict, float] | None:
        """The verdict and its confidence; None without votes.

        As within an article, those that take no side do not outvote one that does, and both sides count when the weaker
        one has 0.6 of the stronger one's weight.
        """
        sides = (Verdict.SUPPORTS, Verdict.DISPUTES, Verdict.MIXED)
        if not any(self._counts[side] for side in sides):
            silent = self._counts[Verdict.NO_STANCE]
            return (Verdict.NO_STANCE, self._weights[Verdict.NO_STANCE] / silent) if silent else None
        both = self._weights[Verdict.MIXED]
        supports = self._weights[Verdict.SUPPORTS] + both
        disputes = self._weights[Verdict.DISPUTES] + both
        strong, weak = max(supports, disputes), min(supports, disputes)
        if weak >= Thresholds.mixed * strong:
            return Verdict.MIXED, (strong + weak - both) / sum(self._counts[side] for side in sides)
        side = Verdict.SUPPORTS if supports > disputes else Verdict.DISPUTES
        mean = strong / (self._counts[side] + self._counts[Verdict.MIXED])
        return side, mean * strong / (strong + weak)


def votes(readings: Sequence[Reading], groups: Sequence[int]) -> tuple[dict[int, Vote], bool]:
    """One vote for each group of copies, and whether all are too uncertain.

    Certain verdicts count where there are any, uncertain ones only where there are none. Of the copies' verdicts the
    one with most confidence in all counts.

    Args:
        readings: All verdicts on a source, one or more.
        groups: The group of the article of each.
    """
    abstained = all(reading.abstained for reading in readings)
    by_group: dict[int, dict[Verdict, list[float]]] = defaultdict(lambda: defaultdict(list))
    for reading, group in zip(readings, groups, strict=True):
        if abstained or not reading.abstained:
            by_group[group][reading.verdict].append(reading.confidence)
    found = {}
    for group, verdicts in by_group.items():
        verdict = max(verdicts, key=lambda each: sum(verdicts[each]))
        found[group] = Vote(verdict, fmean(verdicts[verdict]))
    return found, abstained
