"""The order of training rows: batches of like length, and no order among the batches."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import torch
from datasets import Dataset
from transformers import BertConfig, BertForSequenceClassification, TrainingArguments

from stance.training.batches import ShuffledBatches, ShufflingTrainer

BATCH = 4


def batches_of(sampler: ShuffledBatches, size: int = BATCH) -> list[list[int]]:
    rows = list(sampler)
    return [rows[start : start + size] for start in range(0, len(rows), size)]


class Rows(torch.utils.data.Sampler[int]):
    """Row numbers in order."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(range(self._count))


@pytest.mark.parametrize("count", [0, 1, 4, 10, 40])
def test_batches_are_the_same_and_their_order_is_not(count: int) -> None:
    torch.manual_seed(1)
    sampler = ShuffledBatches(Rows(count), BATCH)
    ordered = [list(range(start, min(start + BATCH, count))) for start in range(0, count, BATCH)]
    found = batches_of(sampler)
    assert sorted(found) == ordered
    assert len(sampler) == count
    if count == 40:
        assert found != ordered
        assert batches_of(sampler) != found


def test_an_unfilled_batch_comes_last() -> None:
    assert all(batches_of(ShuffledBatches(Rows(10), BATCH))[-1] == [8, 9] for _ in range(5))


def test_the_order_is_drawn_from_the_generator_of_torch() -> None:
    sampler = ShuffledBatches(Rows(40), BATCH)
    torch.manual_seed(7)
    once = list(sampler)
    torch.manual_seed(7)
    assert list(sampler) == once


def test_the_trainer_learns_from_rows_of_like_length_in_no_order_of_length(tmp_path: Path) -> None:
    rows = Dataset.from_dict({"input_ids": [[1] * (1 + number % 40) for number in range(400)]})
    small = BertConfig(vocab_size=4, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8)
    trainer = ShufflingTrainer(
        model=BertForSequenceClassification(small),
        args=TrainingArguments(
            str(tmp_path),
            per_device_train_batch_size=BATCH,
            train_sampling_strategy="group_by_length",
            use_cpu=True,
            report_to="none",
        ),
        train_dataset=rows,
        data_collator=lambda batch: torch.tensor([len(row["input_ids"]) for row in batch]),
    )
    torch.manual_seed(3)
    found = [batch.tolist() for batch in trainer.get_train_dataloader()]
    spread = [max(batch) - min(batch) for batch in found]
    assert sum(spread) / len(spread) < 5
    longest = [max(batch) for batch in found]
    falls = sum(before > after for before, after in pairwise(longest))
    assert 0.3 < falls / len(longest) < 0.7  # sorted, nearly all would
