"""What one source mention says by itself: its name, role, number, gender and kind. Rules over words, English only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from stance.attribution import lexicon as lx
from stance.records import SourceKind

_WORD = re.compile(r"[^\W_]+(?:[.’'&-][^\W_]+)*\.?")
_SPLIT = re.compile(r"\s*(?:,|\s[–—-]\s|\(|\)|;)\s*|\s+(?:who|which|whose|that|speaking|writing)\s+")
_NAME_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ](?:[\w’'.-]*\w)?\.?$")
NAME = re.compile(
    r"\b[A-ZÀ-ÖØ-Þ][\w’'-]*\w(?:\s+(?:[A-Z]\.|(?:"
    + "|".join(sorted(lx.PARTICLES))
    + r")\b|[A-ZÀ-ÖØ-Þ][\w’'-]*\w)){1,4}"
)
"""Two or more capitalised words in a row: perhaps a full name."""


def words(text: str) -> list[str]:
    """The words of a text, with inner hyphens, dots and apostrophes, without a possessive ’s."""
    return [re.sub(r"[’']s$", "", word) for word in _WORD.findall(text)]


@dataclass(frozen=True)
class MentionForm:
    """A source mention taken apart."""

    text: str

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The phrase and its appositions: "Dana Kell", "the deputy minister"."""
        return tuple(part for part in _SPLIT.split(self.text.strip("“”\"‘’' ")) if part) or (self.text,)

    @cached_property
    def pronoun(self) -> str | None:
        """The pronoun that the mention is, or that stands before its noun ("their analysis"), in the subject form."""
        first, *rest = [word.lower() for word in words(self.text)] or [""]
        if not rest and first in lx.PRONOUNS:
            return first
        return lx.POSSESSIVES.get(first) if rest else None

    @cached_property
    def name(self) -> tuple[str, ...]:
        """The proper name in the first segment that has one, without titles; empty when there is none."""
        return next((name for segment in self.segments if (name := _name_in(segment))), ())

    @cached_property
    def role(self) -> frozenset[str]:
        """Lower-case words that describe rather than name: "deputy", "minister"."""
        name = {word.lower() for word in self.name}
        found = {word.lower().rstrip(".") for segment in self.segments for word in words(segment)}
        return frozenset(found - name - lx.DETERMINERS - lx.INDEFINITE - {"of", "for", "and", "in", "at", "to"})

    @cached_property
    def head(self) -> str:
        """The last word before the first preposition of the first segment, lower case: "official", "ministry"."""
        phrase = re.split(
            r"\s(?:of|for|in|at|from|with|to|on|close|familiar|briefed|involved|near)\s", self.segments[0]
        )[0]
        found = words(phrase)
        return found[-1].lower() if found else ""

    @cached_property
    def indefinite(self) -> bool:
        """Whether the mention brings in somebody new: "an official", "two diplomats", bare plurals."""
        found = [word.lower() for word in words(self.text)]
        return bool(found) and (found[0] in lx.INDEFINITE or found[0].isdigit())

    @cached_property
    def plural(self) -> bool:
        """Whether the mention names several."""
        return self.head in lx.GROUP or (self.head.endswith("s") and self.head in lx.UNNAMED) or self.head == "people"

    @cached_property
    def gender(self) -> str | None:
        """``he`` or ``she`` where a title or noun tells."""
        found = {word.lower().rstrip(".") for word in words(self.text)}
        male, female = bool(found & lx.MALE), bool(found & lx.FEMALE)
        return None if male == female else ("he" if male else "she")

    @cached_property
    def kind(self) -> SourceKind:
        """What kind of source the words name."""
        found = [word.lower().rstrip(".") for word in words(self.segments[0])]
        if any(self.head == word for word in lx.DOCUMENT):
            return SourceKind.DOCUMENT
        if set(found) & lx.OUTLET and not self._is_person:
            return SourceKind.OUTLET
        if self._is_person:
            return SourceKind.PERSON
        if self.head in lx.UNNAMED:
            return SourceKind.UNNAMED
        if self.head in lx.GROUP or self.head in lx.PRONOUNS_PLURAL:
            return SourceKind.GROUP
        if set(found) & lx.ORGANISATION or _is_acronym(self.name) or self.head in lx.PRONOUNS_THING:
            return SourceKind.ORGANISATION
        if self.name:
            return SourceKind.ORGANISATION if len(self.name) == 1 and not self.role else SourceKind.PERSON
        return SourceKind.UNNAMED if self.indefinite else SourceKind.PERSON

    @cached_property
    def _is_person(self) -> bool:
        if self.pronoun and len(words(self.text)) == 1:
            return self.pronoun in lx.PRONOUNS_SINGULAR
        if self.gender:
            return not self.plural
        lower = {word.lower() for word in self.name}
        if not self.name or lower & (lx.ORGANISATION | lx.OUTLET) or _is_acronym(self.name):
            return False
        return len(self.name) > 1 or bool(self.role & lx.HONORIFICS)


def _name_in(segment: str) -> tuple[str, ...]:
    """The last run of capitalised words, particles inside it allowed, titles in front of it dropped."""
    run: list[str] = []
    best: list[str] = []
    for word in words(segment):
        lower = word.lower().rstrip(".")
        if (_NAME_WORD.match(word) and not (lower in lx.HONORIFICS and not run)) or (run and lower in lx.PARTICLES):
            run.append(word)
        elif lower in lx.PARTICLES and word[:1].islower():
            run = run or [word]
        else:
            best, run = (run if _is_name(run) else best), []
    best = run if _is_name(run) else best
    while best and (best[0].lower().rstrip(".") in lx.HONORIFICS or best[0].lower() in lx.NAME_STOP):
        best = best[1:]
    while best and best[-1].islower():
        best = best[:-1]
    return tuple(best)


def _is_name(run: list[str]) -> bool:
    return any(word[0].isupper() for word in run)


def _is_acronym(name: tuple[str, ...]) -> bool:
    return len(name) == 1 and len(name[0]) > 1 and name[0].replace(".", "").isupper()
