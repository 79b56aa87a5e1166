"""Whether a claim is in the language that the models were trained on."""

from __future__ import annotations

from stance.errors import InputError

_HARDLY = 0.02  # names of people and places pull English claims down to 0.13, never lower on the 400 tried
_SHORTEST = 20  # letters; shorter text tells too little


def check_language(claim: str) -> None:
    """Refuse a claim that is surely not English.

    Raises:
        InputError: naming the language it seems to be in.
    """
    letters = [character for character in claim if character.isalpha()]
    foreign = [character for character in letters if ord(character) > 0x24F]
    if len(foreign) > len(letters) / 2:
        _refuse("in another script")
    if len(letters) < _SHORTEST:
        return
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    ranked = identifier.rank(claim)
    if dict(ranked)["en"] < _HARDLY:
        _refuse(f"in the language {ranked[0][0]!r}")


def _refuse(found: str) -> None:
    raise InputError(f"the claim seems to be {found}; the models read English. Translate it, or pass --any-language.")
