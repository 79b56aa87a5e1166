"""How far a share of sources could be off by the chance of which articles there are.

Sources that speak in the same articles are not independent draws: articles are. So the interval is that of Korn and
Graubard (1998) for proportions in clustered samples: Clopper and Pearson's exact one, on the number of sources that as
many independent draws would have to have to be as uncertain. The variance comes from a jackknife that leaves out one
group of articles at a time. Unlike a bootstrap it does not shrink to a point when all of few sources agree.
"""

from __future__ import annotations

from collections.abc import Sequence

LEVEL = 0.95


def clustered_interval(hits: int, total: int, left: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """The 95 % interval of ``hits / total``.

    Args:
        hits: Sources with the verdict.
        total: Sources that take a side, 1 or more.
        left: Both numbers when a group of articles is left out, for each group in which any of these sources speaks.
    """
    from scipy.stats import beta, t

    groups, share = len(left), hits / total
    if groups < 2:
        return 0.0, 1.0  # one group tells nothing of others
    shares = [some / rest if rest else share for some, rest in left]
    mean = sum(shares) / groups
    variance = (groups - 1) / groups * sum((each - mean) ** 2 for each in shares)
    size = min(total, share * (1 - share) / variance) if variance and 0 < hits < total else float(total)
    upper = 1 - (1 - LEVEL) / 2
    if groups < total:
        size *= float(t.ppf(upper, total - 1) / t.ppf(upper, groups - 1)) ** 2
    found = share * size
    low = float(beta.ppf(1 - upper, found, size - found + 1)) if hits else 0.0
    high = float(beta.ppf(upper, found + 1, size - found)) if hits < total else 1.0
    return low, high
