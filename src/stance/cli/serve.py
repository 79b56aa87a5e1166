"""``stance serve``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from stance.cli.console import say, shown, working
from stance.errors import ConfigError
from stance.serve.settings import ServeSettings


def serve(
    models: Annotated[Path, typer.Option(envvar="STANCE_MODELS", help="Folder with the three models.")] = Path(
        "models"
    ),
    device: Annotated[str, typer.Option(envvar="STANCE_DEVICE", help="auto, cpu, cuda or mps.")] = "auto",
    backend: Annotated[
        Literal["auto", "torch", "onnx"],
        typer.Option(envvar="STANCE_BACKEND", help="What computes; auto takes ONNX Runtime for exported models."),
    ] = "auto",
    host: Annotated[
        str, typer.Option(envvar="STANCE_HOST", help="Address to listen on; the default is this machine alone.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="STANCE_PORT", min=0, max=65535, help="0 takes a free one.")] = 8000,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="STANCE_TOKEN", help="Bearer token to ask for. Others can read an option; set the variable."
        ),
    ] = None,
    max_body_bytes: Annotated[
        int, typer.Option(envvar="STANCE_MAX_BODY_BYTES", min=1, help="Largest body of a request.")
    ] = ServeSettings.max_body_bytes,
    max_articles: Annotated[
        int, typer.Option(envvar="STANCE_MAX_ARTICLES", min=1, help="Most articles in a request.")
    ] = ServeSettings.max_articles,
    max_characters: Annotated[
        int, typer.Option(envvar="STANCE_MAX_CHARACTERS", min=1, help="Longest article.")
    ] = ServeSettings.max_characters,
    max_claims: Annotated[
        int, typer.Option(envvar="STANCE_MAX_CLAIMS", min=1, help="Most claims in a request.")
    ] = ServeSettings.max_claims,
    max_requests: Annotated[
        int, typer.Option(envvar="STANCE_MAX_REQUESTS", min=1, help="Most requests in hand at a time.")
    ] = ServeSettings.max_requests,
    timeout: Annotated[
        float, typer.Option(envvar="STANCE_TIMEOUT", min=0.001, help="Longest time for a request, in seconds.")
    ] = ServeSettings.timeout_seconds,
    batch_articles: Annotated[
        int, typer.Option(envvar="STANCE_BATCH_ARTICLES", min=1, help="Articles that the models read together.")
    ] = ServeSettings.batch_articles,
    batch_wait_ms: Annotated[
        float,
        typer.Option(
            envvar="STANCE_BATCH_WAIT_MS", min=0, help="How long an idle server waits for others to join a batch."
        ),
    ] = ServeSettings.batch_wait_ms,
    queue_articles: Annotated[
        int, typer.Option(envvar="STANCE_QUEUE_ARTICLES", min=1, help="Most articles that wait; more are refused.")
    ] = ServeSettings.queue_articles,
    access_log: Annotated[bool, typer.Option("--access-log", help="Write a line a request.")] = False,
) -> None:
    """Answer scoring requests over HTTP until Ctrl-C. docs/serving.md describes them."""
    try:
        from stance.serve.app import create_app
        from stance.serve.server import address_of, is_loopback, listen_on, run
    except ImportError as error:
        raise ConfigError(f"serving needs more packages ({error.name}): pip install 'stance[serve]'") from error
    from stance.language import check_language
    from stance.pipeline import StancePipeline

    settings = ServeSettings(
        token=os.environ.get("STANCE_TOKEN") if token is None else token,  # typer takes an empty variable for none
        max_body_bytes=max_body_bytes,
        max_articles=max_articles,
        max_characters=max_characters,
        max_claims=max_claims,
        max_requests=max_requests,
        timeout_seconds=timeout,
        batch_articles=batch_articles,
        batch_wait_ms=batch_wait_ms,
        queue_articles=queue_articles,
    )
    listener = listen_on(host, port)
    with working("loading the models"):
        pipeline = StancePipeline.from_pretrained(models, device=device, backend=backend)
        next(pipeline.score(["The first call of a model is slow."], _FIRST_CLAIM))
        check_language(_FIRST_CLAIM)
    address = address_of(listener)
    if token is None and not is_loopback(listener):
        say(
            f"[yellow]warning:[/yellow] {address} can be reached from other machines and asks nobody who they are; "
            "set STANCE_TOKEN, or put a proxy in front that does"
        )
    run(
        create_app(pipeline, settings),
        listener,
        access_log=access_log,
        started=lambda: say(f"listening on {shown(address)} (Ctrl-C ends it)"),
    )
    say("stopped; every request in hand was answered")


_FIRST_CLAIM = "The bridge was closed for two days."
