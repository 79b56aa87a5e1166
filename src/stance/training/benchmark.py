"""Measures the trained models on a public data set in a folder of the user's; nothing is trained or tuned on it.

``python -m stance.training.benchmark public=perspectrum public.folder=…``
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import hydra
from datasets import disable_progress_bars
from omegaconf import DictConfig

from stance.errors import ConfigError
from stance.training.metrics import rounded
from stance.training.outside.attributions import measure_documents, measure_tagged
from stance.training.outside.settings import BenchmarkConfig, Scores, check
from stance.training.outside.stance_pairs import measure_pairs
from stance.training.outside.worthiness import measure_sentences
from stance.training.public import DOCUMENTS, PAIRS, SENTENCES, TAGGED, known, require_folder
from stance.training.stage import run_stage

log = logging.getLogger(__name__)


def benchmark(config: BenchmarkConfig) -> Scores:
    """Score the model of the data set's task, and write ``scores.json`` and ``predictions.jsonl``, worst mistake first.

    Raises:
        InputError: when the folder or a file in it is missing or damaged.
        ConfigError: when no reader is known for the data set, or the baselines' training rows are missing.
        ModelError: when the model is missing.
    """
    public = config.public
    folder = require_folder(public.folder)
    if public.name in PAIRS:
        scores, rows = measure_pairs(config, PAIRS[public.name](folder, public.part)[: public.limit])
    elif public.name in SENTENCES:
        scores, rows = measure_sentences(config, SENTENCES[public.name](folder, public.part)[: public.limit])
    elif public.name in DOCUMENTS:
        scores, rows = measure_documents(config, DOCUMENTS[public.name](folder, public.part)[: public.limit])
    elif public.name in TAGGED:
        scores, rows = measure_tagged(config, TAGGED[public.name](folder, public.part)[: public.limit])
    else:
        raise ConfigError(f"public.name={public.name}: no reader for it; there are: {', '.join(known())}")
    scores = {"data": public.name, "part": public.part, "limit": public.limit, **scores}
    target = config.output / (public.name if public.limit is None else f"{public.name}-first-{public.limit}")
    target.mkdir(parents=True, exist_ok=True)
    (target / "scores.json").write_text(json.dumps(rounded(scores), indent=2) + "\n", encoding="utf-8")
    with (target / "predictions.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(rounded(row), ensure_ascii=False) + "\n" for row in rows)
    return scores


@hydra.main(version_base="1.3", config_path=str(Path.cwd() / "conf"), config_name="benchmark")
def main(composed: DictConfig) -> None:
    """Run the measurement."""

    def stage() -> None:
        disable_progress_bars()
        config = check(composed)
        scores = benchmark(config)
        shown = ", ".join(f"{key} {value:.3f}" for key, value in scores["model"].items())
        log.info("%s %s, %d rows: %s", config.public.name, config.public.part, scores["rows"], shown)
        log.info("scores and predictions are below %s", config.output)

    run_stage(stage)


if __name__ == "__main__":
    main()
