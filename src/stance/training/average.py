"""The mean of several models' weights, which often does better than each and costs no more to run.

A uniform soup (Wortsman et al., ICML 2022, arXiv:2203.05482): the models began from the same weights, heads included,
and differ in the order of their batches and in dropout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch


def mean_state(states: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of each weight; what is no floating-point number is the first model's."""
    first, count = states[0], len(states)
    return {
        name: torch.stack([state[name].double() for state in states]).sum(dim=0).div(count).to(weight.dtype)
        if weight.is_floating_point()
        else weight
        for name, weight in first.items()
    }
