"""An article as the search for antecedents sees it: what stands in quotation marks, whom its own words name."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from stance.attribution import lexicon as lx
from stance.attribution.mentions import MentionForm
from stance.attribution.names import TextNames
from stance.attribution.nouns import noun
from stance.records import SourceKind, Span

QUOTED = re.compile(
    r"“[^”\n]*(?:”|$)|\"[^\"\n]*(?:\"|$)|«[^»\n]*»|„[^“”\n]*[“”]|(?<!\w)‘[^‘\n]*?(?:’(?!\w)|$)", re.MULTILINE
)
_DETERMINER = re.compile(
    r"\b(?:the|a|an|my|his|her|its|our|their|one|another|"
    r"(?!(?:there|that|it|he|she|what|who|here|let)[’']s)[^\W\d_][\w-]*(?:[’']s|s[’']))\s+",
    re.IGNORECASE,
)
_PLAIN_WORD = re.compile(r"[^\W\d_][\w-]*")
_BREAKS = (
    lx.PREPOSITIONS
    | lx.RELATIVES
    | frozenset("and or but is was were are has had have said says the a an my his its our their another".split())
)
_AMBIGUOUS = frozenset(
    "general major private lead star regular principal individual official chief head chair host guard coach judge "
    "expert senior junior patient veteran rebel suspect relative minor native prime cardinal witness".split()
)
_VERBAL = re.compile(r"\w+ed$|(?:said|says|told|tells|thinks|thought|would|will|could|can|did|does)$")
_LONGEST_DESCRIPTION = 6  # words
_APPOSED = re.compile(
    r"^(?:,?\s(?:of|for|at|in)\s[^,.;:“\"]{1,50})?"
    r"(?:,?\s+(?:the\s(?:\w+\s)?)?|,\s+(?:also|then|now|himself|herself)\s+|\s(?:known as|called|named|nicknamed)\s)$"
)
_PREDICATE_BEFORE = re.compile(r"\b(?:is|was|been|be|as|become|became|am|are|were)\s$")
_ANSWER = re.compile(r"^[^\w\n]*A\s*[:.]", re.MULTILINE)
_FARTHEST = 100  # sentences, those in quotation marks among them
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|from|outside|across|around|the|of)\s$", re.IGNORECASE)

HUMAN = (SourceKind.PERSON, SourceKind.UNNAMED)
THINGS = (SourceKind.ORGANISATION, SourceKind.DOCUMENT, SourceKind.OUTLET)


@dataclass(frozen=True)
class Referent:
    """Somebody or something that the article's own words name."""

    start: int
    end: int
    form: MentionForm
    number: int | None = None
    """The speaker, where it is one that has been read."""
    owner: bool = False
    """Whether only something of theirs is spoken of: "my mother’s bolt"."""
    mentioned: bool = False
    """Whether that speaker is only mentioned here, and no source."""


@dataclass(frozen=True)
class Scene:
    """An article as the search for antecedents sees it."""

    text: str
    sentences: Sequence[Span]
    contents: Sequence[Span]
    """All attributed words, whoever says them."""
    names: TextNames

    @cached_property
    def _quoted(self) -> bytearray:
        """One byte a character: whether it stands between quotation marks."""
        return _mask(len(self.text), ((match.start(), match.end()) for match in QUOTED.finditer(self.text)))

    @cached_property
    def _attributed(self) -> bytearray:
        """One byte a character: whether it belongs to attributed words."""
        return _mask(len(self.text), ((content.start, content.end) for content in self.contents))

    @cached_property
    def _ends(self) -> list[int]:
        return [sentence.end for sentence in self.sentences]

    @cached_property
    def _openings(self) -> frozenset[int]:
        return frozenset(content.start for content in self.contents)

    def in_quotes(self, offset: int) -> bool:
        """Whether a character stands between quotation marks."""
        return bool(self._quoted[offset])

    def in_content(self, offset: int) -> bool:
        """Whether a character belongs to attributed words."""
        return bool(self._attributed[offset])

    @cached_property
    def has_answers(self) -> bool:
        """Whether a turn is labelled "A:", as in an interview."""
        return _ANSWER.search(self.text) is not None

    def closes_between(self, start: int, end: int) -> bool:
        """Whether a sentence closes behind ``start`` and no later than ``end``."""
        return bisect_right(self._ends, start) < bisect_right(self._ends, end)

    def regions_before(self, offset: int, reach: int) -> Iterator[Span]:
        """Pieces of text to search, nearest first: what stands before in the same sentence, then whole sentences.

        Args:
            offset: Where the search begins.
            reach: How many sentences with words of the article's own it goes back, over one paragraph break at most.
                Quotations between them do not count, up to a hundred.
        """
        index = min(bisect_right(self._ends, offset), len(self.sentences) - 1)
        left, breaks = reach, 1
        for number in range(index, max(-1, index - _FARTHEST), -1):
            sentence = self.sentences[number]
            if number < index:
                later = self.sentences[number + 1]
                broken = "\n" in self.text[sentence.end : later.start]
                breaks -= broken and not (self._is_quotation(sentence) and self.in_quotes(later.start))
                if breaks < 0 or left == 0:
                    return
                left -= not self._is_quotation(sentence)
            yield Span(start=sentence.start, end=min(sentence.end, max(sentence.start, offset)))

    def people(self, region: Span, *, nested: bool = False) -> list[Referent]:
        """Single persons whom the article's own words name in a region; appositions are one with what they explain.

        Args:
            region: Where to look.
            nested: Look into attributed words, too, unless they are quoted.
        """
        return self._once([*self._named(region), *self._described(region, HUMAN)], nested)

    def introduced(self, region: Span) -> list[Referent]:
        """Persons with a full name who open attributed words outside quotation marks: "Ana Ruiz saw none, she said"."""
        people = self.people(region, nested=True)
        return [person for person in people if person.start in self._openings and person.form.name[1:]]

    def things(self, region: Span, *, nested: bool = False) -> list[Referent]:
        """Single organisations, documents and outlets that the article's own words describe in a region."""
        return self._once([*self._described(region, THINGS)], nested)

    def _once(self, found: list[Referent], nested: bool) -> list[Referent]:
        kept: list[Referent] = []
        for referent in sorted(found, key=lambda r: (r.start, -r.end)):
            if self._is_anothers(referent.start, nested) or (kept and referent.start < kept[-1].end):
                continue
            apposed = kept and _APPOSED.match(self.text[kept[-1].end : referent.start])
            if apposed and not (kept[-1].form.name and referent.form.name):
                whole = self.text[kept[-1].start : referent.end]
                kept[-1] = Referent(kept[-1].start, referent.end, self._form(whole))
                continue
            kept.append(referent)
        return kept

    def _form(self, wording: str) -> MentionForm:
        return MentionForm(wording, self.names.surnames)

    def _is_anothers(self, offset: int, nested: bool) -> bool:
        return self.in_quotes(offset) or (not nested and self.in_content(offset))

    def _is_quotation(self, sentence: Span) -> bool:
        """Whether a sentence has no words outside quotation marks."""
        own = (self.text[i] for i in range(sentence.start, sentence.end) if not self._quoted[i])
        return not any(character.isalpha() for character in own)

    def _named(self, region: Span) -> Iterator[Referent]:
        for run in self.names.runs_in(region.start, region.end):
            known = run.name[-1].lower() in self.names.surnames
            if not (run.titles or (known if len(run.name) == 1 else True)):
                continue
            placed = _PLACE_BEFORE.search(self.text, max(0, run.start - 9), run.start)
            if placed and not run.titles and not (known and len(run.name) == 1):
                continue
            if self.names.signs(run):
                continue
            form = self._form(" ".join((*(title.capitalize() for title in run.titles), *run.name)))
            if form.kind is SourceKind.PERSON:
                yield Referent(run.start, run.end, form)

    def _described(self, region: Span, kinds: tuple[SourceKind, ...]) -> Iterator[Referent]:
        position = region.start
        while match := _DETERMINER.search(self.text, position, region.end):
            position = match.end()
            if _PREDICATE_BEFORE.search(self.text, max(0, match.start() - 9), match.start()):
                continue
            end = self._end_of_description(match.end(), region.end, kinds, opens=match.start() == region.start)
            if end is None:
                continue
            owner = self.text.startswith(("’s", "'s"), end)
            ours = match[0].strip().lower() in lx.POSSESSIVES and self.text[match.end() : end].lower() in _AMBIGUOUS
            if not ours:
                wording = self.text[match.start() : end]
                yield Referent(match.start(), end, self._form(wording), owner=owner and match.start() != region.start)
                position = end

    def _end_of_description(self, start: int, limit: int, kinds: tuple[SourceKind, ...], *, opens: bool) -> int | None:
        """Where the noun ends that names one of these kinds: "(a) retired rear admiral"; None where there is none."""
        end, found, word_before = start, None, ""
        for word in itertools.islice(_PLAIN_WORD.finditer(self.text, start, limit), _LONGEST_DESCRIPTION):
            gap = self.text[end : word.start()]
            if gap.strip() or word[0].lower() in _BREAKS:
                break
            told = noun(word[0].lower())
            person = (
                told is not None
                and not told.plural
                and told.kind in kinds
                and (told.listed or (word[0].islower() and (told.sure or opens)))
            )
            if found and not person and told and told.plural:
                return found  # "the company plans": a verb
            if found and not person:
                return None if told or (word_before in _AMBIGUOUS and not _VERBAL.match(word[0])) else found
            word_before = word[0].lower()
            end = word.end()
            found = end if person else found
        return found


def _mask(length: int, spans: Iterable[tuple[int, int]]) -> bytearray:
    mask = bytearray(length + 1)
    for start, end in spans:
        mask[start:end] = b"\x01" * (end - start)
    return mask
