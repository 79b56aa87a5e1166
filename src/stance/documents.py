r"""Reads articles from files, folders and standard input, one at a time, and says clearly what cannot be read.

Plain text and JSON rows are handed on as they stand (but for a byte-order mark and ``\r\n``); of HTML and Markdown the
article's text is extracted, and all offsets then refer to the extracted text.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from stance.errors import InputError
from stance.records import Document

if TYPE_CHECKING:
    from markdown_it.token import Token

SUFFIXES = (".txt", ".md", ".html", ".htm", ".jsonl")
STDIN = "-"
MAX_BYTES = 20_000_000
MAX_CHARACTERS = 1_000_000
"""Longest text that is scored: a book of 160,000 words; what is longer is no article."""
_STRUCTURED = (".json", ".csv", ".tsv", ".xml", ".yaml", ".yml")
_FIELDS = ("title", "url", "outlet", "author", "date")
_LINE_BREAK = re.compile(r"\r\n?")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LEADING = b"\xef\xbb\xbf \t\r\n"  # of UTF-8: its byte-order mark and spaces


@dataclass(frozen=True)
class Unreadable:
    """A file or row that could not be used. It takes the document's place in the stream."""

    place: str
    """File, and line where there is one: ``news.jsonl:17``."""
    reason: str
    """What is wrong and what to do."""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


def find_files(paths: Iterable[str]) -> list[Path]:
    """The files that the paths name, each once; folders stand for the readable files below them, in order of name.

    Raises:
        InputError: when a path does not exist, or a folder holds nothing to read.
    """
    files: list[Path] = []
    for name in paths:
        path = Path(name)
        if path.is_dir():
            below = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
            if not below:
                raise InputError(f"{path}: no file to read below this folder; expected {', '.join(SUFFIXES)}")
            files += below
        elif path.is_file():
            files.append(path)
        else:
            raise InputError(f"{path}: there is no such file or folder")
    return list(dict.fromkeys(files))


def read_documents(files: Iterable[Path]) -> Iterator[Document | Unreadable]:
    """Read each file in turn; a faulty one yields ``Unreadable`` and the rest go on."""
    for file in files:
        if file.suffix.lower() == ".jsonl":
            yield from _row_file(file)
        else:
            yield _file(file)


def read_stdin(stream: TextIO) -> Iterator[Document | Unreadable]:
    """Read standard input: JSON rows when its first character is ``{``, one HTML page when ``<``, else one text."""
    try:
        data = _as_utf8(stream.buffer.read())
        opening = data.lstrip(_LEADING)[:1]
        if opening == b"{":
            yield from _rows(io.BytesIO(data), "standard input")
        elif opening == b"<":
            yield _html(_decoded(data), "stdin")
        else:
            yield _checked(Document(id="stdin", text=_plain(_decoded(data))))
    except InputError as error:
        yield Unreadable("standard input", str(error))


def _file(file: Path) -> Document | Unreadable:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InputError(f"larger than {MAX_BYTES // 1_000_000} MB; split it into articles")
        suffix = file.suffix.lower()
        if suffix in _STRUCTURED:
            raise InputError(
                f'{suffix} files are not read; write one JSON object a line with a "text" field, as .jsonl'
            )
        raw = _decoded(file.read_bytes())
        if suffix in (".html", ".htm"):
            return _html(raw, str(file))
        if suffix == ".md":
            return _markdown(raw, str(file))
        return _checked(Document(id=str(file), text=_plain(raw)))
    except (InputError, OSError) as error:
        return Unreadable(str(file), getattr(error, "strerror", None) or str(error))


def _row_file(file: Path) -> Iterator[Document | Unreadable]:
    try:
        with file.open("rb") as opened:
            in_utf_16 = opened.read(2) in _UTF_16
            opened.seek(0)
            yield from _rows(io.BytesIO(_as_utf8(opened.read())) if in_utf_16 else opened, str(file))
    except (InputError, OSError) as error:
        yield Unreadable(str(file), getattr(error, "strerror", None) or str(error))


def _rows(lines: Iterable[bytes], place: str) -> Iterator[Document | Unreadable]:
    empty = True
    for number, line in enumerate(lines, start=1):
        if line.strip(_LEADING):
            empty = False
            yield _raw_row(line, place, number)
    if empty:
        yield Unreadable(place, "there is no row in it; expected one JSON object a line")


def _raw_row(line: bytes, place: str, number: int) -> Document | Unreadable:
    try:
        return _row(_decoded(line), place, number)
    except InputError as error:
        return Unreadable(f"{place}:{number}", str(error))


def _row(line: str, place: str, number: int) -> Document | Unreadable:
    where = f"{place}:{number}"
    try:
        row = json.loads(line.rstrip())  # or an error at the end names a column of the next line
    except json.JSONDecodeError as error:
        return Unreadable(where, f"not JSON ({error.msg} at column {error.colno}); expected one object a line")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets in brackets
        return Unreadable(where, f"not a usable row ({error}); expected one object a line")
    if not isinstance(row, dict):
        return Unreadable(where, 'expected a JSON object such as {"id": "a1", "text": "…"}')
    text = row.get("text")
    if not isinstance(text, str):
        return Unreadable(where, 'the row has no "text" string; rename the column that holds the article')
    fields = {name: str(row[name]) for name in ("id", *_FIELDS) if row.get(name) not in (None, "")}
    try:
        return _checked(Document(**{"id": where, "text": _plain(text), **fields}))
    except InputError as error:
        return Unreadable(where, str(error))


def _decoded(data: bytes) -> str:
    data = _as_utf8(data)
    if b"\0" in data[:100_000]:
        raise InputError("this is a binary file; expected text (convert PDF or Word files to text first)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        spot = f"line {line}, byte {error.start}" if line > 1 else f"byte {error.start}"
        raise InputError(f"not UTF-8 ({spot}); convert it, for example with: iconv -f windows-1252 -t utf-8") from error


def _as_utf8(data: bytes) -> bytes:
    """The same text in UTF-8 when it starts with the byte-order mark of UTF-16; else the data as they are."""
    if not data.startswith(_UTF_16):
        return data
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-16, as its first bytes say (byte {error.start}); write it as UTF-8") from error


def _plain(text: str) -> str:
    return _LINE_BREAK.sub("\n", text)


def _checked(document: Document) -> Document:
    if len(document.text) > MAX_CHARACTERS:
        raise InputError(f"{len(document.text):,} characters; an article has {MAX_CHARACTERS:,} at most: split it")
    if not document.text.strip():
        raise InputError("there is no text in it; remove it, or check how it was written")
    for name in ("text", "id", *_FIELDS):
        try:
            (getattr(document, name) or "").encode("utf-8")
        except UnicodeEncodeError as error:
            raise InputError(
                f"the {name} holds half a character (a lone surrogate) at {error.start}; write it as UTF-8"
            ) from error
    return document


def _html(page: str, name: str) -> Document:
    """The main text of a page, with what its metadata say, through trafilatura."""
    import trafilatura

    found = trafilatura.bare_extraction(page, include_comments=False, include_tables=False, with_metadata=True)
    text = (found.text or "").strip() if found else ""
    if not text:
        raise InputError("no article text found in this page; save the article's text as .txt instead")
    title = found.title
    if title and title not in text[: len(title) + 200]:
        text = f"{title}\n\n{text}"
    text = _one_blank_line(text)
    fields = {"title": title, "url": found.url, "outlet": found.sitename, "author": found.author, "date": found.date}
    return _checked(Document(id=name, text=text, **{key: value for key, value in fields.items() if value}))


def _markdown(source: str, name: str) -> Document:
    """The text of the headings, paragraphs and list items of a Markdown file; its front matter becomes fields."""
    from markdown_it import MarkdownIt

    fields: dict[str, str] = {}
    front = re.match(r"---\n(.*?\n)---(?:\n|$)", _plain(source), re.DOTALL)
    body = _plain(source)[front.end() :] if front else _plain(source)
    for line in front[1].split("\n") if front else []:
        key, _, value = line.partition(":")
        if key.strip() in _FIELDS and value.strip():
            fields[key.strip()] = value.strip().strip("\"'")
    pieces = []
    for token in MarkdownIt().parse(body):
        if token.type == "inline":
            pieces.append("".join(_words(part) for part in token.children or []).strip())
    return _checked(Document(id=name, text="\n\n".join(piece for piece in pieces if piece), **fields))


def _words(token: Token) -> str:
    """What a reader sees of a piece of a Markdown paragraph: a break is a space, and a tag shows nothing."""
    if token.type in ("softbreak", "hardbreak") or (token.type == "html_inline" and token.content.startswith("<br")):
        return " "
    return "" if token.type == "html_inline" else token.content


def _one_blank_line(text: str) -> str:
    return "\n\n".join(line.strip() for line in _plain(text).split("\n") if line.strip())
