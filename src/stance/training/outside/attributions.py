"""Attributions: whole articles with linked spans, and single texts with tagged tokens."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from stance.attribution import find_attributions
from stance.attribution.tagger import TaggedSpan, tag
from stance.encoder import TextModel
from stance.sentences import sentences
from stance.templates import SPAN_KINDS
from stance.training.metrics import Spans, span_scores, spans_of, triple_scores
from stance.training.outside.settings import BenchmarkConfig, Rows, Scores, worst_first
from stance.training.public import SourcedDocument, TaggedText
from stance.training.spanned import SpannedAttribution, spanned


def measure_documents(config: BenchmarkConfig, documents: Sequence[SourcedDocument]) -> tuple[Scores, Rows]:
    """Spans and whole attributions of articles, as scoring finds them."""
    model = TextModel(config.models / "attribution", "attribution", device=config.device)
    texts = [document.text for document in documents]
    results = find_attributions(texts, [sentences(text) for text in texts], model)
    found = [[spanned(attribution) for attribution in attributions] for attributions, _ in results]
    gold = [document.attributions for document in documents]
    by_document = [
        triple_scores([wanted], [got]) if wanted or got else {"exact_triple_f1": 1.0, "overlap_triple_f1": 1.0}
        for wanted, got in zip(gold, found, strict=True)
    ]
    scores = {
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
    model = TextModel(config.models / "attribution", "attribution", device=config.device)
    articles = [list(texts) for _, texts in groupby(found, key=lambda each: each.document)]
    tagged = tag(["\n".join(each.text for each in texts) for texts in articles], model)
    got = [spans for texts, blocks in zip(articles, tagged, strict=True) for spans in _by_text(texts, blocks)]
    rows = [
        {
            "id": f"{each.document}:{number}",
            "text": each.text,
            "missed": sorted(_written(each, span) for span in each.spans - spans),
            "extra": sorted(_written(each, span) for span in spans - each.spans),
        }
        for number, (each, spans) in enumerate(zip(found, got, strict=True))
    ]
    scores = {"rows": len(found), "model": span_scores([set(each.spans) for each in found], got)}
    return scores, worst_first(
        rows, np.array([-len(each.spans ^ spans) for each, spans in zip(found, got, strict=True)])
    )


def _by_text(texts: Sequence[TaggedText], found: Sequence[Sequence[TaggedSpan]]) -> list[Spans]:
    """The spans of an article, in tokens of the texts that it was joined from."""
    spans = [span for block in found for span in block]
    results: list[Spans] = []
    offset = 0
    for each in texts:
        starts, ends = ([place[side] + offset for place in each.tokens] for side in (0, 1))
        end = offset + len(each.text)
        results.append(
            {
                (span.kind, bisect_right(ends, span.start), bisect_left(starts, span.end))
                for span in spans
                if offset <= span.start < end
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
