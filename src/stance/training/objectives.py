"""What training makes small: the losses of a batch. That of the conditional random field is in ``crf``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from datasets import Dataset
from torch.nn import functional

from stance.templates import CHECK_WORTHY, CLAIM_LABELS
from stance.training.tokenize import IGNORED

_POSITIVE = CLAIM_LABELS.index(CHECK_WORTHY)


class WeightedLoss:
    """Cross-entropy with class weights, over all positions that are not ignored.

    Args:
        weights: Of the classes, shape [classes].
        smoothing: Label smoothing (Szegedy et al., 2016).
        focal: Exponent of the focal loss (Lin et al., 2017, arXiv:1708.02002): what the model is sure of already counts
            for less. 0 is plain cross-entropy; it does not go with smoothing.
    """

    def __init__(self, weights: torch.Tensor, smoothing: float = 0.0, focal: float = 0.0) -> None:
        self._weights = weights
        self._smoothing = smoothing
        self._focal = focal

    def __call__(self, outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        """The mean loss of a batch, 0 where nothing of it counts; there is no gradient accumulation."""
        del num_items_in_batch
        logits: torch.Tensor = outputs["logits"].float()
        logits, labels = logits[labels != IGNORED], labels[labels != IGNORED]
        if not len(labels):
            return logits.sum()
        weights = self._weights.to(logits.device)
        if self._focal:
            return self._focal_loss(logits, labels, weights)
        return functional.cross_entropy(logits, labels, weight=weights, label_smoothing=self._smoothing)

    def _focal_loss(self, logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        surprise = functional.cross_entropy(logits, labels, reduction="none")
        counts = weights[labels]
        loss: torch.Tensor = (counts * (1 - torch.exp(-surprise)) ** self._focal * surprise).sum() / counts.sum()
        return loss


class RankingLoss:
    """Another loss, and the logistic loss of each pair of a check-worthy and another sentence of the batch.

    Average precision is of ranks, and so are the pairs (RankNet: Burges et al., ICML 2005).

    Args:
        base: The other loss.
        share: How much the mean over the pairs counts beside it.
    """

    def __init__(self, base: WeightedLoss, share: float) -> None:
        self._base = base
        self._share = share

    def __call__(self, outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        """The loss of a batch of the claims task; a batch of one class has no pairs."""
        logits = outputs["logits"].float()
        scores = logits[:, _POSITIVE] - logits[:, 1 - _POSITIVE]
        gaps = scores[labels == _POSITIVE][:, None] - scores[labels != _POSITIVE][None]
        loss = self._base(outputs, labels, num_items_in_batch)
        return loss + self._share * functional.softplus(-gaps).mean() if gaps.numel() else loss


def class_weights(rows: Dataset, classes: int, power: float) -> torch.Tensor:
    """Inverse frequency to the given power, scaled to a mean of 1 over the training labels.

    A class without rows weighs nothing: label smoothing would else give it, the rarest of all, the most.
    """
    labels = np.concatenate([np.atleast_1d(label) for label in rows["labels"]])
    counts = np.bincount(labels[labels != IGNORED], minlength=classes).astype(float)
    weights = np.where(counts > 0, (counts.sum() / np.maximum(counts, 1)) ** power, 0.0)
    return torch.tensor(weights / ((weights * counts).sum() / counts.sum()), dtype=torch.float32)
