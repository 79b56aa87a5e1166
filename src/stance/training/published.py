"""Stage ``published``: the figures that an experiment is for, on public data, beside those of published systems.

``dvc exp run -S experiment=perspectrum -S data.public=FOLDER`` runs the pipeline and then this.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from stance.config import Config, check
from stance.training.benchmark import benchmark
from stance.training.cross_validate import cross_validate
from stance.training.metrics import rounded
from stance.training.outside.settings import BenchmarkConfig, PublicSet
from stance.training.stage import as_stage
from stance.training.train import MODELS

log = logging.getLogger(__name__)
OUTPUT = Path("published.json")
_PREDICTIONS = Path("results/published")


def published(config: Config, models: Path = MODELS, predictions: Path = _PREDICTIONS) -> dict[str, Any]:
    """Measure what the experiment names; nothing for one that names nothing.

    Args:
        config: The whole configuration.
        models: Folder that holds the model folders.
        predictions: Folder for what the models said, a folder an experiment.

    Raises:
        InputError: when a public set is missing or damaged.
        ConfigError: when no reader is known for a set.
        ModelError: when a model is missing.
    """
    experiment = config.experiment
    scores: dict[str, Any] = {"experiment": experiment.name}
    for name, part in experiment.measured_on.items():
        settings = BenchmarkConfig(
            public=PublicSet(name=name, folder=part.folder, part=part.part),
            models=models,
            prepared=config.data.prepared,
            device=config.device,
            run=experiment.name,
            output=predictions / experiment.name,
        )
        scores[name] = benchmark(settings)
    if experiment.cross_validate is not None:
        scores["cross_validated"] = cross_validate(config)
    return scores


@as_stage(check)
def main(config: Config) -> None:
    """Run the stage."""
    scores = published(config)
    OUTPUT.write_text(json.dumps(rounded(scores), indent=2) + "\n", encoding="utf-8")
    log.info("%s: written for the experiment %s", OUTPUT, config.experiment.name)


if __name__ == "__main__":
    main()
