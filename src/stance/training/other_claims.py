"""Claims of other families: a training statement that is paired with one is unrelated to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from stance.training.annotations import Claim
from stance.training.metrics import Floats
from stance.training.splits import fraction

_NEAREST = 5
_TOO_NEAR = 0.45  # likeness; above it a statement about one claim may say something of the other


class OtherClaims:
    """Draws them, by the hash of the statement.

    Args:
        claims: Training claims, in an order that does not change.
        hard: Share of the statements that get one of the five claims of other families that are nearest in words, but
            for those that may be of one matter with their own: hard negatives, which sharing a topic with the claim
            does not tell from the rest. The others get any claim.
    """

    def __init__(self, claims: Sequence[Claim], hard: float) -> None:
        self._claims = claims
        self._hard = hard
        self._near = _nearest(claims) if hard and claims else {}

    def draw(self, claim: Claim, statement: str) -> Claim | None:
        """A claim of another family; None where chance meets the claim's own.

        Args:
            claim: The statement's own.
            statement: Its id.
        """
        drawn = fraction(f"which:{statement}")
        near = self._near.get(claim.id, ())
        pool = near if near and fraction(f"hard:{statement}") < self._hard else self._claims
        if not pool:
            return None
        other = pool[int(drawn * len(pool))]
        return None if other.family == claim.family else other


def likeness(claims: Sequence[Claim]) -> Floats:
    """How near each two claims are in words, shape [claims, claims]: cosine of TF-IDF over all wordings."""
    if not claims:
        return np.zeros((0, 0))
    texts = [" ".join((claim.text, claim.negation, *claim.paraphrases)) for claim in claims]
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)
    found: Floats = (words @ words.T).toarray()
    return found


def _nearest(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    alike = likeness(claims)
    families = np.array([claim.family for claim in claims])
    alike[(families[:, None] == families[None]) | (alike > _TOO_NEAR)] = 0
    return {
        claim.id: [claims[other] for other in np.argsort(-row, kind="stable")[:_NEAREST] if row[other] > 0]
        for claim, row in zip(claims, alike, strict=True)
    }
