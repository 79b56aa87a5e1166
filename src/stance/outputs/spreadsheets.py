"""Cells of CSV files that people open in a spreadsheet."""

from __future__ import annotations

ENCODING = "utf-8-sig"
"""With a byte-order mark, without which some spreadsheets take UTF-8 for another encoding."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def safe(cell: object) -> object:
    """The cell, with ``'`` in front of text that a spreadsheet would run as a formula (CWE-1236)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
