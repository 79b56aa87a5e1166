"""The stage ``evaluate`` with tiny random models on a few articles of the corpus."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datasets import Dataset

from stance.config import Config, check, compose
from stance.encoder import TextModel, TokenScores
from stance.errors import ModelError
from stance.templates import CLAIM_LABELS
from stance.training import evaluate as stage
from stance.training.compare import compare
from stance.training.corpus import load_corpus
from stance.training.dataset import place
from stance.training.evaluation.attribution import evaluate_attribution
from stance.training.evaluation.embeddings import FrozenEncoder
from stance.training.evaluation.matching import match
from stance.training.evaluation.outputs import Outputs
from stance.training.evaluation.slices import slices
from stance.training.evaluation.sources import annotated, gold_sources, is_ordinary, unit_of, with_gold_stances
from stance.training.prepare import prepare


@pytest.fixture(scope="module")
def config(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("evaluated")
    places = [f"data.corpus={repository / 'corpus'}", f"data.prepared={folder / 'prepared'}", "device=cpu"]
    composed = check(compose(["profile=smoke", *places], repository / "conf"))
    (folder / "prepared").mkdir()
    (folder / "prepared" / "notes.txt").write_text("somebody's own", encoding="utf-8")
    prepare(composed)
    return composed


@pytest.fixture(scope="module")
def evaluated(config: Config, models: Path) -> Path:
    """The folder that the stage was run in."""
    folder = config.data.prepared.parent
    shutil.copytree(models, folder / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        stage.evaluate(config)
    return folder


@pytest.fixture(scope="module")
def metrics(evaluated: Path) -> dict[str, Any]:
    return dict(json.loads((evaluated / "metrics.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("task", "score"), [("claims", "average_precision"), ("attribution", "exact_f1"), ("stance", "macro_f1")]
)
def test_the_headline_figure_of_each_task_has_an_interval(metrics: dict[str, Any], task: str, score: str) -> None:
    interval = metrics[task]["intervals"][score]
    assert interval["low"] <= metrics[task]["model"][score] <= interval["high"]


def test_each_model_stands_beside_its_baselines(metrics: dict[str, Any]) -> None:
    everywhere = {"model", "majority", "bag_of_words", "embeddings"}
    for task in ("claims", "attribution", "stance"):
        assert everywhere <= set(metrics[task])
    assert {"bag_of_words_claim_blind", "embeddings_claim_blind"} <= set(metrics["stance"])


def test_sources_come_first_and_each_step_is_told_apart(metrics: dict[str, Any]) -> None:
    assert next(iter(metrics)) == "sources"
    sources = metrics["sources"]
    for name in ("end_to_end", "gold_stances", "gold_spans", "gold_spans_and_speakers"):
        assert 0 <= sources[name]["f1"] <= 1
    assert sources["articles"] > 0


def test_ordinary_articles_are_told_from_those_written_to_be_hard(config: Config, metrics: dict[str, Any]) -> None:
    sources = metrics["sources"]
    parts = [sources[name]["articles"] for name in ("end_to_end_ordinary", "end_to_end_hard") if name in sources]
    assert sum(parts) == sources["articles"]
    kinds = {each.path.parent.name: is_ordinary(each) for each in load_corpus(config.data.corpus).articles}
    assert {name for name, ordinary in kinds.items() if ordinary} == {
        "debates-3", "iran-plain", "iran-news-plain", "plain-science", "plain-society", "plain-world",
        *(f"plain-news-{letter}" for letter in "abcdefh"), *(f"plain-wire-{letter}" for letter in "abcd"),
    }  # fmt: skip


def test_comparing_two_folders_finds_the_same_figures_from_text_to_verdict(
    config: Config, models: Path, metrics: dict[str, Any]
) -> None:
    found = compare(models, models, config.data.prepared, device="cpu", corpus=config.data.corpus)
    whole = [each for each in found if each.task == "sources"]
    assert found[:2] == whole
    for each in whole:
        assert each.before == each.after == pytest.approx(metrics["sources"]["end_to_end"][each.score], abs=1e-4)
    assert [each.score for each in whole] == ["f1", "verdict_accuracy"]


def test_annotated_spans_and_speakers_are_found_again(metrics: dict[str, Any]) -> None:
    assert metrics["sources"]["gold_spans_and_speakers"]["detection_f1"] == 1


def test_annotated_stances_give_the_annotated_verdicts(config: Config) -> None:
    for each in place(load_corpus(config.data.corpus), config.data)[:10]:
        article, gold = each.article, gold_sources(each.article)
        found = with_gold_stances(article, *annotated(article))
        assert all(match(gold, found).right())


def test_the_attribution_model_reads_each_row_once(
    config: Config, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = TextModel(models / "attribution", "attribution", device="cpu")
    read_rows: list[str] = []

    def counted(texts: Sequence[str]) -> list[TokenScores]:
        read_rows.extend(texts)
        return TextModel.token_probabilities(model, texts)

    monkeypatch.setattr(model, "token_probabilities", counted)
    scores = evaluate_attribution(config, model, FrozenEncoder(config), Outputs(tmp_path, tmp_path))
    assert len(read_rows) == scores["rows"]


def test_embeddings_tell_texts_apart_and_need_each_only_once(config: Config) -> None:
    frozen = FrozenEncoder(config)
    rows = Dataset.from_dict({"text": ["It rose.", "He knows."] * 9, "label": list(CLAIM_LABELS) * 9})
    found = frozen.classify(rows, rows, ["text"], CLAIM_LABELS)
    assert found.argmax(axis=1).tolist() == [0, 1] * 9
    assert frozen.classify(rows, rows, ["text"], CLAIM_LABELS).tolist() == found.tolist()


def test_the_answers_on_each_row_are_kept(evaluated: Path, metrics: dict[str, Any]) -> None:
    for task in ("claims", "attribution", "stance"):
        lines = (evaluated / "results" / "predictions" / f"{task}.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(lines) == metrics[task]["rows"]


def test_slices_of_statements(config: Config) -> None:
    def row(statement: str, label: str, kind: str = "person", **other: Any) -> dict[str, Any]:
        return {
            "statement": statement, "label": label, "kind": kind, "wording": "claim", "family": "new", "claim_id": "b",
            "nested": False,
        } | other  # fmt: skip

    test = Dataset.from_list(
        [
            row("< Kell > didn’t sell it.", "disputes"),
            row("< Osei > may have sold it.", "supports", nested=True, family="known", claim_id="a"),
            row("< The author >: It was sold on Monday to a firm from the south of the country.", "supports", "author"),
        ]
    )
    found = slices(test, Dataset.from_list([{"claim_id": "a"}]), "known")
    positions = {name: np.flatnonzero(mask).tolist() for name, mask in found.items()}
    assert positions["with_negation"] == [0]
    assert positions["with_hedge"] == [1]
    assert positions["without_hedge"] == [0, 2]
    assert positions["claim_seen"] == positions["nested"] == positions["in_target_claim"] == [1]
    assert positions["unseen_claims"] == positions["not_nested"] == [0]
    assert positions["kind_author"] == positions["long"] == [2]
    assert positions["gold_supports"] == [1, 2]
    assert "gold_unrelated" not in positions


def test_articles_on_one_claim_are_resampled_together_but_in_the_family_split_by_group(config: Config) -> None:
    in_target = config.data.in_target_family
    for each in place(load_corpus(config.data.corpus), config.data):
        expected = each.article.group if each.claim.family == in_target else each.claim.family
        assert unit_of(each, in_target) == expected


def test_what_else_is_in_the_folder_of_prepared_rows_stays(config: Config) -> None:
    assert (config.data.prepared / "notes.txt").is_file()


def test_without_models_the_plots_of_before_stay(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tmp_path / "plots" / "claims.svg"
    before.parent.mkdir()
    before.write_text("<svg/>", encoding="utf-8")
    with pytest.raises(ModelError):
        stage.evaluate(config)
    assert before.is_file()
