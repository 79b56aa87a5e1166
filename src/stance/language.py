"""Whether a claim is in the language that the models were trained on."""

from __future__ import annotations

from functools import cache
from typing import Any

from stance.errors import InputError

_HARDLY = 0.02  # names of people and places pull English claims down to 0.13, never lower on the 400 tried
_SHORTEST = 20  # letters; shorter text tells too little


def check_language(claim: str, switch: str = "--any-language") -> None:
    """Refuse a claim that is surely not English.

    Args:
        claim: A full sentence.
        switch: What turns this check off where the claim was given; the error names it.

    Raises:
        InputError: naming the language it seems to be in.
    """
    letters = [character for character in claim if character.isalpha()]
    foreign = [character for character in letters if ord(character) > 0x24F]
    if len(foreign) > len(letters) / 2:
        _refuse("in another script", switch)
    if len(letters) < _SHORTEST:
        return
    ranked = _identifier().rank(claim)
    if dict(ranked)["en"] < _HARDLY:
        _refuse(f"in the language {ranked[0][0]!r}", switch)


@cache
def _identifier() -> Any:
    """Reading it takes more than a second; a claim then takes less than a millisecond."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _refuse(found: str, switch: str) -> None:
    raise InputError(f"the claim seems to be {found}; the models read English. Translate it, or pass {switch}.")
