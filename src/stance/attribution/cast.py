"""The speakers of one article as far as it has been read, and the rules that tell them by name or description."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stance.attribution import lexicon as lx
from stance.attribution.identities import Description, Identity
from stance.attribution.linking import Link
from stance.attribution.mentions import MentionForm
from stance.attribution.names import TextNames
from stance.attribution.nouns import same_noun
from stance.attribution.scenes import HUMAN, Scene
from stance.records import Mention, SourceKind, Span, TextSpan

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_AGE = re.compile(r",\s\d+$")
_HEADLINES = 4  # paragraphs
_LONGEST_HEADLINE = 25  # words
_Rule = tuple[str, Callable[[Identity], bool]]


@dataclass(frozen=True)
class Resolution:
    """Whose attribution it is, and how that was found."""

    speaker: int | None
    resolved_by: str | None


UNRESOLVED = Resolution(None, None)


@dataclass(frozen=True)
class Match:
    """What the rules say of a mention."""

    number: int | None
    """The speaker; None for nobody read so far."""
    rule: str = "first mention"
    unclear: bool = False
    """Whether several speakers fit, so that it must stay open."""


class Cast:
    """The speakers of one article, in the order of their first mention."""

    def __init__(self, text: str, sentences: Sequence[Span], contents: Sequence[Span]) -> None:
        self.text = text
        self.names = TextNames(text)
        self.scene = Scene(text, sentences, contents, self.names)
        self.identities: list[Identity] = []
        self.placed: list[tuple[Span, int]] = []
        """Mentions read so far with their speakers, but for the writer's: nobody else's "she" means the writer."""
        self.turns: list[int] = []
        """Speakers of the turns of a transcript read so far."""
        self._headline_end = _headline_end(text)
        self._writer: int | None = None
        self._begun = False
        """Whether a source below the headline has been read."""

    def is_headline(self, link: Link) -> bool:
        """Whether it is a quotation above the article, without a word on who speaks."""
        alone = link.source is None and link.cue is None
        return alone and link.start < self._headline_end and self.scene.in_quotes(link.start)

    def form(self, wording: str) -> MentionForm:
        """A mention of this article, taken apart."""
        return MentionForm(wording, self.names.surnames)

    def find(self, form: MentionForm, start: int) -> Match:
        """The one speaker read so far that a name or description means.

        Args:
            form: The mention, not a pronoun.
            start: Where it begins.
        """
        for rule, fits in self._rules(form, start):
            found = [number for number, identity in enumerate(self.identities) if fits(identity)]
            found = [number for number in found if not self.identities[number].headline] or found
            if len(found) == 1:
                return Match(found[0], rule)
            if found and rule in ("last name", "short form", "role"):
                return Match(None, unclear=bool(form.name) and rule != "role")
        if start >= self._headline_end:
            found = [n for n, i in enumerate(self.identities) if i.headline and i.fits_role(form, loose=True)]
            if len(found) == 1:
                return Match(found[0], _by_description(form))
        return Match(None)

    def find_source(self, form: MentionForm, start: int) -> Match:
        """``find`` for a source of running text, where its place in the article tells more than its words."""
        match = self.find(form, start)
        if match.number is not None or match.unclear or start < self._headline_end:
            return match
        if not self._begun:
            found = [n for n, identity in enumerate(self.identities) if identity.headline and identity.may_lead(form)]
            if len(found) == 1:
                return Match(found[0], _by_description(form))
        return self._named_at_last(form, start)

    def add(self, form: MentionForm, start: int) -> int:
        """A new speaker, and its number."""
        name, kind, certain = form.name, form.kind, form.certain
        if len(name) == 1 and (not certain or kind is SourceKind.PERSON):
            full = self.names.complete(name)
            if len(full) > 1:
                name, kind, certain = full, SourceKind.PERSON, True
        gender = form.gender or (self.names.gender(name) if kind is SourceKind.PERSON else None)
        headline = form.bare and start < self._headline_end
        new = Identity(name, kind, certain, form.plural, gender, headline, form.definite)
        if kind is SourceKind.PERSON and name:
            new.descriptions += [
                Description(same_noun(title), plural=False, words=frozenset({same_noun(title)}))
                for title in self.names.titles(name)
            ]
        self.identities.append(new)
        return len(self.identities) - 1

    def writer(self) -> int:
        """The number of the speaker who says "I" outside all quotations."""
        if self._writer is None:
            form = self.form(self.names.byline or "the author")
            known = self.find(form, 0).number if form.name else None
            self._writer = known if known is not None else self.add(form, 0)
            self.identities[self._writer].label = form.text
        return self._writer

    def note(self, number: int | None, source: Span, rule: str, form: MentionForm) -> Resolution:
        """Enter a mention under its speaker, who is known better by it."""
        self._begun = self._begun or source.start >= self._headline_end
        if number is None:
            return UNRESOLVED
        identity = self.identities[number]
        if form.pronoun in lx.PRONOUNS_SINGULAR | lx.PRONOUNS_SELF and identity.kind not in HUMAN:
            identity.kind, identity.certain = SourceKind.PERSON, True
        if form.pronoun in lx.PRONOUNS_SINGULAR:
            identity.gender = identity.gender or form.pronoun
        if not form.pronoun:
            identity.absorb(form)
            identity.headline = identity.headline and source.start < self._headline_end
        if number != self._writer:
            self.placed.append((source, number))
        identity.mentions.append(Mention(**TextSpan.cut(self.text, source).model_dump(), resolved_by=rule))
        return Resolution(number, rule)

    def _named_at_last(self, form: MentionForm, start: int) -> Match:
        """The one person who has spoken below the headline, so far described only: "The warden said …".

        News gives the name behind the first quotation, and then without a word on who that is: "“…,” said Ana Ruiz".
        """
        bare = len(form.name) > 1 and _AGE.sub("", form.text) == " ".join(form.name)
        paragraph = self.text.rfind("\n", 0, start) + 1
        if not bare or not self.scene.in_quotes(paragraph) or self.scene.in_quotes(start):
            return Match(None)
        met = [
            number
            for number, identity in enumerate(self.identities)
            if identity.kind in HUMAN and identity.mentions[-1].start >= self._headline_end
        ]
        if len(met) != 1 or not self.identities[met[0]].may_be_called(form) or form.name[-1] in self.text[:start]:
            return Match(None)
        return Match(met[0], "role")

    def _is_near(self, identity: Identity, start: int) -> bool:
        """Whether the name stands in the same paragraph or the one before."""
        paragraph = self.text.rfind("\n", 0, start)
        before = self.text.rfind("\n", 0, len(self.text[:paragraph].rstrip())) if paragraph > 0 else 0
        return identity.name[0] in self.text[max(0, before) : start]

    def _rules(self, form: MentionForm, start: int) -> Sequence[_Rule]:
        same_words: _Rule = ("same words", lambda identity: identity.has_words(form))
        if form.name and not form.plural:
            return (
                same_words,
                ("same name", lambda identity: identity.has_name(form)),
                ("last name", lambda identity: identity.has_last_name(form)),
                ("acronym", lambda identity: identity.has_acronym(form)),
                ("short form", lambda identity: identity.has_part_of_name(form)),
                ("role", lambda identity: identity.is_named_by(form)),
            )
        if form.indefinite:
            return ()
        if form.definite:
            return (
                same_words,
                (_by_description(form), lambda identity: identity.fits_role(form)),
                (
                    _by_description(form),
                    lambda identity: identity.is_company_of(form) and self._is_near(identity, start),
                ),
            )
        return (same_words,)


def _by_description(form: MentionForm) -> str:
    return "role" if form.kind in HUMAN else "short form"


def _headline_end(text: str) -> int:
    """Where headline, kicker and byline end: the first short paragraphs that do not close like a sentence."""
    end = 0
    for paragraph in itertools.islice(_LINE.finditer(text), _HEADLINES):
        plain = paragraph[0].rstrip("”\"’' ")
        if plain.endswith((".", ":")) or len(plain.split()) > _LONGEST_HEADLINE:
            break
        end = paragraph.end()
    return end
