"""The table of sources in the terminal."""

from __future__ import annotations

from bisect import insort
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stance.outputs.writers import best_evidence
from stance.records import ArticleResult, Verdict

_ROWS = 30
_EVIDENCE_WIDTH = 200
_COLOURS = {Verdict.SUPPORTS: "green", Verdict.DISPUTES: "red", Verdict.MIXED: "yellow", Verdict.NO_STANCE: "dim"}
_ORDER = list(Verdict)


@dataclass(frozen=True)
class _Row:
    article: str
    source: str
    verdict: Verdict
    abstained: bool
    confidence: float
    mentions: int
    evidence: str

    def rank(self) -> tuple[int, bool, float]:
        return _ORDER.index(self.verdict), self.abstained, -self.confidence


@dataclass
class TopSources:
    """The sources that say most, by verdict and confidence, out of any number; keeps only those it shows."""

    articles: int = 0
    sources: int = 0
    _rows: list[_Row] = field(default_factory=list)

    def add(self, result: ArticleResult) -> None:
        """Take an article's sources into account."""
        self.articles += 1
        self.sources += len(result.sources)
        for source in result.sources:
            evidence = best_evidence(result, source)
            if len(evidence) > _EVIDENCE_WIDTH:
                evidence = evidence[: _EVIDENCE_WIDTH - 1] + "…"
            row = _Row(
                result.title or Path(result.id).name,
                source.name,
                source.verdict,
                source.abstained,
                source.confidence,
                source.mentions,
                evidence,
            )
            insort(self._rows, row, key=_Row.rank)
        del self._rows[_ROWS:]

    def notes(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {"articles": self.articles, "sources": self.sources, "rows": [asdict(row) for row in self._rows]}

    def recall(self, notes: dict[str, Any]) -> None:
        """Go on from ``notes``."""
        self.articles, self.sources = notes["articles"], notes["sources"]
        self._rows = [_Row(**{**row, "verdict": Verdict(row["verdict"])}) for row in notes["rows"]]

    def print(self, claim: str) -> None:
        """Print the table."""
        several = self.articles > 1
        caption = "? uncertain: read the evidence before using the verdict"
        table = Table(
            title=escape(claim), title_justify="left", caption=caption, caption_justify="left", pad_edge=False
        )
        if several:
            table.add_column("article", max_width=20)
        table.add_column("source", max_width=34)
        table.add_column("stance")
        table.add_column("conf.", justify="right")
        table.add_column("said", justify="right")
        table.add_column("best evidence", ratio=1)
        for row in self._rows:
            colour = _COLOURS[row.verdict]
            verdict = f"[{colour}]{row.verdict}{'?' if row.abstained else ''}[/{colour}]"
            article = [escape(row.article)] if several else []
            figures = (f"{row.confidence:.2f}", str(row.mentions))
            table.add_row(*article, escape(row.source), verdict, *figures, escape(row.evidence))
        console = Console()
        console.print(table)
        if self.sources > _ROWS:
            rest = self.sources - _ROWS
            console.print(f"… and {rest} more sources; all are in the output (-o) and the report (--report)")
