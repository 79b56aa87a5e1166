"""The table of sources in the terminal."""

from __future__ import annotations

from bisect import insort
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from stance.cli.console import shown
from stance.outputs.writers import best_evidence
from stance.records import ArticleResult, Verdict
from stance.wording import counted, shortened

_ROWS = 30
_CLAIMS = 10
EVIDENCE_WIDTH = 200  # characters
COLOURS = {Verdict.SUPPORTS: "green", Verdict.DISPUTES: "red", Verdict.MIXED: "yellow", Verdict.NO_STANCE: "dim"}
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


class Tables:
    """The sources that say most of each of the first claims; what is kept does not grow with the articles."""

    def __init__(self) -> None:
        self._by_claim: dict[str, _TopSources] = {}
        self._more_claims = False

    def add(self, result: ArticleResult) -> None:
        """Take an article's sources into account."""
        if result.claim in self._by_claim or len(self._by_claim) < _CLAIMS:
            self._by_claim.setdefault(result.claim, _TopSources()).add(result)
        else:
            self._more_claims = True

    def notes(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "claims": {claim: top.notes() for claim, top in self._by_claim.items()},
            "more_claims": self._more_claims,
        }

    def recall(self, notes: dict[str, Any]) -> None:
        """Go on from ``notes``."""
        self._by_claim = {claim: _TopSources.of(each) for claim, each in notes["claims"].items()}
        self._more_claims = notes["more_claims"]

    def print(self) -> None:
        """Print a table a claim."""
        for claim, top in self._by_claim.items():
            top.print(claim)
        if self._more_claims:
            Console().print("… and more claims; all are in the output (-o)")


@dataclass
class _TopSources:
    """Those of one claim, by verdict and confidence, out of any number."""

    articles: int = 0
    sources: int = 0
    rows: list[_Row] = field(default_factory=list)

    def add(self, result: ArticleResult) -> None:
        """Take an article's sources into account."""
        self.articles += 1
        self.sources += len(result.sources)
        for source in result.sources:
            row = _Row(
                result.title or Path(result.id).name,
                source.name,
                source.verdict,
                source.abstained,
                source.confidence,
                source.mentions,
                shortened(best_evidence(result, source), EVIDENCE_WIDTH),
            )
            insort(self.rows, row, key=_Row.rank)
        del self.rows[_ROWS:]

    def notes(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {"articles": self.articles, "sources": self.sources, "rows": [asdict(row) for row in self.rows]}

    @classmethod
    def of(cls, notes: dict[str, Any]) -> _TopSources:
        """What ``notes`` tells."""
        rows = [_Row(**{**row, "verdict": Verdict(row["verdict"])}) for row in notes["rows"]]
        return cls(notes["articles"], notes["sources"], rows)

    def print(self, claim: str) -> None:
        """Print the table."""
        several = self.articles > 1
        caption = "? uncertain: read the evidence before using the verdict"
        table = Table(title=shown(claim), title_justify="left", caption=caption, caption_justify="left", pad_edge=False)
        if several:
            table.add_column("article", max_width=20)
        table.add_column("source", max_width=34)
        table.add_column("stance")
        table.add_column("conf.", justify="right")
        table.add_column("said", justify="right")
        table.add_column("best evidence", ratio=1)
        for row in self.rows:
            colour = COLOURS[row.verdict]
            verdict = f"[{colour}]{row.verdict}{'?' if row.abstained else ''}[/{colour}]"
            article = [shown(row.article)] if several else []
            figures = (f"{row.confidence:.2f}", str(row.mentions))
            table.add_row(*article, shown(row.source), verdict, *figures, shown(row.evidence))
        console = Console()
        console.print(table)
        if self.sources > _ROWS:
            rest = self.sources - _ROWS
            console.print(f"… and {counted(rest, 'more source')}; all are in the output (-o) and the report (--report)")
