"""Speaker identity is measured on annotated spans: who was joined with whom, and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.sentences import sentences
from stance.training.corpus import parse_article
from stance.training.identity import Resolved, identity, main, mistakes, resolved
from stance.training.metrics import b_cubed

HEAD = """\
---
claim: harbour-closed
genre: wire
author_stance: discusses
speakers:
  kell: {name: Dana Kell, kind: person}
  osei: {name: Rana Osei, kind: person}
  port: {name: the harbour board, kind: organisation}
---
"""
KELL = "{S1 @kell|Dana Kell} {Q1|said} {C1 supports|that it had closed}. "
SHE = "{S2 @kell|She} {Q2|blamed} {C2 discusses|the storm}. "
BOARD = "{S3 @port|The harbour board} {Q3|heard} {C3 discusses|of it}. "
OSEI = "{S4 @osei|Rana Osei} {Q4|denied} {C4 disputes|all}."
PLAIN = KELL + SHE + BOARD + OSEI


def read(body: str, name: str = "storm") -> Resolved:
    article = parse_article(HEAD + body, Path(f"{name}.txt"))
    return resolved(article, sentences(article.text))


def told(body: str) -> list[str]:
    return list(mistakes([read(body)]))


def test_an_article_read_rightly_scores_one() -> None:
    scores = identity([read(PLAIN)])
    whole = {"precision": 1, "recall": 1, "f1": 1}
    assert (scores["articles"], scores["attributions"], scores["pronouns"]) == (1, 4, 1)
    assert scores["b_cubed"] == scores["b_cubed_of_pronouns"] == whole
    assert scores["same_kind"] == 1
    assert scores["resolved_by"] == {"first mention": 3 / 4, "pronoun": 1 / 4}
    assert told(PLAIN) == []


def test_a_wrong_joining_costs_the_pronoun_and_those_it_is_joined_with() -> None:
    scores = identity([read(PLAIN.replace("S2 @kell", "S2 @osei"))])
    assert scores["b_cubed"] == pytest.approx({"precision": 3 / 4, "recall": 3 / 4, "f1": 3 / 4})
    assert scores["b_cubed_of_pronouns"] == {"precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2}


def test_the_speakers_of_two_articles_are_never_the_same() -> None:
    scores = identity([read(PLAIN, "storm"), read(PLAIN, "calm")])
    assert (scores["attributions"], scores["b_cubed"]["f1"]) == (8, 1)


def test_attributions_without_a_speaker_are_apart_on_both_sides() -> None:
    nobodys = (
        KELL
        + "It rained.\n\n{C5 discusses @none|“Shut.”}\n\nIt rained.\n\n{C6 discusses @none|“Open.”}\n\n"
        + BOARD
        + OSEI
    )
    scores = identity([read(nobodys)])
    assert scores["b_cubed"]["f1"] == 1
    assert scores["resolved_by"] == {"first mention": 3 / 5, "unresolved": 2 / 5}
    assert scores["same_kind"] == 1


def test_the_kind_is_compared_where_both_sides_have_a_speaker() -> None:
    markup = HEAD.replace("kind: organisation", "kind: group") + PLAIN
    article = parse_article(markup, Path("storm.txt"))
    assert identity([resolved(article, sentences(article.text))])["same_kind"] == 3 / 4


def test_a_nested_attribution_comes_behind_the_one_that_holds_it() -> None:
    claim = "{S1 @kell|Dana Kell}’s {Q1|claim} {C1 supports|that it closed}"
    nested = f"{{S4 @osei|Rana Osei}} {{Q4|doubts}} {{C4 disputes|{claim}}}. "
    found = read(nested + SHE.replace("S2 @kell|She", "S2 @kell|Kell") + BOARD)
    assert [attribution.number for attribution in found.attributions] == [4, 1, 2, 3]
    assert [resolution.resolved_by for resolution in found.resolutions] == [
        "first mention", "first mention", "last name", "first mention",
    ]  # fmt: skip
    assert list(found.mistakes()) == []


MISTAKES = {
    "joined": (
        PLAIN.replace("S2 @kell", "S2 @osei"),
        ["joined by pronoun: 1", "  storm: [She] Dana Kell, should be Rana Osei",
         "split by first mention: 1", "  storm: [Rana Osei] Rana Osei, should be Rana Osei"],
    ),
    "joined, where nobody is meant": (
        PLAIN.replace("@kell|She", "@kell|It").replace("{S2 @kell|It}", "and").replace("C2 ", "C2 @none "),
        ["joined by same sentence: 1", "  storm: [–] Dana Kell, should be nobody"],
    ),
    "split": (
        PLAIN.replace("@kell|She", "@kell|The captain"),
        ["split by first mention: 1", "  storm: [The captain] captain, should be Dana Kell"],
    ),
    "unresolved": (
        PLAIN.replace("@kell|She", "@kell|It"),
        ["unresolved: 1", "  storm: [It] nobody, should be Dana Kell"],
    ),
    "unresolved, but alone": (KELL + SHE.replace("@kell|She", "@osei|It") + BOARD, []),
}  # fmt: skip


@pytest.mark.parametrize(("body", "lines"), MISTAKES.values(), ids=MISTAKES)
def test_every_mistake_is_told(body: str, lines: list[str]) -> None:
    assert told(body.replace(". and", " and")) == lines


def test_the_most_frequent_kind_of_mistake_comes_first() -> None:
    captain, it = PLAIN.replace("@kell|She", "@kell|The captain"), PLAIN.replace("@kell|She", "@kell|It")
    lines = list(mistakes([read(captain, "a"), read(it, "b"), read(it, "c")]))
    assert [line for line in lines if not line.startswith(" ")] == ["unresolved: 2", "split by first mention: 1"]
    assert lines[1].startswith("  b: ")


def test_clusters_stay_whole_when_only_some_mentions_count() -> None:
    scores = b_cubed("aabb", "xxxy", [False, True, False, True])
    assert scores == pytest.approx({"precision": (2 / 3 + 1) / 2, "recall": (1 + 1 / 2) / 2, "f1": 15 / 19})


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """One claim, which falls into the train split, with one article."""
    (tmp_path / "claims").mkdir()
    (tmp_path / "articles").mkdir()
    (tmp_path / "claims" / "trade.yaml").write_text(
        "- id: harbour-closed\n  family: quay\n  field: trade\n  text: The northern harbour has closed.\n"
        "  paraphrases: [The north port is shut., No ship enters the northern harbour.]\n"
        "  negation: The northern harbour has not closed.\n"
    )
    (tmp_path / "articles" / "storm.txt").write_text(HEAD + PLAIN.replace("@kell|She", "@kell|It"), encoding="utf-8")
    return tmp_path


def test_the_command_prints_the_figures_of_one_split(
    corpus: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([f"data.corpus={corpus}", "--split", "train"], repository / "conf") == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 articles, 4 attributions on annotated spans",
        "B-cubed of speakers: precision 1.0000, recall 0.7500, f1 0.8571",
        "B-cubed of 1 pronouns: precision 1.0000, recall 0.5000, f1 0.6667",
        "kind of source as annotated: 1.0000",
        "first mention: 75.0%",
        "unresolved: 25.0%",
    ]
    assert main([f"data.corpus={corpus}"], repository / "conf") == 0
    assert capsys.readouterr().out.startswith("0 articles, 0 attributions")


def test_the_command_lists_the_mistakes(corpus: Path, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"data.corpus={corpus}", "--split", "train", "--mistakes"], repository / "conf") == 0
    assert capsys.readouterr().out.splitlines() == ["unresolved: 1", "  storm: [It] nobody, should be Dana Kell"]


def test_the_command_says_what_it_cannot_read(
    tmp_path: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([f"data.corpus={tmp_path / 'gone'}"], repository / "conf") == 1
    assert "no claims/*.yaml here" in capsys.readouterr().err


def test_the_dev_split_of_the_corpus_is_read_well(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"data.corpus={repository / 'corpus'}"], repository / "conf") == 0
    figures = dict(line.split(": ") for line in capsys.readouterr().out.splitlines()[1:])
    speakers = dict(part.split() for part in figures["B-cubed of speakers"].split(", "))
    assert float(speakers["f1"]) > 0.96
    assert float(speakers["precision"]) > 0.99
