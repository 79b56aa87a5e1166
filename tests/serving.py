"""A server for the tests, on a real socket in a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import uvicorn

from stance.pipeline import StancePipeline
from stance.serve.app import create_app
from stance.serve.server import KEEP_ALIVE, address_of, listen_on
from stance.serve.settings import ServeSettings

PATIENCE = 120
"""Seconds after which a test is given up; only a machine that is busy with other work takes so long."""

CLAIM = "Al Qaeda has a new home base in Iran."
TEXT = "The mayor said the bridge was safe. It was closed in May."


@contextmanager
def running(pipeline: StancePipeline, **limits: Any) -> Iterator[httpx2.Client]:
    """A client of a server with these limits, on a free port."""
    listener = listen_on("127.0.0.1", 0)
    app = create_app(pipeline, ServeSettings(**limits))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_keep_alive=KEEP_ALIVE))
    ready = threading.Event()
    thread = threading.Thread(target=_run, args=(server, listener, ready))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        with httpx2.Client(base_url=address_of(listener), timeout=PATIENCE) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def _run(server: uvicorn.Server, listener: Any, ready: threading.Event) -> None:
    import asyncio

    async def serve() -> None:
        listener.listen()
        ready.set()  # what connects from now on waits in the socket's backlog
        await server.serve(sockets=[listener])

    asyncio.run(serve())


def body(*texts: str, claim: str = CLAIM, **more: Any) -> dict[str, Any]:
    """A request to score these texts."""
    return {"claim": claim, "articles": [{"text": text} for text in texts or (TEXT,)], **more}


def metric(client: httpx2.Client, name: str, **labels: str) -> float:
    """The value of a metric, 0 where it was never counted."""
    from prometheus_client.parser import text_string_to_metric_families

    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples]
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


class HeldPipeline(StancePipeline):
    """The models, which do not begin before ``go`` is set: a server that is slow for as long as a test wants."""

    @classmethod
    def of(cls, models: Any) -> HeldPipeline:
        held = cls.from_pretrained(models, device="cpu")
        held.go, held.begun, held.seen = threading.Event(), threading.Event(), []
        return held

    def score(self, documents: Any, claim: Any, **options: Any) -> Any:
        documents = list(documents)
        self.seen.append([document.text for document in documents])
        self.begun.set()
        assert self.go.wait(PATIENCE)
        if any("poison" in document.text for document in documents):
            raise RuntimeError("a fault in a model")
        return super().score(documents, claim, **options)
