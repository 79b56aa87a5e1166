"""What a training begins with: the encoder's weights, or those of a model that was trained before."""

from __future__ import annotations

from dataclasses import dataclass

from stance.config import Config, EncoderConfig
from stance.model_folder import FILES, Task, check_weights, read_settings


@dataclass(frozen=True)
class Start:
    """Weights to begin with, and what is known of them."""

    encoder: EncoderConfig
    learned_from: tuple[str, ...] = ()
    """What they have learned from already."""
    steps: list[list[float]] | None = None
    """Attribution: scores of steps from tag to tag that were learned with them."""


def start_of(config: Config, task: Task) -> Start:
    """The encoder, or the model of the task in ``train.warm_start`` with the head that it has.

    Raises:
        ModelError: when there is no such model, it is for another task, or its weights are damaged.
    """
    folder = config.of_task(task).train.warm_start
    if folder is None:
        return Start(config.encoder)
    settings = read_settings(folder / task, task)
    check_weights(folder / task / FILES.weights, settings.weights_sha256)
    encoder = EncoderConfig(name=settings.encoder, kind="folder", location=str(folder / task), sha256=None)
    return Start(encoder, settings.learned_from, settings.steps)
