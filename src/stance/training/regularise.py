"""Ways to fit that forget less of the encoder or lean less on single words; each is off unless the settings say so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn import functional

from stance.config import TrainConfig
from stance.training.batches import ShufflingTrainer
from stance.training.tokenize import IGNORED

_LAYER = re.compile(r"\blayers?\.(\d+)\.")
_LEAST = 1e-12


class RegularisedTrainer(ShufflingTrainer):
    """The Trainer with batches in random order, layer-wise learning rates, R-Drop and adversarial training.

    Args:
        settings: ``layer_decay``, ``r_drop`` and ``fgm``; 1, 0 and 0 leave the Trainer's own way of learning.
        **arguments: The Trainer's own.
    """

    def __init__(self, settings: TrainConfig, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._settings = settings

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """The optimiser; with ``layer_decay`` a layer learns slower than the one above (Howard and Ruder, 2018)."""
        model = self.model if model is None else model
        if self._settings.layer_decay < 1:
            kind, arguments = self.get_optimizer_cls_and_kwargs(self.args, model)
            decayed = set(self.get_decay_parameter_names(model))
            groups: dict[tuple[float, float], list[torch.nn.Parameter]] = defaultdict(list)
            for name, parameter in model.named_parameters():
                if parameter.requires_grad:
                    rate = self.args.learning_rate * self._settings.layer_decay ** depth_below_head(name, model)
                    groups[rate, self.args.weight_decay if name in decayed else 0.0].append(parameter)
            made: torch.optim.Optimizer = kind(
                [{"params": each, "lr": rate, "weight_decay": decay} for (rate, decay), each in groups.items()],
                **arguments,
            )
            self.optimizer = made
        else:
            made = super().create_optimizer(model)
        return made

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """The loss; with ``r_drop`` of the batch under two dropout masks, and how far the two results lie apart.

        That distance is the mean of two Kullback-Leibler divergences (Liang et al., NeurIPS 2021, arXiv:2106.14448).
        """
        if not self._settings.r_drop or not model.training:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        labels = inputs["labels"]
        twice = {name: torch.cat([values, values]) for name, values in inputs.items()}
        loss, outputs = super().compute_loss(model, twice, return_outputs=True, num_items_in_batch=num_items_in_batch)
        one, other = outputs["logits"].float().chunk(2)
        loss = loss + self._settings.r_drop * divergence(one, other, labels)
        return (loss, outputs) if return_outputs else loss

    def training_step(self, model: Any, inputs: dict[str, Any], num_items_in_batch: Any = None) -> torch.Tensor:
        """One step; with ``fgm`` also on word embeddings moved by so much in the direction that raises the loss most.

        The fast gradient method of Miyato, Dai and Goodfellow (ICLR 2017, arXiv:1605.07725), on embeddings as they are.
        """
        loss: torch.Tensor
        if not self._settings.fgm:
            loss = super().training_step(model, inputs, num_items_in_batch)
            return loss
        words = self.accelerator.unwrap_model(model).get_input_embeddings()
        kept: list[torch.Tensor] = []
        with _changed(words, lambda embedded: _kept(embedded, kept)):
            loss = super().training_step(model, dict(inputs), num_items_in_batch)
        gradient = kept[0].grad
        if gradient is None:
            raise RuntimeError("the loss does not depend on the word embeddings")
        move = self._settings.fgm * gradient / gradient.norm(dim=(1, 2), keepdim=True).clamp_min(_LEAST)
        with _changed(words, lambda embedded: embedded + move):
            super().training_step(model, dict(inputs), num_items_in_batch)
        return loss


def depth_below_head(name: str, model: Any) -> int:
    """How many layers a parameter lies below the head: 0 for the head itself, most for the embeddings."""
    base = model.base_model_prefix + "."
    layer = _LAYER.search(name)
    layers = int(model.config.num_hidden_layers)
    if layer is not None:
        return layers - int(layer[1])
    return layers + 1 if name.startswith(base) and "embeddings" in name else 0


def divergence(one: torch.Tensor, other: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean of the two Kullback-Leibler divergences between two results for the same rows.

    Args:
        one: Logits, shape [rows, classes] or [rows, pieces, classes].
        other: The same.
        labels: Shape [rows] or [rows, pieces]; ignored positions do not count. Where no other is there, it is 0.
    """
    first, second = (functional.log_softmax(logits[labels != IGNORED], dim=-1) for logits in (one, other))
    if not len(first):
        return first.sum()
    there = functional.kl_div(first, second, reduction="batchmean", log_target=True)
    back = functional.kl_div(second, first, reduction="batchmean", log_target=True)
    return (there + back) / 2


def _kept(embedded: torch.Tensor, kept: list[torch.Tensor]) -> torch.Tensor:
    """The embeddings, kept with the gradient that they will have; frozen ones have none of their own."""
    embedded = embedded if embedded.requires_grad else embedded.requires_grad_()
    embedded.retain_grad()
    kept.append(embedded)
    return embedded


@contextmanager
def _changed(module: torch.nn.Module, change: Callable[[torch.Tensor], torch.Tensor]) -> Iterator[None]:
    """Within it, what the module gives is changed."""
    hook = module.register_forward_hook(lambda _module, _inputs, found: change(found))
    try:
        yield
    finally:
        hook.remove()
