"""How the commands and the reports put things: numbers with their things, long statements in one line."""

from __future__ import annotations


def counted(count: int, thing: str) -> str:
    """A count with what is counted: "1 article", "1,200 articles"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def shortened(text: str, most: int) -> str:
    """A statement in one line, cut where it has more characters than that."""
    joined = " ".join(text.split())
    return joined if len(joined) <= most else joined[: most - 1] + "…"
