"""Measures the trained models on a public data set in a folder of the user's; nothing is trained or tuned on it.

``python -m stance.training.benchmark public=perspectrum public.folder=…``
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hydra
import numpy as np
from datasets import Dataset, disable_progress_bars
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import average_precision_score, f1_score

from stance.attribution import find_attributions
from stance.claims import THRESHOLD
from stance.encoder import InputText, TextModel
from stance.errors import ConfigError, InputError
from stance.records import Attribution, Span, Stance
from stance.sentences import sentences
from stance.templates import CHECK_WORTHY, CLAIM_LABELS, SPAN_KINDS, STANCE_LABELS, bank_statement
from stance.training import baselines
from stance.training.metrics import Floats, Ints, Spans, expected_calibration_error, f1, rounded, span_scores
from stance.training.prepare import read
from stance.training.public import DOCUMENTS, PAIRS, SENTENCES, Pair, Sentence, SourcedDocument, known, require_folder
from stance.training.public.documents import SpannedAttribution
from stance.training.stage import run_stage

log = logging.getLogger(__name__)
Scores = dict[str, Any]
Rows = list[dict[str, Any]]
_SIDES = (STANCE_LABELS.index(Stance.SUPPORTS), STANCE_LABELS.index(Stance.DISPUTES))
_POSITIVE = CLAIM_LABELS.index(CHECK_WORTHY)


class PublicSet(BaseModel):
    """Which data set, and where its files are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    folder: Path
    part: str
    limit: int | None = Field(default=None, ge=1)


class BenchmarkConfig(BaseModel):
    """Everything a measurement depends on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public: PublicSet
    models: Path
    prepared: Path
    device: str
    run: str
    output: Path


def benchmark(config: BenchmarkConfig) -> Scores:
    """Score the model of the data set's task, and write ``scores.json`` and ``predictions.jsonl``, worst mistake first.

    Raises:
        InputError: when the folder or a file in it is missing or damaged.
        ConfigError: when no reader is known for the data set, or the baselines' training rows are missing.
        ModelError: when the model is missing.
    """
    public = config.public
    folder = require_folder(public.folder)
    if public.name in PAIRS:
        scores, rows = _pairs(config, PAIRS[public.name](folder, public.part)[: public.limit])
    elif public.name in SENTENCES:
        scores, rows = _sentences(config, SENTENCES[public.name](folder, public.part)[: public.limit])
    elif public.name in DOCUMENTS:
        scores, rows = _documents(config, DOCUMENTS[public.name](folder, public.part)[: public.limit])
    else:
        raise ConfigError(f"public.name={public.name}: no reader for it; there are: {', '.join(known())}")
    scores = {"data": public.name, "part": public.part, "limit": public.limit, **scores}
    target = config.output / (public.name if public.limit is None else f"{public.name}-first-{public.limit}")
    target.mkdir(parents=True, exist_ok=True)
    (target / "scores.json").write_text(json.dumps(rounded(scores), indent=2) + "\n", encoding="utf-8")
    with (target / "predictions.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(rounded(row), ensure_ascii=False) + "\n" for row in rows)
    return scores


# --- stance -----------------------------------------------------------------------------------------------------------


def _pairs(config: BenchmarkConfig, pairs: Sequence[Pair]) -> tuple[Scores, Rows]:
    train = read(config.prepared, "stance", "train")  # first: better told now than after the model has run
    model = TextModel(config.models / "stance", "stance", device=config.device)
    inputs = [InputText(pair.claim, bank_statement(pair.text)) for pair in pairs]
    found = np.asarray(model.probabilities(inputs), dtype=np.float64)
    sides = np.array([STANCE_LABELS.index(pair.stance) for pair in pairs])
    table = Dataset.from_dict(
        {"claim": [pair.claim for pair in pairs], "statement": [bank_statement(pair.text) for pair in pairs]}
    )
    blind, aware = (
        baselines.bag_of_words(train, table, columns, STANCE_LABELS)
        for columns in (["statement"], ["claim", "statement"])
    )
    scores = {
        "rows": len(pairs),
        "model": side_scores(found, sides),
        "bag_of_words": side_scores(aware, sides),
        "bag_of_words_claim_blind": side_scores(blind, sides),
        "always_supports": side_scores(np.tile(np.eye(len(STANCE_LABELS))[_SIDES[0]], (len(pairs), 1)), sides),
        "takes_a_side": float(np.isin(found.argmax(axis=-1), _SIDES).mean()),
    }
    rows = [
        {
            "id": pair.id,
            "claim": pair.claim,
            "text": pair.text,
            "gold": str(pair.stance),
            "probabilities": dict(zip(map(str, STANCE_LABELS), row.tolist(), strict=True)),
        }
        for pair, row in zip(pairs, found, strict=True)
    ]
    return scores, _worst_first(rows, _two_sided(found)[np.arange(len(sides)), _place(sides)])


def side_scores(probabilities: Floats, sides: Ints) -> dict[str, float]:
    """Scores of four-class probabilities on a set with two classes: the likelier of *supports* and *disputes* counts.

    Args:
        probabilities: Shape [rows, 4].
        sides: Shape [rows], numbers of the labels *supports* or *disputes*.
    """
    rows, gold = _two_sided(probabilities), _place(sides)
    predicted = rows.argmax(axis=-1)
    return {
        "macro_f1": float(f1_score(gold, predicted, average="macro", labels=[0, 1], zero_division=0)),
        "accuracy": float((predicted == gold).mean()),
        "ece": expected_calibration_error(rows, gold),
    }


def _two_sided(probabilities: Floats) -> Floats:
    rows = probabilities[:, _SIDES]
    return np.asarray(rows / np.maximum(rows.sum(axis=-1, keepdims=True), 1e-12))


def _place(sides: Ints) -> Ints:
    return np.asarray(sides == _SIDES[1], dtype=np.int64)


# --- check-worthiness -------------------------------------------------------------------------------------------------


def _sentences(config: BenchmarkConfig, found: Sequence[Sentence]) -> tuple[Scores, Rows]:
    train = read(config.prepared, "claims", "train")
    model = TextModel(config.models / "claims", "claims", device=config.device)
    texts = [sentence.text for sentence in found]
    worthiness = np.asarray(model.probabilities([InputText(text) for text in texts]), dtype=np.float64)[:, _POSITIVE]
    gold = np.array([sentence.check_worthy for sentence in found])
    groups = [sentence.group for sentence in found]
    words = baselines.bag_of_words(train, Dataset.from_dict({"text": texts}), ["text"], CLAIM_LABELS)[:, _POSITIVE]
    threshold = model.settings.thresholds.get(THRESHOLD, 0.5)
    scores = {
        "rows": len(found),
        "check_worthy": int(gold.sum()),
        "model": worthiness_scores(worthiness, gold, groups, threshold),
        "bag_of_words": worthiness_scores(words, gold, groups, 0.5),
        "never_check_worthy": worthiness_scores(np.full(len(gold), 0.0), gold, groups, 0.5),
    }
    rows = [
        {"id": sentence.id, "text": sentence.text, "gold": sentence.check_worthy, "check_worthiness": float(score)}
        for sentence, score in zip(found, worthiness, strict=True)
    ]
    return scores, _worst_first(rows, np.where(gold, worthiness, 1 - worthiness))


def worthiness_scores(scores: Floats, gold: Ints, groups: Sequence[str], threshold: float) -> dict[str, float]:
    """Average precision, its mean over groups (the MAP of CheckThat!), and macro F1 at a threshold.

    Args:
        scores: Shape [rows].
        gold: Shape [rows], whether check-worthy.
        groups: Shape [rows], the debate of each.
        threshold: From which score on a sentence counts as check-worthy.
    """
    members = defaultdict(list)
    for number, group in enumerate(groups):
        members[group].append(number)
    if not gold.any():
        raise InputError("no sentence here is marked as check-worthy: nothing to measure; raise public.limit")
    precisions = [average_precision_score(gold[ids], scores[ids]) for ids in members.values() if gold[ids].any()]
    return {
        "average_precision": float(average_precision_score(gold, scores)),
        "mean_average_precision": float(np.mean(precisions)),
        "macro_f1": float(f1_score(gold, scores >= threshold, average="macro", zero_division=0)),
        "ece": expected_calibration_error(np.stack([1 - scores, scores], axis=-1), gold.astype(int)),
    }


# --- attribution ------------------------------------------------------------------------------------------------------


def _documents(config: BenchmarkConfig, documents: Sequence[SourcedDocument]) -> tuple[Scores, Rows]:
    model = TextModel(config.models / "attribution", "attribution", device=config.device)
    texts = [document.text for document in documents]
    results = find_attributions(texts, [sentences(text) for text in texts], model)
    found = [[_spanned(attribution) for attribution in attributions] for attributions, _ in results]
    gold = [document.attributions for document in documents]
    by_document = [
        triple_scores([wanted], [got]) if wanted or got else {"exact_triple_f1": 1.0, "overlap_triple_f1": 1.0}
        for wanted, got in zip(gold, found, strict=True)
    ]
    scores = {
        "rows": len(documents),
        "model": {
            **span_scores([_spans(wanted) for wanted in gold], [_spans(got) for got in found]),
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
    return scores, _worst_first(rows, np.array([each["overlap_triple_f1"] for each in by_document]))


def triple_scores(
    gold: Sequence[Sequence[SpannedAttribution]], found: Sequence[Sequence[SpannedAttribution]]
) -> dict[str, float]:
    """F1 of whole attributions: source, cue and content all equal (exact), or all touching (overlap).

    A part that is missing must be missing in both. In *overlap* gold and found attributions are paired one to one.
    """
    exact = overlap = 0
    for wanted, got in zip(gold, found, strict=True):
        exact += len(set(wanted) & set(got))
        if wanted and got:
            touching = np.array([[_touches(one, other) for other in got] for one in wanted])
            overlap += int(touching[linear_sum_assignment(touching, maximize=True)].sum())
    counts = sum(map(len, found)), sum(map(len, gold))
    return {"exact_triple_f1": f1(exact, *counts), "overlap_triple_f1": f1(overlap, *counts)}


def _spanned(attribution: Attribution) -> SpannedAttribution:
    source = (attribution.source,) if attribution.source else ()
    cue = (attribution.cue,) if attribution.cue else ()
    parts = (tuple(Span(start=s.start, end=s.end) for s in spans) for spans in (source, cue, attribution.content))
    return SpannedAttribution(*parts)


def _spans(attributions: Sequence[SpannedAttribution]) -> Spans:
    return {
        (kind, span.start, span.end)
        for attribution in attributions
        for kind in SPAN_KINDS
        for span in getattr(attribution, kind)
    }


def _touches(one: SpannedAttribution, other: SpannedAttribution) -> bool:
    return all(
        (not mine and not theirs) or any(a.overlaps(b) for a in mine for b in theirs)
        for mine, theirs in ((one.source, other.source), (one.cue, other.cue), (one.content, other.content))
    )


def _met(one: SpannedAttribution, others: Sequence[SpannedAttribution]) -> bool:
    return any(_touches(one, other) for other in others)


def _shown(text: str, one: SpannedAttribution) -> dict[str, str]:
    return {kind: " … ".join(span.of(text) for span in getattr(one, kind)) for kind in SPAN_KINDS}


# --- all --------------------------------------------------------------------------------------------------------------


def _worst_first(rows: Rows, goodness: Floats) -> Rows:
    return [rows[number] for number in np.argsort(goodness, kind="stable")]


def check(composed: DictConfig) -> BenchmarkConfig:
    """Turn what Hydra composed into typed settings.

    Raises:
        ConfigError: naming each key that is unknown or missing.
    """
    try:
        return BenchmarkConfig.model_validate(OmegaConf.to_container(composed, resolve=True, throw_on_missing=True))
    except OmegaConfBaseException as error:
        missing = ", ".join(sorted(OmegaConf.missing_keys(composed)))
        raise ConfigError(f"say what is missing, as {missing}=…" if missing else f"{error}") from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ConfigError("the configuration is wrong:\n  " + "\n  ".join(faults)) from error


@hydra.main(version_base="1.3", config_path=str(Path.cwd() / "conf"), config_name="benchmark")
def main(composed: DictConfig) -> None:
    """Run the measurement."""

    def stage() -> None:
        disable_progress_bars()
        config = check(composed)
        scores = benchmark(config)
        shown = ", ".join(f"{key} {value:.3f}" for key, value in scores["model"].items())
        log.info("%s %s, %d rows: %s", config.public.name, config.public.part, scores["rows"], shown)
        log.info("scores and predictions are below %s", config.output)

    run_stage(stage)


if __name__ == "__main__":
    main()
