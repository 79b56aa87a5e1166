"""Attributions: whole articles with linked spans, and single texts with tagged tokens."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from stance.attribution import find_attributions
from stance.attribution.linking import Link, link
from stance.attribution.tagger import TaggedSpan, blocks, tag
from stance.encoder import TextModel
from stance.sentences import sentences
from stance.templates import SPAN_KINDS
from stance.training.metrics import Spans, span_scores, spans_of, triple_scores
from stance.training.outside.settings import BenchmarkConfig, Rows, Scores, worst_first
from stance.training.parse_rules import ParseRules
from stance.training.public import SourcedDocument, TaggedText
from stance.training.spanned import SpannedAttribution, nesting, spanned


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


class _Both:
    """What the model finds, and what the rules find where the model finds nothing."""

    def __init__(self, model: _Model, rules: _Rules) -> None:
        self._model, self._rules = model, rules

    def attributions(self, texts: Sequence[str]) -> list[list[SpannedAttribution]]:
        """The model's attributions of each text, then those of the rules that overlap none of their spans."""
        return [
            [*own, *_apart(spans_of(own), more)]
            for own, more in zip(self._model.attributions(texts), self._rules.attributions(texts), strict=True)
        ]

    def spans(self, texts: Sequence[str]) -> list[Spans]:
        """The model's spans of each text, and those of the rules' attributions that overlap none of them."""
        return [
            own | spans_of(_apart(own, more))
            for own, more in zip(self._model.spans(texts), self._rules.attributions(texts), strict=True)
        ]


def _apart(taken: Spans, attributions: Sequence[SpannedAttribution]) -> list[SpannedAttribution]:
    return [
        one
        for one in attributions
        if not any(start < span.end and span.start < end for _, span in one.spans() for _, start, end in taken)
    ]


def _finder(config: BenchmarkConfig) -> _Model | _Rules | _Both:
    if config.rules is None:
        return _Model(config.models / "attribution", config.device)
    rules = _Rules(config.rules)
    return _Both(_Model(config.models / "attribution", config.device), rules) if config.joined else rules


def _found_by(config: BenchmarkConfig) -> str:
    if config.rules is None:
        return "model"
    return "model and rules" if config.joined else "rules"


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
        "gold_spans_linked": linked_gold_spans(documents),
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


def linked_gold_spans(documents: Sequence[SourcedDocument]) -> dict[str, float]:
    """``triple_scores`` of what linking makes of the gold spans of the outermost attributions: its upper bound.

    Of spans that overlap the first counts, as in tagging.
    """
    gold, found = [], []
    for document in documents:
        parents = nesting(document.attributions)
        outermost = [one for one, parent in zip(document.attributions, parents, strict=True) if parent is None]
        spans: list[TaggedSpan] = []
        for kind, span in sorted((each for one in outermost for each in one.spans()), key=lambda each: each[1].start):
            if not spans or span.start >= spans[-1].end:
                spans.append(TaggedSpan(kind, span.start, span.end, 1.0))
        starts = [span.start for span in spans]
        inside = [
            spans[bisect_left(starts, block.start) : bisect_left(starts, block.end)] for block in blocks(document.text)
        ]
        gold.append(outermost)
        found.append([_of_link(each) for some in inside for each in link(some, document.text)])
    return triple_scores(gold, found)


def _of_link(found: Link) -> SpannedAttribution:
    return SpannedAttribution(
        (found.source,) if found.source else (), (found.cue,) if found.cue else (), found.contents
    )


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
