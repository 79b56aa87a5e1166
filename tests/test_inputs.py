"""Which files are read, wherever they lie and however they are packed, and rows of CSV and Parquet."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stance.documents import Columns, SeenIds, Unreadable, count_documents, find_files, read_documents
from stance.errors import InputError
from stance.records import Document
from stance.results import read_results

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROWS = b'{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}\n'
BOTH = [Document(id="a", text="One."), Document(id="b", text="Two.")]


@pytest.fixture
def memory() -> Iterator[Any]:
    """A file system that lies elsewhere, as far as the code can tell."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


def read(*names: object, columns: Columns | None = None) -> list[Document | Unreadable]:
    return list(read_documents(find_files(str(name) for name in names), columns))


def found(*names: object) -> list[str]:
    return [file.address for file in find_files(str(name) for name in names)]


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gz", "zst"])
def test_compressed_rows(tmp_path: Path, pack: Any) -> None:
    file = tmp_path / ("a.JSONL.gz" if pack is gzip.compress else "a.jsonl.zst")
    file.write_bytes(pack(ROWS[:28]) + pack(ROWS[28:]))  # files put end to end are one file
    assert read(file) == BOTH


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gz", "zst"])
def test_a_compressed_article(tmp_path: Path, pack: Any) -> None:
    file = tmp_path / ("a.txt.gz" if pack is gzip.compress else "a.txt.zst")
    file.write_bytes(pack(b"One."))
    assert read(file) == [Document(id=str(file), text="One.")]


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["gz", "zst"])
def test_a_compressed_file_that_was_cut_off(tmp_path: Path, pack: Any) -> None:
    file = tmp_path / ("a.jsonl.gz" if pack is gzip.compress else "a.jsonl.zst")
    file.write_bytes(pack(ROWS) + pack(ROWS * 50)[:-20])
    documents = [each for each in read(file) if isinstance(each, Document)]
    bad = [each for each in read(file) if isinstance(each, Unreadable)]
    assert documents[:2] == BOTH
    assert [str(each).startswith(f"{file}: damaged or cut off (") for each in bad] == [True]


def test_what_is_no_gzip_at_all(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(ROWS)
    assert [str(each) for each in read(file)] == [f"{file}: damaged or cut off (Not a gzipped file (b'{{\"'))"]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
def test_rows_of_results_in_a_damaged_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(ROWS)
    with pytest.raises(InputError, match=rf"{name}: cannot be read \("):
        list(read_results(str(tmp_path / name)))


def test_a_name_that_says_nothing_is_looked_into(tmp_path: Path) -> None:
    page_text = "<!doctype html><html><body><p>Two engineers said the dam is safe.</p></body></html>"
    (tmp_path / "page").write_text(page_text)
    (tmp_path / "words").write_text("The dam is safe.")
    page, words = read(tmp_path / "page", tmp_path / "words")
    assert isinstance(page, Document)
    assert "<" not in page.text
    assert words == Document(id=str(tmp_path / "words"), text="The dam is safe.")


@pytest.mark.parametrize(("name", "message"), [("", "the name of an input is empty"), ("a" * 5000, "cannot be looked")])
def test_names_that_no_file_can_have(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_files([name])


def test_patterns_and_folders_in_order_of_name_and_once(tmp_path: Path) -> None:
    for name in ("b/2.jsonl.gz", "b/1.jsonl.gz", "a.csv", "b/c/3.txt", "b/c/picture.png", "[odd].txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert found(tmp_path / "b" / "*.gz") == [f"{tmp_path}/b/1.jsonl.gz", f"{tmp_path}/b/2.jsonl.gz"]
    assert found(tmp_path / "**" / "*.txt") == [f"{tmp_path}/[odd].txt", f"{tmp_path}/b/c/3.txt"]
    assert found(tmp_path / "[odd].txt") == [f"{tmp_path}/[odd].txt"]
    below = ["[odd].txt", "a.csv", "b/1.jsonl.gz", "b/2.jsonl.gz", "b/c/3.txt"]
    assert found(tmp_path / "a.csv", tmp_path) == [f"{tmp_path}/{name}" for name in ["a.csv", "[odd].txt", *below[2:]]]
    with pytest.raises(InputError, match="no file fits this pattern"):
        found(tmp_path / "*.jsonl")


def test_the_output_is_not_read(tmp_path: Path) -> None:
    for name in ("in.jsonl", "out.jsonl", "tables/articles/part-00000.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    out = [f"{tmp_path}/out.jsonl", f"{tmp_path}/tables"]
    for name in (str(tmp_path), f"{tmp_path}/*.jsonl"):
        assert [file.address for file in find_files([name], leave_out=out)] == [f"{tmp_path}/in.jsonl"]


def test_addresses(memory: Any, tmp_path: Path) -> None:
    memory.pipe_file("/news/b.jsonl", ROWS)
    memory.pipe_file("/news/deep/a.txt.gz", gzip.compress(b"Three."))
    memory.pipe_file("/news/picture.png", b"")
    assert found("memory://news") == ["memory:///news/b.jsonl", "memory:///news/deep/a.txt.gz"]
    assert found("memory://news/**/*.gz") == ["memory:///news/deep/a.txt.gz"]
    assert read("memory://news/b.jsonl", "memory://news/deep/*") == [
        *BOTH, Document(id="memory:///news/deep/a.txt.gz", text="Three.")
    ]  # fmt: skip
    (tmp_path / "c.txt").write_text("Four.")
    assert read(f"file://{tmp_path}/c.txt") == [Document(id=f"{tmp_path}/c.txt", text="Four.")]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("memory://nowhere", r"memory://nowhere: there is nothing to read here; expected \.txt, "),
        ("memory://nowhere/*.gz", r"there is nothing to read here"),
        ("s4://bucket/news", r"s4://bucket/news: this address cannot be used \(Protocol not known: s4"),
        ("abfs://box/news", "another package is needed to reach this: pip install adlfs$"),
    ],
)
def test_addresses_that_lead_nowhere(memory: Any, address: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_files([address])


def test_a_connection_that_breaks_stops_the_run(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.pipe_file("/news/b.jsonl", ROWS)
    files = find_files(["memory://news/b.jsonl"])

    class Breaking(io.BytesIO):
        def readline(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError("reset by peer")
            return super().readline(size)

    monkeypatch.setattr(memory, "open", lambda *_: Breaking(ROWS))
    documents = read_documents(files)
    assert next(documents) == BOTH[0]
    with pytest.raises(InputError, match=r"b\.jsonl: reading broke off \(ConnectionResetError: reset by peer\)"):
        next(documents)


CSV = {
    "commas, a quoted line break, a column of no use": (
        b'id,text,section\na,"One, she said.\nTwo.",x\n',
        [Document(id="a", text="One, she said.\nTwo.")],
    ),
    "semicolons, a byte-order mark, line breaks of Windows": (
        b'\xef\xbb\xbfid;text;title\r\na;"One, ""so""";T\r\n\r\n',
        [Document(id="a", text='One, "so"', title="T")],
    ),
    "a cell of two lines in UTF-16": (
        'id,text\na,"One\nand two."\nb,Three.\n'.encode("utf-16"),
        [Document(id="a", text="One\nand two."), Document(id="b", text="Three.")],
    ),
    "tabs in UTF-16, as spreadsheets save them": (
        "id\ttext\na\tOne—so.\n".encode("utf-16"), [Document(id="a", text="One—so.")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), CSV.values(), ids=CSV)
def test_csv(tmp_path: Path, data: bytes, expected: list[Document]) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(data)
    assert read(file) == expected


def test_bad_rows_of_csv_are_named_by_the_line_they_start_on(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b'id,text\na,"One\nTwo."\nb,x,y\nc,Caf\xe9\nd,\n,Five.\n')
    assert read(file) == [
        Document(id="a", text="One\nTwo."),
        Unreadable(str(file), "3 cells, but the header has 2; quote cells that hold the delimiter", line=4),
        Unreadable(str(file), "not UTF-8; convert it, for example with: iconv -f windows-1252 -t utf-8", line=5),
        Unreadable(str(file), "there is no text in it; remove it, or check how it was written", line=6, id="d"),
        Document(id=f"{file}:7", text="Five."),
    ]


def test_tsv_takes_quotes_and_commas_as_they_come(tmp_path: Path) -> None:
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(b"text\tid\nOne, two, she said.\ta\n"))
    assert read(tmp_path / "a.tsv.gz") == [Document(id="a", text="One, two, she said.")]


COLUMNS = Columns(text="body", id="key")


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_columns_may_have_other_names(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name == "a.csv":
        file.write_text("key,body,id\n7,One.,x\n")
    elif name == "a.jsonl":
        file.write_text('{"key": 7, "body": "One.", "id": "x"}')
    else:
        pq.write_table(pa.table({"key": [7], "body": ["One."], "id": ["x"]}), file)
    assert read(file, columns=COLUMNS) == [Document(id="7", text="One.")]
    (bad,) = read(file)
    assert isinstance(bad, Unreadable)
    assert 'no column "text"; name another with --text-column; there is key, body, id' in bad.reason or (
        bad.reason == 'the row has no "text" string; name another with --text-column; there is key, body, id'
    )
    (bad,) = read(file, columns=Columns("body", "number"))
    assert isinstance(bad, Unreadable)
    assert "name another with --id-column; there is key, body, id" in bad.reason


def test_parquet(tmp_path: Path) -> None:
    from datetime import date

    file = tmp_path / "a.parquet"
    columns = {
        "text": ["One.", None, "Three."],
        "id": ["a", "b", None],
        "date": [date(2021, 3, 4), None, None],
        "vector": [[1.0], [2.0], [3.0]],
    }
    pq.write_table(pa.table(columns), file, row_group_size=2)
    reason = 'the row has no "text" string; name another with --text-column; there is text, id, date'
    assert read(file) == [
        Document(id="a", text="One.", date="2021-03-04"),
        Unreadable(str(file), reason, row=2, id="b"),
        Document(id=f"{file}:3", text="Three."),
    ]  # fmt: skip
    assert count_documents(find_files([str(file)])) == 3


def test_what_is_no_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("text")
    (bad,) = read(tmp_path / "a.parquet")
    assert str(bad).startswith(f"{tmp_path}/a.parquet: not a Parquet file (")


def test_ids_that_come_again_are_told_apart_by_their_place(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text('{"id": 1, "text": "One."}\n{"id": 1, "text": "Two."}\n')
    seen = SeenIds()
    found = read_documents(find_files([str(tmp_path)]), seen=seen)
    ids = [each.id for each in found if isinstance(each, Document)]
    assert ids == ["1", f"1@{tmp_path}/a.jsonl:2", f"1@{tmp_path}/b.jsonl:1", f"1@{tmp_path}/b.jsonl:2"]
    assert seen.repeated == 3


def test_a_large_archive_is_never_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    row = json.dumps({"text": "The ferry sailed again. " * 4_000}).encode() + b"\n"
    with gzip.open(tmp_path / "a.jsonl.gz", "wb", compresslevel=1) as file:
        for _ in range(500):
            file.write(row)
    read(tmp_path / "a.jsonl.gz")[:0]
    tracemalloc.start()
    total = sum(isinstance(each, Document) for each in read_documents(find_files([str(tmp_path)])))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 500
    assert peak < 5_000_000 < len(row) * 500 / 8


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_without_end_is_refused_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr("stance.documents.rows.MAX_BYTES", 1_000_000)
    (tmp_path / "a.jsonl").write_bytes(("x" * 2_500_000 + "\n" + ROWS.decode()).encode(encoding))
    bad, *rest = read(tmp_path / "a.jsonl")
    assert str(bad).endswith("a.jsonl:1: a line of more than 1 MB; split it")
    assert rest == BOTH


def test_how_many_there_are_is_known_where_it_is_cheap(tmp_path: Path) -> None:
    for name in ("a.txt", "b.md"):
        (tmp_path / name).touch()
    assert count_documents(find_files([str(tmp_path)])) == 2
    (tmp_path / "c.jsonl").touch()
    assert count_documents(find_files([str(tmp_path)])) is None
