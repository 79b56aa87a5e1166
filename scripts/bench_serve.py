"""Measure how many requests a second the server answers, and how long they take, up to twice the load it can take.

``python scripts/bench_serve.py`` starts ``stance serve`` on a free port and finds out what it can take, with clients
that wait for each answer. Then it sends requests of one article each at rising rates, whether or not earlier ones have
been answered (an open loop, exponential gaps). With ``--page docs/performance.md`` it writes the table there.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx2

from marked_blocks import publish, table
from stance.errors import ModelError
from stance.training.public.own import read_own

CLAIM = "Al Qaeda has a new home base in Iran."
LOADS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
_CLIENTS = 32
_OK, _REFUSED = 200, 503


@dataclass(frozen=True)
class Answer:
    """What became of one request."""

    status: int
    """0 where the connection failed."""
    seconds: float


@dataclass(frozen=True)
class Level:
    """What was measured at one rate of arrival."""

    load: float
    """Share of what the server can take."""
    offered: float
    """Requests a second that were sent."""
    seconds: float
    """From the first request to the last answer."""
    answers: Sequence[Answer]
    batch: float
    """Mean number of articles in a batch."""


@contextmanager
def serving(models: Path, device: str) -> Iterator[str]:
    """The address of a server with its default limits, which is stopped in the end.

    Raises:
        ModelError: when it does not start.
    """
    command = [sys.executable, "-m", "stance.cli", "serve", "--port", "0", "--models", str(models), "--device", device]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.search(r"http://\S+", line)
            if not found:
                raise ModelError(f"the server did not start: {line.strip()}")
            yield found[0]
        finally:
            process.terminate()


async def measure(address: str, texts: Sequence[str], seconds: float, seed: int) -> tuple[float, list[Level]]:
    """Requests a second that the server can take, and what happens at each load."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=_CLIENTS)
    async with httpx2.AsyncClient(base_url=address, limits=limits, timeout=120) as client:
        await _closed_loop(client, texts, seconds / 4)
        capacity = await _closed_loop(client, texts, seconds)
        print(f"{capacity:.2f} requests a second with {_CLIENTS} clients", file=sys.stderr)
        levels = []
        for load in LOADS:
            chance = random.Random(seed)  # noqa: S311  # arrivals, not secrets
            levels.append(await _open_loop(client, texts, load, load * capacity, seconds, chance))
            print(" | ".join(_row(levels[-1])), file=sys.stderr)
    return capacity, levels


def markdown(capacity: float, levels: Sequence[Level], words: float) -> str:
    """The table, under a line that says what was sent."""
    heading = ["load", "sent /s", "answered /s", "refused", "p50", "p95", "p99", "p99 of refusals", "articles a batch"]
    intro = (
        f"Requests of one article ({words:.0f} words on average) to a server with its default limits. With {_CLIENTS} "
        f"clients that wait for their answers it does {capacity:.1f} requests a second; that is a load of 100 %. Times "
        "in seconds, seen by the client."
    )
    return f"{intro}\n\n{table(heading, [_row(level) for level in levels])}"


async def _closed_loop(client: httpx2.AsyncClient, texts: Sequence[str], seconds: float) -> float:
    """Requests a second that so many clients get answered when each sends its next after its last."""
    ends = time.perf_counter() + seconds
    numbers = count()
    start = time.perf_counter()

    async def one() -> int:
        answered = 0
        while time.perf_counter() < ends:
            answer = await _ask(client, texts[next(numbers) % len(texts)])
            answered += answer.status == _OK
        return answered

    answered = sum(await asyncio.gather(*(one() for _ in range(_CLIENTS))))
    return answered / (time.perf_counter() - start)


async def _open_loop(
    client: httpx2.AsyncClient,
    texts: Sequence[str],
    load: float,
    rate: float,
    seconds: float,
    chance: random.Random,
) -> Level:
    before = await _batches(client)
    sent: list[asyncio.Task[Answer]] = []
    start = time.perf_counter()
    due = start
    while (due := due + chance.expovariate(rate)) < start + seconds:
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        sent.append(asyncio.create_task(_ask(client, chance.choice(texts))))
    answers = await asyncio.gather(*sent)
    taken = time.perf_counter() - start
    after = await _batches(client)
    batches = after[1] - before[1]
    return Level(load, len(sent) / seconds, taken, answers, (after[0] - before[0]) / batches if batches else 0.0)


async def _ask(client: httpx2.AsyncClient, text: str) -> Answer:
    start = time.perf_counter()
    try:
        answer = await client.post("/v1/score", json={"claim": CLAIM, "articles": [{"text": text}]})
        status = answer.status_code
    except httpx2.HTTPError:
        status = 0
    return Answer(status, time.perf_counter() - start)


async def _batches(client: httpx2.AsyncClient) -> tuple[float, float]:
    """Articles in batches so far, and batches."""
    shown = (await client.get("/metrics")).text

    def value(name: str) -> float:
        found = re.search(rf'^stance_batch_articles_{name}{{work="score"}} (\S+)', shown, re.MULTILINE)
        return float(found[1]) if found else 0.0

    return value("sum"), value("count")


def _row(level: Level) -> list[str]:
    good = sorted(answer.seconds for answer in level.answers if answer.status == _OK)
    refused = sorted(answer.seconds for answer in level.answers if answer.status == _REFUSED)
    failed = len(level.answers) - len(good) - len(refused)
    share = f"{len(refused) / max(len(level.answers), 1):.0%}" + (f", {failed} failed" if failed else "")
    return [
        f"{level.load:.0%}",
        f"{level.offered:.1f}",
        f"{len(good) / level.seconds:.1f}",
        share,
        *(f"{_quantile(good, q):.2f}" if good else "–" for q in (0.5, 0.95, 0.99)),
        f"{_quantile(refused, 0.99):.3f}" if refused else "–",
        f"{level.batch:.1f}",
    ]


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def main(arguments: list[str]) -> int:
    """Print the table or write it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each rate of arrival is kept up")
    parser.add_argument("--articles", type=int, default=48, help="how many different ones are sent")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args(arguments)

    def make() -> str:
        texts = [document.text for document in read_own(Path("corpus"), "test")][: options.articles]
        words = statistics.mean(len(text.split()) for text in texts)
        with serving(options.models, options.device) as address:
            capacity, levels = asyncio.run(measure(address, texts, options.seconds, options.seed))
        return markdown(capacity, levels, words)

    return publish(make, "server", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
