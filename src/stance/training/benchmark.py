"""Measures the trained models on a public data set or a table of the user's; nothing is trained or tuned on it.

``python -m stance.training.benchmark public=perspectrum public.folder=…``
"""

from __future__ import annotations

import json
import logging

from stance.errors import ConfigError
from stance.table import PairTable, SentenceTable
from stance.training.metrics import rounded
from stance.training.outside.attributions import measure_documents, measure_tagged
from stance.training.outside.settings import BenchmarkConfig, Rows, Scores, check
from stance.training.outside.stance_pairs import measure_pairs
from stance.training.outside.worthiness import measure_sentences
from stance.training.public import (
    DOCUMENTS,
    PAIRS,
    SENTENCES,
    TAGGED,
    known,
    read_pair_table,
    read_sentence_table,
    require_folder,
)
from stance.training.stage import as_stage

log = logging.getLogger(__name__)


def benchmark(config: BenchmarkConfig) -> Scores:
    """Score the model of the data set's task, and write ``scores.json`` and ``predictions.jsonl``, worst mistake first.

    Raises:
        InputError: when the folder, a file in it or a data set of the Hub is missing or damaged.
        ConfigError: when no reader is known for the data set, or the baselines' training rows are missing.
        ModelError: when the model is missing.
    """
    public = config.public
    scores, rows = _measured(config)
    scores = {"data": public.name, "part": public.part, "limit": public.limit, **scores}
    target = config.output / (public.name if public.limit is None else f"{public.name}-first-{public.limit}")
    target.mkdir(parents=True, exist_ok=True)
    (target / "scores.json").write_text(json.dumps(rounded(scores), indent=2) + "\n", encoding="utf-8")
    with (target / "predictions.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(rounded(row), ensure_ascii=False) + "\n" for row in rows)
    return scores


def _measured(config: BenchmarkConfig) -> tuple[Scores, Rows]:
    public = config.public
    name, part, kept = public.name, public.part, slice(public.limit)
    if isinstance(public.table, PairTable):
        return measure_pairs(config, read_pair_table(public.folder, part, public.table)[kept])
    if isinstance(public.table, SentenceTable):
        return measure_sentences(config, read_sentence_table(public.folder, part, public.table)[kept])
    folder = require_folder(public.folder)
    if name in PAIRS:
        return measure_pairs(config, PAIRS[name](folder, part)[kept])
    if name in SENTENCES:
        return measure_sentences(config, SENTENCES[name](folder, part)[kept])
    if name in DOCUMENTS:
        return measure_documents(config, DOCUMENTS[name](folder, part)[kept])
    if name in TAGGED:
        return measure_tagged(config, TAGGED[name](folder, part)[kept])
    raise ConfigError(f"public.name={name}: no reader for it; there are: {', '.join(known())}")


@as_stage(check, "benchmark")
def main(config: BenchmarkConfig) -> None:
    """Run the measurement."""
    scores = benchmark(config)
    shown = ", ".join(f"{key} {value:.3f}" for key, value in scores["model"].items())
    log.info("%s %s, %d rows: %s", config.public.name, config.public.part, scores["rows"], shown)
    log.info("scores and predictions are below %s", config.output)


if __name__ == "__main__":
    main()
