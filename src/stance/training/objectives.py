"""What training makes small."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from datasets import Dataset

from stance.training.tokenize import IGNORED


class WeightedLoss:
    """Cross-entropy with class weights and label smoothing, over all positions that are not ignored."""

    def __init__(self, weights: torch.Tensor, smoothing: float) -> None:
        self._weights = weights
        self._smoothing = smoothing

    def __call__(self, outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        """The mean loss of a batch; the item count is not used, for there is no gradient accumulation."""
        del num_items_in_batch
        logits = outputs["logits"].float()
        return torch.nn.functional.cross_entropy(
            logits.view(-1, logits.shape[-1]),
            labels.view(-1),
            weight=self._weights.to(logits.device),
            ignore_index=IGNORED,
            label_smoothing=self._smoothing,
        )


def class_weights(rows: Dataset, classes: int, power: float) -> torch.Tensor:
    """Inverse frequency to the given power, scaled to a mean of 1 over the training labels."""
    labels = np.concatenate([np.atleast_1d(label) for label in rows["labels"]])
    counts = np.bincount(labels[labels != IGNORED], minlength=classes).astype(float)
    weights = (counts.sum() / np.maximum(counts, 1)) ** power
    return torch.tensor(weights / ((weights * counts).sum() / counts.sum()), dtype=torch.float32)
