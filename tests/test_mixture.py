"""What a model learns from besides the corpus. All text here is made up."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from stance.config import Config, check, compose
from stance.errors import ConfigError, InputError
from stance.model_folder import Task
from stance.records import Span
from stance.training.mixture import mixed
from stance.training.spanned import SpannedAttribution, nesting
from stance.training.tag_rows import Row

CLAIMS = 60


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """A folder with small sets of all three kinds."""
    rows = [{"topic": f"Topic {n}", "claim": f"Claim {n}", "stance": "PRO" if n % 2 else "CON"} for n in range(CLAIMS)]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    sentences = [{"sentence_id": n, "label": n % 2, "text": f"Fares rose by {n} per cent."} for n in range(CLAIMS)]
    (tmp_path / "train.json").write_text(json.dumps(sentences), encoding="utf-8")
    for folder in ("text", "attributions"):
        (tmp_path / "train" / folder).mkdir(parents=True)
    text = "Kell said Osei claimed it was full. It was not."
    for number in range(CLAIMS):
        (tmp_path / "train" / "text" / f"a{number}.txt").write_text(text, encoding="utf-8")
        (tmp_path / "train" / "attributions" / f"a{number}.ann").write_text(
            "T1\tSource 0 4\tKell\nT2\tCue 5 9\tsaid\nT3\tContent 10 34\tOsei claimed it was full\n"
            "T4\tSource 10 14\tOsei\nT5\tCue 15 22\tclaimed\nT6\tContent 23 34\tit was full\n"
            "E1\tAttribution:T2 Source:T1 Cue:T2 Content:T3\nE2\tAttribution:T5 Source:T4 Cue:T5 Content:T6\n",
            encoding="utf-8",
        )
    return tmp_path


def settings(repository: Path, *overrides: str) -> Config:
    return check(compose(list(overrides), repository / "conf"))


def own(task: Task) -> list[Row]:
    text = {"statement": "It rose.", "claim": "It rose."} if task == "stance" else {"text": "It rose."}
    return [{"article": f"own-{n}", "split": split, **text} for n, split in enumerate(["train"] * 8 + ["dev", "test"])]


SETS: dict[Task, str] = {"stance": "ibm-claim-stance", "claims": "claimbuster", "attribution": "polnear"}


@pytest.mark.parametrize(("task", "name"), SETS.items())
def test_a_public_set_joins_the_corpus(repository: Path, public: Path, task: Task, name: str) -> None:
    config = settings(repository, f"mixture@{task}.mixture={name}", f"{task}.mixture.public.{name}.folder={public}")
    rows = mixed(own(task), task, config)
    theirs = [row for row in rows if row["article"].startswith(name)]
    assert rows[:10] == own(task)
    assert len({row["article"] for row in theirs}) == CLAIMS
    splits = Counter({row["article"]: row["split"] for row in theirs}.values())
    assert splits["train"] > 4 * splits["dev"] > 0
    assert splits["test"] == 0


def test_without_the_corpus_only_its_test_rows_stay(repository: Path, public: Path) -> None:
    config = settings(
        repository,
        "mixture@claims.mixture=claimbuster",
        f"claims.mixture.public.claimbuster.folder={public}",
        "claims.mixture.corpus=0",
    )
    assert [row["split"] for row in mixed(own("claims"), "claims", config) if row["article"].startswith("own")] == [
        "test"
    ]


@pytest.mark.parametrize(("weight", "least", "most"), [(0.5, 15, 40), (1, 50, 59), (2.5, 120, 150)])
def test_a_weight_says_how_often_a_row_is_in_training(
    repository: Path, public: Path, weight: float, least: int, most: int
) -> None:
    config = settings(
        repository,
        "mixture@claims.mixture=claimbuster",
        f"claims.mixture.public.claimbuster.folder={public}",
        f"claims.mixture.public.claimbuster.weight={weight}",
    )
    rows = [row for row in mixed([], "claims", config) if row["split"] == "train"]
    assert least <= len(rows) <= most
    assert set(Counter(row["text"] for row in rows).values()) <= {1, 2, 3}


def test_nested_attributions_are_learned_inside_their_content(repository: Path, public: Path) -> None:
    config = settings(
        repository, "mixture@attribution.mixture=polnear", f"attribution.mixture.public.polnear.folder={public}"
    )
    rows = [row for row in mixed([], "attribution", config) if row["article"] == "polnear:a0"]
    outer, inner = (next(row for row in rows if row["nested"] is nested and row["spans"]) for nested in (False, True))
    assert [outer["text"][span["start"] : span["end"]] for span in outer["spans"]] == [
        "Kell", "said", "Osei claimed it was full",
    ]  # fmt: skip
    assert [inner["text"][span["start"] : span["end"]] for span in inner["spans"]] == ["Osei", "claimed", "it was full"]


def test_a_set_of_another_task_is_refused(repository: Path, public: Path) -> None:
    config = settings(
        repository, "mixture@stance.mixture=claimbuster", f"stance.mixture.public.claimbuster.folder={public}"
    )
    with pytest.raises(
        ConfigError, match=r"stance\.mixture\.public\.claimbuster: no such set for this task; there are: p"
    ):
        mixed([], "stance", config)


def test_a_folder_that_is_not_there_is_named(repository: Path, tmp_path: Path) -> None:
    config = settings(
        repository, "mixture@claims.mixture=claimbuster", f"claims.mixture.public.claimbuster.folder={tmp_path}/no"
    )
    with pytest.raises(InputError, match="no: there is no such folder"):
        mixed([], "claims", config)


def test_the_folder_must_be_named(repository: Path) -> None:
    with pytest.raises(ConfigError, match=r"claims\.mixture\.public\.claimbuster\.folder"):
        settings(repository, "mixture@claims.mixture=claimbuster")


def attribution(*spans: tuple[int, int]) -> SpannedAttribution:
    """Source, cue and content by their ends."""
    return SpannedAttribution(*((Span(start=start, end=end),) for start, end in spans))


def test_the_shortest_content_around_an_attribution_holds_it() -> None:
    outer = attribution((0, 4), (5, 9), (10, 60))
    middle = attribution((10, 14), (15, 19), (20, 60))
    inner = attribution((20, 24), (25, 29), (30, 60))
    beside = attribution((70, 74), (75, 79), (80, 90))
    assert nesting([outer, middle, inner, beside]) == [None, 0, 1, None]
    assert nesting([inner, outer]) == [1, None]


def test_an_attribution_whose_source_stands_outside_is_not_nested() -> None:
    assert nesting([attribution((0, 4), (5, 9), (10, 60)), attribution((70, 74), (20, 24), (30, 40))]) == [None, None]
