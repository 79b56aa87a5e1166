"""Attributions: whole articles with linked spans, and single texts with tagged tokens."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from stance.attribution import find_attributions
from stance.attribution.tagger import tag
from stance.encoder import TextModel
from stance.sentences import sentences
from stance.templates import SPAN_KINDS
from stance.training.metrics import Spans, span_scores, spans_of, triple_scores
from stance.training.outside.settings import BenchmarkConfig, Rows, Scores, worst_first
from stance.training.parse_rules import ParseRules
from stance.training.public import SourcedDocument, TaggedText
from stance.training.spanned import SpannedAttribution, spanned


class _Model:
    """The trained model, with what scoring does after it."""

    def __init__(self, folder: Path, device: str) -> None:
        self._model = TextModel(folder, "attribution", device=device)

    def attributions(self, texts: Sequence[str]) -> list[list[SpannedAttribution]]:
        """Linked and nested attributions of each text."""
        results = find_attributions(texts, [sentences(text) for text in texts], self._model)
        return [[spanned(attribution) for attribution in attributions] for attributions, _ in results]

    def spans(self, texts: Sequence[str]) -> list[Spans]:
        """The tags alone, without what linking drops and nesting adds."""
        return [
            {(span.kind, span.start, span.end) for block in blocks for span in block}
            for blocks in tag(texts, self._model)
        ]


class _Rules(ParseRules):
    def spans(self, texts: Sequence[str]) -> list[Spans]:
        """All spans of each text's attributions."""
        return [spans_of(found) for found in self.attributions(texts)]


def _finder(config: BenchmarkConfig) -> _Model | _Rules:
    return _Rules(config.rules) if config.rules else _Model(config.models / "attribution", config.device)


def _found_by(config: BenchmarkConfig) -> str:
    return "rules" if config.rules else "model"


def measure_documents(config: BenchmarkConfig, documents: Sequence[SourcedDocument]) -> tuple[Scores, Rows]:
    """Spans and whole attributions of articles, as scoring (or the rules) finds them."""
    found = _finder(config).attributions([document.text for document in documents])
    gold = [document.attributions for document in documents]
    by_document = [
        triple_scores([wanted], [got]) if wanted or got else {"exact_triple_f1": 1.0, "overlap_triple_f1": 1.0}
        for wanted, got in zip(gold, found, strict=True)
    ]
    scores = {
        "found_by": _found_by(config),
        "rows": len(documents),
        "model": {
            **span_scores([spans_of(wanted) for wanted in gold], [spans_of(got) for got in found]),
            **triple_scores(gold, found),
            "mean_exact_triple_f1": float(np.mean([each["exact_triple_f1"] for each in by_document])),
            "mean_overlap_triple_f1": float(np.mean([each["overlap_triple_f1"] for each in by_document])),
        },
        "attributions": sum(len(wanted) for wanted in gold),
        "attributions_found": sum(len(got) for got in found),
    }
    rows = [
        {
            "id": document.id,
            "missed": [_shown(document.text, one) for one in document.attributions if not _met(one, got)],
            "extra": [_shown(document.text, one) for one in got if not _met(one, document.attributions)],
        }
        for document, got in zip(documents, found, strict=True)
    ]
    return scores, worst_first(rows, np.array([each["overlap_triple_f1"] for each in by_document]))


def measure_tagged(config: BenchmarkConfig, found: Sequence[TaggedText]) -> tuple[Scores, Rows]:
    """Exact span F1 over tokens, of the tags alone: the metric of CofeNet's published figures.

    The texts of an article are put under each other and read as any article is.
    """
    articles = [list(texts) for _, texts in groupby(found, key=lambda each: each.document)]
    tagged = _finder(config).spans(["\n".join(each.text for each in texts) for texts in articles])
    got = [each for texts, spans in zip(articles, tagged, strict=True) for each in in_tokens(texts, spans)]
    rows = [
        {
            "id": f"{each.document}:{number}",
            "text": each.text,
            "missed": sorted(_written(each, span) for span in each.spans - spans),
            "extra": sorted(_written(each, span) for span in spans - each.spans),
        }
        for number, (each, spans) in enumerate(zip(found, got, strict=True))
    ]
    spans = span_scores([set(each.spans) for each in found], got)
    scores = {"found_by": _found_by(config), "rows": len(found), "model": spans}
    return scores, worst_first(
        rows, np.array([-len(each.spans ^ spans) for each, spans in zip(found, got, strict=True)])
    )


def in_tokens(texts: Sequence[TaggedText], spans: Spans) -> list[Spans]:
    """The spans of an article, counted in tokens of the texts that it was joined from, line by line.

    A token that a span covers in part counts as covered. A span over several texts ends with its first one.
    """
    results: list[Spans] = []
    offset = 0
    for each in texts:
        starts, ends = ([place[side] + offset for place in each.tokens] for side in (0, 1))
        end = offset + len(each.text)
        results.append(
            {
                (kind, bisect_right(ends, first), bisect_left(starts, behind))
                for kind, first, behind in spans
                if offset <= first < end
            }
        )
        offset = end + 1
    return results


def _written(each: TaggedText, span: tuple[str, int, int]) -> str:
    kind, first, behind = span
    return f"{kind}: {each.text[each.tokens[first][0] : each.tokens[behind - 1][1]]}"


def _met(one: SpannedAttribution, others: Sequence[SpannedAttribution]) -> bool:
    return any(one.touches(other) for other in others)


def _shown(text: str, one: SpannedAttribution) -> dict[str, str]:
    return {kind: " … ".join(span.of(text) for span in getattr(one, kind)) for kind in SPAN_KINDS}
