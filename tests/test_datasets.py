"""The function for ``Dataset.map``."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest
from datasets import Dataset
from datasets.fingerprint import Hasher

from stance import StancePipeline
from stance.errors import InputError
from stance.integrations.datasets import COLUMNS, Scorer
from stance.records import ArticleResult

CLAIM = "Al Qaeda has a new home base in Iran."


@pytest.fixture(scope="module")
def score(models: Path) -> Scorer:
    return Scorer(models, CLAIM, device="cpu")


@pytest.fixture
def news(article: str) -> Dataset:
    return Dataset.from_dict({"text": ["", None, article, "An aide said it was so."], "id": [1, 2, 3, 4]})


def scored(news: Dataset, score: Scorer, **options: object) -> Dataset:
    return news.map(score, batched=True, batch_size=2, features=score.features(news.features), **options)


def test_it_adds_columns_to_a_data_set(news: Dataset, score: Scorer, models: Path, article: str) -> None:
    found = scored(news, score, load_from_cache_file=False)
    assert found.column_names == ["text", "id", *COLUMNS]
    assert found[0]["stance_sources"] == found[1]["stance_sentences"] == []
    assert found[1]["stance_result"] is None
    row = found[2]
    result = ArticleResult.model_validate_json(row["stance_result"])
    (expected,) = StancePipeline.from_pretrained(models, device="cpu").score([article], CLAIM)
    assert result.model_copy(update={"id": "0"}) == expected
    assert [source["name"] for source in row["stance_sources"]] == [source.name for source in expected.sources]
    assert [each["verdict"] for each in row["stance_sources"]] == [source.verdict for source in expected.sources]
    assert [each["content"] for each in row["stance_attributions"]] == [
        [part.text for part in attribution.content] for attribution in expected.attributions
    ]
    assert [each["text"] for each in row["stance_sentences"]] == [article[s.start : s.end] for s in expected.sentences]


def test_it_is_cached_by_claim_and_models(score: Scorer, models: Path, tmp_path: Path) -> None:
    same = Scorer(models, CLAIM, device="cpu")
    assert Hasher.hash(same) == Hasher.hash(score)
    assert Hasher.hash(Scorer(models, "Al Qaeda has left Iran.", device="cpu")) != Hasher.hash(score)
    score({"text": ["An aide said it was so."]})
    assert Hasher.hash(same) == Hasher.hash(score), "using it must not change the fingerprint"


def test_it_pickles_without_its_models(score: Scorer) -> None:
    stored = pickle.dumps(score)
    assert len(stored) < 10_000
    batch = {"text": ["The minister said al Qaeda had a base in Iran."]}
    assert pickle.loads(stored)(batch) == score(batch)


def test_wrong_columns_are_named(score: Scorer) -> None:
    with pytest.raises(InputError, match="there is no column 'text'; there are: body, id"):
        score({"body": ["x"], "id": [1]})
    with pytest.raises(InputError, match=r"holds no strings; use map\(…, batched=True\)"):
        score({"text": "one row instead of a batch"})
    with pytest.raises(InputError, match="holds no strings"):
        score({"text": [3]})


def test_other_weights_are_another_fingerprint(score: Scorer, models: Path, tmp_path: Path) -> None:
    from conftest import make_models

    moved = Path(shutil.copytree(models, tmp_path / "models"))
    there = Hasher.hash(Scorer(moved, CLAIM, device="cpu"))
    shutil.rmtree(moved)
    assert Hasher.hash(Scorer(make_models(moved, seed=8), CLAIM, device="cpu")) != there
