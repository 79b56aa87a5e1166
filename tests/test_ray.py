"""`stance score --engine ray`: the same bytes as on one machine, from actors of a local cluster."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from stance import cli
from stance.documents import Columns, SeenIds, find_files
from stance.errors import ConfigError, ModelError

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'stance[ray]'")
from stance.runs.cluster import Pool, Reading, Scoring, connected, score_on_cluster  # noqa: E402  wants Ray

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ray")
CLAIM = "Al Qaeda has a new home base in Iran."


@pytest.fixture(scope="module")
def cluster(repository: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(repository / "src"), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("RAY_AUTH_MODE", "disabled")  # which would write a token into the home folder
        patch.setenv("RAY_BACKEND_LOG_LEVEL", "fatal")
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.delenv("RAY_ADDRESS", raising=False)
        options = {"include_dashboard": False, "log_to_driver": False, "logging_level": logging.ERROR}
        ray.init(address="local", num_cpus=2, object_store_memory=100_000_000, **options)
        yield
        ray.shutdown()


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stance.outputs.tables.PART_ARTICLES", 4)


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two Parquet files with the same ids and two rows without a text, and one file that is no Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    monkeypatch.chdir(tmp_path)  # relative names must be found by the cluster too
    folder = tmp_path / "news"
    folder.mkdir()
    texts = [f"“It is {i},” an aide said. Mr Kell denied it {i} times.\n" for i in range(8)]
    for name, empty in (("a", 5), ("c", 1)):
        rows = [{"id": i, "text": None if i == empty else text, "title": name} for i, text in enumerate(texts)]
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    (folder / "b.parquet").write_bytes(b"no Parquet")
    return folder.relative_to(tmp_path)


def stance(arguments: str, monkeypatch: pytest.MonkeyPatch, *, models: Path | None = None) -> int:
    """The exit code of a command."""
    whole = [*arguments.split(), "--claim", CLAIM, *(["--models", str(models)] if models else [])]
    monkeypatch.setattr(sys, "argv", ["stance", *whole])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    return int(exit_.value.code or 0)


def said(capfd: pytest.CaptureFixture[str]) -> list[str]:
    """What a command told on standard error, without what transformers shows while it loads a model."""
    return [line for line in capfd.readouterr().err.splitlines() if line and "Loading weights" not in line]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_cluster_that_does_not_answer_is_named() -> None:
    with (
        pytest.raises(ConfigError, match=r"no cluster at 127\.0\.0\.1:1 \(.*refused\); see --ray-address"),
        connected("127.0.0.1:1"),
    ):
        pass


@pytest.mark.usefixtures("cluster")
def test_tables_are_those_of_one_machine(
    news: Path, models: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    score = f"score {news} --batch-size 2 --limit 13 -q -o"
    assert stance(f"{score} local/tables/", monkeypatch, models=models) == cli.console.SOME_FAILED
    told = said(capfd)
    assert stance(f"{score} ray/tables/ --engine ray --actors 1,2", monkeypatch, models=models) == 1
    assert said(capfd) == [line.replace("local/", "ray/") for line in told]
    assert any("13 articles scored, 3 skipped" in line for line in told)
    assert any("5 ids had come before" in line for line in told)
    local = contents(Path("local"))
    assert contents(Path("ray")) == local
    assert [name for name in local if "sources" in name] == [f"tables/sources/part-0000{i}.parquet" for i in range(4)]
    errors = [json.loads(line) for line in local["tables.errors.jsonl"].splitlines()]
    assert [(error["place"], error.get("row")) for error in errors] == [
        ("news/a.parquet", 6),
        ("news/b.parquet", None),
        ("news/c.parquet", 2),
    ]
    assert stance(f"{score} ray/tables/ --engine ray", monkeypatch, models=models) == 1
    assert "already complete: 13 articles scored, 3 skipped" in capfd.readouterr().err


@pytest.mark.usefixtures("cluster")
def test_a_run_that_stops_on_the_cluster_goes_on_without_it(
    news: Path, models: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    score = f"score {news} --batch-size 2 -q -o"
    strict = f"{score} cut/out.jsonl --engine ray --actors 1 --strict"
    assert stance(strict, monkeypatch, models=models) == cli.console.UNUSABLE
    assert "news/a.parquet, row 6: the row has no" in capfd.readouterr().err
    assert [json.loads(row)["id"] for row in Path("cut/out.jsonl").read_text().splitlines()] == ["0", "1", "2", "3"]
    assert stance(f"{score} cut/out.jsonl", monkeypatch, models=models) == 1
    assert stance(f"{score} whole/out.jsonl", monkeypatch, models=models) == 1
    assert contents(Path("cut")) == contents(Path("whole"))


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("folder", "fault"),
    [
        ("models", "claims is of version .* on a node of the cluster, but of version another here"),
        ("missing", r"no model folder here.*\(on node "),
    ],
)
def test_a_node_with_other_models_or_none_is_named(
    news: Path, models: Path, tmp_path: Path, folder: str, fault: str
) -> None:
    there = models if folder == "models" else tmp_path / folder
    versions = {"package": metadata.version("stance"), "claims": "another"}
    reading = Reading(find_files([str(news)]), Columns(), limit=None, block=4)
    scoring = Scoring(there, "auto", versions, [CLAIM], None, 3, keep_text=False)
    with pytest.raises(ModelError, match=fault):
        next(score_on_cluster(reading, scoring, Pool("cpu", actors=(1, 1)), 0, SeenIds()))


@pytest.mark.usefixtures("cluster")
def test_an_actor_that_no_node_has_room_for_is_named(
    news: Path, models: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert stance(f"score {news} -q --engine ray --gpus-per-actor 0.5", monkeypatch, models=models) == 2
    assert "the cluster has 2 CPUs and 0 GPUs, too few for an actor" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ("news --actors 2 --gpus-per-actor 1", "--actors, --gpus-per-actor: only for --engine ray"),
        ("news --engine ray --actors 4,2", "--actors 4,2: expected a number, such as 8, or at least and at most"),
        ("news --engine ray --device cuda", "--device cuda: an actor has 0 GPUs; see --gpus-per-actor"),
        ("news --engine ray --device cpu --gpus-per-actor 1", "--device cpu: an actor has 1 GPUs"),
        ("news --engine ray --gpus-per-actor 1.5", "--gpus-per-actor 1.5: expected a whole number"),
        ("- --engine ray", "a cluster cannot read standard input; write it to a file"),
    ],
)
def test_options_that_do_not_fit_are_named(
    news: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], arguments: str, fault: str
) -> None:
    assert stance(f"score {arguments}", monkeypatch) == cli.console.UNUSABLE
    assert fault in " ".join(capfd.readouterr().err.split())


def test_without_ray_the_remedy_is_one_line(
    news: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "stance.runs.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert stance(f"score {news} --engine ray", monkeypatch) == cli.console.UNUSABLE
    assert capfd.readouterr().err == "error: --engine ray needs more packages (ray): pip install 'stance[ray]'\n"
