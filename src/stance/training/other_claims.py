"""Claims of other families: a training statement that is paired with one is unrelated to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from stance.training.annotations import Claim
from stance.training.splits import fraction

_NEAREST = 5


class OtherClaims:
    """Draws them, by the hash of the statement.

    Args:
        claims: Training claims, in an order that does not change.
        hard: Share of the statements that get one of the five claims of other families that are nearest in words
            (cosine of TF-IDF over all wordings): hard negatives, which sharing a topic with the claim does not tell
            from the rest. The others get any claim.
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


def _nearest(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    texts = [" ".join((claim.text, claim.negation, *claim.paraphrases)) for claim in claims]
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)
    alike = (words @ words.T).toarray()
    families = np.array([claim.family for claim in claims])
    alike[families[:, None] == families[None]] = -1
    return {
        claim.id: [claims[other] for other in np.argsort(-row, kind="stable")[:_NEAREST] if row[other] > 0]
        for claim, row in zip(claims, alike, strict=True)
    }
