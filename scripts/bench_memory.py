"""Measure how much memory ``stance score`` holds while articles stream through it.

``python scripts/bench_memory.py --articles 100000`` writes that many articles to a temporary file, scores them in a
process of its own, and looks at its resident size and at the rows it has written; the curve goes to
``docs/memory.csv`` and ``docs/memory.svg``.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from marked_blocks import publish
from stance.errors import ModelError
from stance.training.plots import memory_curve
from timing import CLAIM, articles, say

_KINDS = 200  # different articles; each of the others is one of them under another id
_POINTS = 200  # of the curve
_MEBI = 2**20


class Point(NamedTuple):
    """One look at the process."""

    seconds: float
    rows: int
    mebibytes: float


def measure(models: Path, count: int, words: int, every: float) -> list[Point]:
    """Score so many articles and look at the process every so many seconds.

    Raises:
        ModelError: when the process fails, with what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        given, written, said = (Path(folder) / name for name in ("articles.jsonl", "rows.jsonl", "said.txt"))
        write_articles(given, count, words)
        command = [sys.executable, "-m", "stance.cli", "score", str(given), "--claim", CLAIM, "--models", str(models)]
        with said.open("wb") as errors:
            process = subprocess.Popen([*command, "-o", str(written), "--quiet"], stderr=errors, env=os.environ)
            try:
                points = _watch(process, written, count, every)
            finally:
                process.kill()
                process.wait()
        if process.returncode != 0 and (not points or points[-1].rows < count):
            raise ModelError(f"stance score failed: {said.read_text(encoding='utf-8').strip()}")
    return points


def write_articles(path: Path, count: int, words: int) -> None:
    """A file of JSON rows, of articles of about so many words."""
    texts = articles(min(count, _KINDS), words)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps({"id": f"a{number}", "text": texts[number % len(texts)]}) + "\n")


def write_curve(points: Sequence[Point], path: Path) -> None:
    """The table, and the plot of the same name beside it."""
    kept = points[:: max(1, len(points) // _POINTS)]
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(Point._fields)
        rows.writerows((f"{p.seconds:.0f}", p.rows, f"{p.mebibytes:.0f}") for p in kept)
    memory_curve(path.with_suffix(".svg"), [p.rows for p in kept], [p.mebibytes for p in kept])


def sentence(points: Sequence[Point], words: int) -> str:
    """The figures in a sentence."""
    last = points[-1]
    early = next((p for p in points if p.rows >= last.rows / 10), last)
    return (
        f"{last.rows:,} articles of {words} words in {last.seconds / 60:.0f} minutes: {early.mebibytes:,.0f} MiB after "
        f"a tenth of them, {last.mebibytes:,.0f} MiB at the end, at most {max(p.mebibytes for p in points):,.0f} MiB."
    )


def _watch(process: subprocess.Popen[bytes], written: Path, count: int, every: float) -> list[Point]:
    start, rows, place = time.monotonic(), 0, 0
    points: list[Point] = []
    said = 0.0
    while process.poll() is None:
        time.sleep(every)
        if written.is_file():
            with written.open("rb") as file:
                file.seek(place)
                for block in iter(lambda: file.read(_MEBI), b""):
                    rows += block.count(b"\n")
                place = file.tell()
        try:
            size = psutil.Process(process.pid).memory_info().rss / _MEBI
        except psutil.NoSuchProcess:
            break
        if size:  # none is left while a process ends
            points.append(Point(time.monotonic() - start, rows, size))
        if time.monotonic() - said > 10:
            said = time.monotonic()
            say(f"{rows} of {count} articles, {size:.0f} MiB")
    return points


def main(arguments: list[str]) -> int:
    """Measure, write the curve, and print the figures or write them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two looks")
    parser.add_argument("--curve", type=Path, default=Path("docs/memory.csv"))
    parser.add_argument("--page", type=Path)
    options = parser.parse_args(arguments)

    def make() -> str:
        points = measure(options.models, options.articles, options.words, options.every)
        write_curve(points, options.curve)
        return sentence(points, options.words)

    return publish(make, "memory", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
