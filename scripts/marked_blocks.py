"""Blocks of a Markdown page that a command writes, between ``<!-- NAME: begin … -->`` and ``<!-- NAME: end -->``."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from stance.errors import InputError, StanceError


def fill(page: str, name: str, content: str) -> str:
    """The page with ``content`` in the block ``name``.

    Raises:
        InputError: when the page has no such block.
    """
    block = re.compile(rf"(<!-- {name}: begin[^\n]*-->\n).*?(<!-- {name}: end -->)", re.DOTALL)
    if not block.search(page):
        raise InputError(f"the page has no '<!-- {name}: begin -->' … '<!-- {name}: end -->' block")
    return block.sub(lambda match: f"{match[1]}\n{content.strip()}\n\n{match[2]}", page)


def put(content: str, name: str, page: Path | None) -> None:
    """Write ``content`` into the block ``name`` of a page, or print it when there is no page.

    Raises:
        InputError: when the page is not there, or has no such block.
    """
    if page is None:
        print(content)
    elif not page.is_file():
        raise InputError(f"{page}: there is no such page; name one that has the block {name!r}")
    else:
        page.write_text(fill(page.read_text(encoding="utf-8"), name, content), encoding="utf-8")


def publish(make: Callable[[], str], name: str, page: Path | None) -> int:
    """Make a block's content and ``put`` it; return the exit code, with a plain message for what a user can mend."""
    try:
        put(make(), name, page)
    except StanceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        return 130
    return 0


def table(heading: list[str], rows: list[list[str]]) -> str:
    """A Markdown table whose first column is text and whose others are figures."""
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
