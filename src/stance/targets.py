"""The claims that articles are scored against: given ones, or those that an article makes itself."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from stance.attribution import lexicon as lx
from stance.attribution.phrases import bare_words
from stance.errors import InputError
from stance.records import ScoredSentence

CLAIMS_PER_ARTICLE = 3
_SHORTEST_CLAIM = 3  # words
_LONGEST_CLAIM = 400  # characters
_EXAMPLE = 'such as "Al Qaeda has a new home base in Iran."'
_OPENING = frozenset("and but or so yet nor then still".split())
_POINTING = lx.PRONOUNS | set(lx.POSSESSIVES) | set(lx.OBJECT_FORMS) | {"there", "here", "such", "you", "your"}
_QUOTE_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"))


class ClaimsFrom(StrEnum):
    """Where claims come from when none is given."""

    ARTICLE = "article"
    """Each article's own most check-worthy sentences."""


def check_claim(claim: str) -> str:
    """The claim without spaces around it.

    Raises:
        InputError: when it cannot be a full sentence.
    """
    claim = " ".join(claim.split())
    if len(claim.split()) < _SHORTEST_CLAIM:
        raise InputError(f"the claim {claim!r} is too short: write a full sentence, {_EXAMPLE}")
    if len(claim) > _LONGEST_CLAIM:
        raise InputError(
            f"the claim has {len(claim)} characters; the most is {_LONGEST_CLAIM}: write one sentence, {_EXAMPLE}"
        )
    if claim.endswith("?"):
        raise InputError(f"the claim {claim!r} is a question: write it as a statement, {_EXAMPLE}")
    return claim


def check_claims(claims: str | Sequence[str] | None, claims_from: ClaimsFrom | None) -> tuple[str, ...]:
    """The claims given, each once and in order; none where articles are to bring their own.

    Raises:
        InputError: when one cannot be a full sentence, and when there are none, or both are asked for.
    """
    given = (claims,) if isinstance(claims, str) else tuple(claims or ())
    if given and claims_from is not None:
        raise InputError("claims are given and also to be taken from the articles: choose one")
    if not given and claims_from is None:
        raise InputError(f"there is no claim: give one, {_EXAMPLE}, or have them taken from the articles")
    return tuple(dict.fromkeys(check_claim(claim) for claim in given))


def own_claims(text: str, sentences: Sequence[ScoredSentence], most: int = CLAIMS_PER_ARTICLE) -> tuple[str, ...]:
    """The most check-worthy sentences of an article that can be understood alone, in order of the text.

    Args:
        text: The whole text.
        sentences: Its sentences with their check-worthiness.
        most: How many are wanted; there are fewer where fewer reach the threshold.
    """
    usable = [sentence for sentence in sentences if sentence.check_worthy and _stands_alone(_words(text, sentence))]
    best = sorted(usable, key=lambda sentence: -sentence.check_worthiness)[:most]
    chosen = sorted(best, key=lambda sentence: sentence.start)
    return tuple(dict.fromkeys(_words(text, sentence) for sentence in chosen))


def _words(text: str, sentence: ScoredSentence) -> str:
    return " ".join(text[sentence.start : sentence.end].split())


def _stands_alone(sentence: str) -> bool:
    """Whether it is a statement that does not open with a word that points back, nor cuts a quotation in two."""
    try:
        check_claim(sentence)
    except InputError:
        return False
    if sentence.count('"') % 2 or any(sentence.count(one) != sentence.count(other) for one, other in _QUOTE_PAIRS):
        return False
    opening = [word.lower() for word in bare_words(sentence)[:2]]
    first = next((word for word in opening if word not in _OPENING), "")
    return bool(first) and first not in _POINTING
