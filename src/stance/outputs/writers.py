"""A writer a format. Each takes rows in blocks and knows how far what it wrote is safe."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from typing import Protocol

from stance.outputs.spreadsheets import ENCODING, safe
from stance.outputs.storage import GrowingFile, GrowingObject, Stream
from stance.outputs.tables import PartedTables
from stance.outputs.targets import Target
from stance.records import ArticleResult, SourceStance, Verdict

_HEADER = (
    "article_id title outlet author date url claim source kind verdict confidence abstained mentions evidence"
).split()


class Writer(Protocol):
    """An output that is being written.

    The same blocks give the same bytes, whether in one go or continued from a mark.
    """

    @property
    def mark(self) -> int:
        """How far the output is safe, in the writer's own unit; opening it there again continues it."""

    def write(self, results: Sequence[ArticleResult]) -> bool:
        """Take the rows of a block; whether all rows taken so far are safe now."""

    def finish(self) -> None:
        """Make the rows safe that are not yet."""

    def close(self) -> None:
        """Undo what is not safe, and let go."""


def open_writer(target: Target, mark: int, block: int) -> Writer:
    """The writer of a target.

    Args:
        target: What to write.
        mark: How far it was written before, 0 for a new one; what lies behind is cut off.
        block: Articles in a block.

    Raises:
        InputError: when the output is not what was written before.
    """
    if target.format == "parquet":
        return PartedTables(target.address, mark, block)
    encode = _json_lines if target.format == "jsonl" else _csv_rows
    file = Stream(target.address) if target.streamed else GrowingFile(target.work, mark)
    return RowFile(file, encode, _COMPRESS[target.compression])


def open_errors(target: Target, mark: int) -> GrowingFile | GrowingObject | None:
    """The file of rows that cannot be used, beside a target; None beside a stream.

    Args:
        target: What is written.
        mark: The file's length as far as it is to be kept.

    Raises:
        InputError: when it is not what was written before.
    """
    if target.streamed:
        return None
    if target.remote and not target.staged:
        return GrowingObject(target.errors_address, mark)
    return GrowingFile(target.errors, mark)


class RowFile:
    """Rows of text in one file, each block compressed for itself (gzip and Zstandard files may be put end to end).

    Args:
        file: Where the blocks go.
        encode: Turns results, and whether they are the first ones, into bytes.
        compress: Turns a block into what the file holds.
    """

    def __init__(
        self,
        file: GrowingFile | Stream,
        encode: Callable[[Sequence[ArticleResult], bool], bytes],
        compress: Callable[[bytes], bytes],
    ) -> None:
        self._file = file
        self._encode = encode
        self._compress = compress

    @property
    def mark(self) -> int:
        """Length of the file in bytes."""
        return self._file.mark

    def write(self, results: Sequence[ArticleResult]) -> bool:
        """Append the rows; they are safe at once."""
        if results:
            self._file.append(self._compress(self._encode(results, self._file.mark == 0)))
        return True

    def finish(self) -> None:
        """Nothing is left to do."""

    def close(self) -> None:
        """Cut off what is torn."""
        self._file.close()


def _json_lines(results: Sequence[ArticleResult], _: bool) -> bytes:
    return b"".join(result.model_dump_json().encode() + b"\n" for result in results)


def _csv_rows(results: Sequence[ArticleResult], first: bool) -> bytes:
    """A row a source, as spreadsheets want it: with a byte-order mark, and no cell that they would run as a formula."""
    text = io.StringIO()
    rows = csv.writer(text)
    if first:
        rows.writerow(_HEADER)
    for result in results:
        article = [result.id, result.title, result.outlet, result.author, result.date, result.url, result.claim]
        for source in result.sources:
            own = [source.name, source.kind, source.verdict]
            figures = [source.confidence, str(source.abstained).lower(), source.mentions]
            rows.writerow([safe(cell) for cell in (*article, *own, *figures, best_evidence(result, source))])
    return text.getvalue().encode(ENCODING if first else "utf-8")


def best_evidence(result: ArticleResult, source: SourceStance) -> str:
    """The words that speak most clearly for a source's verdict, on one line; nothing where it takes no side."""
    if not source.evidence or source.verdict is Verdict.NO_STANCE:
        return ""
    return " ".join(result.statements[source.evidence[0]].text.split())


def _gzip(block: bytes) -> bytes:
    return gzip.compress(block, mtime=0)  # no time of day, or two runs would differ


def _zstd(block: bytes) -> bytes:
    import sys

    if sys.version_info >= (3, 14):
        from compression.zstd import compress
    else:
        from backports.zstd import compress
    return compress(block)


_COMPRESS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": _gzip, ".zst": _zstd}
