"""Where to look for a speaker, so that no rule has to try every speaker or mention of a long article.

Each rule of ``identities`` asks for something that speaker and mention share: their words, a last name, initials, a
noun. Speakers are filed under such clues, and a rule tries only those that are filed under a clue of the mention.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

from stance.attribution.identities import Description, Identity, acronyms, descriptions, key, may_stand_for
from stance.attribution.mentions import MentionForm, is_acronym
from stance.attribution.names import fold
from stance.attribution.phrases import stem
from stance.records import SourceKind, Span

_Clue = tuple[str, str]
"""What is shared, and its value: ``("name", "dana kell")``."""
_PIECE = re.compile(r"\w+")
Groups = list[Set[int]]
"""Numbers of speakers; one may be in several groups."""


class Register:
    """The numbers of speakers, by what a mention of them has to share with them.

    Each ``by_…`` method gives all whom a rule of ``Identity`` can fit, and few others.
    """

    def __init__(self) -> None:
        self._filed: dict[_Clue, set[int]] = defaultdict(set)

    def enter(
        self, number: int, identity: Identity, told: Iterable[Description] = (), keys: Iterable[str] = ()
    ) -> None:
        """File a speaker under the names it has by now, and under what one more mention tells.

        Args:
            number: The speaker's.
            identity: What is known of the speaker.
            told: What the mention says that the speaker is.
            keys: The words, as they are compared, by which it is known again.
        """
        clues = [*_of_names(identity), *(clue for description in told for clue in _of_description(description))]
        clues += [("words", words) for words in keys]
        if identity.is_expected:
            clues += [("expected", _one_word(description)) for description in identity.descriptions]
        for clue in clues:
            self._filed[clue].add(number)

    def by_words(self, form: MentionForm) -> Groups:
        """For ``has_words``."""
        return self._under(("words", key(form.text)))

    def by_label(self, form: MentionForm) -> Groups:
        """For ``is_labelled``."""
        return self.by_words(form) + self._under(*(("noun", wanted.head) for wanted in descriptions(form)))

    def by_name(self, form: MentionForm) -> Groups:
        """For ``has_name``."""
        name = fold(form.name)
        first, last = name[0], name[-1]
        by_initial = "initial and last name" if len(first) == 1 else "first and last name"
        clues = ("first and last name", f"{first} {last}"), (by_initial, f"{first[:1]} {last}")
        return self._under(("name", " ".join(name)), *clues)

    def by_last_name(self, form: MentionForm) -> Groups:
        """For ``has_last_name``: whose name ends with this one, and who is called by an end of it."""
        name = fold(form.name)
        shorter = (("name", " ".join(name[cut:])) for cut in range(len(name)))
        return self._under(("end of name", " ".join(name)), *shorter)

    def by_acronym(self, form: MentionForm) -> Groups:
        """For ``has_acronym``."""
        if is_acronym(form.name):
            return self._under(("initials", form.name[0].replace(".", "")))
        return self._under(*(("acronym", short) for short in acronyms(form.name, form.segments[0])))

    def by_part_of_name(self, form: MentionForm) -> Groups:
        """For ``has_part_of_name``: whose name begins with this one, and who is called by a beginning of it."""
        word, name = form.name[0].lower(), fold(form.name)
        if not word.startswith("@"):
            shorter = (("name", " ".join(name[:cut])) for cut in range(1, len(name)))
            return self._under(("start of name", " ".join(name)), ("end of outlet", " ".join(name)), *shorter)
        plain = "".join(c for c in word if c.isalpha())
        parts = (("part of name", plain[cut:]) for cut in range(len(plain)))
        return self._under(("handle", word), ("joined name", plain), *parts)

    def by_role(self, form: MentionForm) -> Groups:
        """For ``fits_role``, not loose. All words of a description must be there, so the rarest decides."""
        found: Groups = []
        for wanted in descriptions(form):
            nouns = self._under(*(("noun", head) for head in may_stand_for(wanted.head)))
            others = (self._under(("word", word)) for word in wanted.words - {wanted.head})
            found += min((nouns, *others), key=lambda groups: sum(map(len, groups)))
        return found

    def by_title(self, form: MentionForm) -> Groups:
        """For ``is_named_by``: of those whose name may follow, all words must be the mention's, so that one decides."""
        words = {word for wanted in descriptions(form) for word in wanted.words | may_stand_for(wanted.head)}
        expected = self._under(*(("expected", word) for word in words))
        return expected + self.by_role(form) if form.definite else expected

    def companies_in(self, text: str) -> Groups:
        """For ``is_company_of``: organisations whose names begin with a word of some text."""
        return self._under(*(("organisation", piece) for piece in set(_PIECE.findall(text))))

    def _under(self, *clues: _Clue) -> Groups:
        return [self._filed[clue] for clue in clues if clue in self._filed]


class Places:
    """Where speakers have been mentioned, as far as the article has been read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._read: list[tuple[Span, int]] = []
        """Mentions and their speakers."""
        self._starts: list[tuple[int, int]] = []
        """Offset and position in ``_read``, sorted."""
        self._ends: dict[int, int] = {}
        self._covered = bytearray(len(text))
        """One byte a character: whether it belongs to a mention."""

    def enter(self, mention: Span, number: int) -> None:
        """Note where a speaker is mentioned."""
        position = len(self._read)
        self._read.append((mention, number))
        insort(self._starts, (mention.start, position))
        self._ends[mention.end] = position
        self._covered[mention.start : mention.end] = b"\x01" * (mention.end - mention.start)

    def within(self, region: Span) -> list[tuple[Span, int]]:
        """Mentions that begin in a region with their speakers, in the order in which they were read."""
        first, last = (bisect_left(self._starts, (offset, 0)) for offset in (region.start, region.end))
        return [self._read[position] for position in sorted(position for _, position in self._starts[first:last])]

    def overlap(self, start: int, end: int) -> bool:
        """Whether a mention shares a character with ``text[start:end]``."""
        return any(self._covered[start:end])

    def ending_at(self, offset: int) -> int | None:
        """The speaker whose mention ends at an offset, or at the comma before it; of several the last one read."""
        found = -1
        for end in range(offset, -1, -1):
            if self._text[end:offset].strip() not in ("", ","):
                break
            found = max(found, self._ends.get(end, -1))
        return self._read[found][1] if found >= 0 else None


def _of_names(identity: Identity) -> Iterator[_Clue]:
    name = fold(identity.name)
    yield "joined name", "".join(name)
    yield from (("handle", handle) for handle in identity.handles)
    if not name:
        return
    yield "name", " ".join(name)
    yield from (("start of name", " ".join(name[:cut])) for cut in range(1, len(name)))
    if identity.kind is SourceKind.PERSON:
        yield from (("end of name", " ".join(name[cut:])) for cut in range(1, len(name)))
        yield "first and last name", f"{name[0]} {name[-1]}"
        yield "initial and last name", f"{name[0][:1]} {name[-1]}"
    if identity.kind is SourceKind.OUTLET:
        yield from (("end of outlet", " ".join(name[cut:])) for cut in range(1, len(name)))
    yield from (("initials", short) for short in acronyms(identity.name, identity.label))
    for part in name:
        yield "part of name", part
        yield "word", stem(part)
    if is_acronym(identity.name):
        yield "acronym", identity.name[0].replace(".", "")
    if identity.kind is SourceKind.ORGANISATION:
        yield from (("organisation", piece) for piece in _PIECE.findall(identity.name[0])[:1])


def _one_word(description: Description) -> str:
    """One of the words that tell more than the noun; the noun where there are none."""
    return min(description.words - {description.head}, default=description.head)


def _of_description(description: Description) -> Iterator[_Clue]:
    yield "noun", description.head
    yield from (("word", word) for word in description.words)
