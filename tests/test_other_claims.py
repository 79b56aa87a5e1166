"""Which claim of another family a training statement is paired with."""

from __future__ import annotations

import pytest

from stance.training.annotations import Claim
from stance.training.other_claims import OtherClaims


def claim(name: str, text: str, family: str = "") -> Claim:
    return Claim(
        id=name, family=family or name, field="economy", text=text, paraphrases=(text, text), negation=f"No, {text}"
    )


HARBOUR = claim("harbour", "The harbour of Belmora has closed.")
PORT = claim("port", "The harbour of Belmora is too small for ferries.", "harbour")
FERRY = claim("ferry", "Ferries no longer enter the harbour of Odrava.")
CRIME = [claim(f"crime{number}", f"Witness {number} bribed a juror.") for number in range(12)]
CLAIMS = [HARBOUR, PORT, FERRY, *CRIME]
STATEMENTS = [f"a#{number}" for number in range(200)]


def drawn(hard: float) -> list[Claim | None]:
    others = OtherClaims(CLAIMS, hard)
    return [others.draw(HARBOUR, statement) for statement in STATEMENTS]


@pytest.mark.parametrize("hard", [0.0, 0.5, 1.0])
def test_no_claim_of_the_same_family(hard: float) -> None:
    assert not any(found is not None and found.family == "harbour" for found in drawn(hard))


def test_any_claim_when_none_need_be_hard() -> None:
    assert {found.id for found in drawn(0) if found} == {"ferry", *(each.id for each in CRIME)}


def test_hard_ones_share_words_with_the_claim() -> None:
    assert set(drawn(1)) == {FERRY}


def test_a_claim_on_what_may_be_the_same_matter_is_no_hard_one() -> None:
    twin = claim("twin", "The harbour of Belmora has closed today.")
    others = OtherClaims([*CLAIMS, twin], 1)
    assert {others.draw(HARBOUR, statement) for statement in STATEMENTS} == {FERRY}


def test_the_share_of_hard_ones() -> None:
    assert 60 < sum(found == FERRY for found in drawn(0.5)) < 140


def test_without_claims_there_is_none() -> None:
    assert OtherClaims([], 0).draw(HARBOUR, "a#1") is None
