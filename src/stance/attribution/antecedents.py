"""Whom a pronoun stands for, where the text leaves no choice.

The search goes back sentence by sentence, over the article's own words only (what is quoted is another's voice), and
stops at the first sentence that names anybody who fits. One who fits is the antecedent; two leave the pronoun open.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from stance.attribution import lexicon as lx
from stance.attribution.cast import Cast
from stance.attribution.identities import Identity
from stance.attribution.scenes import HUMAN, THINGS, Referent
from stance.records import SourceKind, Span

_REACH = 2  # sentences of the article's own words before the pronoun's
_OBJECT = {
    "he": re.compile(r"\bhim\b(?!self)"),
    "she": re.compile(
        r"\bher\b(?=\s*(?:[,.;:]|(?:whether|that|if|why|how|to|about|for|on|with|in|at|what|when|as)\b))"
    ),
}
_NEXT_PARAGRAPH = re.compile(r"\n[\s*]*")
_ASKED_BY = re.compile(r"(?:Asked|Pressed|Questioned|Challenged|Confronted|Told) by\s")
_SHORT_CLAUSE = 4  # words between a subject and its object
_ASKS = re.compile(r"(?:,[^,\n]*,)?\s(?:\w+\s)?(?:ask|asks|asked|inquired|wondered|questioned|pressed)\b")
_ANSWERS = re.compile(r"\s(?:answer|repli|respond|conced|admit|agree|den(?:y|ied)|refus|declin)\w*\b")
_NEW_SUBJECT = re.compile(r"\b(?:I|we|you|he|she|they|who|when|as|that|because|while)\b|[;:]")


class Holder(NamedTuple):
    """The content in which a nested source stands."""

    content: Span
    speaker: int | None
    """Whose words the content is."""
    direct: bool
    """Whether these are the speaker's very words, so that "he" or "she" in them is somebody else."""


def antecedent(pronoun: str, source: Span, holder: Holder | None, cast: Cast) -> int | None:
    """The number of the speaker that a pronoun stands for, or None where that is not certain.

    Somebody who was no source yet ("Kell shook her head. “No,” she said.") becomes a speaker of ``cast``.

    Args:
        pronoun: In the subject form, lower case.
        source: Where it stands.
        holder: The content that holds it, when its attribution is nested.
        cast: The speakers so far.
    """
    if pronoun in lx.PRONOUNS_SELF:
        return _who_says_i(pronoun, source, holder, cast)
    if pronoun in lx.PRONOUNS_ADDRESS:
        return _who_is_addressed(source, holder, cast)
    if pronoun in lx.PRONOUNS_RELATIVE:
        return _just_before(source, holder, cast)
    own = True
    for region in cast.scene.regions_before(source.start, _REACH):
        found = _fitting(pronoun, region, holder, cast)
        if own:
            found = [one for one in found if not _is_fronted(one, region, cast)]
            if holder is None and pronoun in lx.PRONOUNS_SINGULAR and not found:
                found = [one for one in cast.scene.introduced(region) if cast.find(one.form, one.start).number is None]
        found = _without_bystanders(found) if holder is None else found
        owners = [one for one in found if one.owner]
        found = [one for one in found if not one.owner]
        if len(found) > 1 or (found and _names_another(pronoun, found[0], region, cast)) or (owners and not found):
            return None
        if found and not own and _ASKS.match(cast.text, found[0].end) and _ANSWERS.match(cast.text, source.end):
            return None
        if found:
            return _number(found[0], cast)
        own = False
    return None


def _who_says_i(pronoun: str, source: Span, holder: Holder | None, cast: Cast) -> int | None:
    """The speaker of the quotation, or of the turn, in which "I" stands; the writer, where it is in neither."""
    if holder is None:
        own = pronoun in ("i", "me", "my") and not cast.turns and not cast.scene.in_quotes(source.start)
        return cast.writer() if own else None
    if holder.speaker is None:
        return None
    return holder.speaker if _fits("he", replace(cast.identities[holder.speaker], gender=None)) else None


def _who_is_addressed(source: Span, holder: Holder | None, cast: Cast) -> int | None:
    """In a transcript, the other speaker who has both the turn before and the next one."""
    asker = holder.speaker if holder else None
    number = next((number for number in reversed(cast.turns) if number != asker), None)
    if number is None:
        return None
    following = _NEXT_PARAGRAPH.search(cast.text, source.end)
    answers = following and cast.text.startswith(tuple(cast.identities[number].openings), following.end())
    return number if answers else None


def _just_before(source: Span, holder: Holder | None, cast: Cast) -> int | None:
    """The mention that ends where "who" begins."""
    before = cast.places.ending_at(source.start)
    if before is not None:
        return before
    region = next(cast.scene.regions_before(source.start, 0), None)
    for person in cast.scene.people(region, nested=holder is not None) if region else []:
        if cast.text[person.end : source.start].strip() in ("", ","):
            known = cast.find(person.form, person.start).number
            return _number(replace(person, number=known), cast)
    return None


def _fitting(pronoun: str, region: Span, holder: Holder | None, cast: Cast) -> list[Referent]:
    """Those in a region whom the pronoun can stand for, each once; sources come first."""
    found: dict[int, Referent] = {}
    for span, number in cast.places.within(region):
        if not _fits(pronoun, cast.identities[number]):
            continue
        if holder is None and cast.scene.in_content(span.start):
            continue
        if holder is not None and holder.direct and number == holder.speaker:
            continue
        found.setdefault(number, Referent(span.start, span.end, cast.form(span.of(cast.text)), number))
    strangers: list[Referent] = []
    for other in _mentioned(pronoun, region, holder, cast):
        if cast.places.overlap(other.start, other.end):
            continue
        known = cast.find(other.form, other.start).number
        gender = other.form.gender or cast.names.gender(other.form.name)
        if known is None and (gender in (None, pronoun) or pronoun not in lx.PRONOUNS_SINGULAR):
            strangers.append(other)
        elif known is not None and _fits(pronoun, cast.identities[known]):
            found.setdefault(known, Referent(other.start, other.end, other.form, known, mentioned=True))
    return [*found.values(), *strangers]


def _mentioned(pronoun: str, region: Span, holder: Holder | None, cast: Cast) -> list[Referent]:
    """Those who are no sources there, but named or described."""
    if pronoun in lx.PRONOUNS_SINGULAR:
        return cast.scene.people(region, nested=holder is not None)
    if pronoun in lx.PRONOUNS_THING:
        return cast.scene.things(region, nested=holder is not None)
    return []


def _without_bystanders(found: list[Referent]) -> list[Referent]:
    """Beside one source of the sentence, those who are merely described in it do not count: "told the jailed man"."""
    sources = [one for one in found if one.number is not None and not one.mentioned]
    others = [one for one in found if one not in sources]
    if len(sources) == 1 and all(one.number is None and not one.form.name for one in others):
        return sources
    return found


def _is_fronted(referent: Referent, region: Span, cast: Cast) -> bool:
    """Whether it only leads up to the pronoun that follows: "A nurse by training, she …", "Asked by a nurse, she …"."""
    if not region.of(cast.text).rstrip().endswith(","):
        return False
    source = referent.number is not None and not referent.mentioned
    opens = referent.start == region.start and referent.form.indefinite and not source
    return opens or bool(_ASKED_BY.fullmatch(cast.text, region.start, referent.start))


def _names_another(pronoun: str, referent: Referent, region: Span, cast: Cast) -> bool:
    """Whether "him" or "her" in the sentence is somebody else who fits: "Kell asked her whether …"."""
    pattern = _OBJECT.get(pronoun)
    if pattern is None:
        return False
    match = pattern.search(cast.text, referent.end, region.end)
    if match is None or cast.scene.in_quotes(match.start()) or cast.scene.in_content(match.start()):
        return False
    clause = cast.text[referent.end : match.start()].rpartition(",")[2]
    return len(clause.split()) <= _SHORT_CLAUSE and not _NEW_SUBJECT.search(clause)


def _number(referent: Referent, cast: Cast) -> int:
    """The speaker of a referent; a new one for somebody who was no source yet."""
    if referent.number is not None:
        return referent.number
    span = Span(start=referent.start, end=referent.end)
    number = cast.add(referent.form, referent.start)
    cast.note(number, span, "first mention", referent.form)
    return number


def _fits(pronoun: str, identity: Identity) -> bool:
    if pronoun in lx.PRONOUNS_SINGULAR:
        human = identity.kind in HUMAN or (not identity.certain and len(identity.name) == 1)
        return human and not identity.plural and identity.gender in (None, pronoun)
    if pronoun in lx.PRONOUNS_PLURAL:
        return identity.plural or identity.kind is SourceKind.GROUP
    return identity.kind in THINGS and not identity.plural
