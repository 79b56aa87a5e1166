"""Runs that are killed and gone on with: the same bytes as a run that was never interrupted."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import fsspec
import pytest

from stance import cli
from stance.documents import SeenIds, Unreadable, find_files, read_documents
from stance.errors import InputError
from stance.outputs import Target, storage
from stance.records import ArticleResult, Document, ScoredSentence, SourceKind, SourceStance, Verdict
from stance.runs import Run, RunState, listing_of, open_journal

CLAIM = "Al Qaeda has a new home base in Iran."
OUTPUTS = ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.csv", "out.csv.gz", "tables/"]
BLOCK = 3


class Watcher:
    """Counts what it is told; an observer as small as can be."""

    def __init__(self) -> None:
        self.articles = 0

    def passed(self, document: Document | Unreadable) -> None:
        pass

    def skipped(self, unreadable: Unreadable) -> None:
        pass

    def scored(self, document: Document, results: Sequence[ArticleResult]) -> None:
        self.articles += 1

    def notes(self) -> dict[str, Any]:
        return {"articles": self.articles}

    def recall(self, notes: dict[str, Any]) -> None:
        self.articles = notes.get("articles", 0)


def result_of(document: Document, position: int) -> ArticleResult:
    """A result that shows which block its article was scored in, and where in it."""
    source = {"speaker": 0, "name": "=Kell", "kind": SourceKind.PERSON, "verdict": Verdict.SUPPORTS, "confidence": 0.5}
    return ArticleResult(
        id=document.id,
        claim=CLAIM,
        text_sha256="0" * 64,
        sentences=(ScoredSentence(start=position, end=len(document.text), check_worthiness=0.5, check_worthy=True),),
        attributions=(),
        speakers=(),
        statements=(),
        sources=(SourceStance(**source, abstained=False, mentions=1, evidence=()),),
        counts=dict.fromkeys(Verdict, 0),
        models={"package": "1"},
    )


class Scorer:
    """Scores without models, and remembers which articles it was given."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, documents: Sequence[Document]) -> Iterator[ArticleResult]:
        self.seen += [document.id for document in documents]
        return (result_of(document, position) for position, document in enumerate(documents))


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Twenty rows, of which four cannot be used, the last one among them."""
    file = tmp_path / "in" / "news.jsonl"
    file.parent.mkdir()
    bad = (4, 5, 11, 19)
    rows = ("{broken" if i in bad else json.dumps({"id": i, "text": f"Kell spoke {i} times."}) for i in range(20))
    file.write_text("".join(row + "\n" for row in rows))
    return file


def carry_out(
    news: Path,
    target: Target,
    score: Scorer,
    *,
    settings: dict[str, str] | None = None,
    overwrite: bool = False,
    strict: bool = False,
) -> RunState:
    files = find_files([str(news)])
    journal = open_journal(target, settings or {"the claim": "A"}, listing_of(files), overwrite=overwrite)
    with Run(target, journal, block=BLOCK, observer=Watcher(), strict=strict) as run:
        return run.carry_out(read_documents(files, seen=SeenIds()), score)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stance.outputs.tables.PART_ARTICLES", 2 * BLOCK)


class Killed(BaseException):
    """As sudden as can be within one process."""


def fail_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step-th writing call ends the run; a write gets half of its bytes onto the disc first."""
    calls = count(1)
    write, sync = os.write, os.fsync

    def half_write(descriptor: int, data: bytes) -> int:
        if next(calls) == step:
            write(descriptor, data[: len(data) // 2])
            raise Killed
        return write(descriptor, data)

    def no_sync(descriptor: int) -> None:
        if next(calls) == step:
            raise Killed
        sync(descriptor)

    def no_close(self: object) -> None:
        """A process that is killed cuts nothing off."""

    monkeypatch.setattr(os, "write", half_write)
    monkeypatch.setattr(os, "fsync", no_sync)
    monkeypatch.setattr(storage.GrowingFile, "close", no_close)
    monkeypatch.setattr(storage.Lock, "_take", lambda self, path, folder: path.exists() or path.touch())


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_run_that_dies_at_any_write_is_completed_by_the_next(news: Path, tmp_path: Path, name: str) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    carry_out(news, Target.of(f"{whole}/{name}"), Scorer())
    expected = contents(whole)
    assert len(expected["tables.errors.jsonl" if "tables" in name else "out.errors.jsonl"].splitlines()) == 4
    for step in count(1):
        folder = cut / str(step)
        with pytest.MonkeyPatch.context() as patch:
            fail_at(step, patch)
            try:
                carry_out(news, Target.of(f"{folder}/{name}"), Scorer())
                break  # there are fewer writes than that
            except Killed:
                pass
        state = carry_out(news, Target.of(f"{folder}/{name}"), Scorer())
        assert (state.read, state.scored, state.skipped) == (20, 16, 4)
        assert contents(folder) == expected, f"killed at write {step}"
    assert step > 10


@pytest.mark.parametrize("name", ["out.jsonl.gz", "tables/"])
def test_a_run_that_dies_while_it_writes_elsewhere(
    news: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    system = fsspec.filesystem("memory")
    system.store.clear()
    target = Target.of(f"memory://whole/{name}")
    carry_out(news, target, Scorer())
    expected = {path: system.cat_file(path) for path in system.find("/whole")}
    for step in count(1):
        calls = count(1)

        def dying(method: Any, step: int = step, calls: Iterator[int] = calls) -> Any:
            return lambda *arguments: method(*arguments) if next(calls) != step else _die()

        with pytest.MonkeyPatch.context() as patch:
            for method in ("pipe_file", "put_file"):
                patch.setattr(system, method, dying(getattr(system, method)))
            try:
                carry_out(news, Target.of(f"memory://{step}/{name}"), Scorer())
                break
            except Killed:
                pass
        carry_out(news, Target.of(f"memory://{step}/{name}"), Scorer())
        found = {path: system.cat_file(path) for path in system.find(f"/{step}")}
        assert {path.replace(f"/{step}/", "/whole/"): data for path, data in found.items()} == expected
    assert step > 3
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    system.store.clear()


def _die() -> None:
    raise Killed


def test_a_full_disc_leaves_whole_rows_and_the_next_run_goes_on(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, full = Target.of(f"{tmp_path}/whole.jsonl"), Target.of(f"{tmp_path}/full.jsonl")
    carry_out(news, whole, Scorer())
    write, calls = os.write, count()

    def no_space(descriptor: int, data: bytes) -> int:
        if next(calls) == 3:
            write(descriptor, data[:20])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "write", no_space)
        with pytest.raises(InputError, match=r"No space left on device\); the same command goes on from here later"):
            carry_out(news, full, Scorer())
    rows = whole.work.read_bytes()
    assert rows.startswith(full.work.read_bytes())
    assert full.work.read_bytes().endswith(b"}\n")
    carry_out(news, full, Scorer())
    assert full.work.read_bytes() == rows


def test_an_output_linked_to_from_elsewhere_is_replaced_not_changed(news: Path, tmp_path: Path) -> None:
    target, cached = Target.of(f"{tmp_path}/out.jsonl"), tmp_path / "cached"
    carry_out(news, target, Scorer())
    cached.hardlink_to(target.work)
    before = cached.read_bytes()
    with pytest.raises(Killed):
        carry_out(news, target, _dying_after(1), overwrite=True)
    assert cached.read_bytes() == before
    assert carry_out(news, target, Scorer()).scored == 16
    assert target.work.read_bytes() == before


def test_a_complete_output_that_was_changed_is_named(news: Path, tmp_path: Path) -> None:
    target = Target.of(f"{tmp_path}/out.jsonl")
    carry_out(news, target, Scorer())
    target.work.write_bytes(target.work.read_bytes() + b"mine")
    with pytest.raises(InputError, match="it was changed after the run was complete"):
        carry_out(news, target, Scorer())


def test_what_is_done_is_not_scored_again(news: Path, tmp_path: Path) -> None:
    target, score = Target.of(str(tmp_path / "out.jsonl")), Scorer()

    def break_off(documents: Sequence[Document]) -> Iterable[ArticleResult]:
        if len(score.seen) == 3 * BLOCK:
            raise Killed
        return score(documents)

    with pytest.raises(Killed):
        carry_out(news, target, break_off)  # type: ignore[arg-type]
    assert [json.loads(line)["id"] for line in target.work.read_text().splitlines()] == score.seen
    carry_out(news, target, score)
    assert score.seen == [str(i) for i in range(20) if i not in (4, 5, 11, 19)]
    before = contents(tmp_path)
    carry_out(news, target, score)
    assert len(score.seen) == 16
    assert contents(tmp_path) == before


def test_an_output_of_another_run_is_not_touched(news: Path, tmp_path: Path) -> None:
    target = Target.of(str(tmp_path / "out.jsonl"))
    carry_out(news, target, Scorer())
    before = contents(tmp_path)
    with pytest.raises(InputError, match=r"output of another run \(the claim was A, is B\)\. Say --overwrite"):
        carry_out(news, target, Scorer(), settings={"the claim": "B"})
    assert contents(tmp_path) == before
    assert carry_out(news, target, Scorer(), settings={"the claim": "B"}, overwrite=True).scored == 16


def test_a_file_that_no_run_wrote_is_not_touched(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("mine\n")
    with pytest.raises(InputError, match="this is there already, and no run is recorded beside it"):
        carry_out(news, Target.of(str(out)), Scorer())
    assert out.read_text() == "mine\n"


@pytest.mark.parametrize("change", ["removed", "edited", "added"])
def test_inputs_that_changed_are_noticed(news: Path, tmp_path: Path, change: str) -> None:
    target = Target.of(str(tmp_path / "out.jsonl"))
    carry_out(news, target, Scorer())
    before = contents(tmp_path / "out.jsonl") or target.work.read_bytes()
    lines = news.read_text().splitlines(keepends=True)
    changed = {"removed": lines[1:], "edited": [lines[0].replace("0 times", "twice"), *lines[1:]]}
    news.write_text("".join(changed.get(change, [*lines, '{"text": "One more."}\n'])))
    with pytest.raises(InputError, match="the inputs are not those that this output was made from"):
        carry_out(news, target, Scorer())
    assert target.work.read_bytes() == before


def test_inputs_that_were_only_touched_are_the_same(news: Path, tmp_path: Path) -> None:
    target, score = Target.of(str(tmp_path / "out.jsonl")), Scorer()
    carry_out(news, target, score)
    os.utime(news, (0, 0))
    assert carry_out(news, target, score).scored == 16
    assert len(score.seen) == 16


def test_a_removed_output_is_made_anew(news: Path, tmp_path: Path) -> None:
    target = Target.of(str(tmp_path / "out.jsonl"))
    carry_out(news, target, Scorer())
    before = contents(tmp_path)
    target.work.unlink()
    carry_out(news, target, Scorer())
    assert contents(tmp_path) == before


def test_an_output_that_was_cut_is_named(news: Path, tmp_path: Path) -> None:
    target = Target.of(str(tmp_path / "out.jsonl"))
    with pytest.raises(Killed):
        carry_out(news, target, _dying_after(2))  # type: ignore[arg-type]
    target.work.write_bytes(target.work.read_bytes()[:-10])
    with pytest.raises(InputError, match=r"it was changed: .* bytes had been written"):
        carry_out(news, target, Scorer())


def _dying_after(blocks: int) -> Any:
    score, calls = Scorer(), count()

    def dying(documents: Sequence[Document]) -> Iterable[ArticleResult]:
        if next(calls) == blocks:
            raise Killed
        return score(documents)

    return dying


def test_a_strict_run_stops_at_the_first_bad_row_and_goes_on_when_it_is_mended(news: Path, tmp_path: Path) -> None:
    target, score = Target.of(str(tmp_path / "out.jsonl")), Scorer()
    with pytest.raises(InputError, match=r"news\.jsonl:5: not JSON .*with --strict"):
        carry_out(news, target, score, strict=True)
    assert score.seen == ["0", "1", "2"]
    news.write_text(news.read_text().replace("{broken", '{"text": "Mended."}'))
    assert carry_out(news, target, score, strict=True).scored == 20


def test_two_runs_do_not_write_to_one_file(news: Path, tmp_path: Path) -> None:
    target = Target.of(str(tmp_path / "out.jsonl"))

    def meanwhile(documents: Sequence[Document]) -> Iterable[ArticleResult]:
        if documents[0].id != "0":
            with pytest.raises(InputError, match="another run is writing to it"):
                carry_out(news, target, Scorer())
        return Scorer()(documents)

    assert carry_out(news, target, meanwhile).scored == 16  # type: ignore[arg-type]


def score_in_a_process(arguments: list[str], folder: Path) -> None:
    """What a child process does."""
    os.chdir(folder)
    sys.argv = ["stance", *arguments]
    sys.stderr = (folder / "stderr.txt").open("a")
    cli.main()


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_killed_at_random_until_complete(models: Path, tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    rows = [
        "{broken"
        if i % 40 == 7
        else json.dumps({"id": i, "text": f"“It is {i},” an aide said. Kell denied it. " * (i % 9 + 1)})
        for i in range(120)
    ]
    (tmp_path / "in.jsonl").write_text("".join(row + "\n" for row in rows))
    arguments = ["score", "in.jsonl", "--claim", CLAIM, "--models", str(models), "--batch-size", "4", "-q", "-o"]
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["stance.pipeline", "stance.cli", "transformers.models.bert.modeling_bert"])

    def start(output: str) -> multiprocessing.process.BaseProcess:
        Path(tmp_path / output).parent.mkdir(exist_ok=True)
        process = processes.Process(target=score_in_a_process, args=([*arguments, output], tmp_path))
        process.start()
        return process

    undisturbed = start(f"whole/{name}")
    undisturbed.join(100)
    out, size = tmp_path / "cut" / name, (tmp_path / "whole" / name).stat().st_size
    for share in sorted(chance.random() * 0.9 for _ in range(3)):
        process = start(f"cut/{name}")
        while process.is_alive() and not (out.exists() and out.stat().st_size > share * size):
            time.sleep(0.001)
        time.sleep(chance.random() * 0.02)
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    process = start(f"cut/{name}")
    process.join(100)
    assert (undisturbed.exitcode, process.exitcode) == (1, 1), (tmp_path / "stderr.txt").read_text()
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")
    assert len((tmp_path / "cut" / "out.errors.jsonl").read_text().splitlines()) == 3


def test_a_lost_connection_is_not_taken_for_an_output_that_is_not_there(
    news: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    system = fsspec.filesystem("memory")
    system.store.clear()
    target = Target.of("memory://box/tables/")
    carry_out(news, target, Scorer())

    def lost(path: str) -> None:
        raise ConnectionError(f"{path}: no route")

    monkeypatch.setattr(system, "info", lost)
    with pytest.raises(InputError, match=r"cannot be (read|looked at) \(.*no route"):
        carry_out(news, target, Scorer())
