"""Dynamic batching: what several requests ask of the models at the same time is done together.

While the worker is busy, jobs queue up and make the next batch; an idle worker waits a few milliseconds for company
(cf. Crankshaw et al., 2017, "Clipper", NSDI). The queue is bounded: what does not fit is refused at once, so that the
time in it is bounded too.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Sequence, Sized
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, TypeVar

from stance.serve.metrics import Metrics

_J = TypeVar("_J", bound=Sized)
_R = TypeVar("_R")
logger = logging.getLogger(__name__)
_BATCH_CHARACTERS = 100_000
"""A batch is closed at so many characters, lest one of long articles keeps all others waiting."""
_PACE = 0.2  # weight of the latest batch in the running mean of seconds an article
_LONGEST_PAUSE = 60  # seconds, in Retry-After


class QueueFullError(Exception):
    """The queue has no room for a request.

    Args:
        retry_after: Whole seconds until there should be room.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__("the queue is full")
        self.retry_after = retry_after


@dataclass(frozen=True)
class BatchLimits:
    """How batches are made."""

    most: int
    """Jobs in a batch."""
    wait: float
    """Seconds that an idle worker waits for a batch to fill."""
    capacity: int
    """Jobs that may wait."""


@dataclass(frozen=True)
class _Item(Generic[_J, _R]):
    job: _J
    request: object
    """The same for all jobs of a request."""
    future: asyncio.Future[_R]
    arrived: float
    """Event loop's clock, seconds."""


class Batcher(Generic[_J, _R]):
    """A bounded queue of jobs in front of a worker thread. Everything but ``run`` happens on the event loop.

    The length of a job is its size in characters.

    Args:
        work: Name in the metrics.
        run: Does jobs together, in the worker thread; gives one result a job, in order.
        executor: The worker thread.
        metrics: Where batches are counted.
        limits: Of a batch and of the queue.
    """

    def __init__(
        self,
        work: str,
        run: Callable[[Sequence[_J]], Sequence[_R]],
        executor: Executor,
        metrics: Metrics,
        limits: BatchLimits,
    ) -> None:
        self._work, self._run, self._executor, self._metrics, self._limits = work, run, executor, metrics, limits
        self._queue: deque[_Item[_J, _R]] = deque()
        self._arrival = asyncio.Event()
        self._pace = 0.0
        metrics.watch_queue(work, lambda: len(self._queue))

    async def submit(self, jobs: Sequence[_J]) -> list[_R | BaseException]:
        """Have the jobs of one request done; each gives its result, or the exception that it alone met.

        A caller that is cancelled takes its jobs out of the queue.

        Raises:
            QueueFullError: at once, when they do not all fit.
        """
        if len(self._queue) + len(jobs) > self._limits.capacity:
            self._metrics.articles.labels(self._work, "refused").inc(len(jobs))
            pause = math.ceil(len(self._queue) * self._pace)
            raise QueueFullError(min(max(pause, 1), _LONGEST_PAUSE))
        loop, request = asyncio.get_running_loop(), object()
        items = [_Item(job, request, loop.create_future(), loop.time()) for job in jobs]
        self._queue.extend(items)
        self._arrival.set()
        try:
            done: list[_R | BaseException] = await asyncio.gather(
                *(item.future for item in items), return_exceptions=True
            )
        except asyncio.CancelledError:
            before = len(self._queue)
            self._queue = deque(item for item in self._queue if not item.future.cancelled())
            self._metrics.articles.labels(self._work, "dropped").inc(before - len(self._queue))
            raise
        return done

    async def work_forever(self) -> None:
        """Take batches from the queue until cancelled."""
        while True:
            await self._fill()
            if batch := self._take():
                await self._do(batch)

    async def _fill(self) -> None:
        """Wait for a first job, and for others until its time is over or a batch is full."""
        while not self._queue:
            self._arrival.clear()
            await self._arrival.wait()
        closes = self._queue[0].arrived + self._limits.wait
        while len(self._queue) < self._limits.most:
            self._arrival.clear()
            try:
                async with asyncio.timeout_at(closes):
                    await self._arrival.wait()
            except TimeoutError:
                return

    def _take(self) -> list[_Item[_J, _R]]:
        batch: list[_Item[_J, _R]] = []
        size = 0
        while self._queue and len(batch) < self._limits.most:
            if batch and size + len(self._queue[0].job) > _BATCH_CHARACTERS:
                break
            batch.append(self._queue.popleft())
            size += len(batch[-1].job)
        return batch

    async def _do(self, batch: Sequence[_Item[_J, _R]]) -> None:
        start = time.perf_counter()
        done = await asyncio.get_running_loop().run_in_executor(
            self._executor, self._together, [item.job for item in batch]
        )
        seconds = time.perf_counter() - start
        self._pace += (_PACE if self._pace else 1) * (seconds / len(batch) - self._pace)
        self._metrics.batch_seconds.labels(self._work).observe(seconds)
        self._metrics.batch_articles.labels(self._work).observe(len(batch))
        self._metrics.batch_requests.labels(self._work).observe(len({id(item.request) for item in batch}))
        for item, result in zip(batch, done, strict=True):
            failed = isinstance(result, Exception)
            self._metrics.articles.labels(self._work, "failed" if failed else "done").inc()
            if item.future.cancelled():
                continue
            if isinstance(result, Exception):
                item.future.set_exception(result)
            else:
                item.future.set_result(result)

    def _together(self, jobs: Sequence[_J]) -> Sequence[_R | Exception]:
        """All jobs at once; when that fails, each by itself: no request suffers from another's article."""
        try:
            return self._run(jobs)
        except Exception:
            logger.exception("a batch of %d failed; each of its articles is tried alone", len(jobs))
        return [self._alone(job) for job in jobs]

    def _alone(self, job: _J) -> _R | Exception:
        try:
            return self._run([job])[0]
        except Exception as error:
            logger.exception("an article of %d characters cannot be done", len(job))
            return error
