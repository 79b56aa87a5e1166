"""Batches of inputs of like length, and the arrays that a model reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding

Ints = npt.NDArray[np.int64]
_T = TypeVar("_T")
_R = TypeVar("_R")


def in_length_order(
    items: Sequence[_T],
    length: Callable[[_T], int],
    budget: int,
    run: Callable[[Sequence[_T]], Sequence[_R]],
    threads: int = 1,
) -> list[_R]:
    """Run ``run`` over batches of items of like length and return the results in the items' own order.

    Args:
        items: What to run over.
        length: Length of one item, in the unit of ``budget``.
        budget: Most that a batch may hold once every item in it is as long as its longest.
        run: Gives one result for each item of a batch.
        threads: Batches that are run at once. With several, few items make smaller batches, so that each has its part.
    """
    order = sorted(range(len(items)), key=lambda i: -length(items[i]))
    lengths = [length(items[i]) for i in order]
    batches = list(_batches(order, lengths, min(budget, math.ceil(sum(lengths) / threads))))
    results: dict[int, _R] = {}

    def of_batch(indices: Sequence[int]) -> Sequence[_R]:
        return run([items[i] for i in indices])

    with ThreadPoolExecutor(threads) if threads > 1 and len(batches) > 1 else nullcontext() as pool:
        for indices, found in zip(batches, (pool.map if pool else map)(of_batch, batches), strict=True):
            results.update(zip(indices, found, strict=True))
    return [results[i] for i in range(len(items))]


def padded(batch: Sequence[Encoding], padding: int) -> dict[str, Ints]:
    """``input_ids``, ``attention_mask`` and ``token_type_ids`` of a batch, each of shape [inputs, pieces].

    Args:
        batch: Inputs as word pieces.
        padding: The id that fills short rows up.
    """
    shape = len(batch), max(len(encoding.ids) for encoding in batch)
    arrays = {
        "input_ids": np.full(shape, padding, dtype=np.int64),
        "attention_mask": np.zeros(shape, dtype=np.int64),
        "token_type_ids": np.zeros(shape, dtype=np.int64),
    }
    for row, encoding in enumerate(batch):
        here = row, slice(len(encoding.ids))
        arrays["input_ids"][here] = encoding.ids
        arrays["attention_mask"][here] = 1
        arrays["token_type_ids"][here] = encoding.type_ids
    return arrays


def _batches(order: Sequence[int], lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    batch: list[int] = []
    longest = 0
    for index, length in zip(order, lengths, strict=True):
        if batch and (len(batch) + 1) * max(longest, length) > budget:
            yield batch
            batch, longest = [], 0
        batch.append(index)
        longest = max(longest, length)
    if batch:
        yield batch
