"""What the benchmarks of speed share: timing by turns, progress, and articles of one length."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path

from stance.training.public.own import read_own

CLAIM = "Al Qaeda has a new home base in Iran."
Times = dict[str, list[float]]


def by_turns(works: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """Seconds of each work in each round; the works take turns, and one round before the others is not counted."""
    found: Times = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            say(f"round {number} of {rounds}: {name}" if number else f"warming up: {name}")
            taken = seconds(work)
            if number:
                found[name].append(taken)
    return found


def seconds(work: Callable[[], object]) -> float:
    """How long a work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def articles(count: int, words: int, corpus: Path = Path("corpus")) -> list[str]:
    """Articles of about so many words: paragraphs of the corpus's test articles, one article after the other.

    Raises:
        CorpusError: when the corpus is damaged.
    """
    paragraphs = cycle([part for each in read_own(corpus, "test") for part in each.text.split("\n\n") if part.strip()])
    found: list[str] = []
    while len(found) < count:
        parts: list[str] = []
        while sum(len(part.split()) for part in parts) < words:
            parts.append(next(paragraphs))
        found.append("\n\n".join(parts))
    return found


def say(message: str) -> None:
    """Progress, on standard error."""
    print(message, file=sys.stderr, flush=True)
