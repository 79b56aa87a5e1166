"""``stance serve`` as a process: how it starts, warns, and ends."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import typer

from serving import PATIENCE, body, metric
from stance import cli
from stance.cli import console
from stance.serve.server import listen_on

COMMAND = [sys.executable, "-m", "stance.cli", "serve", "--port", "0", "--device", "cpu"]


@pytest.fixture
def server(models: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen([*COMMAND, "--models", str(models)], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    address = re.search(r"listening on (http://127\.0\.0\.1:\d+)", process.stderr.readline())
    assert address, process.stderr.read()
    yield process, address[1]
    process.kill()
    process.wait()
    process.stderr.close()


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
def test_requests_in_hand_are_answered_before_it_ends(
    server: tuple[subprocess.Popen[str], str], wanted: signal.Signals
) -> None:
    process, address = server
    answers: list[int] = []
    texts = ["The mayor said the bridge was safe. " * 200] * 8

    def ask() -> None:
        answers.append(httpx2.post(f"{address}/v1/score", json=body(*texts), timeout=PATIENCE).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    with httpx2.Client(base_url=address, timeout=PATIENCE) as client:
        while metric(client, "stance_requests_in_hand") < 1:
            assert not answers, "the request should still be in hand"
    process.send_signal(wanted)
    asking.join()
    assert answers == [200]
    assert process.wait(PATIENCE) == console.OK
    assert process.stderr is not None
    assert "stopped; every request in hand was answered" in process.stderr.read()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{address}/healthz")


def refused(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", ["stance", "serve", *arguments])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    assert exit_.value.code == console.UNUSABLE
    shown = capfd.readouterr().err.strip()
    assert "\n" not in shown
    return shown


def test_what_keeps_it_from_starting_is_one_line(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with listen_on("127.0.0.1", 0) as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        shown = refused(["--port", port, "--models", str(models)], monkeypatch, capfd)
        assert shown.endswith(f"cannot listen on 127.0.0.1:{port}: another program has that port; "
                              "choose others with --host and --port")  # fmt: skip
    shown = refused(["--port", "0", "--models", str(tmp_path)], monkeypatch, capfd)
    assert "no model folder here. Train the models" in shown
    shown = refused(["--port", "0", "--max-articles", "100"], monkeypatch, capfd)
    assert "--queue-articles 32 is less than --max-articles 100" in shown
    monkeypatch.setenv("STANCE_TOKEN", "")
    assert "the token is empty" in refused(["--port", "0"], monkeypatch, capfd)


def test_an_open_address_without_a_token_is_warned_of(models: Path) -> None:
    command = [*COMMAND, "--host", "0.0.0.0", "--models", str(models)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    shown = process.stderr.readline()
    process.terminate()
    shown += process.communicate(timeout=PATIENCE)[1]
    assert "can be reached from other machines and asks nobody who they are; set STANCE_TOKEN" in shown


def test_every_option_is_in_the_docs_with_its_variable(repository: Path) -> None:
    docs = (repository / "docs" / "serving.md").read_text(encoding="utf-8")
    serve = typer.main.get_command(cli.app).commands["serve"]  # type: ignore[attr-defined]
    names = [name for parameter in serve.params for name in (*parameter.opts, parameter.envvar) if name]
    assert [name for name in names if name != "--help" and f"`{name}`" not in docs] == []
