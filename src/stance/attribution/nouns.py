"""What a common noun names: a person, several, an organisation, a document, an outlet."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from stance.attribution import lexicon as lx
from stance.records import SourceKind

_AGENTS = ("ist", "ian", "man", "woman", "eer", "yst", "er", "or", "ologue")
_IRREGULAR = {"people": "person", "men": "man", "women": "woman", "children": "child", "wives": "wife", "data": "data"}
_SYNONYMS = {
    "spokesman": "spokesperson", "spokeswoman": "spokesperson", "chairman": "chair", "chairwoman": "chair",
    "chairperson": "chair", "councilor": "councillor", "adviser": "advisor", "memorandum": "memo",
    "judgement": "judgment", "communique": "communiqué", "organization": "organisation", "lab": "laboratory",
    "center": "centre", "defense": "defence",
}  # fmt: skip


class Noun(NamedTuple):
    """A common noun as a source."""

    kind: SourceKind
    plural: bool


@cache
def noun(word: str) -> Noun | None:
    """What a lower-case common noun names; None for words that tell nothing.

    ``SourceKind.UNNAMED`` stands for "official", "source" and the like, which stay without a name however definite.
    """
    base = singular(word)
    plural = base != word
    for kind, members in (
        (SourceKind.UNNAMED, lx.UNNAMED),
        (SourceKind.GROUP, lx.COLLECTIVES),
        (SourceKind.DOCUMENT, lx.DOCUMENT),
        (SourceKind.OUTLET, lx.OUTLET),
        (SourceKind.ORGANISATION, lx.ORGANISATION),
    ):
        if word in members or base in members:
            return Noun(kind, plural)
    if base in lx.PERSON or _ends_like_person(base):
        return Noun(SourceKind.PERSON, plural)
    return None


@cache
def singular(word: str) -> str:
    """The singular of a lower-case noun, by its ending."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("men") and len(word) > 4:
        return word[:-2] + "an"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def same_noun(word: str) -> str:
    """A form that nouns share which one person or thing can be called by ("spokeswoman", "spokesperson")."""
    return _SYNONYMS.get(word, word)


def _ends_like_person(base: str) -> bool:
    return len(base) > 4 and base.endswith(_AGENTS) and base not in lx.NOT_PERSONS and base not in lx.PREPOSITIONS
