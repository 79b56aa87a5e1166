"""What one source mention says by itself: its name, roles, number, gender and kind. Rules over words, English only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from stance.attribution import lexicon as lx
from stance.attribution import nouns
from stance.attribution.nouns import noun
from stance.attribution.phrases import Phrase, bare_words, parse, stem
from stance.records import SourceKind

_SPLIT = re.compile(r"\s*(?:,(?!\d)|\s[–—-]\s|—|\(|\)|\[|\]|;)\s*")
_RELATIVE = re.compile(r"(?:(?:to|of|for|with|by|in)\s+)?(?:who|whom|whose|which|that|where)\b|(?:speaking|writing)\b")
_WHO_OR_WHICH = re.compile(r"(?:,|\))\s(who|which|\d\d)\b")
_PERSONAL = re.compile(
    r"^(?:[Aa]l|[Ee]l|[Bb]in|[Ii]bn|[Vv]an|[Vv]on|[Dd]e la|[Dd]i|[Dd]el)[-\s][A-Z]|^(?:O|[Dd])[’'][A-Z]|\b[JS]r\b"
)
_AND = re.compile(r"\s+and\s+")
_QUOTES = "“”\"‘’'«» "
_PLURAL_HEADS = frozenset(
    "others some many most all few several both those these they dozens hundreds half two".split()
)
_SINGULAR_HEADS = frozenset("one another other third second first".split())
_NEWS = frozenset("news wire".split())
_GUARDS = frozenset("coast national revolutionary border civil presidential home republican".split())
_PUBLIC = frozenset("opposition party senior religious political community leading public".split())
_SECRETIVE = re.compile(r"\b(?:familiar|close|briefed|knowledge|aware|involved)\b")
_BODIES = nouns.ORGANISATION | lx.ORGANISATION_NAMES | lx.PLACES
_BODIES_ANYWHERE = nouns.ORGANISATION - {"union", "port"}
_SURNAMES_TOO = frozenset("brand church house court branch side port force chambers banks".split())
_ONE_BODY = frozenset("authorities forces services guards customs headquarters".split())


@dataclass(frozen=True)
class MentionForm:
    """A source mention taken apart."""

    text: str
    surnames: frozenset[str] = frozenset()
    """Last names, lower case, that the article shows to be persons'; they tell the surname Baker from a baker."""

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The phrase and its appositions, without relative clauses: "Dana Kell", "the deputy minister"."""
        found: list[str] = []
        for part in _SPLIT.split(self.text.strip(_QUOTES)):
            if found and _RELATIVE.match(part):
                break
            plain = part.strip(_QUOTES + ".") if len(part) > 4 else part.strip(_QUOTES)
            first = (plain.split() or [""])[0].lower().rstrip(".")
            if not first or first.isdigit() or first in lx.NAME_SUFFIXES or (found and first in lx.NOT_NOMINAL):
                continue
            found.append(plain)
        return tuple(found) or (self.text,)

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """The segments, taken apart."""
        return tuple(parse(segment, self.surnames) for segment in self.segments)

    @cached_property
    def pronoun(self) -> str | None:
        """The subject form of the pronoun that the mention is, or that says whose words they are ("their analysis")."""
        if self.text.isupper() and 1 < len(self.text) < 5 and self.text not in ("HE", "SHE", "THEY"):
            return None  # "WHO", "US", "IT"
        found = [word.lower() for word in bare_words(self.text)]
        if len(found) == 2 and found[1] in lx.ADVERBS and found[0] in lx.PRONOUNS:
            return found[0]
        if len(found) == 1:
            return found[0] if found[0] in lx.PRONOUNS else lx.POSSESSIVES.get(found[0], lx.OBJECT_FORMS.get(found[0]))
        if len(found) in (2, 3) and found[-1] in lx.SPEECH and (len(found) == 2 or found[1] == "own"):
            return lx.POSSESSIVES.get(found[0])
        return None

    @cached_property
    def coordinated(self) -> bool:
        """Whether it joins several sources: "two officials and a diplomat", "Kell and Osei"."""
        parts = [part for part in _AND.split(self.segments[0], maxsplit=1) if part]
        if len(parts) < 2:
            return False
        left, right = (parse(part, self.surnames) for part in parts)
        if right.determiner:
            return _is_source(left) and _is_source(right)
        both_named = _is_human_name(left) and _is_human_name(right) and len(left.name) <= 3
        both_plural = _is_plural(left.head) and _is_plural(right.head) and not (left.name or right.name)
        return both_named or both_plural

    @cached_property
    def name(self) -> tuple[str, ...]:
        """The proper name, without titles; empty when there is none."""
        if self.coordinated:
            return ()
        if self.phrases[0].name:
            return self.phrases[0].name
        found = next((phrase.name for phrase in self.phrases if phrase.name), ())
        return found if found and _may_be_called(self.phrases[0], found) else ()

    @cached_property
    def titled(self) -> bool:
        """Whether a personal title or role stands before the name."""
        before = next((phrase.address for phrase in self.phrases if phrase.name and phrase.name == self.name), ())
        word = before[-1].lower().rstrip(".") if before else ""
        return word in lx.HONORIFICS or _names_person(lx.TITLES.get(word, word))

    @cached_property
    def head(self) -> str:
        """The noun that says what the source is, lower case: "official", "ministry"; empty for a bare name."""
        return self.phrases[0].head

    @cached_property
    def indefinite(self) -> bool:
        """Whether the mention brings in somebody new by its first word: "an official", "two diplomats", "others"."""
        return self.phrases[0].indefinite or (self.head in lx.INDEFINITE and not self.phrases[0].determiner)

    @cached_property
    def definite(self) -> bool:
        """Whether it points at somebody known, or at the only one there is: "the ministry", "this panel"."""
        return not self.indefinite and self.phrases[0].determiner in lx.DEFINITE

    @cached_property
    def bare(self) -> bool:
        """Whether it has neither article nor name: "officials", and "ministry" or "firm’s lawyer" in a headline."""
        first = self.phrases[0]
        return not (self.name or first.determiner or first.indefinite)

    @cached_property
    def plural(self) -> bool:
        """Whether the mention names several."""
        first = self.phrases[0]
        if first.several is not None:
            return first.several
        return self.coordinated or (not first.name and _is_plural(self.head))

    @cached_property
    def gender(self) -> str | None:
        """``he`` or ``she`` where a title, a noun or a common given name tells."""
        found = {word for phrase in self.phrases for word in (*phrase.title, phrase.head)}
        found |= {word.lower().rstrip(".") for phrase in self.phrases[:1] for word in phrase.address}
        male, female = bool(found & lx.MALE), bool(found & lx.FEMALE)
        if male == female and len(self.name) > 1 and self.kind is SourceKind.PERSON:
            male, female = (self.name[0].lower() in lx.MALE_NAMES, self.name[0].lower() in lx.FEMALE_NAMES)
        return None if male == female or self.plural else ("he" if male else "she")

    @cached_property
    def kind(self) -> SourceKind:
        """What kind of source the words name."""
        if self.pronoun in lx.PRONOUNS_PERSONAL:
            return SourceKind.PERSON
        if self.pronoun in lx.PRONOUNS_THING:
            return SourceKind.ORGANISATION
        return self._named_kind if self.name else _described_kind(self)

    @cached_property
    def certain(self) -> bool:
        """Whether ``kind`` rests on more than the look of a name."""
        return not self.name or self._evident_kind is not None

    @cached_property
    def _named_kind(self) -> SourceKind:
        if self.phrases[0].several is not None:
            return SourceKind.GROUP if self.plural else SourceKind.UNNAMED
        if self._evident_kind:
            return self._evident_kind
        if self.phrases[0].determiner == "the":
            return (
                SourceKind.GROUP if self.name[-1].lower().endswith(("ans", "ese", "ish")) else SourceKind.ORGANISATION
            )
        if len(self.name) == 1 and self.name[0].lower() not in self.surnames:
            return SourceKind.ORGANISATION
        return SourceKind.PERSON

    @cached_property
    def _evident_kind(self) -> SourceKind | None:
        phrase = next(phrase for phrase in self.phrases if phrase.name == self.name)
        if self.name[0].startswith("@") or self.titled:
            return SourceKind.PERSON
        before = noun(phrase.title[-1]) if phrase.title else None
        if before:
            return before.kind
        if len(self.name) == 1 and self.name[-1].lower() in self.surnames:
            return SourceKind.PERSON
        for apposition in self.phrases:
            told = noun(apposition.head) if apposition is not phrase else None
            if told is None or told.plural or not told.sure or apposition.head in nouns.PERSON_OR_COMPANY:
                continue
            if told.kind in (SourceKind.PERSON, SourceKind.UNNAMED):
                return SourceKind.PERSON
            if not phrase.tailed:
                return SourceKind.OUTLET if apposition.words & _NEWS else told.kind
        if kind := kind_of_name(self.name):
            return kind
        if relative := _WHO_OR_WHICH.search(self.text):
            return SourceKind.ORGANISATION if relative[1] == "which" else SourceKind.PERSON
        if self.name[0].lower() in lx.GIVEN_NAMES or _PERSONAL.search(self.text):
            return SourceKind.PERSON
        return None


def kind_of_name(name: tuple[str, ...]) -> SourceKind | None:
    """The kind that the words of a capitalised name tell, if any: "Quill Institute", "Free Ledger", "UN", "Tehran"."""
    last, every = name[-1].lower(), {word.lower() for word in name}
    told = noun(last)
    if len(name) == 2 and last in _SURNAMES_TOO and name[0].lower() in lx.GIVEN_NAMES:
        return SourceKind.PERSON
    if len(name) > 1 and told and told.listed and not told.plural and told.kind is SourceKind.PERSON:
        return SourceKind.PERSON
    if len(name) == 1 and last not in lx.PLACES and stem(last) in lx.PLACES:
        return SourceKind.GROUP if last.endswith("s") else SourceKind.PERSON
    if len(name) > 1 and name[0].lower() in ("evening", "morning", "daily", "sunday"):
        return SourceKind.OUTLET
    if last in lx.OUTLET_NAMES or (len(name) == 1 and noun(last) and last in nouns.OUTLET):
        return SourceKind.OUTLET
    if last in nouns.DOCUMENT and len(name) > 1:
        return SourceKind.DOCUMENT
    if last in _BODIES or every & _BODIES_ANYWHERE:
        return SourceKind.ORGANISATION
    if is_acronym(name) or any(part in lx.ORGANISATION_NAMES for part in re.split(r"[-’']", last)[1:]):
        return SourceKind.ORGANISATION
    return None


def is_acronym(name: tuple[str, ...]) -> bool:
    """Whether the name is one word of two to six capitals: "UN", "I.A.E.A."."""
    plain = name[0].replace(".", "")
    return len(name) == 1 and 1 < len(plain) < 7 and plain.isupper() and plain.isalpha()


def _described_kind(form: MentionForm) -> SourceKind:
    first = form.phrases[0]
    if form.coordinated:
        joined = noun(parse(_AND.split(form.segments[0], maxsplit=1)[0], form.surnames).head)
        return joined.kind if joined and joined.kind is not SourceKind.PERSON else SourceKind.GROUP
    told = noun(form.head)
    if told is None:
        if form.plural or form.head in _PLURAL_HEADS or (form.head.endswith("s") and not first.possessor):
            return SourceKind.GROUP
        if form.head in _SINGULAR_HEADS or form.indefinite:
            return SourceKind.UNNAMED
        return SourceKind.PERSON
    if told.kind is SourceKind.ORGANISATION and (told.plural or form.plural):
        return SourceKind.ORGANISATION if form.definite or form.head in _ONE_BODY else SourceKind.GROUP
    if told.kind is SourceKind.ORGANISATION and first.words & _NEWS:
        return SourceKind.OUTLET
    if form.head == "guard" and first.words & _GUARDS:
        return SourceKind.ORGANISATION
    if form.head == "figures" and first.words & _PUBLIC:
        return SourceKind.GROUP
    if told.kind is SourceKind.UNNAMED and form.head in ("people", "men", "women") and not _SECRETIVE.search(form.text):
        return SourceKind.UNNAMED if first.determiner in lx.NUMBERS else SourceKind.GROUP
    if form.head in nouns.PERSON_OR_COMPANY and len(form.phrases) > 1 and (apposed := noun(form.phrases[1].head)):
        return apposed.kind
    if told.kind is not SourceKind.PERSON:
        return told.kind
    if form.plural:
        return SourceKind.UNNAMED if first.determiner == "two" else SourceKind.GROUP
    return SourceKind.UNNAMED if form.indefinite else SourceKind.PERSON


def _may_be_called(described: Phrase, name: tuple[str, ...]) -> bool:
    """Whether a name added to a description is its own: not in "an invoice from the vendor, Kestrel Ridge"."""
    told = noun(described.head)
    if told is None or told.plural:
        return told is None
    if described.head in nouns.PERSON_OR_COMPANY:
        return True
    if told.kind in (SourceKind.PERSON, SourceKind.UNNAMED):
        return kind_of_name(name) in (None, SourceKind.PERSON) and not (described.tailed and len(name) == 1)
    return told.kind is not SourceKind.DOCUMENT and not described.tailed


def _is_plural(head: str) -> bool:
    told = noun(head)
    return head in _PLURAL_HEADS or (told is not None and (told.plural or told.kind is SourceKind.GROUP))


def _names_person(word: str) -> bool:
    told = noun(word)
    return told is not None and told.kind in (SourceKind.PERSON, SourceKind.UNNAMED)


def _is_source(phrase: Phrase) -> bool:
    return bool(phrase.name) or noun(phrase.head) is not None


def _is_human_name(phrase: Phrase) -> bool:
    return bool(phrase.name) and kind_of_name(phrase.name) in (None, SourceKind.PERSON)
