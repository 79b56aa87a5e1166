"""An article as the search for antecedents sees it: what stands in quotation marks, whom its own words name."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from stance.attribution import lexicon as lx
from stance.attribution.mentions import MentionForm
from stance.attribution.names import TextNames
from stance.attribution.nouns import noun
from stance.records import SourceKind, Span

_QUOTED = re.compile(
    r"“[^”\n]*(?:”|$)|\"[^\"\n]*(?:\"|$)|«[^»\n]*»|„[^“”\n]*[“”]|(?<!\w)‘[^‘\n]*?(?:’(?!\w)|$)", re.MULTILINE
)
_DETERMINER = re.compile(
    r"\b(?:the|a|an|my|his|her|its|our|their|one|another|[^\W\d_][\w-]*(?:[’']s|s[’']))\s+", re.IGNORECASE
)
_PLAIN_WORD = re.compile(r"[^\W\d_][\w-]*")
_BREAKS = (
    lx.PREPOSITIONS
    | lx.RELATIVES
    | frozenset("and or but is was were are has had have said says the a an my his its our their another".split())
)
_SAFE_ENDINGS = ("ist", "ian", "man", "woman", "eer", "ologue")
_ADJECTIVES = frozenset(
    "general major private lead star regular principal individual official chief head chair host guard coach judge "
    "expert senior junior patient veteran rebel suspect relative minor native prime cardinal".split()
)
_VERBAL = re.compile(r"\w+ed$|(?:said|says|told|tells|thinks|thought|would|will|could|can|did|does)$")
_LONGEST_DESCRIPTION = 6  # words
_APPOSED = re.compile(r"^(?:\s(?:of|for|at|in)\s[^,.;:“\"]{1,50})?(?:,?\s+|,\s+(?:also|then|now|himself|herself)\s+)$")
_PREDICATE_BEFORE = re.compile(r"\b(?:is|was|been|be|as|become|became|am|are|were)\s$")
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|from|outside|across|around|the|of)\s$", re.IGNORECASE)
_WORDLESS = re.compile(r"[\W\d_]*$")


@dataclass(frozen=True)
class Referent:
    """Somebody or something that the article's own words name."""

    start: int
    end: int
    form: MentionForm
    number: int | None = None
    """The speaker, where it is one that has been read."""
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
    def quoted(self) -> tuple[tuple[int, int], ...]:
        """Stretches between quotation marks."""
        return tuple((match.start(), match.end()) for match in _QUOTED.finditer(self.text))

    def in_quotes(self, offset: int) -> bool:
        """Whether a character stands between quotation marks."""
        return any(start <= offset < end for start, end in self.quoted)

    def in_content(self, offset: int) -> bool:
        """Whether a character belongs to attributed words."""
        return any(content.start <= offset < content.end for content in self.contents)

    def regions_before(self, offset: int, reach: int) -> Iterator[Span]:
        """Pieces of text to search, nearest first: what stands before in the same sentence, then whole sentences.

        Args:
            offset: Where the search begins.
            reach: How many sentences with words of the article's own it goes back, over one paragraph break at most.
        """
        index = next((i for i, sentence in enumerate(self.sentences) if sentence.end > offset), len(self.sentences) - 1)
        left, breaks = reach, 1
        for number in range(index, -1, -1):
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
        """Single persons whom the article's own words name in a region; appositions are one with what they explain."""
        found = sorted([*self._named(region), *self._described(region)], key=lambda r: (r.start, -r.end))
        kept: list[Referent] = []
        for referent in found:
            if self._is_anothers(referent.start, nested):
                continue
            if kept and referent.start < kept[-1].end:
                continue
            apposed = kept and _APPOSED.match(self.text[kept[-1].end : referent.start])
            if apposed and not (kept[-1].form.name and referent.form.name):
                whole = self.text[kept[-1].start : referent.end]
                kept[-1] = Referent(kept[-1].start, referent.end, MentionForm(whole, self.names.surnames))
                continue
            kept.append(referent)
        return kept

    def _is_anothers(self, offset: int, nested: bool) -> bool:
        return self.in_quotes(offset) or (not nested and self.in_content(offset))

    def _is_quotation(self, sentence: Span) -> bool:
        own = "".join(
            self.text[i] for i in range(sentence.start, sentence.end) if not any(s <= i < e for s, e in self.quoted)
        )
        return bool(_WORDLESS.match(own))

    def _named(self, region: Span) -> Iterator[Referent]:
        for run in self.names.runs:
            if not region.start <= run.start < region.end or run.end > region.end:
                continue
            known = run.name[-1].lower() in self.names.surnames
            if not (run.titles or (known if len(run.name) == 1 else True)):
                continue
            placed = _PLACE_BEFORE.search(self.text, max(0, run.start - 9), run.start)
            if placed and not run.titles and not (known and len(run.name) == 1):
                continue
            form = MentionForm(" ".join((*(t.capitalize() for t in run.titles), *run.name)), self.names.surnames)
            if form.kind is SourceKind.PERSON:
                yield Referent(run.start, run.end, form)

    def _described(self, region: Span) -> Iterator[Referent]:
        position = region.start
        while match := _DETERMINER.search(self.text, position, region.end):
            position = match.end()
            if _PREDICATE_BEFORE.search(self.text, max(0, match.start() - 9), match.start()):
                continue
            end = self._end_of_description(match.end(), region.end)
            if end and not self.text.startswith(("’s", "'s"), end):
                wording = self.text[match.start() : end]
                yield Referent(match.start(), end, MentionForm(wording, self.names.surnames))
                position = end

    def _end_of_description(self, start: int, limit: int) -> int | None:
        """Where the noun ends that names one person: "(a) retired rear admiral"; None where there is none."""
        end, found, word_before = start, None, ""
        for word in itertools.islice(_PLAIN_WORD.finditer(self.text, start, limit), _LONGEST_DESCRIPTION):
            gap = self.text[end : word.start()]
            if gap.strip() or word[0].lower() in _BREAKS:
                break
            told = noun(word[0].lower())
            person = (
                told is not None
                and not told.plural
                and told.kind in (SourceKind.PERSON, SourceKind.UNNAMED)
                and (told.listed or word[0].endswith(_SAFE_ENDINGS))
            )
            if found and not person:
                return None if told or (word_before in _ADJECTIVES and not _VERBAL.match(word[0])) else found
            word_before = word[0].lower()
            end = word.end()
            found = end if person else found
        return found
