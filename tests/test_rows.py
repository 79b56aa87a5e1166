"""What is read from JSON rows and from standard input, and what is said of what cannot be read."""

import io
import json

import pytest

from stance.documents import Unreadable, find_files, read_documents, read_stdin
from stance.records import Document

TEXT = "The ferry sailed.\n\n“At last,” said Ada Lind."
BINARY = "this is a binary file; expected text (convert PDF or Word files to text first)"
NO_TEXT = "there is no text in it; remove it, or check how it was written"
NO_ROW = "there is no row in it; expected one JSON object a line"
NO_STRING = 'the row has no "text" string; name another with --text-column; there is '
CONVERT = "convert it, for example with: iconv -f windows-1252 -t utf-8"


@pytest.fixture
def news(tmp_path):
    return tmp_path / "news.jsonl"


@pytest.fixture
def read(news):
    """Returns a function that writes ``news.jsonl`` and reads it."""

    def write_and_read(data: str | bytes) -> list[Document | Unreadable]:
        news.write_bytes(data if isinstance(data, bytes) else data.encode())
        return list(read_documents(find_files([str(news)])))

    return write_and_read


def test_rows_with_all_their_fields(read):
    row = {"id": "a1", "text": TEXT, "title": "T", "url": "U", "outlet": "O", "author": "A", "date": "2021-03-04"}
    assert read(json.dumps(row)) == [Document(**row)]


def test_fields_may_be_numbers_empty_or_unknown(read):
    row = {"id": 0, "text": TEXT, "title": None, "url": "", "date": 2021, "section": "ports"}
    assert read(json.dumps(row)) == [Document(id="0", text=TEXT, date="2021")]


def test_a_row_without_an_id_is_named_by_its_line(read, news):
    assert read('\n{"text": "One."}') == [Document(id=f"{news}:2", text="One.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rows_in_encodings_that_say_what_they_are(read, encoding):
    rows = '{"id": 1, "text": "“One.”"}\r\n{"id": 2, "text": "Two\u2028still two.\\r\\nEnd."}\r\n'
    assert read(rows.encode(encoding)) == [
        Document(id="1", text="“One.”"),
        Document(id="2", text="Two\u2028still two.\nEnd."),
    ]


BAD_ROWS = {
    "not JSON": (b'{"text": "One."', "not JSON (Expecting ',' delimiter at column 16); expected one object a line"),
    "not an object": (b'["One."]', 'expected a JSON object such as {"id": "a1", "text": "…"}'),
    "no text": (b'{"body": "One."}', NO_STRING + "body"),
    "null for a text": (b'{"text": null}', NO_STRING + "text"),
    "a number for a text": (b'{"text": 7}', NO_STRING + "text"),
    "a list for a text": (b'{"text": ["One."]}', NO_STRING + "text"),
    "an empty text": (b'{"text": " \\n"}', NO_TEXT),
    "wrong encoding": (b'{"text": "Caf\xe9"}', f"not UTF-8 (byte 13); {CONVERT}"),
    "binary": (b'{"text": "\x00"}', BINARY),
    "half a character in the text": (
        b'{"text": "One\\ud83d"}', "the text holds half a character (a lone surrogate) at 3; write it as UTF-8",
    ),
    "half a character in a field": (
        b'{"text": "One.", "title": "\\udc00"}',
        "the title holds half a character (a lone surrogate) at 0; write it as UTF-8",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_named_by_its_line_and_the_rest_goes_on(read, news, row, reason):
    assert read(b'{"id": "a", "text": "One."}\n\n' + row + b'\n{"id": "b", "text": "Two."}\n') == [
        Document(id="a", text="One."),
        Unreadable(str(news), reason, line=3),
        Document(id="b", text="Two."),
    ]


@pytest.mark.parametrize("row", ["[" * 100_000, '{"text": ' + "1" * 5_000 + "}"], ids=["too deep", "too many digits"])
def test_a_row_that_no_reader_takes_does_not_stop_the_rest(read, row):
    bad, good = read(row + '\n{"id": "b", "text": "Two."}')
    assert bad.reason.startswith("not a usable row (")
    assert good == Document(id="b", text="Two.")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf\n"], ids=["empty", "blank lines", "byte-order mark"])
def test_a_file_without_rows(read, news, data):
    assert read(data) == [Unreadable(str(news), NO_ROW)]


def test_an_unreadable_reads_like_a_place_in_an_editor():
    assert str(Unreadable("a.jsonl", NO_TEXT, line=3)) == f"a.jsonl:3: {NO_TEXT}"
    assert str(Unreadable("a.parquet", NO_TEXT, row=3)) == f"a.parquet, row 3: {NO_TEXT}"
    assert str(Unreadable("a.txt", NO_TEXT)) == f"a.txt: {NO_TEXT}"


STDIN = {
    "text": (TEXT.encode(), [Document(id="stdin", text=TEXT)]),
    "text with a byte-order mark": (b"\xef\xbb\xbfOne.\r\n", [Document(id="stdin", text="One.\n")]),
    "text in UTF-16": (TEXT.encode("utf-16"), [Document(id="stdin", text=TEXT)]),
    "rows": (
        b'\xef\xbb\xbf\n{"text": "One."}\n{"id": "b", "text": "Two\xe2\x80\xa8still two."}\n{}\n',
        [
            Document(id="standard input:2", text="One."),
            Document(id="b", text="Two\u2028still two."),
            Unreadable("standard input", 'the row has no "text" string; it is empty', line=4),
        ],
    ),
    "empty": (b"", [Unreadable("standard input", NO_TEXT)]),
    "binary": (b"GIF\x00", [Unreadable("standard input", BINARY)]),
    "wrong encoding": (b"Caf\xe9", [Unreadable("standard input", f"not UTF-8 (byte 3); {CONVERT}")]),
}


@pytest.mark.parametrize(("data", "expected"), STDIN.values(), ids=STDIN)
def test_standard_input(data, expected):
    assert list(read_stdin(io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))) == expected


def test_a_page_on_standard_input():
    data = b"<html><body><article><h1>Ferry back</h1><p>It sailed on Monday.</p></article></body></html>"
    found = [(page.id, page.text) for page in read_stdin(io.TextIOWrapper(io.BytesIO(data)))]
    assert found == [("stdin", "Ferry back\n\nIt sailed on Monday.")]
