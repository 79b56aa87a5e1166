"""The gate in front of the routes: who may come in, how many, with how much, and for how long.

It stands before FastAPI so that a body is not read for those who may not send one, and is never read beyond the limit.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stance.serve.errors import ApiError
from stance.serve.metrics import Metrics
from stance.serve.settings import ServeSettings

HEALTH, METRICS, OPENAPI = "/healthz", "/metrics", "/openapi.json"
_ALWAYS_OPEN = (HEALTH, METRICS, OPENAPI)
"""Answered however busy the server is; none of them costs anything."""
# Else the rest of the body would be read, however long. Only here: hanging up on a client that is still sending can
# cost it the answer.
_CLOSE = {"Connection": "close"}
_CLIENT_CLOSED = 499  # not sent: nobody is there to read it; nginx's number for it


class _DisconnectedError(Exception):
    pass


class Gate:
    """ASGI middleware: token, requests in hand, size of the body, time; and a count of every request.

    Args:
        app: What is behind it.
        settings: The limits.
        metrics: Where requests are counted.
        routes: Paths that are counted by name.
    """

    def __init__(self, app: ASGIApp, settings: ServeSettings, metrics: Metrics, routes: Collection[str]) -> None:
        self._app, self._settings, self._metrics, self._routes = app, settings, metrics, routes
        self._in_hand = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        response = _Watched(send)
        status = 500
        try:
            try:
                await self._checked(scope, receive, response)
            except ApiError as refusal:
                if not response.status:
                    await refusal.response()(scope, receive, response)
            status = response.status or _CLIENT_CLOSED
        finally:
            route = scope["path"] if scope["path"] in self._routes else "other"
            self._metrics.requests.labels(route, status).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - start)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._check_token(scope)
        if scope["path"] in _ALWAYS_OPEN:
            await self._app(scope, receive, send)
            return
        if self._in_hand >= self._settings.max_requests:
            message = f"{self._in_hand} requests are in hand, which is the most; try again later"
            raise ApiError(503, "overloaded", message, headers={"Retry-After": "1"})
        self._in_hand += 1
        self._metrics.in_hand.set(self._in_hand)
        try:
            await self._in_time(scope, receive, send)
        except _DisconnectedError:
            pass
        finally:
            self._in_hand -= 1
            self._metrics.in_hand.set(self._in_hand)

    def _check_token(self, scope: Scope) -> None:
        if self._settings.token is None or scope["path"] == HEALTH:
            return
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, token = given.partition(b" ")
        right = hmac.compare_digest(token.strip(), self._settings.token.encode())
        if scheme.lower() != b"bearer" or not right:
            headers = {"WWW-Authenticate": "Bearer"}
            raise ApiError(401, "unauthorized", "send the server's token: Authorization: Bearer …", headers=headers)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        ends = asyncio.get_running_loop().time() + self._settings.timeout_seconds
        try:
            async with asyncio.timeout_at(ends):
                body = await self._read(scope, receive)
        except TimeoutError:
            raise ApiError(408, "request_timeout", "the request did not arrive in time", headers=_CLOSE) from None
        gone = asyncio.ensure_future(receive())  # once the body is read, the next message says that the client has left
        work = asyncio.ensure_future(self._app(scope, _Replay(body, gone), send))
        try:
            async with asyncio.timeout_at(ends):
                await asyncio.wait({gone, work}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            seconds = self._settings.timeout_seconds
            message = f"not done within {seconds:g} seconds; send fewer or shorter articles, or come back later"
            raise ApiError(504, "timeout", message) from None
        finally:
            unfinished = [task for task in (gone, work) if not task.done()]
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        if not work.cancelled():
            work.result()

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        most = self._settings.max_body_bytes
        too_large = ApiError(
            413, "body_too_large", f"the body has more than {most:,} bytes; send fewer articles", headers=_CLOSE
        )
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if int(announced) > most:
            raise too_large
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _DisconnectedError
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > most:
                raise too_large
        return bytes(body)


class _Replay:
    """Hands on a body that was read already, and after it whatever comes."""

    def __init__(self, body: bytes, later: asyncio.Future[Message]) -> None:
        self._body: bytes | None = body
        self._later = later

    async def __call__(self) -> Message:
        if self._body is None:
            return await asyncio.shield(self._later)
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Watched:
    """``send`` that remembers the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)
