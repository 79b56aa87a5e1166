"""What stage ``prepare`` refuses, and what it leaves alone. ``test_dataset`` has the rows that it makes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from stance.config import Config, check, compose
from stance.errors import ConfigError
from stance.training.prepare import prepare
from stance.training.splits import fraction
from tiny_training import CLAIM


def small(folder: Path, repository: Path, family: str, *overrides: str) -> Config:
    """The configuration of a corpus with one claim and one article."""
    for name, text in {
        "claims/all.yaml": CLAIM.format(family=family),
        "articles/one.txt": f"---\nclaim: {family}-one\ngenre: wire\nauthor_stance: discusses\n---\nIt rained.\n",
    }.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    places = [f"data.corpus={folder / 'corpus'}", f"data.prepared={folder / 'prepared'}"]
    return check(compose([*places, *overrides], repository / "conf"))


def a_family(*, in_training: bool) -> str:
    names = (f"family-{number}" for number in range(99))
    return next(name for name in names if (fraction(f"family:{name}") >= 0.3) == in_training)


def test_what_was_prepared_before_stays_when_nothing_can_be_prepared(tmp_path: Path, repository: Path) -> None:
    config = small(tmp_path, repository, a_family(in_training=True))
    before = tmp_path / "prepared" / "claims" / "train.parquet"
    before.parent.mkdir(parents=True)
    before.write_bytes(b"rows")
    with pytest.raises(ConfigError, match=r"claims: the dev split has no rows; raise data\.limit"):
        prepare(config)
    assert before.read_bytes() == b"rows"


def test_statements_are_composed_of_training_claims_alone(tmp_path: Path, repository: Path) -> None:
    with pytest.raises(ConfigError, match=r"no claim of the corpus is in training.* set stance\.composed=0"):
        prepare(small(tmp_path, repository, a_family(in_training=False)))


def test_sets_of_a_mixture_that_cannot_be_divided_are_told_of(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.csv").write_text("text,label\nFares rose.,1\nHello.,0\n", encoding="utf-8")
    config = small(
        tmp_path,
        repository,
        a_family(in_training=True),
        "mixture@claims.mixture=table",
        "table@claims.mixture.public.own.table=sentences",
        f"claims.mixture.public.own.folder={tmp_path / 'own'}",
        "claims.mixture.public.own.table.file=a.csv",
        "claims.mixture.corpus=0",
    )
    with pytest.raises(ConfigError, match=r"claims: the (train|dev) split has no rows; the sets of claims\.mixture"):
        prepare(config)


@pytest.mark.parametrize("stage", ["prepare", "train", "export", "evaluate"])
def test_dvc_knows_the_modules_of_training_that_a_stage_imports(repository: Path, stage: str) -> None:
    deps = yaml.safe_load((repository / "dvc.yaml").read_text(encoding="utf-8"))["stages"][stage]["deps"]
    source = (repository / "src/stance/training" / f"{stage}.py").read_text(encoding="utf-8")
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) and node.module]
    names = {name.name for node in imports if node.module == "stance.training" for name in node.names}
    names |= {node.module.split(".")[2] for node in imports if (node.module or "").startswith("stance.training.")}
    known = {Path(dep).stem for dep in deps if dep.startswith("src/stance/training/")}
    assert names - known <= {"stage", "tag_rows"}  # how each begins and ends, and the type of a row
