"""Which sources of different articles are one.

Joining two is worse than splitting one, so only names join across articles:

- persons by given and last name ("Dana Kell", "Dana R. Kell"), unless two middle names disagree;
- a last name alone, or one with an initial, where the corpus has one bearer of it only, and that one is named in the
  same outlet or in a copy of the same article; else a last name alone is joined in copies only;
- organisations, outlets and documents with a proper name or a country's, by their words ("Iran’s foreign ministry",
  "the Iranian foreign ministry"), and an acronym where articles explain it in one way only.

Everything else ("two officials", "the ministry", "lawmakers", the author) is joined only in copies of one article. Two
persons of the same full name are not told apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from stance.attribution import lexicon as lx
from stance.attribution.identities import key
from stance.attribution.mentions import MentionForm, is_acronym
from stance.attribution.names import Name, ends_with, fold
from stance.attribution.nouns import noun
from stance.attribution.phrases import bare_words, stem
from stance.records import SourceKind

_NAMED_BODIES = frozenset({SourceKind.ORGANISATION, SourceKind.OUTLET, SourceKind.DOCUMENT})
_COMMON = lx.PORTFOLIOS | lx.PREPOSITIONS | frozenset("supreme high central national federal state public and".split())
_Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class ArticleSource:
    """A source of one article."""

    article: int
    name: str
    kind: SourceKind
    ordinal: int
    """Which of those with the same name and kind in its article, from 0."""
    acronyms: frozenset[str]
    """Acronyms by which the article calls it, lower case."""

    @property
    def person(self) -> Name:
        """The name of a person, empty where there is none."""
        return _name(self.name, True) if self.kind is SourceKind.PERSON else ()

    @property
    def is_full(self) -> bool:
        """Whether it is a person with given and last name."""
        name = self.person
        return len(name) > 1 and not (name[0].islower() and name[0] in lx.PARTICLES) and len(fold(name)[0]) > 1

    @property
    def body(self) -> tuple[str, ...]:
        """The words of the name of an organisation, outlet or document as they are compared; empty without a name."""
        return _body(self.name, self.kind) if self.kind in _NAMED_BODIES else ()


def is_named(source: ArticleSource) -> bool:
    """Whether it has a name by which it can be known in other articles."""
    return bool(source.person or source.body)


def acronyms_of(mentions: Sequence[str]) -> frozenset[str]:
    """The acronyms among the mentions of a source."""
    return frozenset(_plain(name[0]) for text in mentions if (name := _name(text, False)) and is_acronym(name))


def join(sources: Sequence[ArticleSource], groups: Sequence[int], outlets: Sequence[str | None]) -> list[int]:
    """The number of each source's identity, from 0 in order of the first one's place.

    Args:
        sources: Sources of all articles.
        groups: For each article the number of its group of copies.
        outlets: For each article its outlet.
    """
    persons = _Persons([source for source in sources if source.is_full], groups, outlets)
    explained: dict[_Key, set[tuple[str, ...]]] = defaultdict(set)
    for source in sources:
        if len(source.body) > 1:
            for acronym in source.acronyms:
                explained[source.kind, acronym].add(source.body)
    numbers: dict[_Key, int] = {}
    found = []
    for source in sources:
        group = groups[source.article]
        if source.kind is SourceKind.AUTHOR:
            wanted: _Key = (source.kind, group)
        elif source.person:
            wanted = persons.key(source, group, outlets[source.article])
        elif source.body:
            known = explained.get((source.kind, source.body[0]), set()) if len(source.body) == 1 else set()
            wanted = (source.kind, next(iter(known)) if len(known) == 1 else source.body)
        else:
            wanted = _in_copies(source, group)
        found.append(numbers.setdefault(wanted, len(numbers)))
    return found


class _Persons:
    """The full names of a corpus."""

    def __init__(self, full: Sequence[ArticleSource], groups: Sequence[int], outlets: Sequence[str | None]) -> None:
        self._middles: dict[tuple[str, str], set[Name]] = defaultdict(set)
        self._by_last: dict[str, set[_Key]] = defaultdict(set)
        self._bearers: dict[_Key, list[Name]] = defaultdict(list)
        self._places: dict[_Key, set[Hashable]] = defaultdict(set)
        self._named_in: set[tuple[int, str]] = set()
        for source in full:
            first, *middle, last = fold(source.person)
            self._middles[first, last].add(tuple(middle))
        for source in full:
            name, last = self._full_key(source.person), fold(source.person)[-1]
            self._by_last[last].add(name)
            self._bearers[name].append(source.person)
            self._places[name] |= {("group", groups[source.article]), ("outlet", outlets[source.article])}
            self._named_in.add((source.article, last))

    def key(self, source: ArticleSource, group: int, outlet: str | None) -> _Key:
        if source.is_full:
            return self._full_key(source.person)
        name = fold(source.person)
        bearers = self._by_last.get(name[-1], set())
        if len(bearers) == 1 and (source.article, name[-1]) not in self._named_in:
            bearer = next(iter(bearers))
            near = ("group", group) in self._places[bearer] or (
                outlet is not None and ("outlet", outlet) in self._places[bearer]
            )
            if near and any(_shortened(source.person, full) for full in self._bearers[bearer]):
                return bearer
        lone = len(name) == 1 and not source.person[0].startswith("@")
        return _in_copies(source, group) if lone else (SourceKind.PERSON, *name)

    def _full_key(self, name: Name) -> _Key:
        first, *middle, last = fold(name)
        told = sorted({each for each in self._middles[first, last] if each})
        disagree = any(not _agree(one, other) for one in told for other in told)
        return (SourceKind.PERSON, first, *(middle if disagree else ()), last)


def _agree(one: Name, other: Name) -> bool:
    """Whether two middle names can be one's: "R." and "Ruth"."""
    return len(one) == len(other) and all(
        a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in zip(one, other, strict=True)
    )


def _shortened(short: Name, full: Name) -> bool:
    """Whether a last name, or one with initials, is that of a full name."""
    first, *_, last = (*fold(short)[:1], fold(short)[-1])
    initial = len(first) == 1 and len(short) > 1
    return (initial and fold(full)[-1] == last and fold(full)[0][0] == first) or (
        not initial and ends_with(full, short)
    )


def _in_copies(source: ArticleSource, group: int) -> _Key:
    return ("in copies", group, source.kind, key(source.name), source.ordinal)


@lru_cache(maxsize=65_536)
def _name(text: str, person: bool) -> Name:
    """The proper name in a mention; the last word of what is a person's is known to be a surname."""
    words = bare_words(text)
    return MentionForm(text, frozenset({words[-1].lower()}) if person and words else frozenset()).name


@lru_cache(maxsize=65_536)
def _body(text: str, kind: SourceKind) -> tuple[str, ...]:
    form = MentionForm(text)
    words = [stem(word.lower()) for word in bare_words(form.segments[0]) if word.lower() not in lx.DETERMINERS]
    countries = any(word in lx.PLACES for word in words) and kind is not SourceKind.DOCUMENT
    if form.indefinite or form.plural or not (countries or _is_proper(form)):
        return ()
    return (_plain(form.name[0]),) if form.name and is_acronym(form.name) and len(words) == 1 else tuple(words)


def _is_proper(form: MentionForm) -> bool:
    """Whether it is a name that one body only has: not "Supreme Court", "Ministry of Defence"."""
    words = [word for word in bare_words(form.segments[0]) if word.lower() not in lx.DETERMINERS]
    capitals = len(words) > 1 and all(word[0].isupper() for word in words)
    return (bool(form.name) or capitals) and not all(_is_common(word.lower()) for word in form.name or words)


def _is_common(word: str) -> bool:
    told = noun(word)
    return word in _COMMON or (told is not None and told.listed)


def _plain(acronym: str) -> str:
    return acronym.replace(".", "").lower()


def names_by_identity(sources: Sequence[ArticleSource], identities: Sequence[int]) -> Iterator[str]:
    """For each identity the name that most articles have; of as many the longest, then the first."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for source, identity in zip(sources, identities, strict=True):
        counts[identity][source.name] += 1
    for identity in range(len(counts)):
        yield max(counts[identity], key=lambda name: (counts[identity][name], len(name)))
