"""Results as Parquet tables: articles, sentences, attributions and sources, each a folder of parts."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from stance.documents.files import info_of, open_filesystem
from stance.errors import ConfigError, InputError
from stance.outputs.storage import publish
from stance.records import ArticleResult, Stance, StatementStance, TextSpan, Verdict

TABLES = ("articles", "sentences", "attributions", "sources")
PART_ARTICLES = 512
"""Articles in a part, at least; so many are scored again at most after a run that broke off."""
_PART = re.compile(r"part-(\d{5,})\.parquet$")
_KEY = (("article_id", "string"), ("claim", "string"))
_SPAN = "struct<start:int,end:int,text:string>"
_SCHEMAS: dict[str, tuple[tuple[str, str], ...]] = {
    "articles": (
        *_KEY,
        *((name, "string") for name in ("title", "url", "outlet", "author", "date", "text_sha256", "text")),
        *((verdict.name.lower(), "int") for verdict in Verdict),
        ("models", "string"),
        ("schema_version", "string"),
    ),
    "sentences": (
        *_KEY,
        ("sentence", "int"),
        ("start", "int"),
        ("end", "int"),
        ("check_worthiness", "float"),
        ("check_worthy", "bool"),
        ("authors_stance", "string"),
        *((f"authors_{stance}", "float") for stance in Stance),
    ),
    "attributions": (
        *_KEY,
        ("attribution", "int"),
        ("source", _SPAN),
        ("cue", _SPAN),
        ("content", f"list<{_SPAN}>"),
        ("parent", "int"),
        ("speaker", "int"),
        ("resolved_by", "string"),
        ("confidence", "float"),
        ("stance", "string"),
        *((str(stance), "float") for stance in Stance),
    ),
    "sources": (
        *_KEY,
        ("speaker", "int"),
        ("name", "string"),
        ("kind", "string"),
        ("verdict", "string"),
        ("confidence", "float"),
        ("abstained", "bool"),
        ("mentions", "int"),
        ("evidence", "list<string>"),
    ),
}


class PartedTables:
    """The four tables in a folder, here or elsewhere: ``FOLDER/sources/part-00000.parquet`` and so on.

    Args:
        folder: Path or address.
        mark: Number of parts to keep.
        block: Articles in a block; a part is a whole number of blocks.

    Raises:
        InputError: when parts are missing.
        ConfigError: when pyarrow is not installed.
    """

    def __init__(self, folder: str, mark: int, block: int) -> None:
        try:
            import pyarrow.parquet  # noqa: F401  here rather than after the first part's work
        except ImportError as error:
            raise ConfigError("writing Parquet needs pyarrow: pip install 'stance[tables]'") from error
        self._folder = folder
        self._mark = mark
        self._blocks_in_part = -(-PART_ARTICLES // block)
        self._blocks = 0
        self._waiting: list[ArticleResult] = []
        self._drop_parts_behind(mark)

    @property
    def mark(self) -> int:
        """Number of whole parts."""
        return self._mark

    def write(self, results: Sequence[ArticleResult]) -> bool:
        """Take the rows of a block; they are safe when they fill a part."""
        self._waiting += results
        if not self._waiting:
            return True  # and a run that goes on here begins its part with the next block, too
        self._blocks += 1
        if self._blocks == self._blocks_in_part:
            self.finish()
        return not self._waiting

    def finish(self) -> None:
        """Write the rows that wait as a part."""
        if self._waiting or not self._mark:
            for name, rows in tables(self._waiting).items():
                publish(f"{self._folder}/{name}/part-{self._mark:05}.parquet", _parquet(name, rows))
            self._mark += 1
        self._waiting, self._blocks = [], 0

    def close(self) -> None:
        """Forget what waits."""
        self._waiting = []

    def _drop_parts_behind(self, mark: int) -> None:
        system, folder = open_filesystem(self._folder)
        for name in TABLES:
            there = system.ls(f"{folder}/{name}", detail=False) if info_of(system, f"{folder}/{name}") else []
            parts = {int(found[1]): path for path in there if (found := _PART.search(path))}
            if missing := set(range(mark)) - set(parts):
                raise InputError(
                    f"{self._folder}/{name}: {len(missing)} of {mark} parts are gone. Say --overwrite to start anew"
                )
            for number, path in parts.items():
                if number >= mark:
                    system.rm_file(path)


def tables(results: Sequence[ArticleResult]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, ready for Parquet."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for result in results:
        key = {"article_id": result.id, "claim": result.claim}
        found["articles"].append(key | _article(result))
        found["sentences"] += [key | row for row in _sentences(result)]
        found["attributions"] += [key | row for row in _attributions(result)]
        found["sources"] += [key | row for row in _sources(result)]
    return found


def _article(result: ArticleResult) -> dict[str, Any]:
    names = ("title", "url", "outlet", "author", "date", "text_sha256", "text", "schema_version")
    models = " ".join(f"{name}={version}" for name, version in result.models.items())
    counts = {verdict.name.lower(): result.counts[verdict] for verdict in Verdict}
    return {name: getattr(result, name) for name in names} | counts | {"models": models}


def _sentences(result: ArticleResult) -> list[dict[str, Any]]:
    own = {(s.start, s.end): s for s in result.statements if s.attribution is None}
    return [
        {"sentence": number, **sentence.model_dump()}
        | {f"authors_{name}": value for name, value in _stance(own.get((sentence.start, sentence.end))).items()}
        for number, sentence in enumerate(result.sentences)
    ]


def _attributions(result: ArticleResult) -> list[dict[str, Any]]:
    statements = {s.attribution: s for s in result.statements if s.attribution is not None}
    rows = []
    for each in result.attributions:
        spans = {
            "source": _span(each.source),
            "cue": _span(each.cue),
            "content": [_span(part) for part in each.content],
        }
        rest = each.model_dump(include={"parent", "speaker", "resolved_by", "confidence"})
        rows.append({"attribution": each.id, **spans, **rest, **_stance(statements.get(each.id))})
    return rows


def _sources(result: ArticleResult) -> list[dict[str, Any]]:
    rows = []
    for source in result.sources:
        row = source.model_dump(mode="json", exclude={"evidence"})
        rows.append(row | {"evidence": [result.statements[i].text for i in source.evidence]})
    return rows


def _stance(statement: StatementStance | None) -> dict[str, Any]:
    if statement is None:
        return {}
    return {"stance": str(statement.stance), **{str(name): value for name, value in statement.probabilities.items()}}


def _span(span: TextSpan | None) -> dict[str, Any] | None:
    return span.model_dump() if span else None


def _parquet(name: str, rows: Sequence[dict[str, Any]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    span = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())])
    types = {
        "string": pa.string(),
        "int": pa.int32(),
        "float": pa.float64(),
        "bool": pa.bool_(),
        _SPAN: span,
        f"list<{_SPAN}>": pa.list_(span),
        "list<string>": pa.list_(pa.string()),
    }
    schema = pa.schema([(column, types[kind]) for column, kind in _SCHEMAS[name]])
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), stream, compression="zstd")
    return stream.getvalue()
