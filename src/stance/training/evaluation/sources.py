"""From the text of a test article to verdicts on its sources, and which step loses how much.

Each article is scored against its own claim four times: as scoring does it; with the stances as annotated; with the
spans as annotated; and with spans and speakers as annotated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch

import numpy as np

from stance.aggregate import Thresholds, aggregate
from stance.attribution import find_attributions
from stance.config import Config
from stance.encoder import TextModel
from stance.model_folder import Task
from stance.records import Attribution, Speaker, Stance, StatementStance, TextSpan, Verdict
from stance.stances import classify, statements
from stance.training import plots
from stance.training.annotations import AnnotatedAttribution, Article
from stance.training.bootstrap import Bootstrap
from stance.training.calibrate import gold_verdict
from stance.training.corpus import load_corpus
from stance.training.dataset import Placed, place
from stance.training.evaluation.matching import Matched, Source, agreement, match, source_scores
from stance.training.evaluation.outputs import Outputs, Scores
from stance.training.identity import resolved
from stance.training.metrics import Floats
from stance.training.selective import Bools, kept_scores, risk_coverage, selective_scores
from stance.training.spanned import spanned
from stance.training.tag_rows import Row

_ORDINARY = ("*-plain", "plain-*", "debates-*")
"""Folders of the corpus with articles that are ordinary news or speech; those of the others were written to be hard."""
_Reading = tuple[Sequence[Attribution], Sequence[Speaker]]


def evaluate_sources(config: Config, models: dict[Task, TextModel], out: Outputs) -> Scores:
    """Verdicts on the sources of the test articles, the models' and those with annotated steps."""
    placed = [each for each in place(load_corpus(config.data.corpus), config.data) if each.split == "test"]
    gold = [gold_sources(each.article) for each in placed]
    read = _read(placed, models)
    judge = _Judge(models["stance"])
    found = judge.sources(
        placed,
        {
            "end_to_end": read,
            "gold_spans": [_joined_by_rules(each) for each in placed],
            "gold_spans_and_speakers": [annotated(each.article) for each in placed],
        },
    )
    found["gold_stances"] = [with_gold_stances(each.article, *found) for each, found in zip(placed, read, strict=True)]
    matched = {name: [match(*pair) for pair in zip(gold, some, strict=True)] for name, some in found.items()}
    sample = Bootstrap([unit_of(each, config.data.in_target_family) for each in placed])
    answers = {name: _answers(matched[name]) for name in ("end_to_end", "gold_spans_and_speakers")}
    curves = {name.replace("_", " "): risk_coverage(*answer) for name, answer in answers.items()}
    plots.risk_coverage(out.plots / "sources_risk_coverage.svg", curves, "verdicts on sources")
    plots.write_risk_coverage(out.plots / "sources_risk_coverage.csv", curves["end to end"])
    out.write_predictions("sources", _rows(placed, matched["end_to_end"]))
    scores: Scores = {name: source_scores(some, sample) for name, some in sorted(matched.items())}
    for name, answer in answers.items():
        scores[name] |= {
            "selective": selective_scores(*answer, config.stance.abstain_risk),
            "not_abstained": kept_scores(*answer, judge.thresholds.abstain_below),
        }
    scores |= _by_kind(placed, matched["end_to_end"], config.data.in_target_family)
    verdicts = Counter(source.verdict for sources in gold for source in sources)
    counted = {f"gold_{verdict.replace(' ', '_')}": verdicts[verdict] for verdict in Verdict}
    return scores | {"articles": len(placed), **counted}


def is_ordinary(article: Article) -> bool:
    """Whether an article is ordinary news or speech, not written to be hard (docs/data-card.md)."""
    return any(fnmatch(article.path.parent.name, pattern) for pattern in _ORDINARY)


def end_to_end(placed: Sequence[Placed], models: Mapping[Task, TextModel]) -> list[Matched]:
    """The sources of each article as scoring finds them, with those that are annotated."""
    found = _Judge(models["stance"]).sources(placed, {"end_to_end": _read(placed, models)})["end_to_end"]
    return [match(gold_sources(each.article), own) for each, own in zip(placed, found, strict=True)]


def unit_of(placed: Placed, in_target: str) -> str:
    """What the split was drawn by, as ``units_of`` has it for rows: articles on one claim are no independent trials."""
    return placed.article.group if placed.claim.family == in_target else placed.claim.family


def gold_sources(article: Article) -> list[Source]:
    """The annotated sources of an article, in order; attributions to nobody in particular make none."""
    said: dict[str, list[AnnotatedAttribution]] = defaultdict(list)
    for each in article.attributions:
        if each.speaker is not None:
            said[each.speaker].append(each)
    return [
        Source(
            article.speakers[speaker].name,
            tuple(each.spanned for each in own),
            gold_verdict({each.stance for each in own}),
        )
        for speaker, own in said.items()
    ]


def annotated(article: Article) -> _Reading:
    """The annotated attributions and speakers as if the models had found them."""
    numbers = {speaker: number for number, speaker in enumerate(article.speakers)}
    speakers = [
        Speaker(id=number, name=each.name, kind=each.kind, mentions=())
        for number, each in enumerate(article.speakers.values())
    ]
    own = [None if each.speaker is None else numbers[each.speaker] for each in article.attributions]
    return _as_found(article, article.attributions, own), speakers


def _by_kind(placed: Sequence[Placed], matched: Sequence[Matched], in_target: str) -> Scores:
    """The end-to-end figures of ordinary articles, and of those that were written to be hard."""
    scores: Scores = {}
    for name, ordinary in (("end_to_end_ordinary", True), ("end_to_end_hard", False)):
        own = [
            (each, found) for each, found in zip(placed, matched, strict=True) if is_ordinary(each.article) is ordinary
        ]
        if own:
            sample = Bootstrap([unit_of(each, in_target) for each, _ in own])
            scores[name] = {"articles": len(own), **source_scores([found for _, found in own], sample)}
    return scores


def _read(placed: Sequence[Placed], models: Mapping[Task, TextModel]) -> Sequence[_Reading]:
    return find_attributions(
        [each.article.text for each in placed], [each.sentences for each in placed], models["attribution"]
    )


class _Judge:
    """The stance model and the steps from attributions to verdicts, as in scoring."""

    def __init__(self, model: TextModel) -> None:
        self._model = model
        self.thresholds = Thresholds.of(model.settings.thresholds)

    def sources(
        self, placed: Sequence[Placed], ways: Mapping[str, Sequence[_Reading]]
    ) -> dict[str, list[list[Source]]]:
        """The sources of each article in each way of reading it; what the ways have in common is classified once."""
        asked = [(way, each, read) for way, found in ways.items() for each, read in zip(placed, found, strict=True)]
        said = [statements(each.article.text, each.sentences, *read) for _, each, read in asked]
        texts, claims = [each.article.text for _, each, _ in asked], [each.claim.text for _, each, _ in asked]
        sources: dict[str, list[list[Source]]] = {way: [] for way in ways}
        for (way, _, read), stances in zip(asked, classify(texts, claims, said, self._model), strict=True):
            sources[way].append(self._sources(*read, stances))
        return sources

    def _sources(
        self, attributions: Sequence[Attribution], speakers: Sequence[Speaker], stances: Sequence[StatementStance]
    ) -> list[Source]:
        own = _by_speaker(attributions)
        return [
            Source(each.name, tuple(spanned(one) for one in own[each.speaker]), each.verdict, each.confidence)
            for each in aggregate(speakers, stances, self.thresholds)
            if each.speaker is not None
        ]


def with_gold_stances(
    article: Article, attributions: Sequence[Attribution], speakers: Sequence[Speaker]
) -> list[Source]:
    """Found sources, each of whose attributions has the stance of the annotated one that it agrees with best."""
    sources = []
    for speaker, own in sorted(_by_speaker(attributions).items()):
        stances = {_gold_stance(article, each) for each in own}
        sources.append(Source(speakers[speaker].name, tuple(spanned(each) for each in own), gold_verdict(stances)))
    return sources


def _gold_stance(article: Article, attribution: Attribution) -> Stance:
    best = max(
        ((agreement(each.spanned, spanned(attribution)), -each.number) for each in article.attributions),
        default=(0.0, 0),
    )
    if best[0] == 0:
        return Stance.UNRELATED
    return next(each.stance for each in article.attributions if each.number == -best[1])


def _joined_by_rules(placed: Placed) -> _Reading:
    found = resolved(placed.article, placed.sentences)
    own = [resolution.speaker for resolution in found.resolutions]
    return _as_found(placed.article, found.attributions, own), found.speakers


def _as_found(
    article: Article, attributions: Sequence[AnnotatedAttribution], speakers: Sequence[int | None]
) -> list[Attribution]:
    text = article.text
    return [
        Attribution(
            id=number,
            source=TextSpan.cut(text, each.source) if each.source else None,
            cue=TextSpan.cut(text, each.cues[0]) if each.cues else None,
            content=tuple(TextSpan.cut(text, span) for span in each.contents),
            speaker=speaker,
            confidence=1.0,
        )
        for number, (each, speaker) in enumerate(zip(attributions, speakers, strict=True))
    ]


def _by_speaker(attributions: Sequence[Attribution]) -> dict[int, list[Attribution]]:
    own: dict[int, list[Attribution]] = defaultdict(list)
    for each in attributions:
        if each.speaker is not None:
            own[each.speaker].append(each)
    return own


def _answers(articles: Sequence[Matched]) -> tuple[Floats, Bools]:
    """Confidence of each found source, and whether it is right."""
    confidence = [source.confidence for each in articles for source in each.found]
    right = [hit for each in articles for hit in each.right()]
    return np.array(confidence, dtype=np.float64), np.array(right, dtype=bool)


def _rows(placed: Sequence[Placed], articles: Sequence[Matched]) -> list[Row]:
    """Each annotated source with what was found of it, and each that was found beside them."""
    rows: list[Row] = []
    for each, matched in zip(placed, articles, strict=True):
        common: Row = {"article": each.article.id, "claim_id": each.claim.id, "claim": each.claim.text}
        partners = dict(matched.pairs)
        for number, gold in enumerate(matched.gold):
            found = matched.found[partners[number]] if number in partners else None
            rows.append(common | {"source": gold.name, "gold": gold.verdict} | _found_columns(found))
        rows += [
            common | {"source": found.name, "gold": None} | _found_columns(found)
            for gold_of, found in zip(matched.gold_of(), matched.found, strict=True)
            if gold_of is None
        ]
    return rows


def _found_columns(found: Source | None) -> Row:
    if found is None:
        return {"found_as": None, "predicted": None, "probability": None}
    return {"found_as": found.name, "predicted": found.verdict, "probability": found.confidence}
