"""What Prometheus can ask: requests, their time, the queue, and how full the batches are."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60)
_COUNTS = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The metrics of one server, in a registry of their own."""

    def __init__(self, versions: dict[str, str]) -> None:
        own = self._registry = CollectorRegistry()
        self.requests = Counter("stance_requests", "Requests answered.", ["route", "status"], registry=own)
        self.seconds = Histogram("stance_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=own)
        self.in_hand = Gauge("stance_requests_in_hand", "Requests taken and not yet answered.", registry=own)
        self.queue = Gauge("stance_queue_articles", "Articles that wait for the models.", ["work"], registry=own)
        self.articles = Counter(
            "stance_articles", "Articles by what became of them.", ["work", "outcome"], registry=own
        )
        self.batch_articles = Histogram(
            "stance_batch_articles", "Articles in a batch.", ["work"], buckets=_COUNTS, registry=own
        )
        self.batch_requests = Histogram(
            "stance_batch_requests", "Requests that share a batch.", ["work"], buckets=_COUNTS, registry=own
        )
        self.batch_seconds = Histogram(
            "stance_batch_seconds", "Time the models take for a batch.", ["work"], buckets=_SECONDS, registry=own
        )
        Info("stance_models", "Versions of the package and the models.", registry=own).info(versions)

    def watch_queue(self, work: str, length: Callable[[], int]) -> None:
        """Have the length of a queue asked for whenever the metrics are read."""
        self.queue.labels(work).set_function(length)

    def text(self) -> bytes:
        """All of them, in the text format of Prometheus."""
        return generate_latest(self._registry)
