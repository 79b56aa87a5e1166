"""The server's routes over a real socket: what comes back, and how it says no."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from serving import CLAIM, TEXT, body, metric, running
from stance import Document, StancePipeline
from stance.records import ArticleResult

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def pipeline(models: Path) -> StancePipeline:
    return StancePipeline.from_pretrained(models, device="cpu")


@pytest.fixture(scope="module")
def client(pipeline: StancePipeline) -> Iterator[httpx2.Client]:
    limits = {"max_body_bytes": 20_000, "max_articles": 3, "max_characters": 5_000, "max_claims": 2}
    with running(pipeline, **limits) as client:
        yield client


def test_a_result_is_the_row_that_the_library_gives(
    client: httpx2.Client, pipeline: StancePipeline, article: str
) -> None:
    text = article[:4_000]
    answer = client.post(
        "/v1/score", json={"claim": CLAIM, "articles": [{"id": "a", "text": text, "outlet": "Ledger"}]}
    )
    assert answer.status_code == 200
    expected = next(pipeline.score([Document(id="a", text=text, outlet="Ledger")], CLAIM))
    assert [ArticleResult.model_validate(row) for row in answer.json()["results"]] == [expected]
    assert answer.json()["errors"] == []


def test_each_article_is_scored_against_each_claim(client: httpx2.Client) -> None:
    claims = [CLAIM, "The bridge was closed in May."]
    rows = client.post("/v1/score", json={"claims": claims, "articles": [{"text": "A. B."}, {"text": TEXT}]}).json()
    assert [(row["id"], row["claim"]) for row in rows["results"]] == [
        (number, claim) for number in "01" for claim in claims
    ]


def test_an_article_without_text_does_not_spoil_the_others(client: httpx2.Client) -> None:
    answer = client.post("/v1/score", json=body(TEXT, " \n ", TEXT))
    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()["results"]] == ["0", "2"]
    assert answer.json()["errors"] == [
        {"article": 1, "id": "1", "code": "no_text", "message": "there is no text in it"}
    ]


def test_check_worthy_sentences_carry_their_words(client: httpx2.Client) -> None:
    text = "🙂 The town spent 4 million pounds. It rained."
    found = client.post("/v1/claims", json={"text": text, "all_sentences": True}).json()
    assert [s["text"] for s in found["sentences"]] == [text[s["start"] : s["end"]] for s in found["sentences"]]
    assert len(found["sentences"]) >= 2
    worthy = client.post("/v1/claims", json={"text": text}).json()["sentences"]
    assert worthy == [sentence for sentence in found["sentences"] if sentence["check_worthy"]]


def test_health_names_the_models(client: httpx2.Client, pipeline: StancePipeline) -> None:
    assert client.get("/healthz").json() == {"live": True, "ready": True, "models": pipeline.versions}


def test_metrics_count_requests_by_route_and_status(client: httpx2.Client) -> None:
    before = metric(client, "stance_requests_total", route="/v1/score", status="422")
    counted = metric(client, "stance_request_seconds_count", route="/v1/score")
    client.post("/v1/score", json={})
    assert metric(client, "stance_requests_total", route="/v1/score", status="422") == before + 1
    assert metric(client, "stance_request_seconds_count", route="/v1/score") == counted + 1
    client.get("/anything/at/all")
    assert metric(client, "stance_requests_total", route="other", status="404") >= 1


FAULTS: dict[str, tuple[Any, int, str, str | None]] = {
    "not JSON": (b"{", 400, "invalid_json", "character 1"),
    "not UTF-8": (b'{"claim": "\xff"}', 400, "invalid_json", None),
    "brackets in brackets": (b"[" * 9_000, 400, "invalid_json", None),
    "a number of thousands of digits": (b'{"claim": ' + b"9" * 9_000 + b"}", 400, "invalid_json", None),
    "nothing": (b"", 422, "invalid_request", None),
    "a list": ([], 422, "invalid_request", None),
    "NaN": (b'{"articles": NaN, "claim": "It is so."}', 422, "invalid_request", "articles"),
    "no articles": ({"claim": CLAIM, "articles": []}, 422, "invalid_request", "articles"),
    "no claim": ({"articles": [{"text": "x"}]}, 422, "invalid_request", None),
    "claim and claims": (body(claims=[CLAIM]), 422, "invalid_request", None),
    "no text": ({"claim": CLAIM, "articles": [{}]}, 422, "invalid_request", "articles[0].text"),
    "text of another type": ({"claim": CLAIM, "articles": [{"text": 4}]}, 422, "invalid_request", "articles[0].text"),
    "unknown field": ({"claim": CLAIM, "articles": [{"text": "x", "txt": ""}]}, 422, "invalid_request",
                      "articles[0].txt"),
    "lone surrogate": (b'{"claim": "It is so.", "articles": [{"text": "\\ud83d"}]}', 422, "invalid_request",
                       "articles[0].text"),
    "lone surrogate in a claim": (b'{"claim": "It is \\ud83d.", "articles": [{"text": "x"}]}', 422, "invalid_request",
                                  "claim"),
    "lone surrogate in a name": (b'{"\\ud83d": 1}', 422, "invalid_request", None),
    "short claim": (body(claim="Iran"), 422, "invalid_claim", "claim"),
    "question": ({**body(), "claim": "Is al Qaeda there?"}, 422, "invalid_claim", "claim"),
    "other language": (body(claim="Der nördliche Hafen ist seit Montag für alle Schiffe gesperrt."), 422,
                       "invalid_claim", "claim"),
    "claim of many pieces": (body(claim="The port 港" + "港口" * 120 + " is shut."), 422, "invalid_claim", "claim"),
    "second claim": ({"claims": [CLAIM, "Iran"], "articles": [{"text": "x"}]}, 422, "invalid_claim", "claims[1]"),
    "too many claims": ({"claims": [CLAIM] * 3, "articles": [{"text": "x"}]}, 422, "too_large", "claims"),
    "too many articles": (body(*"abcd"), 422, "too_large", "articles"),
    "too long an article": (body("a", "b" * 5_001), 422, "too_large", "articles[1].text"),
    "too large a body": (body("a" * 20_001), 413, "body_too_large", None),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_in_one_shape(client: httpx2.Client, fault: str) -> None:
    sent, status, code, where = FAULTS[fault]
    content = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    answer = client.post("/v1/score", content=content, headers=JSON)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "where"}
    assert error["code"] == code
    assert where is None or error["where"] == where
    assert 0 < len(answer.content) < 1_000
    assert "Traceback" not in answer.text


def test_the_language_check_can_be_switched_off(client: httpx2.Client) -> None:
    claim = "Der nördliche Hafen ist seit Montag für alle Schiffe gesperrt."
    assert '"any_language": true' in client.post("/v1/score", json=body(claim=claim)).json()["error"]["message"]
    assert client.post("/v1/score", json=body(claim=claim, any_language=True)).status_code == 200


def test_inputs_are_not_sent_back_whole(client: httpx2.Client) -> None:
    for sent in (body(claim="x" * 900), {"y" * 9_000: 1}, {"claim": ["z" * 9_000], "articles": "z" * 9_000}):
        assert len(client.post("/v1/score", json=sent).content) < 1_000


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("POST", "/v1/score/", 404, "not_found"),
        ("GET", "/v1/score", 405, "method_not_allowed"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
    ],
)
def test_wrong_addresses_and_methods_have_the_same_shape(
    client: httpx2.Client, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert ("allow" in answer.headers) == (status == 405)


def test_a_body_of_another_type_is_refused_with_the_remedy(client: httpx2.Client) -> None:
    answer = client.post("/v1/score", content=json.dumps(body()), headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")
    assert "Content-Type: application/json" in answer.json()["error"]["message"]


@pytest.mark.parametrize("text", ["\x00", "…", "\u200b?", "A\r\n\r\nB said “so”.", "🙂 she said 🙂."])
def test_odd_texts_are_scored(client: httpx2.Client, text: str) -> None:
    answer = client.post("/v1/score", json=body(text))
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == 1


def test_a_body_in_pieces_is_measured_too(client: httpx2.Client) -> None:
    sent = []

    def pieces() -> Iterator[bytes]:
        for number in range(10_000):
            sent.append(number)
            yield b" " * 1_000

    answer = client.post("/v1/score", content=pieces(), headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")
    assert len(sent) < 10_000, "the server hung up before the end"
    small = client.post("/v1/score", content=iter([json.dumps(body()).encode()]), headers=JSON)
    assert small.status_code == 200


def test_the_description_has_the_limits_examples_and_errors(client: httpx2.Client) -> None:
    described = client.get("/openapi.json").json()
    schemas = described["components"]["schemas"]
    assert schemas["Article"]["properties"]["text"]["maxLength"] == 5_000
    assert schemas["ScoreRequest"]["properties"]["articles"]["maxItems"] == 3
    assert set(described["paths"]["/v1/score"]["post"]["responses"]) >= {"200", "413", "422", "503", "504"}
    for path, name in (("/v1/score", "ScoreRequest"), ("/v1/claims", "ClaimsRequest")):
        [example] = schemas[name]["examples"]
        assert client.post(path, json=example).status_code == 200


def test_a_token_is_asked_for_before_anything_is_read(pipeline: StancePipeline) -> None:
    with running(pipeline, token="s3cret") as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret"}):
            answer = client.post("/v1/score", content=b"not JSON", headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
            assert answer.headers["www-authenticate"] == "Bearer"
        assert client.get("/metrics").status_code == 401
        assert client.get("/healthz").status_code == 200
        assert client.post("/v1/score", json=body(), headers={"Authorization": "bearer s3cret"}).status_code == 200
        described = client.get("/openapi.json", headers={"Authorization": "Bearer s3cret"}).json()
        assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
