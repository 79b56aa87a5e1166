"""Copies of one article: found by MinHash (Broder, 1997) over shingles, in time and memory linear in the articles.

A news agency's text runs in many papers, edited, cut from the end, or inside a longer article. Such articles form a
group and are one voice. Only sketches are kept, no texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

SIMILARITY = 0.6
"""Two articles are nearly the same when they share this part of the longer one's shingles …"""
CONTAINMENT = 0.8
"""… and one is inside the other when they share this part of the shorter one's."""
_WORDS = 5  # of a shingle: long enough that only copied text shares many
_PERMUTATIONS = 256  # an error of 0.03 in a Jaccard index of 0.5
_ROWS = 2  # of a band: a pair with a Jaccard index of 0.15, an article within one six times as long, is met at 94 %
_ABRIDGED = 1.15  # times as long as the shortest of a set; a longer one may hold text that the others do not
_FEWEST = 20  # shingles; of shorter texts only identical ones are copies
_CHUNK = 65_536  # pairs compared at once

_Sketches = NDArray[np.uint32]
_Numbers = NDArray[Any]


def normal(text: str) -> str:
    """The words of a text in lower case."""
    return re.sub(r"\W+", " ", text.lower()).strip()


def sketch(shingles: Iterable[bytes], permutations: int) -> MinHash:
    """The MinHash of a set of shingles."""
    found = _empty(permutations).copy()
    found.update_batch(shingles)
    return found


@cache
def _empty(permutations: int) -> MinHash:
    """Of no shingles; its copies share its permutations, which would else be drawn anew for every text."""
    return MinHash(num_perm=permutations)


class CopyIndex:
    """Sketches of articles, numbered in the order in which they are added."""

    def __init__(self) -> None:
        self._sketches: list[_Sketches] = []
        self._sizes: list[int] = []

    def add(self, text: str) -> None:
        """Take up the next article."""
        words = normal(text).split()
        shingles = {" ".join(words[i : i + _WORDS]).encode() for i in range(max(1, len(words) - _WORDS + 1))}
        self._sketches.append(np.asarray(sketch(shingles, _PERMUTATIONS).hashvalues, dtype=np.uint32))
        self._sizes.append(len(shingles) if words else 0)

    def groups(self) -> list[int]:
        """For each article the number of its group's first one.

        Articles that are nearly the same are joined, and each set of those to the one article inside it that it has
        most text from: a digest of two reports does not make these one.
        """
        sketches = np.stack(self._sketches) if self._sketches else np.zeros((0, _PERMUTATIONS), dtype=np.uint32)
        sizes = self._sizes
        alike = _Sets(len(sizes))
        inside: list[tuple[int, int, float]] = []
        for one, other, jaccard in _similar(sketches):
            small, large = sorted((one, other), key=lambda number: (sizes[number], number))
            shared = jaccard * (sizes[small] + sizes[large]) / (1 + jaccard)
            if sizes[small] < _FEWEST:
                if jaccard == 1 and sizes[small]:
                    alike.join(small, large)
            elif shared >= SIMILARITY * sizes[large]:
                alike.join(small, large)
            elif shared >= CONTAINMENT * sizes[small]:
                inside.append((small, large, shared))
        return _with_holders(alike, inside, sizes)


class _Sets:
    """Disjoint sets of numbers, each known by its smallest one."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def first(self, number: int) -> int:
        while (parent := self._parents[number]) != number:
            self._parents[number] = self._parents[parent]
            number = parent
        return number

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._parents[high] = low

    def all(self) -> list[int]:
        return [self.first(number) for number in range(len(self._parents))]


def _with_holders(alike: _Sets, inside: list[tuple[int, int, float]], sizes: list[int]) -> list[int]:
    """Join each set of like articles to the article that it has most text from."""
    shortest: dict[int, int] = {}
    for number, size in enumerate(sizes):
        first = alike.first(number)
        shortest[first] = min(size, shortest.get(first, size))
    best: dict[int, tuple[float, int]] = {}
    for small, large, shared in inside:
        holder = alike.first(large)
        if alike.first(small) != holder and sizes[large] <= _ABRIDGED * shortest[holder]:
            best[holder] = max(best.get(holder, (0.0, 0)), (shared, -small))
    for holder, (_, small) in sorted(best.items()):
        alike.join(holder, -small)
    return alike.all()


def _similar(sketches: _Sketches) -> Iterator[tuple[int, int, float]]:
    """Pairs that fall into one bucket of a band, each once, with their estimated Jaccard index.

    In a bucket each article is compared with the first one and with the one before it: linear, and enough to join all
    copies, for they meet in many bands.
    """
    seen = np.zeros(0, dtype=np.int64)
    for band in range(0, _PERMUTATIONS, _ROWS):
        pairs = np.setdiff1d(_pairs(sketches[:, band : band + _ROWS]), seen, assume_unique=True)
        seen = np.union1d(seen, pairs)
        for start in range(0, len(pairs), _CHUNK):
            one, other = np.divmod(pairs[start : start + _CHUNK], len(sketches))
            jaccard = (sketches[one] == sketches[other]).mean(axis=1)
            yield from zip(one.tolist(), other.tolist(), jaccard.tolist(), strict=True)


def _pairs(band: _Sketches) -> _Numbers:
    """Pairs of one band as single numbers, ``one * articles + other``, sorted and each once."""
    key = (band[:, 0].astype(np.uint64) << np.uint64(32)) | band[:, 1].astype(np.uint64)
    order = np.argsort(key, kind="stable")
    same = key[order][1:] == key[order][:-1]
    starts = np.maximum.accumulate(np.where(np.r_[True, ~same], np.arange(len(order)), 0)) if len(order) else order
    later = np.flatnonzero(same) + 1
    first, before, number = order[starts[later]], order[later - 1], order[later]
    size = np.int64(len(band))
    return np.unique(np.concatenate([first * size + number, before * size + number]))
