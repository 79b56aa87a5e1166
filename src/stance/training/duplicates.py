"""Short texts that are nearly the same: found by MinHash over character shingles, then checked exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from datasketch import MinHash, MinHashLSH

from stance.copies import normal, sketch
from stance.training.splits import SPLITS

_PERMUTATIONS = 64
_WEIGHTS = (0.1, 0.9)  # a false candidate costs a comparison, a missed one is never seen again
_SHINGLE = 4  # characters


def near_duplicates(texts: Sequence[str], similarity: float) -> Iterator[tuple[int, int]]:
    """Pairs of positions, the earlier first, whose texts' sets of shingles have this Jaccard index or more."""
    index = _Index(similarity)
    for number, text in enumerate(texts):
        entry = _Entry.of(text)
        yield from ((other, number) for other in sorted(map(int, index.similar(entry))))
        index.add(str(number), entry)


def without_near_duplicates(rows: Sequence[dict[str, Any]], column: str, similarity: float) -> list[dict[str, Any]]:
    """Drop the rows of dev and test whose text is nearly that of a row in an earlier split (train, dev, test)."""
    index = _Index(similarity)
    seen: set[str] = set()
    kept: list[dict[str, Any]] = []
    for split in SPLITS:
        chosen = [(normal(row[column]), row) for row in rows if row["split"] == split]
        different = dict.fromkeys(text for text, _ in chosen)
        entries = {text: _Entry.of(text) for text in different if text not in seen}
        fresh = {text: entry for text, entry in entries.items() if not index.similar(entry)}
        kept += [row for text, row in chosen if text in fresh]
        for text, entry in fresh.items():
            index.add(text, entry)
        seen |= fresh.keys()
    return kept


class _Entry(NamedTuple):
    """What is compared of a text."""

    shingles: frozenset[bytes]
    sketch: MinHash

    @classmethod
    def of(cls, text: str) -> _Entry:
        shingles = _shingles(text)
        return cls(shingles, sketch(sorted(shingles), _PERMUTATIONS))


class _Index:
    def __init__(self, similarity: float) -> None:
        self._similarity = similarity
        self._hashes = MinHashLSH(threshold=similarity, num_perm=_PERMUTATIONS, weights=_WEIGHTS)
        self._shingles: dict[str, frozenset[bytes]] = {}

    def add(self, key: str, entry: _Entry) -> None:
        self._shingles[key] = entry.shingles
        self._hashes.insert(key, entry.sketch)

    def similar(self, entry: _Entry) -> list[str]:
        candidates = self._hashes.query(entry.sketch)
        return [key for key in candidates if _jaccard(entry.shingles, self._shingles[key]) >= self._similarity]


def _shingles(text: str) -> frozenset[bytes]:
    words = normal(text)
    return frozenset(words[i : i + _SHINGLE].encode() for i in range(max(1, len(words) - _SHINGLE + 1)))


def _jaccard(mine: frozenset[bytes], other: frozenset[bytes]) -> float:
    return len(mine & other) / len(mine | other)
