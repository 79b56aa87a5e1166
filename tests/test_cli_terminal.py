"""What commands show: whatever the articles hold, and whatever the terminal can show."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from rows import row
from stance.cli import console
from stance.records import ArticleResult, SourceKind, SourceStance, Verdict
from test_cli import CLAIM, run

NAME = "Dana\x1b]0;owned\x07 [red]Kell\x9b2J, “K.”"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    source = SourceStance(
        speaker=0, name=NAME, kind=SourceKind.UNNAMED, verdict=Verdict.SUPPORTS, confidence=0.9, abstained=False,
        mentions=1, evidence=(0,),
    )  # fmt: skip
    result: ArticleResult = row(sources=(source,), counts=dict.fromkeys(Verdict, 0), title="\x1b[2JHome")
    file = tmp_path / "a.jsonl"
    file.write_text(result.model_dump_json() + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("command", ["aggregate", "suggest"])
def test_what_articles_hold_does_not_steer_the_terminal(
    command: str, rows: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run([command, str(rows)], monkeypatch) == console.OK
    out = capfd.readouterr().out
    assert ("[red]Kell" if command == "aggregate" else "[2JHome") in out.replace("�", "")
    assert not {"\x1b", "\x07", "\x9b"} & set(out)


def test_names_of_files_do_not_steer_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["score", "\x1b2J.txt", "--claim", CLAIM], monkeypatch) == console.UNUSABLE
    assert "�2J.txt: there is no such file" in capfd.readouterr().err


def test_a_terminal_that_lacks_characters_shows_others(rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    assert run(["aggregate", str(rows)], monkeypatch) == console.OK
    sys.stdout.flush()
    assert b"?K.?" in written.getvalue()


def test_of_many_bad_rows_the_first_are_named_and_all_counted(
    rows: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with rows.open("a", encoding="utf-8") as file:
        file.write("{}\n" * 30)
    assert run(["aggregate", str(rows), "-q"], monkeypatch) == console.SOME_FAILED
    err = capfd.readouterr().err
    assert err.count("not a row of `stance score`") == 20
    assert "… and more, that are only counted here" in err
    assert "30 rows skipped" in err


def test_what_is_no_terminal_gets_no_progress(
    rows: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["aggregate", str(rows)], monkeypatch) == console.OK
    assert capfd.readouterr().err == "1 article (1 without copies), 1 claim\n"
