"""The report: one self-contained HTML page that an editor can read, print and send on. No script, no network."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from stance.records import ArticleResult
from stance.report.view import build_view


def render(results: Sequence[ArticleResult]) -> str:
    """The page for scored articles: a part for each claim.

    Args:
        results: Results that carry their text (``keep_text=True``).

    Raises:
        ValueError: when a result has no text.
    """
    environment = Environment(
        loader=PackageLoader("stance.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja").render(view=build_view(results))
