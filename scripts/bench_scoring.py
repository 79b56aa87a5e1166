"""Measure articles a second from text to rows, and what share of the time each step takes.

``python scripts/bench_scoring.py --models models exported`` measures both folders by turns on the same articles, then
each once more with the steps timed; with ``--page docs/performance.md`` it writes the tables there.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marked_blocks import publish, table
from stance import attribution, pipeline
from stance.encoder import TextModel
from stance.pipeline import StancePipeline
from timing import CLAIM, Times, articles, by_turns, say

_BATCH = 16  # articles, as `stance score` takes them together
_OTHER = "output and the rest"
_STEPS: tuple[tuple[str, Any, str], ...] = (
    ("sentences", pipeline, "sentences"),
    ("check-worthiness", pipeline, "score_sentences"),
    ("attribution, first pass", attribution, "tag"),
    ("attribution, nested pass", attribution, "_inner_links"),
    ("linking", attribution, "link"),
    ("speakers", attribution, "resolve"),
    ("statements", pipeline, "statements"),
    ("stance", pipeline, "classify"),
    ("aggregation", pipeline, "aggregate"),
    ("word pieces", TextModel, "_encode"),
)
Profile = dict[str, float]


def measure(folders: Sequence[Path], texts: Sequence[str], rounds: int) -> tuple[Times, dict[str, Profile]]:
    """Seconds of each folder's models in each round, and one profile of each: seconds of each step, without its parts.

    Raises:
        ModelError: when a model is missing or damaged.
    """
    works = {str(folder): _scoring(StancePipeline.from_pretrained(folder), texts) for folder in folders}
    found = by_turns(works, rounds)
    profiles = {}
    for name, work in works.items():
        say(f"profile: {name}")
        profiles[name] = profile(work)
    return found, profiles


def profile(work: Callable[[], object]) -> Profile:
    """Seconds in each step of one run, each without the steps inside it."""
    clock = _Clock()
    with clock.watching():
        work()
    return dict(clock.seconds)


def markdown(times: Times, profiles: dict[str, Profile], texts: Sequence[str]) -> str:
    """Both tables."""
    words = statistics.mean(len(text.split()) for text in texts)
    first = statistics.median(next(iter(times.values())))
    speeds = [
        [name, *(f"{len(texts) / value:.1f}" for value in (max(taken), statistics.median(taken), min(taken))),
         f"{first / statistics.median(taken):.1f}"]
        for name, taken in times.items()
    ]  # fmt: skip
    heading = f"{len(texts)} articles of {words:.0f} words, articles a second"
    steps = [name for name, _, _ in _STEPS] + [_OTHER]
    shares = [
        [step, *(f"{1000 * each.get(step, 0) / len(texts):.1f} ({100 * each.get(step, 0) / sum(each.values()):.0f} %)"
                 for each in profiles.values())]
        for step in steps
    ]  # fmt: skip
    speed = table([heading, "slowest round", "median", "fastest", "times the first"], speeds)
    return speed + "\n\n" + table(["step, milliseconds an article", *profiles], shares)


class _Clock:
    """Times the steps while they are watched; time inside a step's own steps counts for those alone."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = [_OTHER]
        self._since = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        kept = [(owner, name, getattr(owner, name)) for _, owner, name in _STEPS]
        for step, owner, name in _STEPS:
            setattr(owner, name, self._timed(step, getattr(owner, name)))
        self._since = time.perf_counter()
        try:
            yield
        finally:
            self._switch()
            for owner, name, function in kept:
                setattr(owner, name, function)

    def _timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            self._switch()
            self._open.append(step)
            try:
                return function(*arguments, **named)
            finally:
                self._switch()
                self._open.pop()

        return run

    def _switch(self) -> None:
        now = time.perf_counter()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now


def _scoring(stance: StancePipeline, texts: Sequence[str]) -> Callable[[], object]:
    def work() -> None:
        for result in stance.score(texts, CLAIM, batch_size=_BATCH):
            result.model_dump_json()

    return work


def main(arguments: list[str]) -> int:
    """Print the tables or write them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--models", type=Path, nargs="+", default=[Path("models"), Path("exported")])
    parser.add_argument("--articles", type=int, default=48)
    parser.add_argument("--words", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args(arguments)

    def make() -> str:
        texts = articles(options.articles, options.words)
        return markdown(*measure(options.models, texts, options.rounds), texts)

    return publish(make, "scoring", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
