"""From statements to sources: one verdict for each source of an article, with a confidence and an abstention."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stance.records import SourceKind, SourceStance, Speaker, Stance, StatementStance, Verdict
from stance.templates import AUTHOR_NAME

_EVIDENCE = 3
_SIDES = {Stance.SUPPORTS: Verdict.SUPPORTS, Stance.DISPUTES: Verdict.DISPUTES}


@dataclass(frozen=True)
class Thresholds:
    """Decision thresholds, chosen on the development split and stored with the stance model."""

    takes_side: float = 0.5
    """A source takes a side when one of its statements has it with at least this probability."""
    mixed: float = 0.6
    """Both sides count when the weaker one reaches this share of the stronger one."""
    abstain_below: float = 0.5
    """Verdicts with less confidence are marked as abstentions."""

    @classmethod
    def of(cls, stored: dict[str, float]) -> Thresholds:
        """Those stored with a model, and the defaults for the rest."""
        return cls(**{name: stored[name] for name in cls.__dataclass_fields__ if name in stored})


def aggregate(
    speakers: Sequence[Speaker], statements: Sequence[StatementStance], thresholds: Thresholds
) -> tuple[SourceStance, ...]:
    """One verdict for each speaker, in order, and a last one for the author's own voice where it has sentences."""
    said: dict[int | None, list[tuple[int, StatementStance]]] = defaultdict(list)
    for i, s in enumerate(statements):
        said[s.speaker].append((i, s))
    sources = [
        _verdict(speaker.id, speaker.name, speaker.kind, said[speaker.id], thresholds)
        for speaker in speakers
        if speaker.id in said
    ]
    author = [(i, s) for i, s in enumerate(statements) if s.attribution is None]
    if author:
        sources.append(_verdict(None, AUTHOR_NAME, SourceKind.AUTHOR, author, thresholds))
    return tuple(sources)


def strongest(statements: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The strongest statement for each side, 0 where there is none.

    A statement counts for its likelier side only: one that the model cannot place does not make its source mixed.

    Args:
        statements: Probabilities of ``supports`` and ``disputes`` of each statement of a source.
    """
    supports = disputes = 0.0
    for for_it, against_it in statements:
        if for_it >= against_it:
            supports = max(supports, for_it)
        else:
            disputes = max(disputes, against_it)
    return supports, disputes


def verdict_of(supports: float, disputes: float, thresholds: Thresholds) -> tuple[Verdict, float]:
    """The verdict and its confidence from the strongest statement for each side.

    Args:
        supports: The strongest statement for the claim, from ``strongest``.
        disputes: The strongest one against it.
        thresholds: When a side counts.
    """
    strong, weak = max(supports, disputes), min(supports, disputes)
    side = Verdict.SUPPORTS if supports >= disputes else Verdict.DISPUTES
    if strong < thresholds.takes_side:
        return Verdict.NO_STANCE, 1 - strong
    if weak >= thresholds.takes_side and weak >= thresholds.mixed * strong:
        return Verdict.MIXED, weak
    return side, strong * (1 - weak / 2)


def count_verdicts(sources: Iterable[SourceStance]) -> dict[Verdict, int]:
    """How many sources hold what; the author and abstentions are left out."""
    counted = Counter(s.verdict for s in sources if s.kind is not SourceKind.AUTHOR and not s.abstained)
    return {verdict: counted[verdict] for verdict in Verdict}


def _verdict(
    speaker: int | None,
    name: str,
    kind: SourceKind,
    own: Sequence[tuple[int, StatementStance]],
    thresholds: Thresholds,
) -> SourceStance:
    supports, disputes = strongest(
        [(s.probabilities[Stance.SUPPORTS], s.probabilities[Stance.DISPUTES]) for _, s in own]
    )
    verdict, confidence = verdict_of(supports, disputes, thresholds)
    ranked = sorted(own, key=lambda item: -_weight(item[1], verdict))
    return SourceStance(
        speaker=speaker,
        name=name,
        kind=kind,
        verdict=verdict,
        confidence=round(confidence, 4),
        abstained=confidence < thresholds.abstain_below,
        mentions=len(own),
        evidence=tuple(position for position, _ in ranked[:_EVIDENCE]),
    )


def _weight(statement: StatementStance, verdict: Verdict) -> float:
    """How clearly a statement speaks for the verdict."""
    side = next((stance for stance, its in _SIDES.items() if its is verdict), None)
    if side is not None:
        return statement.probabilities[side]
    if verdict is Verdict.MIXED:
        return max(statement.probabilities[stance] for stance in _SIDES)
    return 1 - statement.probabilities[Stance.UNRELATED]
