"""Statements composed from the wordings of training claims, from which the stance model learns to compare.

A wording of a claim stands in a frame of reporting ("X denied that …") and meets another wording. Three things then
decide the side: whether the frame affirms or denies, whether the wording in it states or negates the claim, and whether
the wording that it meets does. Which it meets is drawn evenly, so that neither the statement nor the claim alone tells
the side; only comparing the two does. (The negation, of which a claim has one, may meet itself.) The idea is that of
augmentation by inference templates (Min et al., 2020, arXiv:2004.11999).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from stance.records import Stance
from stance.templates import bank_statement
from stance.training.annotations import Claim, RelatedClaim

_AFFIRMS = (
    "{S} said that {c}.", "According to {S}, {c}.", "{C}, {S} said.", "{S} confirmed on Monday that {c}.",
    "“{C},” {S} told reporters.", "{S} has no doubt that {c}.", "In the view of {S}, {c}.", "{S} insisted that {c}.",
    "It is plain to {S} that {c}.", "{S} concluded that {c}.", "{S} conceded that {c}.", "{S} found that {c}.",
    "“It is true that {c},” {S} wrote.", "Nobody should doubt that {c}, {S} argued.", "{S} does not dispute that {c}.",
    "{S}: {c}, whatever others may say.",
)  # fmt: skip
_DENIES = (
    "{S} denied that {c}.", "{S} rejected the suggestion that {c}.", "“It is not true that {c},” {S} said.",
    "{S} dismissed reports that {c}.", "{S} called it nonsense that {c}.", "{S} does not believe that {c}.",
    "There is no evidence that {c}, according to {S}.", "{S} doubts that {c}.",
    "The idea that {c} is a myth, {S} said.",
    "“Who still believes that {c}?” {S} scoffed.", "It is simply wrong to say that {c}, {S} insisted.",
    "{S} found nothing to show that {c}.", "{S} contradicted the claim that {c}.",
    "{S} laughed at the notion that {c}.",
)  # fmt: skip
_DISCUSSES = (
    "{S} declined to say whether {c}.", "{S} asked whether {c}.", "{S} could not rule out that {c}.",
    "It is too early to say whether {c}, {S} said.", "{S} called for an inquiry into whether {c}.",
    "{S} would neither confirm nor deny that {c}.", "{S} has seen reports that {c} and is looking into them.",
    "Whether {c} remains an open question for {S}.",
)  # fmt: skip
_SOURCES = (
    "the minister", "a spokeswoman", "two officials", "the report", "Dana Orlo", "the company", "a senior analyst",
    "residents", "the mayor", "the union", "an independent study", "the opposition", "the agency", "one engineer",
    "Professor Iversen", "the ministry", "critics", "a former director", "the court filing", "the coach",
    "a nurse at the clinic", "the governor", "several witnesses",
)  # fmt: skip
_FRAMED = 0.6  # share of statements in a frame; the others are a wording as the author's own statement
_SIDED = {1: Stance.SUPPORTS, -1: Stance.DISPUTES, 0: Stance.DISCUSSES}
_TURNED: dict[str, tuple[Stance, Stance]] = {
    "weaker": (Stance.SUPPORTS, Stance.DISCUSSES),
    "stronger": (Stance.DISCUSSES, Stance.SUPPORTS),
    "rival": (Stance.DISPUTES, Stance.DISPUTES),
}
"""For each relation, what the claim says of its neighbour, and what the neighbour says of the claim."""


def composed(claims: Sequence[Claim], count: int) -> Iterator[dict[str, Any]]:
    """``count`` rows with claim, statement and label, the same ones every time.

    Args:
        claims: Training claims.
        count: How many rows.
    """
    chance = random.Random("composed")  # noqa: S311 - not for secrets
    plain = _plain_words(claims)
    for _ in range(count):
        claim = chance.choice(claims)
        framed = chance.random() < _FRAMED
        target, statement, label = _framed(claim, chance, plain) if framed else _stated(claim, chance)
        yield {"family": claim.family, "claim": target, "statement": statement, "label": str(label)}


def _framed(claim: Claim, chance: random.Random, plain: frozenset[str]) -> tuple[str, str, Stance]:
    frames, sign = chance.choices(((_AFFIRMS, 1), (_DENIES, -1), (_DISCUSSES, 0)), weights=(4, 4, 2))[0]
    said, polarity = _wording(claim, chance, 2 / 3)
    target, turned = _wording(claim, chance, 1 / 2, other_than=said)
    frame = chance.choice(frames)
    source = chance.choice(_SOURCES)
    if frame.startswith("{S}"):
        source = _capitalised(source)
    bare = said.rstrip(".")
    text = frame.format(S=f"[[{source}]]", c=_lowered(bare, plain), C=bare)
    return target, bank_statement(text), _SIDED[sign * polarity * turned]


def _stated(claim: Claim, chance: random.Random) -> tuple[str, str, Stance]:
    if claim.related and chance.random() < 0.15:
        return _neighbours(claim, claim.related, chance)
    said, polarity = _wording(claim, chance, 2 / 3)
    target, turned = _wording(claim, chance, 1 / 2, other_than=said)
    return target, bank_statement(said), _SIDED[polarity * turned]


def _neighbours(claim: Claim, related: RelatedClaim, chance: random.Random) -> tuple[str, str, Stance]:
    own, _ = _wording(claim, chance, 1)
    of_related, of_claim = _TURNED[related.relation]
    if chance.random() < 0.5:
        return related.text, bank_statement(own), of_related
    return own, bank_statement(related.text), of_claim


def _wording(claim: Claim, chance: random.Random, positive: float, other_than: str = "") -> tuple[str, int]:
    """A wording that states the claim (1) with the given probability, or negates it (-1)."""
    if chance.random() >= positive:
        return claim.negation, -1
    return chance.choice([text for text in (claim.text, *claim.paraphrases) if text != other_than]), 1


def _plain_words(claims: Sequence[Claim]) -> frozenset[str]:
    """Words that stand in lower case somewhere, so that a first word among them is no name."""
    texts = [text for claim in claims for text in (claim.text, claim.negation, *claim.paraphrases)]
    return frozenset(word for text in texts for word in text.split()[1:] if word.islower())


def _lowered(text: str, plain: frozenset[str]) -> str:
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first.lower() in plain else text


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]
