"""The files that commands write: there whole or not at all, and never in the place of what they are made from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rows import row
from stance.cli import console
from stance.records import ArticleResult, Verdict
from test_cli import run

COUNTS = {verdict: int(verdict is Verdict.SUPPORTS) for verdict in Verdict}


def scored(**fields: object) -> ArticleResult:
    return row(counts=COUNTS, **fields)


def write_rows(path: Path, *rows: ArticleResult) -> Path:
    path.write_text("".join(each.model_dump_json() + "\n" for each in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("command", "name"),
    [("report", "a.jsonl"), ("suggest", "a.jsonl"), ("export-labels", "a.jsonl"), ("aggregate", "a.json")],
)
def test_no_command_writes_over_what_it_reads(
    command: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = write_rows(tmp_path / name, scored())
    before = rows.read_bytes()
    assert run([command, str(rows), "-o", str(rows)], monkeypatch) == console.UNUSABLE
    assert "this is the file that is read; name another" in capfd.readouterr().err
    assert rows.read_bytes() == before


@pytest.mark.parametrize("command", [["report", "-o"], ["suggest", "-o"], ["aggregate", "-q", "--report"]])
def test_a_full_disc_is_told_in_one_line(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = write_rows(tmp_path / "a.jsonl", scored())
    assert run([command[0], str(rows), *command[1:], "/dev/full"], monkeypatch) == console.UNUSABLE
    assert "/dev/full: cannot be written (No space left on device)" in capfd.readouterr().err


def test_what_was_there_stays_when_a_command_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = write_rows(tmp_path / "a.jsonl", scored(), scored(id="a2", text=None))
    tasks = tmp_path / "tasks.json"
    tasks.write_text("[]")
    assert run(["export-labels", str(rows), "-o", str(tasks)], monkeypatch) == console.UNUSABLE
    assert "a.jsonl:2: the row of a2 has no text" in capfd.readouterr().err
    assert tasks.read_text() == "[]"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "tasks.json"]


def test_a_command_that_does_nothing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    assert run(["report", str(tmp_path / "none.jsonl"), "-o", str(page)], monkeypatch) == console.UNUSABLE
    assert not page.exists()


def test_what_a_link_leads_to_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, link = write_rows(tmp_path / "a.jsonl", scored()), tmp_path / "page.html"
    link.symlink_to(tmp_path / "elsewhere.html")
    assert run(["report", str(rows), "-o", str(link)], monkeypatch) == console.OK
    assert link.is_symlink()
    assert "<h1>" in (tmp_path / "elsewhere.html").read_text(encoding="utf-8")


def test_articles_of_several_files_can_be_suggested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write_rows(tmp_path / "a.jsonl", scored(text_sha256="a", statements=()))
    write_rows(tmp_path / "b.jsonl", scored(id="a2", text_sha256="b", attributions=(), statements=()))
    chosen = tmp_path / "next" / "c.jsonl"
    assert run(["suggest", str(tmp_path / "*.jsonl"), "-o", str(chosen)], monkeypatch) == console.OK
    assert [json.loads(line)["id"] for line in chosen.read_text(encoding="utf-8").splitlines()] == ["a1", "a2"]
    assert run(["suggest", "-", "-o", str(chosen)], monkeypatch) == console.UNUSABLE
    assert "standard input is read once" in capfd.readouterr().err


def test_labels_do_not_go_where_a_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "e.json").write_text('[{"id": 1}]')
    assert run(["import-labels", str(tmp_path / "e.json"), "-o", str(tmp_path / "e.json")], monkeypatch) == 2
    assert "e.json: this cannot be a folder (File exists)" in capfd.readouterr().err
