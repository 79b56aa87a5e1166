"""Selective prediction: how often answers are wrong when only the more confident ones are kept.

Risk is the share of kept answers that are wrong, coverage the share of answers that are kept (El-Yaniv and Wiener,
2010, JMLR 11).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stance.training.metrics import Floats

Bools = npt.NDArray[np.bool_]
_POINTS = 200


class RiskCoverage(NamedTuple):
    """Risk and coverage for each confidence that an answer may be asked to reach, highest confidence first."""

    cuts: Floats
    """Shape [points]: the confidence that is asked for."""
    coverage: Floats
    """Shape [points]."""
    risk: Floats
    """Shape [points]."""

    @property
    def area(self) -> float:
        """Area under risk over coverage, AURC (Geifman et al., ICLR 2019): the mean risk; 0 without rows."""
        return float((self.risk * np.diff(self.coverage, prepend=0)).sum())

    def coverage_at(self, risk: float) -> float:
        """The largest coverage whose risk is at most ``risk``; 0 where there is none."""
        return float(self.coverage[self.risk <= risk].max(initial=0.0))

    def thinned(self) -> RiskCoverage:
        """At most about 200 points, evenly over the coverage, for plots."""
        wanted = np.linspace(0, 1, _POINTS + 1)[1:]
        places = np.unique(np.minimum(np.searchsorted(self.coverage, wanted), max(0, len(self.coverage) - 1)))
        return self if len(self.cuts) <= _POINTS else RiskCoverage(*(column[places] for column in self))


def risk_coverage(confidence: Floats, right: Bools) -> RiskCoverage:
    """The curve of some answers; those of the same confidence are kept or dropped together.

    Args:
        confidence: Shape [rows].
        right: Shape [rows].
    """
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    last = np.flatnonzero(np.append(np.diff(falling) != 0, True)) if len(falling) else np.zeros(0, dtype=int)
    kept = last + 1
    return RiskCoverage(falling[last], kept / max(1, len(falling)), np.cumsum(~right[order])[last] / kept)


def selective_scores(confidence: Floats, right: Bools, risk: float) -> dict[str, float]:
    """Area under the curve, and the coverage that keeps the risk at ``risk``."""
    curve = risk_coverage(confidence, right)
    return {"aurc": curve.area, "risk": risk, "coverage": curve.coverage_at(risk)}


def kept_scores(confidence: Floats, right: Bools, cut: float) -> dict[str, float]:
    """Coverage and risk of the answers with at least the confidence ``cut``; a risk of 0 where none is kept."""
    kept = confidence >= cut
    return {
        "coverage": float(kept.mean()) if len(kept) else 0.0,
        "risk": float((~right[kept]).mean()) if kept.any() else 0.0,
    }
