"""What the README promises: its Python runs, and its figures are those of metrics.json."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import corpus_counts
import show_metrics
from marked_blocks import fill
from stance.training.corpus import load_corpus


def blocks(page: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", ["README.md", "docs/scoring.md", "docs/integrations.md"])
def test_the_python_in_the_docs_runs(
    repository: Path, models: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(models.parent)
    found = blocks(repository / page)
    assert found
    for block in found:
        if "import spacy" in block:
            pytest.importorskip("spacy")
        there = re.sub(r'"models(?!":)', f'"{models.name}', block)  # a folder, not a setting of that name
        exec(compile(there, page, "exec"), {})


def test_the_figures_are_those_recorded(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    metrics = json.loads((repository / "metrics.json").read_text(encoding="utf-8"))
    filled = fill(readme, "metrics", show_metrics.markdown(metrics))
    assert filled == readme, "run: python scripts/show_metrics.py --readme README.md"


def test_the_counts_of_the_data_card_are_those_of_the_corpus(repository: Path) -> None:
    card = (repository / "docs" / "data-card.md").read_text(encoding="utf-8")
    filled = fill(card, "counts", corpus_counts.markdown(load_corpus(repository / "corpus")))
    assert filled == card, "run: python scripts/corpus_counts.py --card docs/data-card.md"


def test_the_make_targets_named_exist(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"^make (\w+)", (repository / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"repro", "test"} == set(named)
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)
