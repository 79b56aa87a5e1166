"""Putting data under DVC, in a repository made for it. All text here is made up."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

import import_public
from import_public import listed, main
from marked_blocks import fill
from public_sets import SETS, Archive, Files, PublicSet, Repository

DVC = [sys.executable, "-m", "dvc"]


def run(*command: str, folder: Path | None = None) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Git and DVC repository."""
    folder = tmp_path_factory.mktemp("empty")
    run("git", "init", "--quiet", folder=folder)
    run(*DVC, "init", "--quiet", folder=folder)
    run(*DVC, "config", "core.autostage", "true", folder=folder)
    run("git", "add", "--all", folder=folder)
    return folder


@pytest.fixture
def repository_of_user(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own, entered."""
    folder = shutil.copytree(empty, tmp_path / "repository")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    folder = tmp_path / "theirs"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.csv").write_text("claim,statement,label\nFares rose.,They did.,supports\n", "utf-8")
    (folder / "sub" / "b.csv").write_text("claim,statement,label\n", "utf-8")
    return folder


def known(place: Any, inside: str = "") -> tuple[PublicSet, ...]:
    return (PublicSet("trams", place, "https://example.org/trams", "CC0", "Kell, 2020", "one row", inside),)


def under_dvc() -> set[str]:
    return set(run(*DVC, "list", ".", "--recursive", "--dvc-only").splitlines())


def test_a_folder(repository_of_user: Path, theirs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mine", "--from", str(theirs)]) == 0
    assert (repository_of_user / "public" / "mine" / "a.csv").read_bytes() == (theirs / "a.csv").read_bytes()
    assert under_dvc() == {"public/mine/a.csv", "public/mine/sub/b.csv"}
    recorded = yaml.safe_load((repository_of_user / "public" / "mine.dvc").read_text("utf-8"))
    assert recorded["deps"][0]["path"] == str(theirs)
    assert "public=table public.table.file=… public.folder=public/mine" in capsys.readouterr().out
    assert json.loads(run(*DVC, "status", "--json")) == {}
    assert "public/mine.dvc" in run("git", "diff", "--cached", "--name-only")
    assert "a.csv" not in run("git", "status", "--short", "--untracked-files=all")


def test_a_file(repository_of_user: Path, theirs: Path) -> None:
    assert main(["mine", "--from", str(theirs / "a.csv")]) == 0
    assert under_dvc() == {"public/mine/a.csv"}


def test_an_archive_is_unpacked_and_the_folder_that_the_reader_wants_is_named(
    repository_of_user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "trams.ZIP", "w") as archive:
        archive.writestr("top/data/a.csv", "claim,statement,label\n")
        archive.writestr("../outside.csv", "nothing leaves the folder")
    monkeypatch.setattr(import_public, "SETS", known(Archive("https://example.org/trams.zip"), "top/data"))
    assert main(["trams", "--from", str(tmp_path / "trams.ZIP")]) == 0
    assert under_dvc() == {"public/trams.zip", "public/trams/top/data/a.csv", "public/trams/outside.csv"}
    assert not (repository_of_user / "outside.csv").exists()
    shown = capsys.readouterr().out
    assert "public=trams public.folder=public/trams/top/data" in shown
    assert "licence: CC0; cite Kell, 2020 (https://example.org/trams)" in shown


def test_a_folder_of_a_git_repository(repository_of_user: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("git", "init", "--quiet", folder=theirs)
    run("git", "add", "--all", folder=theirs)
    run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "all", folder=theirs)
    monkeypatch.setattr(import_public, "SETS", known(Repository(str(theirs), "sub")))
    assert main(["trams"]) == 0
    assert under_dvc() == {"public/trams/b.csv"}


def test_what_is_there_is_not_overwritten(
    repository_of_user: Path, theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository_of_user / "public").mkdir()
    (repository_of_user / "public" / "mine.dvc").write_text("outs: []\n", "utf-8")
    assert main(["mine", "--from", str(theirs)]) == 1
    assert "public/mine.dvc is there already; 'dvc update' takes a newer version of it" in capsys.readouterr().err
    assert not (repository_of_user / "public" / "mine").exists()


def test_what_cannot_be_fetched_leaves_nothing_and_says_how_to_get_it_by_hand(
    repository_of_user: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(import_public, "SETS", known(Files(str(theirs), ("a.csv", "gone.csv"))))
    assert main(["trams"]) == 1
    shown = capsys.readouterr().err
    assert "gone.csv' does not exist" in shown
    assert "download a.csv, gone.csv into a folder elsewhere (see https://example.org/trams), and run\n" in shown
    assert "python scripts/import_public.py trams --from PLACE" in shown
    assert not (repository_of_user / "public" / "trams").exists()
    assert "trams" not in run("git", "diff", "--cached", "--name-only")


def test_a_damaged_archive_leaves_nothing(
    repository_of_user: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK, but no more")
    assert main(["mine", "--from", str(tmp_path / "a.zip")]) == 1
    assert "mine.zip: cannot be unpacked (File is not a zip file)" in capsys.readouterr().err
    assert [path.name for path in (repository_of_user / "public").iterdir()] == [".gitignore"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["trams"], "trams: no address is known; give one with --from, or take perspectrum, "),
        (["../trams", "--from", "."], "'../trams' cannot be a folder's name"),
        (["trams", "--from", "no/where"], "no/where: there is no such file or folder"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    assert f"error: {reason}" in capsys.readouterr().err


def test_every_known_set_can_be_read(repository: Path) -> None:
    for each in SETS:
        assert (repository / "conf" / "public" / f"{each.name}.yaml").is_file()
        assert (repository / "conf" / "mixture" / f"{each.name}.yaml").is_file()


def test_the_table_of_the_docs_is_that_of_the_script(repository: Path) -> None:
    page = (repository / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert fill(page, "public-sets", listed()) == page, "run: import_public.py --list --page docs/benchmarks.md"


def test_the_sets_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    shown = capsys.readouterr().out
    assert all(f"| `{each.name}` | {each.size} | {each.licence} |" in shown for each in SETS)
