"""Names that claim and statement share become other names, in both."""

from __future__ import annotations

import re
from typing import Any

import pytest

from stance.training.swap import names, swapped

PLAIN = frozenset({"the", "said", "no", "has", "fallen"})


def row(number: int, claim: str, statement: str, split: str = "train") -> dict[str, Any]:
    return {
        "id": f"a#{number}", "wording": "claim", "split": split, "claim": claim, "statement": statement,
        "label": "supports",
    }  # fmt: skip


ROWS = [
    row(1, "The bridge in Belmora has fallen.", "< The mayor of Belmora > said the bridge has fallen."),
    row(2, "The harbour in Odrava is open.", "Ships reach Odrava, < a pilot > said."),
    row(3, "No ship can enter the harbour in Odrava.", "< A pilot > said so."),
    row(4, "A fire broke out in Belmora.", "< The court > said no."),
    row(5, "A Kestro mower copies the Danish patent.", "< Kestro > said no such thing of the Danish firm."),
    row(6, "The new Kestro copies nothing.", "< Tavaro > said so."),
    row(7, "The new Tavaro copies nothing.", "< Tavaro > said so."),
    row(8, "The old Tavaro copies nothing.", "< Kestro > said so."),
]


def test_places_become_places_and_others_others() -> None:
    found = swapped(ROWS, 1)
    assert {found[0]["claim"], found[1]["claim"]} <= {
        f"The {what} in {where} {then}"
        for what, then in (("bridge", "has fallen."), ("harbour", "is open."))
        for where in ("Belmora", "Odrava")
    }
    assert found[4]["statement"].startswith(("< Kestro >", "< Tavaro >"))


def test_claim_and_statement_get_the_same_name() -> None:
    for before, after in zip(ROWS, swapped(ROWS, 1), strict=True):
        old, new = (
            {name for name in ("Belmora", "Odrava", "Kestro", "Tavaro") if name in one["claim"]}
            for one in (before, after)
        )
        assert len(new) == len(old)
        assert (new <= set(after["statement"].replace(".", " ").split())) == (
            old <= set(before["statement"].replace(".", " ").split())
        )
        assert {key: after[key] for key in ("id", "label", "split")} == {
            key: before[key] for key in ("id", "label", "split")
        }


def test_two_names_stay_two() -> None:
    pairs = ("Belmora", "Odrava"), ("Odrava", "Zellen"), ("Zellen", "Belmora")
    rows = [
        row(number, f"The road from {one} to {other} is shut, and so is that in {other} and from {one}.",
            f"Nobody gets from {one} to {other}, < a driver > said.")
        for number, (one, other) in enumerate(pairs)
    ]  # fmt: skip
    rows += [
        row(9 + number, f"A fire broke out in {name}.", "< The court > said no.") for number, name in enumerate("ABC")
    ]
    for found in swapped(rows, 1)[:3]:
        ends = re.fullmatch(r"Nobody gets from (\w+) to (\w+), < a driver > said\.", found["statement"])
        assert ends
        assert ends[1] != ends[2]
        assert found["claim"].startswith(f"The road from {ends[1]} to {ends[2]} is shut")


def test_some_name_is_swapped_and_demonyms_stay() -> None:
    found = swapped(ROWS, 1)
    assert found != ROWS
    assert "Danish" in found[4]["claim"]
    assert "Danish" in found[4]["statement"]


@pytest.mark.parametrize("split", ["dev", "test"])
def test_dev_and_test_stay(split: str) -> None:
    rows = [one | {"split": split} for one in ROWS]
    assert swapped([*ROWS, *rows], 1)[len(ROWS) :] == rows


def test_no_share_leaves_all_as_they_are() -> None:
    assert swapped(ROWS, 0) == ROWS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Karelov Refinery closed on Monday.", ["Karelov Refinery"]),
        ("No French minister met Dana Kell.", ["Dana Kell"]),
        ("the bridge has fallen", []),
    ],
)
def test_names(text: str, found: list[str]) -> None:
    assert list(names(text, PLAIN)) == found
