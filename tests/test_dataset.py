"""Splits are by claim and by article group; nothing near the test split is trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from datasketch import MinHash, MinHashLSH

from stance.config import Config, check, compose
from stance.model_folder import TASKS, Task
from stance.records import Stance
from stance.training.annotations import Corpus, negated
from stance.training.corpus import load_corpus
from stance.training.duplicates import without_near_duplicates
from stance.training.prepare import build_rows
from stance.training.splits import SPLITS, fraction, split_of
from stance.training.tag_rows import Row


@pytest.fixture(scope="module")
def config() -> Config:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).resolve().parents[1])
        return check(compose())


@pytest.fixture(scope="module")
def corpus(repository: Path) -> Corpus:
    return load_corpus(repository / "corpus")


@pytest.fixture(scope="module")
def rows(corpus: Corpus, config: Config) -> dict[Task, list[Row]]:
    built = build_rows(corpus, config)
    return {
        task: without_near_duplicates(
            built[task], "statement" if task == "stance" else "text", config.data.near_duplicate
        )
        for task in TASKS
    }


def splits_of(rows: list[Row], column: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row[column], set()).add(row["split"])
    return found


@pytest.mark.parametrize("task", TASKS)
def test_no_article_group_crosses_a_split(rows: dict[Task, list[Row]], task: Task) -> None:
    crossing = {group: splits for group, splits in splits_of(rows[task], "group").items() if group and len(splits) > 1}
    assert crossing == {}


@pytest.mark.parametrize("task", TASKS)
def test_no_claim_crosses_a_split_but_the_one_split_by_group(
    rows: dict[Task, list[Row]], config: Config, task: Task
) -> None:
    crossing = {family for family, splits in splits_of(rows[task], "family").items() if len(splits) > 1}
    assert crossing <= {config.data.in_target_family}


def test_an_article_is_in_the_same_split_for_all_tasks(rows: dict[Task, list[Row]]) -> None:
    everything = [row for task in TASKS for row in rows[task] if row["article"]]
    assert [article for article, splits in splits_of(everything, "article").items() if len(splits) > 1] == []


def test_no_near_duplicate_sentence_crosses_a_split(rows: dict[Task, list[Row]]) -> None:
    index, training = MinHashLSH(threshold=0.85, num_perm=128), {}
    for number, row in enumerate(row for row in rows["claims"] if row["split"] == "train"):
        training[str(number)] = row["text"]
        index.insert(str(number), sketch(row["text"]))
    crossing = [
        (row["text"], [training[key] for key in index.query(sketch(row["text"]))])
        for row in rows["claims"]
        if row["split"] != "train" and len(row["text"]) > 30 and index.query(sketch(row["text"]))
    ]
    assert crossing == []


def sketch(text: str) -> MinHash:
    found = MinHash(num_perm=128)
    words = text.lower().split()
    found.update_batch([" ".join(words[i : i + 2]).encode() for i in range(max(1, len(words) - 1))])
    return found


@pytest.mark.parametrize("task", TASKS)
def test_every_split_has_rows_of_every_label(rows: dict[Task, list[Row]], task: Task) -> None:
    if task == "attribution":
        assert {row["split"] for row in rows[task]} == set(SPLITS)
        return
    labels = {row["label"] for row in rows[task]}
    assert {(row["split"], row["label"]) for row in rows[task]} == {
        (split, label) for split in SPLITS for label in labels
    }


def test_a_statement_gets_the_flipped_label_for_the_negation(rows: dict[Task, list[Row]]) -> None:
    by_id: dict[str, dict[str, str]] = {}
    for row in rows["stance"]:
        by_id.setdefault(row["id"], {})[row["wording"]] = row["label"]
    pairs = [labels for labels in by_id.values() if {"claim", "negation"} <= set(labels)]
    assert pairs
    assert all(labels["negation"] == negated(Stance(labels["claim"])) for labels in pairs)


def test_training_never_pairs_a_statement_with_a_claim_of_another_split(
    rows: dict[Task, list[Row]], corpus: Corpus, config: Config
) -> None:
    others = {row["claim"] for row in rows["stance"] if row["wording"] == "other"}
    held_out = {
        claim.text for claim in corpus.claims.values() if split_of(claim.family, None, config.data) in ("dev", "test")
    }
    assert others
    assert not others & held_out


def test_spans_of_attribution_rows_lie_in_order_inside_the_text(rows: dict[Task, list[Row]]) -> None:
    for row in rows["attribution"]:
        ends = [0, *(span["end"] for span in row["spans"])]
        starts = [span["start"] for span in row["spans"]]
        assert all(start >= end for start, end in zip(starts, ends, strict=False)), row
        assert ends[-1] <= len(row["text"])


def test_the_split_depends_on_names_alone(config: Config) -> None:
    assert split_of("some-family", None, config.data) == split_of("some-family", "any-group", config.data)
    assert split_of(config.data.in_target_family, None, config.data) == "train"
    assert 0 <= fraction("anything") < 1
    assert fraction("anything") == fraction("anything")


def test_a_statement_more_leaves_the_rows_of_the_others_as_they_are(corpus: Corpus, config: Config) -> None:
    more = replace(corpus, articles=(), bank=corpus.bank[:100])
    fewer = replace(more, bank=more.bank[1:])
    rows, kept = (build_rows(bank, config)["stance"] for bank in (more, fewer))
    assert 0 < len(kept) < len(rows)
    assert rows[-len(kept) :] == kept


def test_near_duplicates_of_training_rows_are_dropped_from_the_others() -> None:
    rows = [
        {"split": "test", "text": "The council met on Tuesday to vote on the tram line!"},
        {"split": "train", "text": "The council met on Tuesday to vote on the tram line."},
        {"split": "train", "text": "The council met on Tuesday to vote on the tram line"},
        {"split": "dev", "text": "Nobody came."},
    ]
    assert without_near_duplicates(rows, "text", 0.8) == [rows[1], rows[2], rows[3]]
