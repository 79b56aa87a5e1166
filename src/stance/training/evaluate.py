"""Stage ``evaluate``: the three models on the test split, next to their baselines, with plots.

``python -m stance.training.evaluate``
"""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import hydra
from datasets import disable_progress_bars
from omegaconf import DictConfig

from stance.config import Config, check
from stance.encoder import TASKS, TextModel
from stance.training.evaluation.attribution import evaluate_attribution
from stance.training.evaluation.claims import evaluate_claims
from stance.training.evaluation.outputs import Outputs, Scores
from stance.training.evaluation.stance import evaluate_stance
from stance.training.metrics import rounded
from stance.training.stage import run_stage

log = logging.getLogger(__name__)
METRICS = Path("metrics.json")
PLOTS = Path("plots")
MODELS = Path("models")


def evaluate(config: Config) -> Scores:
    """Score all three models on the test split and write ``metrics.json`` and ``plots/``; return the scores."""
    shutil.rmtree(PLOTS, ignore_errors=True)
    PLOTS.mkdir()
    out = Outputs(PLOTS)
    models = {task: TextModel(MODELS / task, task, device=config.device) for task in TASKS}
    scores: Scores = rounded(
        {
            "claims": evaluate_claims(config, models["claims"], out),
            "attribution": evaluate_attribution(config, models["attribution"], out),
            "stance": evaluate_stance(config, models["stance"], out),
        }
    )
    METRICS.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    return scores


@hydra.main(version_base="1.3", config_path=str(Path.cwd() / "conf"), config_name="config")
def main(composed: DictConfig) -> None:
    """Run the stage."""

    def stage() -> None:
        disable_progress_bars()
        scores = evaluate(check(composed))
        log.info("claims: average precision %.3f", scores["claims"]["model"]["average_precision"])
        log.info("attribution: exact span F1 %.3f", scores["attribution"]["model"]["exact_f1"])
        log.info("stance: macro F1 %.3f", scores["stance"]["model"]["macro_f1"])

    run_stage(stage)


if __name__ == "__main__":
    main()
