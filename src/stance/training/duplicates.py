"""Short texts that are nearly the same: found by MinHash over character shingles, then checked exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from datasketch import MinHashLSH

from stance.copies import normal, sketch
from stance.training.splits import SPLITS

_PERMUTATIONS = 64
_WEIGHTS = (0.1, 0.9)  # a false candidate costs a comparison, a missed one is never seen again
_SHINGLE = 4  # characters


def near_duplicates(texts: Sequence[str], similarity: float) -> Iterator[tuple[int, int]]:
    """Pairs of positions, the earlier first, whose texts' sets of shingles have this Jaccard index or more."""
    index = _Index(similarity)
    for number, text in enumerate(texts):
        yield from ((other, number) for other in sorted(map(int, index.similar(text))))
        index.add(str(number), text)


def without_near_duplicates(rows: Sequence[dict[str, Any]], column: str, similarity: float) -> list[dict[str, Any]]:
    """Drop the rows of dev and test whose text is nearly that of a row in an earlier split (train, dev, test)."""
    index = _Index(similarity)
    seen: set[str] = set()
    kept: list[dict[str, Any]] = []
    for split in SPLITS:
        chosen = [row for row in rows if row["split"] == split]
        fresh = [row for row in chosen if normal(row[column]) not in seen and not index.similar(row[column])]
        kept += fresh
        for text in {normal(row[column]) for row in fresh} - seen:
            index.add(text, text)
            seen.add(text)
    return kept


class _Index:
    def __init__(self, similarity: float) -> None:
        self._similarity = similarity
        self._hashes = MinHashLSH(threshold=similarity, num_perm=_PERMUTATIONS, weights=_WEIGHTS)
        self._shingles: dict[str, frozenset[bytes]] = {}

    def add(self, key: str, text: str) -> None:
        self._shingles[key] = _shingles(text)
        self._hashes.insert(key, sketch(sorted(self._shingles[key]), _PERMUTATIONS))

    def similar(self, text: str) -> list[str]:
        mine = _shingles(text)
        candidates = self._hashes.query(sketch(sorted(mine), _PERMUTATIONS))
        return [key for key in candidates if _jaccard(mine, self._shingles[key]) >= self._similarity]


def _shingles(text: str) -> frozenset[bytes]:
    words = normal(text)
    return frozenset(words[i : i + _SHINGLE].encode() for i in range(max(1, len(words) - _SHINGLE + 1)))


def _jaccard(mine: frozenset[bytes], other: frozenset[bytes]) -> float:
    return len(mine & other) / len(mine | other)
