"""The loop of a run: read past what is done, score a block, write it, say so in the journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, Protocol, Self

from stance.documents import Unreadable
from stance.errors import InputError
from stance.outputs import Target, Writer, open_errors, open_writer
from stance.outputs.storage import GrowingFile, GrowingObject, Lock, publish, remove, upload
from stance.records import ArticleResult, Document
from stance.runs.journal import Journal, RunState

Incoming = Iterator[Document | Unreadable]
Score = Callable[[Sequence[Document]], Iterable[ArticleResult]]
Scored = tuple[Sequence[Document | Unreadable], Iterable[ArticleResult]]
"""A block as ``blocks`` cuts it, and the results of its documents, which may be lazy."""


class Observer(Protocol):
    """Who wants to know what a run does."""

    def passed(self, document: Document | Unreadable) -> None:
        """Something was read that an earlier run has dealt with."""

    def skipped(self, unreadable: Unreadable) -> None:
        """A row cannot be used."""

    def scored(self, document: Document, results: Sequence[ArticleResult]) -> None:
        """A document has its results."""

    def notes(self) -> dict[str, Any]:
        """What to keep in the journal, as JSON."""

    def recall(self, notes: dict[str, Any]) -> None:
        """Go on from such notes."""


class Run:
    """Scores what comes in and writes it where it can be found again; a context manager.

    Args:
        target: Where to; None: nowhere.
        journal: From ``open_journal``.
        block: Articles scored together.
        observer: Is told what happens.
        strict: Stop at the first row that cannot be used.

    Raises:
        InputError: when the output is not as the journal says, or cannot be written.
    """

    def __init__(
        self, target: Target | None, journal: Journal, *, block: int, observer: Observer, strict: bool = False
    ) -> None:
        self._target = target
        self._journal = journal
        self._block = block
        self._observer = observer
        self._strict = strict
        self._state = journal.state
        self._rejected: list[Unreadable] = []
        self._lock: Lock | None = None
        self._writer: Writer | None = None
        self._errors: GrowingFile | GrowingObject | None = None
        if target and not journal.complete:
            try:
                self._open(target, journal)
            except BaseException:
                self.__exit__()
                raise

    def _open(self, target: Target, journal: Journal) -> None:
        anew = journal.state == RunState()
        if not target.streamed and (target.staged or not target.remote):
            self._lock = Lock(target.work, folder=target.format == "parquet", anew=anew)
            if anew:
                target.errors.unlink(missing_ok=True)
        if not target.streamed:
            publish(target.work_journal, journal.as_json())  # before the first cut: the file is this run's now
        self._writer = open_writer(target, journal.state.output, self._block)
        self._errors = open_errors(target, journal.state.errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for each in (self._writer, self._errors, self._lock):
            if each:
                each.close()

    def carry_out(self, incoming: Incoming, score: Score) -> RunState:
        """Read past what is done, score the rest block by block, and write it.

        Raises:
            InputError: when the inputs are not those of the run that is gone on with, the output cannot be written, or
                a row cannot be used and the run is strict.
        """
        return self.take(
            incoming, lambda _: ((items, _scored(items, score)) for items in blocks(incoming, self._block))
        )

    def take(self, incoming: Incoming, scored: Callable[[int], Iterable[Scored]]) -> RunState:
        """Read past what is done, and write what is scored elsewhere from there on.

        Args:
            incoming: Everything that there is to read.
            scored: Gives the blocks of what is left when so many items are read past, in order.

        Raises:
            InputError: as ``carry_out`` does.
        """
        self._pass_over(incoming)
        for items, results in scored(self._state.read):
            if self._journal.complete:
                raise InputError(_CHANGED.format(self._named))
            self._take(items, results)
        if not self._journal.complete:
            self._complete()
        return self._state

    def _pass_over(self, incoming: Incoming) -> None:
        digest = ""
        for _ in range(self._state.read):
            item = next(incoming, None)
            if item is None:
                break
            if isinstance(item, Unreadable):
                self._stop_if_strict(item)
            digest = _chained(digest, item)
            self._observer.passed(item)
        if digest != self._state.digest:
            raise InputError(_CHANGED.format(self._named))
        self._observer.recall(self._state.notes)

    def _take(self, items: Sequence[Document | Unreadable], lazy: Iterable[ArticleResult]) -> None:
        documents = [item for item in items if isinstance(item, Document)]
        rejected = [item for item in items if isinstance(item, Unreadable)]
        for unreadable in rejected:
            self._stop_if_strict(unreadable)
            self._observer.skipped(unreadable)
        results = list(lazy)
        safe = self._writer.write(results) if self._writer else False
        by_id: dict[str, list[ArticleResult]] = {}
        for result in results:
            by_id.setdefault(result.id, []).append(result)
        for document in documents:
            self._observer.scored(document, by_id.get(document.id, []))
        self._rejected += rejected
        digest = self._state.digest
        for item in items:
            digest = _chained(digest, item)
        self._state = self._state.model_copy(
            update={
                "read": self._state.read + len(items),
                "scored": self._state.scored + len(documents),
                "rows": self._state.rows + len(results),
                "skipped": self._state.skipped + len(rejected),
                "digest": digest,
            }
        )
        if safe:
            self._commit()

    def _stop_if_strict(self, unreadable: Unreadable) -> None:
        if self._strict:
            raise InputError(f"{unreadable} (with --strict nothing behind it is scored)")

    def _commit(self, complete: bool = False) -> None:
        if not (self._target and self._writer and self._errors):
            return
        self._errors.append(b"".join(_line(each) for each in self._rejected))
        self._rejected = []
        safe = {"output": self._writer.mark, "errors": self._errors.mark, "notes": self._observer.notes()}
        self._state = self._state.model_copy(update=safe)
        self._journal = self._journal.model_copy(update={"state": self._state, "complete": complete})
        if not (complete and self._target.staged):
            publish(self._target.work_journal, self._journal.as_json())

    def _complete(self) -> None:
        if self._writer:
            self._writer.finish()
        self._commit(complete=True)
        if self._target and self._target.staged:
            _deliver(self._target, self._state, self._journal)

    @property
    def _named(self) -> str:
        return self._target.address if self._target else ""


_CHANGED = (
    "{}: the inputs are not those that this output was made from: articles were added, removed or changed. "
    "Say --overwrite to score them all, or write elsewhere"
)


def _deliver(target: Target, state: RunState, journal: Journal) -> None:
    """Copy the files of a complete run where they belong; the journal last, for it says that all is there."""
    for here, there, size in (
        (target.work, target.address, state.output),
        (target.errors, target.errors_address, state.errors),
    ):
        if size:
            upload(here, there)
        else:
            remove(there)
    publish(target.journal, journal.as_json())
    for path in (target.work, target.errors):
        path.unlink(missing_ok=True)
    remove(target.work_journal)


def blocks(incoming: Incoming, size: int) -> Iterator[list[Document | Unreadable]]:
    """Items until ``size`` of them are documents."""
    block: list[Document | Unreadable] = []
    documents = 0
    for item in incoming:
        block.append(item)
        documents += isinstance(item, Document)
        if documents == size:
            yield block
            block, documents = [], 0
    if block:
        yield block


def limited(incoming: Incoming, limit: int | None) -> Incoming:
    """Items until ``limit`` of them are documents; None: all."""
    documents = 0
    for item in incoming:
        yield item
        documents += isinstance(item, Document)
        if documents == limit:
            return


def _scored(items: Sequence[Document | Unreadable], score: Score) -> Iterator[ArticleResult]:
    if documents := [item for item in items if isinstance(item, Document)]:
        yield from score(documents)


def _chained(digest: str, item: Document | Unreadable) -> str:
    text = item.model_dump_json() if isinstance(item, Document) else str(item)
    return blake2b(f"{digest}\n{text}".encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _line(unreadable: Unreadable) -> bytes:
    return json.dumps(unreadable.record(), ensure_ascii=False).encode(errors="replace") + b"\n"
