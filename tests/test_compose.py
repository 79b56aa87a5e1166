"""Statements composed from the wordings of claims, and the side that follows from frame, wording and target."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

import pytest

from stance.records import Stance
from stance.training.annotations import Claim, RelatedClaim
from stance.training.compose import composed

HARBOUR = Claim(
    id="harbour",
    family="harbour",
    field="economy",
    text="The harbour has closed.",
    paraphrases=("Ships can no longer enter the port.", "No vessel gets into the port."),
    negation="The harbour is open.",
)
KELL = Claim(
    id="kell",
    family="kell",
    field="crime",
    text="Kell bribed the mayor.",
    paraphrases=("The mayor took money from Kell.", "Kell paid the mayor off."),
    negation="Kell never bribed the mayor.",
)
NEGATIVE_CUES = re.compile(
    r"(denied|rejected the suggestion|dismissed|nonsense|no evidence|doubts|myth|still believes|wrong to say|"
    r"nothing to show|contradicted|laughed|does not believe|It is not true)"
)
OPEN_CUES = re.compile(
    r"(declined|asked whether|rule out|too early|inquiry|neither confirm|looking into|open question)"
)


def states(claim: Claim, text: str) -> int:
    return -1 if text.rstrip(".").lower() in claim.negation.lower() else 1


def expected(claim: Claim, row: dict[str, str]) -> Stance:
    statement = row["statement"]
    said = -1 if claim.negation.rstrip(".").lower() in statement.lower() else 1
    sign = -1 if NEGATIVE_CUES.search(statement) else 1
    side = sign * said * states(claim, row["claim"])
    if OPEN_CUES.search(statement):
        return Stance.DISCUSSES
    return Stance.SUPPORTS if side > 0 else Stance.DISPUTES


@pytest.mark.parametrize("claim", [HARBOUR, KELL], ids=lambda claim: claim.id)
def test_the_label_follows_from_frame_wording_and_target(claim: Claim) -> None:
    wrong = [row for row in composed([claim], 600) if row["label"] != str(expected(claim, row))]
    assert wrong == []


def test_no_wording_but_the_negation_meets_itself() -> None:
    rows = [row for row in composed([HARBOUR], 300) if row["claim"] != HARBOUR.negation]
    assert [row for row in rows if row["claim"].rstrip(".").lower() in row["statement"].lower()] == []


def test_the_same_rows_come_every_time() -> None:
    assert list(composed([HARBOUR, KELL], 50)) == list(composed([HARBOUR, KELL], 50))


def test_neither_side_is_rare() -> None:
    counts = Counter(row["label"] for row in composed([HARBOUR, KELL], 2000))
    assert 0.8 < counts["supports"] / counts["disputes"] < 1.25
    assert counts["discusses"] > 200


def test_the_wording_alone_does_not_tell_the_side() -> None:
    """For each wording under an affirming frame, both sides occur, by what it meets."""
    sides: dict[str, set[str]] = {}
    for row in composed([HARBOUR], 2000):
        if "said that" in row["statement"]:
            sides.setdefault(row["statement"].split("said that ")[1], set()).add(row["label"])
    assert len(sides) == 4
    assert all(labels == {"supports", "disputes"} for labels in sides.values())


def test_neither_the_statement_nor_the_claim_leans_to_a_side() -> None:
    rows = [row for row in composed([HARBOUR, KELL], 6000) if row["label"] != "discusses"]
    for column in ("statement", "claim"):
        negative = [row["label"] for row in rows if "the harbour is open" in row[column].lower()]
        assert 0.4 < negative.count("supports") / len(negative) < 0.6, column


def test_names_keep_their_capital_and_other_first_words_lose_it() -> None:
    statements = [row["statement"] for row in composed([HARBOUR, KELL], 600)]
    assert any("that Kell bribed" in statement for statement in statements)
    assert any("that the harbour has closed" in statement for statement in statements)
    assert not any("that kell" in statement or "that The harbour" in statement for statement in statements)


@pytest.mark.parametrize(
    ("relation", "of_neighbour", "of_claim"),
    [
        ("weaker", Stance.SUPPORTS, Stance.DISCUSSES),
        ("stronger", Stance.DISCUSSES, Stance.SUPPORTS),
        ("rival", Stance.DISPUTES, Stance.DISPUTES),
    ],
)
def test_a_neighbouring_claim(
    relation: Literal["weaker", "stronger", "rival"], of_neighbour: Stance, of_claim: Stance
) -> None:
    related = RelatedClaim(relation=relation, text="The quays were swept last night.")
    rows = list(composed([HARBOUR.model_copy(update={"related": related})], 1500))
    assert {row["label"] for row in rows if row["claim"] == related.text} == {of_neighbour}
    assert {row["label"] for row in rows if related.text in row["statement"]} == {of_claim}
