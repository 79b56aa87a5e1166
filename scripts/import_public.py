"""Put a public data set, or data of your own, under DVC in ``public/NAME``.

``python scripts/import_public.py --list`` shows the sets whose addresses are known; ``import_public.py NAME`` brings
one in; ``import_public.py NAME --from PLACE`` takes it from a file, folder, zip archive or address instead.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from marked_blocks import publish
from public_sets import SETS, Archive, Files, PublicSet, Repository
from stance.errors import ConfigError, InputError, StanceError

ROOT = Path("public")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def listed() -> str:
    """A Markdown table of the known sets."""
    lines = ["| set | size | licence | cite | address |", "| --- | --- | --- | --- | --- |"]
    for known in SETS:
        caveat = f"; not seen: {known.not_seen}" if known.not_seen else ""
        lines.append(f"| `{known.name}` | {known.size} | {known.licence} | {known.citation} | <{known.page}>{caveat} |")
    return "\n".join(lines)


def bring_in(name: str, place: str | None) -> Path:
    """Import a set into ``public/NAME``, unpacked; return the folder that its reader wants.

    Raises:
        ConfigError: when the name cannot be used, or its address is not known and none is given.
        InputError: when there is something in ``public/`` under this name, or DVC cannot fetch the data.
    """
    known = next((each for each in SETS if each.name == name), None)
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} cannot be a folder's name; use letters, digits, '-', '_' and '.'")
    if known is None and place is None:
        raise ConfigError(f"{name}: no address is known; give one with --from, or take {_names()}")
    target = ROOT / name
    _refuse_to_overwrite(target)
    ROOT.mkdir(exist_ok=True)
    try:
        _fetch(_place(place) if place else known.place, target)  # type: ignore[union-attr]
    except BaseException as error:  # what is half there would be in the way of the next try
        _remove(target)
        if isinstance(error, InputError) and known is not None and place is None:
            raise InputError(f"{error}\n{_by_hand(known)}") from error
        raise
    wanted = target / known.inside if known else target
    return wanted if wanted.is_dir() else target


def _names() -> str:
    return ", ".join(each.name for each in SETS)


def _place(given: str) -> Files | Archive:
    """What ``--from`` names: an archive when it ends so, else a file or a folder."""
    if "://" not in given and not Path(given).exists():
        raise InputError(f"{given}: there is no such file or folder")
    resolved = given if "://" in given else str(Path(given).resolve())
    if resolved.lower().endswith(".zip"):
        return Archive(resolved)
    if Path(resolved).is_dir():
        return Files(resolved, ())
    base, _, file = resolved.rpartition("/")
    return Files(base, (file,))


def _fetch(place: Files | Archive | Repository, target: Path) -> None:
    if isinstance(place, Repository):
        _dvc("import", place.url, place.path, "-o", str(target))
    elif isinstance(place, Archive):
        archive = target.with_name(f"{target.name}.zip")
        _dvc("import-url", place.url, str(archive))
        _unpack(archive, target)
        _dvc("add", str(target))
    elif place.names:
        target.mkdir()
        for file in place.names:
            _dvc("import-url", f"{place.base}/{file}", str(target / file))
    else:
        _dvc("import-url", place.base, str(target))


def _unpack(archive: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(target)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{archive}: cannot be unpacked ({error})") from error


def _traces(target: Path) -> list[Path]:
    """All that an import can leave."""
    archive = target.with_name(f"{target.name}.zip")
    return [target, archive, *(path.with_name(f"{path.name}.dvc") for path in (target, archive))]


def _refuse_to_overwrite(target: Path) -> None:
    found = [path for path in _traces(target) if path.exists()]
    if found:
        raise InputError(
            f"{found[0]} is there already; 'dvc update' takes a newer version of it; to begin anew, remove "
            f"{', '.join(map(str, found))}"
        )


def _remove(target: Path) -> None:
    staged = ["git", "rm", "-r", "--cached", "--quiet", "--ignore-unmatch", *map(str, _traces(target))]
    subprocess.run(staged, capture_output=True, check=False)  # DVC adds what it wrote to Git's index
    for path in _traces(target):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _dvc(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "dvc", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        reason = next((line for line in said if line.startswith("ERROR")), said[-1] if said else "it gave no reason")
        raise InputError(f"'dvc {' '.join(arguments)}' failed: {reason.removeprefix('ERROR: ')}")


def _by_hand(known: PublicSet) -> str:
    if isinstance(known.place, Files):
        what = f"download {', '.join(known.place.names)} into a folder"
    else:
        what = (
            "download the archive"
            if isinstance(known.place, Archive)
            else f"clone it, and take its {known.place.path}/"
        )
    return (
        f"without a connection, or when the address has moved: {what} elsewhere (see {known.page}), and run\n"
        f"  python scripts/import_public.py {known.name} --from PLACE"
    )


def _next_steps(name: str, folder: Path) -> str:
    known = next((each for each in SETS if each.name == name), None)
    terms = f"licence: {known.licence}; cite {known.citation} ({known.page})\n" if known else ""
    own = f"public={name}" if known else "public=table public.table.file=…"
    return (
        f"{folder} is there, under DVC\n{terms}"
        f"commit the .dvc and .gitignore files of {ROOT}/; 'dvc push' passes data on, which a licence may forbid\n"
        f"next: python -m stance.training.benchmark {own} public.folder={folder}"
    )


def main(arguments: list[str]) -> int:
    """List the sets or import one; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("name", nargs="?", help="name of a known set, or of your own data")
    parser.add_argument("--from", dest="place", metavar="PLACE", help="file, folder, zip archive or URL")
    parser.add_argument("--list", action="store_true", help="show the sets whose addresses are known")
    parser.add_argument("--page", type=Path, help="with --list: a page to write the table into")
    options = parser.parse_args(arguments)
    if options.list:
        return publish(listed, "public-sets", options.page)
    if not options.name:
        parser.error("name a set, or use --list")
    try:
        folder = bring_in(options.name, options.place)
    except StanceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing was left behind", file=sys.stderr)
        return 130
    print(_next_steps(options.name, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
