"""What the formats hold, and where they may go."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq
import pytest

from stance.cli import console
from stance.cli.rows import read_rows
from stance.errors import InputError
from stance.outputs import Target
from stance.outputs.tables import PartedTables
from stance.records import ArticleResult
from test_cli import CLAIM, run

EVIL = '=HYPERLINK("http://evil.example","x") reported it,” Kell said.'


@pytest.fixture
def news(tmp_path: Path) -> Path:
    file = tmp_path / "news.jsonl"
    rows = [
        {"id": "-1+1", "text": "The minister said it was so. “It is false,” an aide said.", "title": "@home"},
        {"id": "b", "text": EVIL},
        {"id": "c"},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


@pytest.fixture
def score(news: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Returns a function that scores the news into some output and gives the exit code."""

    def score_into(output: object, *more: str) -> int:
        arguments = ["score", str(news), "--claim", CLAIM, "--models", str(models), "-q", "-o", str(output), *more]
        return run(arguments, monkeypatch)

    return score_into


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


@pytest.fixture
def rows(score: Any, tmp_path: Path) -> list[ArticleResult]:
    """The results as JSON lines have them."""
    score(tmp_path / "expected.jsonl")
    return [result for _, result in read_rows(str(tmp_path / "expected.jsonl"))]


def test_compressed_rows_are_the_same_rows(score: Any, rows: list[ArticleResult], tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "a.jsonl.zst"):
        assert score(tmp_path / name) == console.SOME_FAILED
        assert [result for _, result in read_rows(str(tmp_path / name))] == rows


def test_csv_has_a_row_a_source_that_no_spreadsheet_runs(score: Any, rows: list[ArticleResult], tmp_path: Path) -> None:
    score(tmp_path / "a.csv.gz")
    text = gzip.decompress((tmp_path / "a.csv.gz").read_bytes()).decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    sources = [source for result in rows for source in result.sources]
    assert [row["source"] for row in table] == [source.name for source in sources]
    assert [float(row["confidence"]) for row in table] == [source.confidence for source in sources]
    assert table[0]["article_id"] == "'-1+1"
    assert table[0]["title"] == "'@home"
    assert not [cell for row in table for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_parquet_tables_hold_what_the_rows_hold(score: Any, rows: list[ArticleResult], tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    assert score(f"{folder}/", "--keep-text") == console.SOME_FAILED
    tables = {name: pq.read_table(folder / name).to_pylist() for name in sorted(path.name for path in folder.iterdir())}
    assert list(tables) == ["articles", "attributions", "sentences", "sources"]
    assert [row["article_id"] for row in tables["articles"]] == ["-1+1", "b"]
    assert tables["articles"][1]["text"] == EVIL
    for result in rows:
        own = {
            name: [row for row in table if row["article_id"] == result.id and row["claim"] == CLAIM]
            for name, table in tables.items()
        }
        assert [(row["start"], row["check_worthiness"]) for row in own["sentences"]] == [
            (sentence.start, sentence.check_worthiness) for sentence in result.sentences
        ]
        assert [(row["name"], row["verdict"], row["confidence"]) for row in own["sources"]] == [
            (source.name, source.verdict, source.confidence) for source in result.sources
        ]
        assert [(row["source"] or {}).get("text") for row in own["attributions"]] == [
            each.source.text if each.source else None for each in result.attributions
        ]
        stances = [(row["stance"], row["supports"]) for row in own["attributions"]]
        stances += [
            (row["authors_stance"], row["authors_supports"]) for row in own["sentences"] if row["authors_stance"]
        ]
        assert stances == [(s.stance, s.probabilities["supports"]) for s in result.statements]
    assert json.loads((tmp_path / "tables.errors.jsonl").read_text())["line"] == 3


@pytest.mark.parametrize("name", ["memory://box/out.jsonl.gz", "memory://box/tables/"])
def test_outputs_elsewhere(score: Any, rows: list[ArticleResult], memory: Any, tmp_path: Path, name: str) -> None:
    assert score(name) == console.SOME_FAILED
    if name.endswith(".gz"):
        assert [result for _, result in read_rows(name)] == rows
        left = {"/box/out.jsonl.gz", "/box/out.jsonl.gz.run.json", "/box/out.errors.jsonl"}
        assert set(memory.find("/box")) == left
    else:
        assert memory.exists("/box/tables/sources/part-00000.parquet")
        assert memory.exists("/box/tables.errors.jsonl")
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    stored = {path: memory.cat_file(path) for path in memory.find("/box")}
    assert score(name) == console.SOME_FAILED  # already complete
    assert {path: memory.cat_file(path) for path in memory.find("/box")} == stored


def test_an_output_elsewhere_needs_a_place_for_unfinished_files(
    memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(InputError, match=r"cannot be written .*; set XDG_CACHE_HOME to a folder for unfinished files"):
        Target.of("memory://box/out.jsonl")


def test_parts_do_not_depend_on_blocks_without_rows_before_them(
    rows: list[ArticleResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stance.outputs.tables.PART_ARTICLES", 2)  # of blocks of one article
    whole, resumed = (PartedTables(str(tmp_path / name), 0, 1) for name in ("whole", "resumed"))
    assert whole.write([])  # safe: a run that breaks off here goes on with a new writer
    for tables in (whole, resumed):
        tables.write(rows[:1])
    assert whole.mark == resumed.mark


def test_a_complete_run_says_so_and_a_report_can_still_be_made(
    score: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out, one, two = tmp_path / "a.jsonl", tmp_path / "one.html", tmp_path / "two.html"
    score(out, "--report", str(one))
    capfd.readouterr()
    assert score(out, "--report", str(two)) == console.SOME_FAILED
    assert "already complete: 2 articles scored, 1 skipped" in capfd.readouterr().err
    assert two.read_text(encoding="utf-8") == one.read_text(encoding="utf-8")


def test_a_report_among_the_articles_is_not_read(news: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news.write_text('{"id": "a", "text": "The minister said it was so."}\n')
    page = news.with_name("report.html")
    command = ["score", str(news.parent), "--claim", CLAIM, "--models", str(models), "-q", "--report", str(page)]
    assert run(command, monkeypatch) == console.OK
    assert run(command, monkeypatch) == console.OK


def test_standard_output_takes_rows_and_nothing_else(
    score: Any, rows: list[ArticleResult], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    capfdbinary.readouterr()
    assert score("-") == console.SOME_FAILED
    lines = capfdbinary.readouterr().out.splitlines()
    assert [ArticleResult.model_validate_json(line) for line in lines] == rows
    assert score("/dev/null") == console.SOME_FAILED


def test_so_many_articles_at_most(score: Any, tmp_path: Path) -> None:
    assert score(tmp_path / "a.jsonl", "--limit", "1") == console.OK
    assert len(list(read_rows(str(tmp_path / "a.jsonl")))) == 1


def test_strict_stops(score: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert score(tmp_path / "a.jsonl", "--strict") == console.UNUSABLE
    assert 'news.jsonl:3: the row has no "text" string' in capfd.readouterr().err


TARGETS = {
    "a.jsonl": ("jsonl", ""),
    "a.JSONL.GZ": ("jsonl", ".gz"),
    "a.csv.zst": ("csv", ".zst"),
    "a.parquet": ("parquet", ""),
    "a/": ("parquet", ""),
}


@pytest.mark.parametrize(("name", "expected"), TARGETS.items())
def test_the_name_says_the_format(tmp_path: Path, name: str, expected: tuple[str, str]) -> None:
    target = Target.of(f"{tmp_path}/{name}")
    assert (target.format, target.compression) == expected


def test_the_format_may_be_said(tmp_path: Path) -> None:
    assert Target.of(f"{tmp_path}/a.out", "csv").format == "csv"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.xlsx", r"no format has this name; end it in \.jsonl"),
        ("a.parquet.gz", r"Parquet is compressed inside; leave \.gz out"),
        ("folder", "this is a folder; name a file in it"),
        ("folder.csv", "this is a folder; name a file in it"),
        ("file.parquet", "Parquet tables go into a folder, and this is a file"),
        ("file.parquet/deeper/a.csv", "cannot be written"),
    ],
)
def test_places_that_cannot_hold_an_output(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file.parquet").touch()
    with pytest.raises(InputError, match=message):
        Target.of(f"{tmp_path}/{name}")


def test_an_empty_name_is_no_place() -> None:
    with pytest.raises(InputError, match="this is a folder; name a file in it"):
        Target.of("")


def test_a_stream_that_takes_no_more_is_told(score: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert score("/dev/full", "--format", "jsonl") == console.UNUSABLE
    assert "/dev/full: cannot be written (No space left on device)" in capfd.readouterr().err
