"""The notebook for readers runs from its first cell to its last, and is stored without what it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")


@pytest.fixture(scope="module")
def notebook(repository: Path) -> Any:
    found = nbformat.read(repository / "examples" / "quickstart.ipynb", as_version=4)
    nbformat.validate(found)
    return found


def test_it_is_stored_without_outputs(notebook: Any) -> None:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert {cell.execution_count for cell in cells} == {None}


def test_it_runs(notebook: Any, repository: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCE_MODELS", str(models))
    where = {"metadata": {"path": str(repository / "examples")}}
    ran = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources=where).execute()
    shown = [output for cell in ran.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("articles," in output.get("text", "") for output in shown)
    assert any("<iframe srcdoc=" in output.get("data", {}).get("text/html", "") for output in shown)
