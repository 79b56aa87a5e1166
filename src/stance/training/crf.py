"""The loss of a linear-chain conditional random field over the words of a text (Lafferty, McCallum and Pereira, 2001).

The emissions are the token classifier's own logits, so that the model stays one that any tool can load; what is learned
on top are the scores of steps from one tag to the next, which go to the model's settings and are used in decoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from stance.tags import illegal_first, illegal_steps
from stance.training.tokenize import IGNORED

_PARAMETER = "step_scores"
_SCALE = 50.0  # the optimiser moves every weight by about the learning rate a step, too little for these
_IMPOSSIBLE = -1e4


class CrfLoss:
    """Negative log-likelihood of the gold tags, a mean over words.

    Args:
        model: A token classifier; the step scores become a parameter of it until ``take_from`` removes them.
        labels: Its labels, ``O``, ``B-x`` and ``I-x``.
        steps: Step scores to begin with, as ``scores`` gives them; None: zero.
    """

    def __init__(
        self, model: torch.nn.Module, labels: Sequence[str], steps: Sequence[Sequence[float]] | None = None
    ) -> None:
        before = torch.tensor(steps) / _SCALE if steps else torch.zeros(len(labels), len(labels))
        self._parameter = torch.nn.Parameter(before)
        model.register_parameter(_PARAMETER, self._parameter)
        self._illegal = torch.tensor(illegal_steps(labels)) * _IMPOSSIBLE
        self._illegal_first = torch.tensor(illegal_first(labels)) * _IMPOSSIBLE

    def __call__(self, outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        """The loss of a batch; positions that begin no word are left out of the chain.

        Args:
            outputs: The model's, with ``logits`` of shape [rows, pieces, tags].
            labels: Shape [rows, pieces].
            num_items_in_batch: Not used; there is no gradient accumulation.
        """
        del num_items_in_batch
        counted = labels != IGNORED
        lengths = counted.sum(dim=1)
        order = torch.argsort((~counted).int(), dim=1, stable=True)[:, : max(1, int(lengths.max()))]  # words first
        logits = outputs["logits"].float()
        emissions = logits.gather(1, order[..., None].expand(-1, -1, logits.shape[-1]))
        tags = labels.gather(1, order).clamp(min=0)
        inside = torch.arange(order.shape[1], device=labels.device)[None] < lengths[:, None]
        steps = self._parameter.float() * _SCALE + self._illegal.to(logits.device)
        first = self._illegal_first.to(logits.device)
        gold = (emissions.gather(2, tags[..., None])[..., 0] * inside).sum(dim=1) + first[tags[:, 0]]
        gold = gold + (steps[tags[:, :-1], tags[:, 1:]] * inside[:, 1:]).sum(dim=1)
        surprise = torch.where(lengths > 0, _partition(emissions, inside, steps, first) - gold, 0.0)
        loss: torch.Tensor = surprise.sum() / lengths.sum().clamp(min=1)
        return loss

    def scores(self) -> list[list[float]]:
        """The learned score of each step, from tag (row) to tag; what is legal is not in it."""
        found: list[list[float]] = (self._parameter.detach().float().cpu() * _SCALE).tolist()
        return found

    @staticmethod
    def take_from(model: torch.nn.Module) -> None:
        """Remove the parameter, so that the saved weights are a plain token classifier's."""
        delattr(model, _PARAMETER)


def _partition(emissions: torch.Tensor, inside: torch.Tensor, steps: torch.Tensor, first: torch.Tensor) -> torch.Tensor:
    """Logarithm of the summed scores of all paths, shape [rows], by the forward algorithm."""
    forward = emissions[:, 0] + first
    for position in range(1, emissions.shape[1]):
        onward = torch.logsumexp(forward[:, :, None] + steps[None], dim=1) + emissions[:, position]
        forward = torch.where(inside[:, position, None], onward, forward)
    return torch.logsumexp(forward, dim=1)
