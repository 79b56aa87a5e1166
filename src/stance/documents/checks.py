"""What every reader shares: encodings, the checks on an article, and the record of what could not be used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from stance.errors import InputError
from stance.records import Document

MAX_BYTES = 20_000_000
MAX_CHARACTERS = 1_000_000
"""Longest text that is scored: a book of 160,000 words; what is longer is no article."""
FIELDS = ("title", "url", "outlet", "author", "date")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
LEADING = b"\xef\xbb\xbf \t\r\n"  # of UTF-8: its byte-order mark and spaces
CONVERT = "convert it, for example with: iconv -f windows-1252 -t utf-8"
_LINE_BREAK = re.compile(r"\r\n?")


@dataclass(frozen=True)
class Unreadable:
    """A file or row that could not be used. It takes the document's place in the stream."""

    place: str
    """Path or address of the file."""
    reason: str
    """What is wrong and what to do."""
    line: int | None = None
    """Line on which the row starts, from 1, where the file has lines."""
    row: int | None = None
    """Position of the row, from 1, in a file without lines (Parquet)."""
    id: str | None = None
    """The row's own id, where it has one."""

    def __str__(self) -> str:
        number = f":{self.line}" if self.line is not None else f", row {self.row}" if self.row is not None else ""
        return f"{self.place}{number}: {self.reason}"

    def record(self) -> dict[str, Any]:
        """The row of the errors file: what is known, without what is not."""
        known = {"place": self.place, "line": self.line, "row": self.row, "id": self.id, "reason": self.reason}
        return {name: value for name, value in known.items() if value is not None}


def decoded(data: bytes) -> str:
    """The text of UTF-8 or, with a byte-order mark, UTF-16.

    Raises:
        InputError: when it is neither.
    """
    data = as_utf8(data)
    if b"\0" in data[:100_000]:
        raise InputError("this is a binary file; expected text (convert PDF or Word files to text first)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        spot = f"line {line}, byte {error.start}" if line > 1 else f"byte {error.start}"
        raise InputError(f"not UTF-8 ({spot}); {CONVERT}") from error


def as_utf8(data: bytes) -> bytes:
    """The same text in UTF-8 when it starts with the byte-order mark of UTF-16; else the data as they are.

    Raises:
        InputError: when the mark is there but the rest is not UTF-16.
    """
    if not data.startswith(UTF_16):
        return data
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-16, as its first bytes say (byte {error.start}); write it as UTF-8") from error


def plain(text: str) -> str:
    r"""The text with ``\n`` for every line break."""
    return _LINE_BREAK.sub("\n", text)


def checked(document: Document) -> Document:
    """The document itself.

    Raises:
        InputError: when it is too long, empty, or no Unicode text.
    """
    if len(document.text) > MAX_CHARACTERS:
        raise InputError(f"{len(document.text):,} characters; an article has {MAX_CHARACTERS:,} at most: split it")
    if not document.text.strip():
        raise InputError("there is no text in it; remove it, or check how it was written")
    for name in ("text", "id", *FIELDS):
        try:
            (getattr(document, name) or "").encode("utf-8")
        except UnicodeEncodeError as error:
            raise InputError(
                f"the {name} holds half a character (a lone surrogate) at {error.start}; write it as UTF-8"
            ) from error
    return document
