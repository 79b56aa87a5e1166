"""The order in which rows are learned from."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from typing import Any, Protocol

import torch
from torch.utils.data import Sampler
from transformers import Trainer


class Ordered(Sized, Protocol):
    """A sampler that knows its length."""

    def __iter__(self) -> Iterator[int]: ...


class ShuffledBatches(Sampler[int]):
    """Batches of rows of like length, in random order.

    The Trainer's grouping by length gives its batches out sorted, the longest first, in stretches of 50. What a model
    learns then swings with the length, and with a short training it may stick where a stretch left it. The same
    batches in random order cost the same time.

    Args:
        grouped: Gives rows so that those of a batch follow each other.
        size: Rows that are learned from at once, by all processes together.
    """

    def __init__(self, grouped: Ordered, size: int) -> None:
        self._grouped = grouped
        self._size = size

    def __len__(self) -> int:
        return len(self._grouped)

    def __iter__(self) -> Iterator[int]:
        """The rows of full batches, in an order drawn from torch's generator; those that fill none come last."""
        rows = torch.tensor(list(self._grouped))
        full = len(rows) // self._size * self._size
        batches = rows[:full].view(-1, self._size)
        yield from batches[torch.randperm(len(batches))].flatten().tolist()
        yield from rows[full:].tolist()


class ShufflingTrainer(Trainer):  # type: ignore[misc]
    """The Trainer, whose batches come in random order whatever its sampling strategy puts into each."""

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        grouped = super()._get_train_sampler(train_dataset)
        return ShuffledBatches(grouped, self.args.train_batch_size * self.args.world_size)
