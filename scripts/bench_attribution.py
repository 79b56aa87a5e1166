"""Measure how many articles a second get their attributions, and what share of scoring that is.

``python scripts/bench_attribution.py`` uses the first test articles of the corpus, all in one run: finding attributions
alone, and scoring as ``stance score`` does, by turns; with ``--page docs/attribution.md`` it writes the table there.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from marked_blocks import publish, table
from stance.attribution import find_attributions
from stance.encoder import TextModel
from stance.pipeline import StancePipeline
from stance.sentences import sentences
from stance.training.public.own import read_own
from timing import CLAIM, Times, by_turns

_BATCH = 16  # articles, as `stance score` takes them together


def measure(models: Path, texts: Sequence[str], rounds: int, device: str) -> Times:
    """Seconds of each round, for attributions alone and for scoring; one round before them is not counted.

    Raises:
        ModelError: when a model is missing or damaged.
    """
    pipeline = StancePipeline.from_pretrained(models, device)
    model = TextModel(models / "attribution", "attribution", device=device)

    def attributions() -> None:
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            find_attributions(batch, [sentences(text) for text in batch], model)

    def scoring() -> None:
        for _ in pipeline.score(texts, CLAIM, batch_size=_BATCH):
            pass

    return by_turns({"attributions alone": attributions, "scoring": scoring}, rounds)


def markdown(seconds: Times, texts: Sequence[str]) -> str:
    """Articles a second, and the share of scoring."""
    words = statistics.mean(len(text.split()) for text in texts)
    whole = statistics.median(seconds["scoring"])
    body = [
        [name, *(f"{len(texts) / value:.1f}" for value in (max(taken), statistics.median(taken), min(taken))),
         f"{100 * statistics.median(taken) / whole:.0f} %"]
        for name, taken in seconds.items()
    ]  # fmt: skip
    heading = f"{len(texts)} articles of {words:.0f} words, articles a second"
    return table([heading, "slowest round", "median", "fastest", "time, of scoring"], body)


def main(arguments: list[str]) -> int:
    """Print the table or write it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--articles", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--page", type=Path)
    options = parser.parse_args(arguments)

    def make() -> str:
        texts = [document.text for document in read_own(Path("corpus"), "test")][: options.articles]
        return markdown(measure(options.models, texts, options.rounds, options.device), texts)

    return publish(make, "speed", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
