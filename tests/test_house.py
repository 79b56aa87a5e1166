"""The house rules: which way imports run, and that the docs name what there is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stance import cli

ORDER = (
    "errors wording records table tags copies model_folder batching runtime onnx_runtime encoder config documents "
    "outputs results sentences templates language claims attribution stances targets aggregate pipeline "
    "runs corpus_view report serve suggest labelstudio integrations training cli"
).split()
SOURCES = Path(__file__).resolve().parents[1] / "src" / "stance"


def imported_rooms(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return {name.split(".")[1] for name in names if name.startswith("stance.")}


@pytest.mark.parametrize("file", sorted(SOURCES.rglob("*.py")), ids=lambda file: str(file.relative_to(SOURCES)))
def test_imports_run_one_way(file: Path) -> None:
    room = file.relative_to(SOURCES).parts[0].removesuffix(".py")
    if room == "__init__":
        return
    assert room in ORDER, f"{room} is a new room: give it a place in ORDER"
    later = {name for name in imported_rooms(file) - {room} if ORDER.index(name) > ORDER.index(room)}
    assert not later, f"{room} must not import {later}"


def test_help_does_not_load_the_models_libraries() -> None:
    code = "import sys, stance.cli; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_only_the_command_line_prints() -> None:
    inference = [
        file for file in SOURCES.rglob("*.py") if not {"training", "cli"} & set(file.parts) and file.stem != "config"
    ]
    calls = [(file.name, node) for file in inference for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    functions = [(name, node.func) for name, node in calls if isinstance(node, ast.Call)]
    named = [(name, function.id) for name, function in functions if isinstance(function, ast.Name)]
    assert [name for name, function in named if function in ("print", "exit")] == []


def test_every_command_is_in_the_readme(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    named = [command.callback.__name__ for command in cli.app.registered_commands if command.callback]
    commands = [name.replace("_", "-") for name in named]
    assert [command for command in commands if f"stance {command}" not in readme] == []


@pytest.mark.parametrize("command", ["score", "aggregate"])
def test_every_option_is_in_the_docs(repository: Path, command: str) -> None:
    import typer

    docs = (repository / "README.md").read_text(encoding="utf-8") + (repository / "docs" / "scoring.md").read_text(
        "utf-8"
    )
    found = typer.main.get_command(cli.app).commands[command]  # type: ignore[attr-defined]
    options = [option for parameter in found.params for option in parameter.opts if option.startswith("--")]
    assert [option for option in options if option not in docs] == []


def test_links_between_the_docs_lead_somewhere(repository: Path) -> None:
    pages = [repository / "README.md", *(repository / "docs").glob("*.md")]
    missing = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert missing == []


def test_the_package_is_marked_as_typed() -> None:
    assert (SOURCES / "py.typed").is_file()


def test_every_option_for_labelling_is_in_the_docs(repository: Path) -> None:
    import typer

    pages = [repository / "README.md", *(repository / "docs").glob("*.md")]
    docs = "".join(page.read_text(encoding="utf-8") for page in pages)
    commands = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
    for name in ("suggest", "export-labels", "import-labels"):
        options = [option for parameter in commands[name].params for option in parameter.opts if option[:2] == "--"]
        assert [option for option in options if option not in docs] == []
