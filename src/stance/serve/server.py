"""Runs the application on a socket, from start to an orderly end."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from stance.errors import ConfigError

KEEP_ALIVE = 75
"""Seconds that an idle connection is kept: longer than clients and proxies keep theirs, lest one closes as a request
is sent on it."""


def listen_on(host: str, port: int) -> socket.socket:
    """Take an address, before the models are loaded; nobody can connect until ``run``.

    Raises:
        ConfigError: when it is taken, or not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        what = "another program has that port" if error.errno == errno.EADDRINUSE else str(error.strerror or error)
        raise ConfigError(f"cannot listen on {host}:{port}: {what}; choose others with --host and --port") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The address to put into a browser or a client."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(listener: socket.socket) -> bool:
    """Whether only programs of this machine can connect."""
    host = str(listener.getsockname()[0])
    return host == "::1" or host.startswith("127.")


def run(app: FastAPI, listener: socket.socket, *, access_log: bool, started: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; requests in hand are finished first.

    Args:
        app: The application.
        listener: From ``listen_on``.
        access_log: Whether to write a line a request.
        started: Called as soon as requests are answered.
    """
    level = "info" if access_log else "warning"
    config = uvicorn.Config(
        app, log_level=level, access_log=access_log, server_header=False, timeout_keep_alive=KEEP_ALIVE
    )
    server = _Server(config, started)
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, signal.SIG_IGN)  # uvicorn handles them, and raises them again when all is done
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._say_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._say_started()
