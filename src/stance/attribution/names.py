"""Names of persons: which ones a text holds, whose they are, and which two are one person's."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from stance.attribution import lexicon as lx
from stance.attribution import nouns
from stance.attribution.mentions import kind_of_name
from stance.attribution.nouns import noun
from stance.attribution.phrases import Word, ends_sentence, is_name_word, strip_titles, words
from stance.records import SourceKind

Name = tuple[str, ...]
_OPENS_NAMES = lx.GIVEN_NAMES | lx.HONORIFICS
_RUN_WORD = r"(?:[^\W\d_][\w’'-]*[\w]|[A-Z])\.?"
_TOKEN = re.compile(rf"{_RUN_WORD}(?= |\W|$)")
_SHOWN_AS_PERSON = re.compile(r",\s(?:\d\d\b|who\b|whom\b)")
_EXPLAINED = re.compile(r",\s(?:\d\d\b|who\b|whom\b|whose\b|an?\b|the\b|his\b|her\b)")
_QUESTION = re.compile(r"^\W*Q\s*[:.]", re.MULTILINE)
_OPENS = re.compile(r"(?:^|\n)\W*$")
_BY = re.compile(r"(?:^|\n|\|)\W*[Bb]y\s$")
_LOWER = re.compile(r"(?<![\w’'-])[^\W\dA-Z_][\w-]*")
_ARTICLE = re.compile(r"^(?:al|el|as|ash|an|ar|at|az|ad)[-’']")


class NameRun(NamedTuple):
    """A run of capitalised words that is perhaps a person's name."""

    start: int
    """Where its titles begin."""
    end: int
    titles: tuple[str, ...]
    """Lower-case titles in front of it."""
    name: Name


@dataclass(frozen=True)
class TextNames:
    """The names of persons in one text."""

    text: str

    @cached_property
    def runs(self) -> tuple[NameRun, ...]:
        """Runs that are names of persons by their title or by their length, in order."""
        return tuple(run for run in _runs(self.text) if _may_be_person(run, self.text))

    def runs_in(self, start: int, end: int) -> tuple[NameRun, ...]:
        """Those that lie in ``text[start:end]``."""
        first = bisect_left(self.runs, start, key=attrgetter("start"))
        return self.runs[first : bisect_right(self.runs, end, key=attrgetter("end"))]

    @cached_property
    def full(self) -> tuple[Name, ...]:
        """Names of two words or more, as they stand, each once and in order."""
        return tuple(dict.fromkeys(run.name for run in self.runs if len(run.name) > 1))

    @cached_property
    def surnames(self) -> frozenset[str]:
        """Words, lower case, that the text shows to be persons' names: parts of full names, names behind a title.

        A name that stands alone counts where it is a given name, too, or the sentence goes on "…, 78" or "…, who".
        """
        found = {run.name[-1].lower() for run in self.runs if len(run.name) > 1 or _personal(run.titles)}
        alone = [
            run for run in self.runs if len(run.name) == 1 and not run.titles and noun(run.name[0].lower()) is None
        ]
        full = [run for run in self.runs if len(run.name) > 1]
        given = {run.name[0].lower() for run in full if run.titles or _EXPLAINED.match(self.text, run.end)}
        for run in alone:
            if run.name[0].lower() in given or _SHOWN_AS_PERSON.match(self.text, run.end):
                found.add(run.name[0].lower())
        return frozenset(found)

    @cached_property
    def byline(self) -> str | None:
        """Who has written the text: the full name behind a "By" that opens a paragraph."""
        return next((" ".join(run.name) for run in self.runs if len(run.name) > 1 and self.signs(run)), None)

    def signs(self, run: NameRun) -> bool:
        """Whether a name stands in a byline."""
        return _BY.search(self.text, max(0, run.start - 9), run.start) is not None

    @cached_property
    def interviewee(self) -> str | None:
        """Who answers the questions marked "Q": the first full name, with titles, that opens a paragraph above them."""
        question = _QUESTION.search(self.text)
        above = [run for run in self.runs if run.end < question.start()] if question else []
        for run in above:
            opens = _OPENS.search(self.text, max(0, run.start - 4), run.start)
            if len(run.name) > 1 and opens and self.text[run.end] != "\n":
                return self.text[run.start : run.end]
        return None

    @cached_property
    def _genders(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for run in self.runs:
            told = {"he"} if set(run.titles) & lx.MALE else {"she"} if set(run.titles) & lx.FEMALE else set()
            for gender in told:
                found[run.name[-1].lower()].add(gender)
        return found

    @cached_property
    def _full_by_last(self) -> dict[str, list[Name]]:
        """The full names by their last word, folded."""
        found: dict[str, list[Name]] = defaultdict(list)
        for name in self.full:
            found[fold(name)[-1]].append(name)
        return found

    @cached_property
    def _titled_by_last(self) -> dict[str, set[tuple[str, Name]]]:
        """The title next to a name and the folded name, by its last word."""
        found: dict[str, set[tuple[str, Name]]] = defaultdict(set)
        for run in self.runs:
            if run.titles:
                name = fold(run.name)
                found[name[-1]].add((run.titles[-1], name))
        return found

    def gender(self, name: Name) -> str | None:
        """``he`` or ``she`` where a title anywhere in the text tells it of the only bearer of that last name."""
        told = self._genders.get(name[-1].lower(), set()) if name else set()
        same = self._full_by_last.get(fold(name)[-1], []) if told else []
        bearers = {fold(full)[:1] for full in same if full[-1].lower() == name[-1].lower()}
        return next(iter(told)) if len(told) == 1 and len(bearers) < 2 else None

    def titles(self, name: Name) -> frozenset[str]:
        """Nouns that stand before this name anywhere in the text: "congressman", "doctor"."""
        titled = self._titled_by_last.get(fold(name)[-1], set())
        people = {full[0] for _, full in titled if len(full) > 1}
        found = {lx.TITLES.get(title, title) for title, _ in titled}
        return frozenset(word for word in found if noun(word)) if len(people) < 2 else frozenset()

    def complete(self, name: Name) -> Name:
        """The full name that the text gives for a last name elsewhere, when there is only one; else the name itself.

        Of several spellings it is the longest; of those the first, but one in capitals only where there is no other.
        """
        full = [one for one in self._full_by_last.get(fold(name)[-1], []) if ends_with(one, name)]
        people = {fold(one)[0] for one in full}
        return max(full, key=lambda one: (len(one), not one[-1].isupper())) if len(people) == 1 else name


def fold(name: Name) -> Name:
    """A name as it is compared."""
    return tuple(_ARTICLE.sub("", word.lower().replace("’", "'")).rstrip(".") for word in name)


def same_person(one: Name, other: Name) -> bool:
    """Whether two full names are one person's: "Dana Kell" and "D. R. Kell", but not "Omar Kell"."""
    first, second = fold(one), fold(other)
    if len(first) < 2 or len(second) < 2:
        return False
    if first == second:
        return True
    initials = 1 in (len(first[0]), len(second[0])) and first[0][0] == second[0][0]
    return first[-1] == second[-1] and (first[0] == second[0] or initials)


def ends_with(full: Name, last: Name) -> bool:
    """Whether ``last`` is the last name in ``full``: "de la Cruz", "Cruz" or "al-Masri"."""
    longer, shorter = fold(full), fold(last)
    return 0 < len(shorter) < len(longer) and longer[-len(shorter) :] == shorter


def initials(name: Name) -> str:
    """First letters of the capitalised parts, hyphens counted: "JQH" for Jasper Quaye-Holm."""
    return "".join(part[0] for word in name for part in word.split("-") if part[:1].isupper())


def _runs(text: str) -> Iterator[NameRun]:
    found: list[tuple[int, int, Word]] = []
    common = frozenset(_LOWER.findall(text))
    for match in _TOKEN.finditer(text):
        if not found and match[0].islower():
            continue  # most words: no name begins with them
        token = words(match[0])
        if not token:
            continue
        word = token[0]
        joined = bool(found) and text[found[-1][1] : match.start()] == " " and not found[-1][2].possessive
        broken = bool(found) and ends_sentence(text[found[-1][0] : found[-1][1]])
        part = is_name_word(word.text) or (bool(found) and joined and word.lower in lx.PARTICLES)
        if found and not (joined and part and not broken):
            yield from _as_run(found)
            found = []
        if part and (found or (is_name_word(word.text) and not _opener(word, text, match.start(), common))):
            found.append((match.start(), match.end(), word))
    if found:
        yield from _as_run(found)


def _opener(word: Word, text: str, start: int, common: frozenset[str]) -> bool:
    """Whether a capital only shows that a sentence begins: "Afterwards Kell said"."""
    plain = word.lower
    if plain in _OPENS_NAMES or noun(plain):
        return False
    before = text[max(0, start - 8) : start].rstrip("“\"‘'«*( \t")
    begins = before[-1:] in ("", "\n", ".", "!", "?", ":", "”", "’")
    return begins and (plain in common or plain.endswith(("wards", "ly")))


def _as_run(found: list[tuple[int, int, Word]]) -> Iterator[NameRun]:
    while found and found[-1][2].lower in lx.PARTICLES and found[-1][2].text.islower():
        found = found[:-1]
    titles, rest = strip_titles([word for _, _, word in found])
    while len(rest) > 1 and rest[-1].lower in lx.NAME_SUFFIXES:
        rest = rest[:-1]
    if rest and not any(word.lower in lx.NAME_STOP for word in rest):
        lower = tuple(word.lower for word in titles if word.lower not in lx.NAME_STOP)
        start = next(start for start, _, word in found if word.lower not in lx.NAME_STOP)
        end = found[len(titles) + len(rest) - 1][1]
        yield NameRun(start, end, lower, tuple(word.text for word in rest))


def _may_be_person(run: NameRun, text: str) -> bool:
    if (
        kind_of_name(run.name) not in (None, SourceKind.PERSON)
        or run.name[-1].lower() in lx.GEOGRAPHY
        or _all_nouns(run.name)
    ):
        return False
    dateline = not run.titles and all(word.isupper() for word in run.name) and not text.startswith(":", run.end)
    return not dateline


def _all_nouns(name: Name) -> bool:
    return len(name) > 1 and all(noun(word.lower()) or word.lower() in lx.PLACES for word in name)


def _personal(titles: tuple[str, ...]) -> bool:
    return any(title in lx.TITLES or title in nouns.PERSON for title in titles)
