"""Scoring on a Ray cluster: one task reads, a pool of actors scores, and the blocks come back in order.

The blocks are those of a run on one machine, and the same loop writes them: so the output is the same too, and a run
that broke off in one place can go on in the other. What one reader and one writer can do is far more than what many
actors can score.
"""

from __future__ import annotations

import json
import logging
import math
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

import pyarrow as pa
import ray
import ray.data
from pydantic import TypeAdapter
from ray.data import ActorPoolStrategy, DataContext, Datasource, ReadTask
from ray.data.block import BlockMetadata

from stance.documents import Columns, InputFile, SeenIds, Unreadable, read_documents
from stance.encoder import Backend
from stance.errors import ConfigError, InputError, ModelError, StanceError
from stance.pipeline import StancePipeline
from stance.records import ArticleResult, Document
from stance.runs.run import Scored, blocks, limited
from stance.targets import ClaimsFrom

_RESULTS = TypeAdapter(list[ArticleResult])


@dataclass(frozen=True)
class Pool:
    """The actors that score."""

    device: str
    """Where each computes: ``cpu`` or ``cuda``."""
    actors: tuple[int, int] | None = None
    """How many at least and at most; None: as many as the cluster has room for."""
    cpus: float = 1
    """Processor cores of each."""
    gpus: float = 0
    """GPUs of each; 0.5: two actors share one."""


@dataclass(frozen=True)
class Reading:
    """What to read, and in what blocks."""

    files: Sequence[InputFile]
    columns: Columns
    limit: int | None
    """Articles to read at most."""
    block: int
    """Articles in a block."""


@dataclass(frozen=True)
class Scoring:
    """How each actor scores; as ``StancePipeline.score`` has it."""

    models: Path
    """The folder, at the same place on each node."""
    backend: Backend
    versions: dict[str, str]
    """Versions of the models that are expected there."""
    claims: Sequence[str]
    claims_from: ClaimsFrom | None
    claims_per_article: int
    keep_text: bool


@contextmanager
def connected(address: str | None) -> Iterator[None]:
    """Connect to a cluster, and let go of it in the end; one that this process is connected to already is used.

    Args:
        address: Of the cluster; None: the one that ``RAY_ADDRESS`` names or that runs on this machine, else a new one
            on this machine that ends with the connection.

    Raises:
        ConfigError: when no cluster answers.
    """
    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    named = address or os.environ.get("RAY_ADDRESS", "")
    own = {} if "://" in named else {"include_dashboard": False}
    try:
        host, _, port = named.rpartition(":")
        if port.isdecimal() and "://" not in named:  # Ray itself would try for minutes, and say nothing
            socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
        with _muted():
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **own)
    except Exception as error:  # Ray raises many kinds
        place = named or "this machine"
        raise ConfigError(f"--engine ray: no cluster at {place} ({_first_line(error)}); see --ray-address") from error
    try:
        yield
    finally:
        ray.shutdown()


@contextmanager
def _muted() -> Iterator[None]:
    """Keep from standard error what Ray's core writes there by itself; what goes wrong is raised."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def score_on_cluster(reading: Reading, scoring: Scoring, pool: Pool, done: int, seen: SeenIds) -> Iterator[Scored]:
    """The blocks of what is left to read, scored, in order.

    Args:
        reading: What to read; local files need to be on this machine only.
        scoring: How to score.
        pool: By whom.
        done: Items to read past.
        seen: Is told how many ids were repeated.

    Raises:
        InputError: when reading breaks off.
        ModelError: when an actor cannot load the models, or has others.
        ConfigError: when the pool does not fit the cluster, or the cluster fails.
    """
    strategy = _strategy(pool)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    with DataContext.current(_context()):
        here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
        dataset = ray.data.read_datasource(
            _Articles(reading, done), override_num_blocks=1, num_cpus=0, label_selector=here
        ).map_batches(
            _Scorer,
            fn_constructor_args=(scoring, pool.device, reading.block),
            batch_size=1,
            batch_format="pyarrow",
            compute=strategy,
            num_cpus=pool.cpus,
            num_gpus=pool.gpus,
        )
    try:
        for row in dataset.iter_rows():
            if row["unreadable"]:
                raise InputError(row["unreadable"])
            if row["fault"]:
                raise ModelError(row["fault"])
            seen.repeated = row["repeated"]
            results = _RESULTS.validate_json(row["results"])
            _check_versions(results, scoring)
            yield _decoded(row["items"]), results
    except ray.exceptions.RayTaskError:
        raise  # a fault of this program
    except ray.exceptions.RayError as error:
        raise ConfigError(f"--engine ray: the cluster failed ({_first_line(error)})") from error


class _Articles(Datasource):  # type: ignore[misc]  # Ray is not typed
    """A block of articles a row, read by one task: ids are kept apart, and places counted, over all files."""

    def __init__(self, reading: Reading, done: int) -> None:
        super().__init__()
        self._reading = replace(reading, files=[_absolute(file) for file in reading.files])
        self._done = done

    def estimate_inmemory_data_size(self) -> int | None:
        """Not known."""
        return None

    def get_read_tasks(self, *_: object, **__: object) -> list[ReadTask]:
        """The one task."""
        reading, done = self._reading, self._done
        unknown = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(lambda: _read(reading, done), unknown)]


class _Scorer:
    """What an actor does: load the models once, and score blocks.

    What goes wrong with the models is handed on as a row: Ray would start an actor that fails again and again.
    """

    def __init__(self, scoring: Scoring, device: str, block: int) -> None:
        self._scoring = scoring
        self._block = block
        self._fault = ""
        try:
            self._pipeline = StancePipeline.from_pretrained(scoring.models, device=device, backend=scoring.backend)
        except StanceError as error:
            self._fault = f"{error} (on node {ray.util.get_node_ip_address()} of the cluster)"

    def __call__(self, table: pa.Table) -> pa.Table:
        results = []
        if not self._fault:
            documents = [item for item in _decoded(table["items"][0].as_py()) if isinstance(item, Document)]
            results = list(
                self._pipeline.score(
                    documents,
                    self._scoring.claims,
                    claims_from=self._scoring.claims_from,
                    claims_per_article=self._scoring.claims_per_article,
                    batch_size=self._block,
                    keep_text=self._scoring.keep_text,
                )
            )
        encoded = _RESULTS.dump_json(results).decode()
        return table.append_column("results", [[encoded]]).append_column("fault", [[self._fault]])


def _read(reading: Reading, done: int) -> Iterator[pa.Table]:
    seen = SeenIds()
    incoming = limited(read_documents(reading.files, reading.columns, seen), reading.limit)
    try:
        for _ in islice(incoming, done):
            pass
        for items in blocks(incoming, reading.block):
            yield _row(items, seen)
    except StanceError as error:
        yield _row([], seen, str(error))


def _row(items: Iterable[Document | Unreadable], seen: SeenIds, unreadable: str = "") -> pa.Table:
    encoded = json.dumps([asdict(each) if isinstance(each, Unreadable) else each.model_dump() for each in items])
    return pa.table({"items": [encoded], "repeated": [seen.repeated], "unreadable": [unreadable]})


def _decoded(items: str) -> list[Document | Unreadable]:
    return [Unreadable(**each) if "reason" in each else Document(**each) for each in json.loads(items)]


def _absolute(file: InputFile) -> InputFile:
    """The file where another process finds it; its name in messages and ids stays."""
    return replace(file, path=str(Path(file.path).absolute())) if file.is_local else file


def _context() -> DataContext:
    context = DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_options.preserve_order = True
    context.target_min_block_size = 0
    context.target_max_block_size = 1  # a row, which is a block of articles, goes to an actor when it is read
    return context


def _strategy(pool: Pool) -> ActorPoolStrategy:
    if pool.actors:
        least, most = pool.actors
        return ActorPoolStrategy(size=most) if least == most else ActorPoolStrategy(min_size=least, max_size=most)
    there = ray.cluster_resources()
    room = min(
        there.get(kind, 0) / wanted if wanted else math.inf for kind, wanted in (("CPU", pool.cpus), ("GPU", pool.gpus))
    )
    if room < 1:
        raise ConfigError(
            f"--engine ray: the cluster has {there.get('CPU', 0):g} CPUs and {there.get('GPU', 0):g} GPUs, too few for "
            "an actor; see --cpus-per-actor and --gpus-per-actor; or say --actors, if nodes start when they are wanted"
        )
    return ActorPoolStrategy(size=int(room))


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _check_versions(results: Sequence[ArticleResult], scoring: Scoring) -> None:
    for name, version in (results[0].models if results else {}).items():
        if version != scoring.versions.get(name):
            raise ModelError(
                f"{scoring.models}: {name} is of version {version} on a node of the cluster, but of version "
                f"{scoring.versions.get(name)} here; put the same on each node"
            )
