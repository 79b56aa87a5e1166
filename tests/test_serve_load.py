"""The server with many clients: shared batches, a bounded queue, time-outs, and faults that stay where they belong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from serving import CLAIM, PATIENCE, HeldPipeline, body, metric, running

OTHER = "The bridge was closed in May."


@pytest.fixture
def held(models: Path) -> HeldPipeline:
    return HeldPipeline.of(models)


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(32) as executor:
        yield executor


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "this should have come true"
        time.sleep(0.01)


def post(client: httpx2.Client, crowd: ThreadPoolExecutor, *texts: str, claim: str = CLAIM) -> Future[httpx2.Response]:
    return crowd.submit(client.post, "/v1/score", json=body(*texts, claim=claim))


def occupy(client: httpx2.Client, crowd: ThreadPoolExecutor, held: HeldPipeline) -> Future[httpx2.Response]:
    """Give the worker something to be busy with."""
    first = post(client, crowd, "first")
    assert held.begun.wait(PATIENCE)
    return first


def waiting(client: httpx2.Client) -> float:
    return metric(client, "stance_queue_articles", work="score")


def test_requests_that_come_together_share_a_batch(held: HeldPipeline, crowd: ThreadPoolExecutor) -> None:
    with running(held) as client:
        first = occupy(client, crowd, held)
        others = [post(client, crowd, f"{number} a", f"{number} b") for number in range(4)]
        until(lambda: waiting(client) == 8)
        held.go.set()
        answers = [future.result().json() for future in (first, *others)]
        assert [[row["id"] for row in answer["results"]] for answer in answers] == [["0"], *[["0", "1"]] * 4]
        assert sorted(held.seen[1]) == sorted(f"{number} {half}" for number in range(4) for half in "ab")
        assert metric(client, "stance_batch_articles_count", work="score") == 2
        assert metric(client, "stance_batch_articles_sum", work="score") == 9
        assert metric(client, "stance_batch_requests_sum", work="score") == 5
        assert metric(client, "stance_articles_total", work="score", outcome="done") == 9


def test_each_request_gets_its_own_articles_back(held: HeldPipeline, crowd: ThreadPoolExecutor) -> None:
    held.go.set()
    with running(held, batch_articles=4) as client:
        texts = [f"The mayor of town {number} said {'so ' * number}it was." for number in range(24)]
        claims = [CLAIM, OTHER]
        futures = [post(client, crowd, text, claim=claims[n % 2]) for n, text in enumerate(texts)]
        for number, (text, future) in enumerate(zip(texts, futures, strict=True)):
            [row] = future.result().json()["results"]
            assert row["claim"] == claims[number % 2]
            assert row["sentences"][-1]["end"] == len(text)
        assert all(len(batch) <= 4 for batch in held.seen)


def test_articles_of_different_claims_go_to_the_models_apart(held: HeldPipeline, crowd: ThreadPoolExecutor) -> None:
    with running(held) as client:
        first = occupy(client, crowd, held)
        futures = [post(client, crowd, "a", claim=CLAIM), post(client, crowd, "b", claim=OTHER)]
        until(lambda: waiting(client) == 2)
        held.go.set()
        assert [future.result().json()["results"][0]["claim"] for future in (first, *futures)] == [CLAIM, CLAIM, OTHER]
        assert sorted(held.seen[1:]) == [["a"], ["b"]]


def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(held: HeldPipeline, crowd: ThreadPoolExecutor) -> None:
    with running(held, max_articles=2, queue_articles=3) as client:
        first = occupy(client, crowd, held)
        taken = post(client, crowd, "a", "b")
        until(lambda: waiting(client) == 2)
        refused = client.post("/v1/score", json=body("c", "d"))  # answered while the models still stand still
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "overloaded")
        assert int(refused.headers["retry-after"]) >= 1
        assert client.get("/healthz").json()["ready"], "an overloaded server is still in order"
        held.go.set()
        assert [future.result().status_code for future in (first, taken)] == [200, 200]
        assert client.post("/v1/score", json=body("c", "d")).status_code == 200
        assert metric(client, "stance_articles_total", outcome="refused") == 2


def test_no_more_requests_are_in_hand_than_allowed(held: HeldPipeline, crowd: ThreadPoolExecutor) -> None:
    with running(held, max_requests=2) as client:
        futures = [occupy(client, crowd, held), post(client, crowd, "second")]
        until(lambda: metric(client, "stance_requests_in_hand") == 2)
        refused = client.post("/v1/claims", json={"text": "It rained."})
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "overloaded")
        assert "retry-after" in refused.headers
        held.go.set()
        assert [future.result().status_code for future in futures] == [200, 200]


def test_what_waits_too_long_is_given_up_and_never_scored(held: HeldPipeline, crowd: ThreadPoolExecutor) -> None:
    with running(held, timeout_seconds=0.5) as client:
        first = occupy(client, crowd, held)
        late = post(client, crowd, "late")
        for future in (first, late):
            assert (future.result().status_code, future.result().json()["error"]["code"]) == (504, "timeout")
        assert waiting(client) == 0
        held.go.set()
        assert client.post("/v1/score", json=body("after")).status_code == 200
        assert ["late"] not in held.seen
        assert metric(client, "stance_articles_total", outcome="dropped") == 1


def test_an_article_whose_client_has_left_is_dropped(held: HeldPipeline, crowd: ThreadPoolExecutor) -> None:
    with running(held) as client:
        first = occupy(client, crowd, held)
        with pytest.raises(httpx2.ReadTimeout):
            client.post("/v1/score", json=body("gone"), timeout=1)
        until(lambda: metric(client, "stance_requests_total", route="/v1/score", status="499") == 1)
        assert waiting(client) == 0
        held.go.set()
        assert first.result().status_code == 200
        assert held.seen == [["first"]]


def test_a_body_that_never_ends_is_given_up(held: HeldPipeline) -> None:
    import socket

    with running(held, timeout_seconds=0.3) as client, socket.socket() as slow:
        slow.settimeout(PATIENCE)
        slow.connect((client.base_url.host, client.base_url.port))
        slow.sendall(b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
        answer = slow.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"request_timeout"' in answer


def test_a_fault_on_one_article_does_not_reach_other_requests(held: HeldPipeline, crowd: ThreadPoolExecutor) -> None:
    with running(held) as client:
        first = occupy(client, crowd, held)
        mixed, sound, lost = (post(client, crowd, *texts) for texts in (["good", "poison"], ["sound"], ["poison"]))
        until(lambda: waiting(client) == 4)
        held.go.set()
        assert first.result().status_code == 200
        assert [row["id"] for row in mixed.result().json()["results"]] == ["0"]
        assert [(e["id"], e["code"]) for e in mixed.result().json()["errors"]] == [("1", "internal")]
        assert len(sound.result().json()["results"]) == 1
        assert (lost.result().status_code, lost.result().json()["error"]["code"]) == (500, "internal")
        assert "a fault in a model" not in mixed.result().text + lost.result().text
        assert metric(client, "stance_articles_total", outcome="failed") == 2
        assert client.get("/healthz").json()["ready"]


def test_the_load_test_measures_rising_loads(held: HeldPipeline) -> None:
    import asyncio

    import bench_serve

    held.go.set()
    with running(held) as client:
        address = str(client.base_url)
        capacity, levels = asyncio.run(bench_serve.measure(address, ["The mayor said so."], 0.4, seed=1))
    assert capacity > 0
    assert [level.load for level in levels] == list(bench_serve.LOADS)
    sent = [answer for level in levels for answer in level.answers]
    assert sent
    assert {answer.status for answer in sent} <= {200, 503}
    table = bench_serve.markdown(capacity, levels, words=4)
    assert "| 200% |" in table
    assert "failed" not in table
