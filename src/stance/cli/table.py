"""The table of sources in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stance.records import ArticleResult, SourceStance, Verdict

_ROWS = 30
_CLAIMS = 10
_EVIDENCE_WIDTH = 200
COLOURS = {Verdict.SUPPORTS: "green", Verdict.DISPUTES: "red", Verdict.MIXED: "yellow", Verdict.NO_STANCE: "dim"}


def print_sources(results: Sequence[ArticleResult]) -> None:
    """Print the sources that say most, by verdict and confidence: a table a claim."""
    by_claim: dict[str, list[ArticleResult]] = {}
    for result in results:
        by_claim.setdefault(result.claim, []).append(result)
    for claim, its in list(by_claim.items())[:_CLAIMS]:
        _print_claim(its, claim)
    if len(by_claim) > _CLAIMS:
        Console().print(f"… and {len(by_claim) - _CLAIMS} more claims; all are in the output (-o)")


def _print_claim(results: Sequence[ArticleResult], claim: str) -> None:
    several = len(results) > 1
    caption = "? uncertain: read the evidence before using the verdict"
    table = Table(title=escape(claim), title_justify="left", caption=caption, caption_justify="left", pad_edge=False)
    if several:
        table.add_column("article", max_width=20)
    table.add_column("source", max_width=34)
    table.add_column("stance")
    table.add_column("conf.", justify="right")
    table.add_column("said", justify="right")
    table.add_column("best evidence", ratio=1)
    found = [(result, source) for result in results for source in result.sources]
    order = list(Verdict)
    found.sort(key=lambda pair: (order.index(pair[1].verdict), pair[1].abstained, -pair[1].confidence))
    for result, source in found[:_ROWS]:
        colour = COLOURS[source.verdict]
        verdict = f"[{colour}]{source.verdict}{'?' if source.abstained else ''}[/{colour}]"
        article = [escape(result.title or Path(result.id).name)] if several else []
        table.add_row(
            *article,
            escape(source.name),
            verdict,
            f"{source.confidence:.2f}",
            str(source.mentions),
            escape(_evidence(result, source)),
        )
    console = Console()
    console.print(table)
    if len(found) > _ROWS:
        console.print(f"… and {len(found) - _ROWS} more sources; all are in the output (-o) and the report (--report)")


def _evidence(result: ArticleResult, source: SourceStance) -> str:
    if not source.evidence or source.verdict is Verdict.NO_STANCE:
        return ""
    return shortened(result.statements[source.evidence[0]].text)


def shortened(text: str) -> str:
    """A statement in one line, cut where it is long."""
    joined = " ".join(text.split())
    return joined if len(joined) <= _EVIDENCE_WIDTH else joined[: _EVIDENCE_WIDTH - 1] + "…"
