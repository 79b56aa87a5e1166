"""The reports: self-contained HTML pages that an editor can read, print and send on. No script, no network."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from stance.corpus_view.records import CorpusView
from stance.records import ArticleResult
from stance.report.corpus import build_page
from stance.report.view import build_view


def render(results: Sequence[ArticleResult]) -> str:
    """The page for scored articles: a part for each claim.

    Args:
        results: Results that carry their text (``keep_text=True``).

    Raises:
        ValueError: when a result has no text.
    """
    return _template("report.html.jinja").render(view=build_view(results))


def render_view(view: CorpusView) -> str:
    """The page for a corpus view: a part for each claim."""
    return _template("corpus.html.jinja").render(page=build_page(view))


def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("stance.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
