"""Stage ``evaluate``: the three models on the test split, next to their baselines, with plots.

``python -m stance.training.evaluate``
"""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

from stance.config import Config, check
from stance.encoder import TextModel
from stance.model_folder import TASKS
from stance.training.evaluation.attribution import evaluate_attribution
from stance.training.evaluation.claims import evaluate_claims
from stance.training.evaluation.embeddings import FrozenEncoder
from stance.training.evaluation.outputs import Outputs, Scores
from stance.training.evaluation.sources import evaluate_sources
from stance.training.evaluation.stance import evaluate_stance
from stance.training.metrics import rounded
from stance.training.stage import as_stage

log = logging.getLogger(__name__)
METRICS = Path("metrics.json")
PLOTS = Path("plots")
PREDICTIONS = Path("results/predictions")
MODELS = Path("models")


def evaluate(config: Config) -> Scores:
    """Score the models on the test split; return the scores.

    Writes ``metrics.json``, ``plots/``, and the answers on each row to ``results/predictions/``.

    Raises:
        ConfigError: when the rows have not been prepared.
        CorpusError: when the corpus cannot be read.
        ModelError: when a model, or the encoder it began as, is missing.
    """
    models = {task: TextModel(MODELS / task, task, device=config.device) for task in TASKS}
    frozen = FrozenEncoder(config)
    for folder in (PLOTS, PREDICTIONS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    out = Outputs(PLOTS, PREDICTIONS)
    scores: Scores = rounded(
        {
            "sources": evaluate_sources(config, models, out),
            "claims": evaluate_claims(config, models["claims"], frozen, out),
            "attribution": evaluate_attribution(config, models["attribution"], frozen, out),
            "stance": evaluate_stance(config, models["stance"], frozen, out),
            "models": {task: model.version for task, model in models.items()},
        }
    )
    METRICS.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    return scores


@as_stage(check)
def main(config: Config) -> None:
    """Run the stage."""
    scores = evaluate(config)
    log.info("sources that take a side, from text to verdict: F1 %.3f", scores["sources"]["end_to_end"]["f1"])
    log.info("claims: average precision %.3f", scores["claims"]["model"]["average_precision"])
    log.info("attribution: exact span F1 %.3f", scores["attribution"]["model"]["exact_f1"])
    log.info("stance: macro F1 %.3f", scores["stance"]["model"]["macro_f1"])


if __name__ == "__main__":
    main()
