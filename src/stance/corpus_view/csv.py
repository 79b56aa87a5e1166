"""A corpus view as a table for a spreadsheet: a row for each claim and source."""

from __future__ import annotations

import csv
from typing import TextIO

from stance.corpus_view.records import CorpusView, SourceView
from stance.outputs.spreadsheets import safe

_COUNTS = "articles groups uncertain_articles mentions statements".split()
_FIELDS = [*"name kind named verdict confidence abstained".split(), *_COUNTS, "first", "last"]
_EVIDENCE = "text article start end title outlet date url".split()


def write_csv(view: CorpusView, file: TextIO) -> None:
    """Write the view; the evidence is the clearest statement.

    A cell of text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    writer = csv.writer(file)
    writer.writerow(["claim", *_FIELDS, "outlets", *(f"evidence_{name}" for name in _EVIDENCE)])
    for claim in view.claims:
        for entry in claim.entries:
            writer.writerow([safe(cell) for cell in (claim.claim, *_cells(entry))])


def _cells(entry: SourceView) -> list[object]:
    best = max(entry.evidence, key=lambda evidence: evidence.probability, default=None)
    shown = [getattr(best, name) if best else None for name in _EVIDENCE]
    return [*(getattr(entry, name) for name in _FIELDS), "; ".join(entry.outlets), *shown]
