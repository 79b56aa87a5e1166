"""The routes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence, Sized
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from stance.errors import InputError
from stance.language import check_language
from stance.pipeline import StancePipeline
from stance.records import Document
from stance.serve.batching import Batcher, BatchLimits, QueueFullError
from stance.serve.errors import ApiError, handle_errors, internal_error
from stance.serve.limits import HEALTH, METRICS, OPENAPI, Gate
from stance.serve.metrics import CONTENT_TYPE, Metrics
from stance.serve.schemas import (
    ArticleError,
    ClaimsRequest,
    ClaimsResponse,
    Health,
    ScoreRequest,
    ScoreResponse,
    SentenceFound,
    documented_errors,
)
from stance.serve.settings import ServeSettings
from stance.serve.work import ScoreJob, score_together
from stance.targets import check_claim

SCORE, CLAIMS = "/v1/score", "/v1/claims"
_J = TypeVar("_J", bound=Sized)
_R = TypeVar("_R")


def create_app(pipeline: StancePipeline, settings: ServeSettings) -> FastAPI:
    """The application, for one process of any ASGI server: models, queue and metrics are the process's own.

    Args:
        pipeline: Loaded models; from now on only the application's worker thread computes with them.
        settings: The limits.
    """
    metrics = Metrics(pipeline.versions)
    service = _Service(pipeline, settings, metrics)
    app = FastAPI(
        title="stance",
        version=version("stance"),
        description="Who backs a claim in a pile of news, and who disputes it.",
        lifespan=service.running,
        redirect_slashes=False,
        openapi_url=OPENAPI,
        docs_url=None,  # the page would load scripts from elsewhere
        redoc_url=None,
    )
    handle_errors(app)
    guarded = [Depends(HTTPBearer(auto_error=False))] if settings.token else []  # for the description; Gate checks it
    app.include_router(_work_routes(service, settings), dependencies=guarded)
    app.include_router(_watch_routes(service, metrics))
    app.add_middleware(Gate, settings=settings, metrics=metrics, routes=(SCORE, CLAIMS, HEALTH, METRICS, OPENAPI))
    _describe_limits(app, settings)
    return app


class _Service:
    """The models, behind a queue for each kind of work."""

    def __init__(self, pipeline: StancePipeline, settings: ServeSettings, metrics: Metrics) -> None:
        self.versions = pipeline.versions
        self.check_room = pipeline.check_room
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="models")
        self._workers: list[asyncio.Task[None]] = []
        limits = BatchLimits(settings.batch_articles, settings.batch_wait_ms / 1000, settings.queue_articles)
        self.scoring = Batcher("score", partial(score_together, pipeline), self._executor, metrics, limits)
        self.claims = Batcher("claims", pipeline.check_worthiness, self._executor, metrics, limits)

    @asynccontextmanager
    async def running(self, _: FastAPI) -> AsyncIterator[None]:
        """Keep the workers at work as long as the application runs."""
        self._workers = [asyncio.ensure_future(batcher.work_forever()) for batcher in (self.scoring, self.claims)]
        try:
            yield
        finally:
            for worker in self._workers:
                worker.cancel()
            await asyncio.gather(*self._workers, return_exceptions=True)
            self._executor.shutdown(wait=True, cancel_futures=True)

    @property
    def ready(self) -> bool:
        """Whether work would be done."""
        return bool(self._workers) and not any(worker.done() for worker in self._workers)


def _work_routes(service: _Service, settings: ServeSettings) -> APIRouter:
    router = APIRouter(responses=documented_errors(400, 401, 408, 413, 415, 422, 500, 503, 504))

    @router.post(SCORE, response_model=ScoreResponse)
    async def score(request: ScoreRequest) -> Response:
        """Who supports and who disputes a claim in each article, as rows of `stance score`."""
        if len(request.articles) > settings.max_articles:
            raise _too_large(f"{len(request.articles)} articles", settings.max_articles, "articles")
        for number, article in enumerate(request.articles):
            _check_length(article.text, settings, f"articles[{number}].text")
        claims = _checked_claims(request, service, settings)
        documents = [
            Document(**{**article.model_dump(), "id": str(number) if article.id is None else article.id})
            for number, article in enumerate(request.articles)
        ]
        readable = [number for number, document in enumerate(documents) if document.text.strip()]
        done = await _submit(service.scoring, [ScoreJob(documents[number], claims) for number in readable])
        outcomes = dict(zip(readable, done, strict=True))
        found = [result for outcome in done if not isinstance(outcome, BaseException) for result in outcome]
        errors = [
            _article_error(number, document, outcomes.get(number))
            for number, document in enumerate(documents)
            if number not in outcomes or isinstance(outcomes[number], BaseException)
        ]
        if not found and any(error.code == "internal" for error in errors):
            raise internal_error()
        return _json(ScoreResponse(results=found, errors=errors))

    @router.post(CLAIMS, response_model=ClaimsResponse)
    async def claims(request: ClaimsRequest) -> Response:
        """The check-worthy sentences of a text."""
        _check_length(request.text, settings, "text")
        [found] = await _submit(service.claims, [request.text])
        if isinstance(found, BaseException):
            raise internal_error() from found
        sentences = [
            SentenceFound(**sentence.model_dump(), text=request.text[sentence.start : sentence.end])
            for sentence in found
            if sentence.check_worthy or request.all_sentences
        ]
        return _json(ClaimsResponse(sentences=sentences, models=service.versions))

    return router


def _watch_routes(service: _Service, metrics: Metrics) -> APIRouter:
    router = APIRouter()

    @router.get(HEALTH, response_model=Health, responses={503: {"model": Health, "description": "Not ready."}})
    async def healthz() -> Response:
        """Whether the server lives, and whether it can work; 503 when it cannot."""
        health = Health(live=True, ready=service.ready, models=service.versions)
        return _json(health, 200 if health.ready else 503)

    @router.get(METRICS, response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def prometheus() -> Response:
        """Metrics in the text format of Prometheus."""
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return router


async def _submit(batcher: Batcher[_J, _R], jobs: Sequence[_J]) -> list[_R | BaseException]:
    try:
        return await batcher.submit(jobs)
    except QueueFullError as full:
        raise ApiError(
            503,
            "overloaded",
            "the queue is full; come back in some seconds, as Retry-After says",
            headers={"Retry-After": str(full.retry_after)},
        ) from full


def _checked_claims(request: ScoreRequest, service: _Service, settings: ServeSettings) -> tuple[str, ...]:
    given = request.given_claims()
    if len(given) > settings.max_claims:
        raise _too_large(f"{len(given)} claims", settings.max_claims, "claims")
    claims = []
    for where, words in given:
        try:
            claim = check_claim(words)
            service.check_room(claim)
            if not request.any_language:
                check_language(claim, switch='"any_language": true')
        except InputError as error:
            raise ApiError(422, "invalid_claim", str(error), where) from error
        claims.append(claim)
    return tuple(dict.fromkeys(claims))


def _check_length(text: str, settings: ServeSettings, where: str) -> None:
    if len(text) > settings.max_characters:
        raise _too_large(f"{len(text):,} characters", settings.max_characters, where)


def _too_large(found: str, most: int, where: str) -> ApiError:
    return ApiError(422, "too_large", f"{found}; the most here is {most:,}: split it", where)


def _article_error(number: int, document: Document, outcome: object) -> ArticleError:
    if outcome is None:
        return ArticleError(article=number, id=document.id, code="no_text", message="there is no text in it")
    return ArticleError(article=number, id=document.id, code="internal", message="scoring it failed; see the log")


def _json(message: BaseModel, status: int = 200) -> Response:
    """The message, written once: FastAPI would check and convert what is checked already."""
    return Response(message.model_dump_json(), status, media_type="application/json")


def _describe_limits(app: FastAPI, settings: ServeSettings) -> None:
    """Put the limits of this server into its OpenAPI description."""
    schemas: dict[str, Any] = app.openapi()["components"]["schemas"]
    schemas["Article"]["properties"]["text"]["maxLength"] = settings.max_characters
    schemas["ClaimsRequest"]["properties"]["text"]["maxLength"] = settings.max_characters
    schemas["ScoreRequest"]["properties"]["articles"]["maxItems"] = settings.max_articles
    claims = schemas["ScoreRequest"]["properties"]["claims"]["anyOf"]
    next(kind for kind in claims if kind["type"] == "array")["maxItems"] = settings.max_claims
