"""Texts that are nearly the same, found by MinHash (Broder, 1997) over character shingles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from datasketch import MinHash, MinHashLSH

from stance.training.dataset import SPLITS

_PERMUTATIONS = 64
_SHINGLE = 4  # characters


def near_duplicates(texts: Sequence[str], similarity: float) -> Iterator[tuple[int, int]]:
    """Pairs of positions, the earlier first, whose texts have about this Jaccard index of shingles or more."""
    index = MinHashLSH(threshold=similarity, num_perm=_PERMUTATIONS)
    for number, text in enumerate(texts):
        sketch = _sketch(text)
        yield from ((int(other), number) for other in sorted(index.query(sketch), key=int))
        index.insert(str(number), sketch)


def without_near_duplicates(
    rows: Iterable[dict[str, Any]], column: str, similarity: float
) -> list[dict[str, Any]]:
    """Drop the rows of dev and test whose text is nearly that of a row in an earlier split (train, dev, test)."""
    index = MinHashLSH(threshold=similarity, num_perm=_PERMUTATIONS)
    seen: set[str] = set()
    kept: list[dict[str, Any]] = []
    by_split = {split: [row for row in rows if row["split"] == split] for split in SPLITS}
    for chosen in by_split.values():
        fresh = [row for row in chosen if _normal(row[column]) not in seen and not index.query(_sketch(row[column]))]
        kept += fresh
        for text in {_normal(row[column]) for row in fresh} - seen:
            index.insert(text, _sketch(text))
            seen.add(text)
    return kept


def _normal(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def _sketch(text: str) -> MinHash:
    normal = _normal(text)
    sketch = MinHash(num_perm=_PERMUTATIONS)
    sketch.update_batch([normal[i : i + _SHINGLE].encode() for i in range(max(1, len(normal) - _SHINGLE + 1))])
    return sketch
