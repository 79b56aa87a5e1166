"""The speakers of one article as far as it has been read, and the rules that tell them by name or description."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from stance.attribution import lexicon as lx
from stance.attribution.identities import Description, Identity, descriptions, is_company, keys_of
from stance.attribution.linking import Link
from stance.attribution.mentions import MentionForm
from stance.attribution.names import TextNames
from stance.attribution.nouns import same_noun
from stance.attribution.register import Groups, Places, Register
from stance.attribution.scenes import HUMAN, Scene
from stance.records import Mention, SourceKind, Span, TextSpan

_LINE = re.compile(r"^[^\n]*\S[^\n]*", re.MULTILINE)
_AGE = re.compile(r",\s\d+$")
_HEADLINES = 4  # paragraphs
_LONGEST_HEADLINE = 25  # words
_NEAR = 20_000  # characters: paragraphs are shorter, but for text without line breaks
_Rule = tuple[str, Groups, Callable[[Identity], bool]]
"""Its name, whom it can fit, and whether it fits."""


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
        self.places = Places(text)
        """Mentions read so far, but for the writer's: nobody else's "she" means the writer."""
        self.turns: dict[int, int] = {}
        """Speakers of the turns of a transcript read so far, the last one at the end, and how many turns each has."""
        self._register = Register()
        self._headlined: set[int] = set()
        """Those whom the headline named first."""
        self._met: set[int] = set()
        """Single persons whose last mention stands below the headline."""
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
        for rule, groups, fits in self._rules(form, start):
            found = self._preferred(groups, fits)
            if len(found) == 1:
                return Match(found[0], rule)
            if found and rule in ("last name", "short form", "role"):
                return Match(None, unclear=bool(form.name) and rule != "role")
        if start >= self._headline_end:
            found = self._two([self._headlined], lambda one: one.headline and one.fits_role(form, loose=True))
            if len(found) == 1:
                return Match(found[0], _by_description(form))
        return Match(None)

    def find_source(self, form: MentionForm, start: int) -> Match:
        """``find`` for a source of running text, where its place in the article tells more than its words."""
        match = self.find(form, start)
        if match.number is not None or match.unclear or start < self._headline_end:
            return match
        if not self._begun:
            found = self._two([self._headlined], lambda one: one.headline and one.may_lead(form))
            if len(found) == 1:
                return Match(found[0], _by_description(form))
        return self._named_at_last(form, start)

    def find_label(self, form: MentionForm, start: int) -> Match:
        """``find`` for the label of a turn in a transcript."""
        found = self._two(self._register.by_label(form), lambda identity: identity.is_labelled(form))
        return Match(found[0], "same words") if len(found) == 1 else self.find(form, start)

    def find_words(self, form: MentionForm) -> Match:
        """The first speaker called by the same words, articles apart."""
        numbers = itertools.chain.from_iterable(self._register.by_words(form))
        found = min((number for number in numbers if self.identities[number].has_words(form)), default=None)
        return Match(None) if found is None else Match(found, "same words")

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
        number = len(self.identities)
        self.identities.append(new)
        self._register.enter(number, new, new.descriptions)
        if headline:
            self._headlined.add(number)
        return number

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
        if form.pronoun in lx.PRONOUNS_PERSONAL and identity.kind not in HUMAN:
            identity.kind, identity.certain = SourceKind.PERSON, True
        if form.pronoun in lx.PRONOUNS_SINGULAR:
            identity.gender = identity.gender or form.pronoun
        if not form.pronoun:
            identity.absorb(form)
            identity.headline = identity.headline and source.start < self._headline_end
            self._register.enter(number, identity, descriptions(form), keys_of(form))
        else:
            self._register.enter(number, identity)
        if number != self._writer:
            self.places.enter(source, number)
        if identity.kind in HUMAN and source.start >= self._headline_end:
            self._met.add(number)
        else:
            self._met.discard(number)
        identity.mentions.append(Mention(**TextSpan.cut(self.text, source).model_dump(), resolved_by=rule))
        return Resolution(number, rule)

    def take_turn(self, number: int) -> None:
        """Note who has a turn in a transcript."""
        self.turns[number] = self.turns.pop(number, 0) + 1

    @property
    def sole_guest(self) -> int | None:
        """The one speaker who has all turns of a transcript, if there are several turns."""
        if len(self.turns) != 1:
            return None
        ((number, turns),) = self.turns.items()
        return number if turns > 1 else None

    def _named_at_last(self, form: MentionForm, start: int) -> Match:
        """The one person who has spoken below the headline, so far described only: "The warden said …".

        News gives the name behind the first quotation, and then without a word on who that is: "“…,” said Ana Ruiz".
        """
        bare = len(form.name) > 1 and _AGE.sub("", form.text) == " ".join(form.name)
        if not bare or len(self._met) != 1:
            return Match(None)
        (number,) = self._met
        if not self.identities[number].may_be_called(form):
            return Match(None)
        # Hardly ever more than once in an article, so that it may look through the text.
        paragraph = self.text.rfind("\n", 0, start) + 1
        behind = self.scene.in_quotes(paragraph) and not self.scene.in_quotes(start)
        known = self.text.find(form.name[-1], 0, start) >= 0
        return Match(number, "role") if behind and not known else Match(None)

    def _fitting(self, groups: Groups, fits: Callable[[Identity], bool]) -> Iterator[int]:
        """Speakers whom a rule fits, each once."""
        tried: set[int] = set()
        for number in itertools.chain.from_iterable(groups):
            if number not in tried and fits(self.identities[number]):
                yield number
            tried.add(number)

    def _two(self, groups: Groups, fits: Callable[[Identity], bool]) -> list[int]:
        """The same, two at most: what matters is whether there is only one."""
        return list(itertools.islice(self._fitting(groups, fits), 2))

    def _preferred(self, groups: Groups, fits: Callable[[Identity], bool]) -> list[int]:
        """The same, and those whom only the headline has named where nobody else fits."""
        found: list[int] = []
        above: list[int] = []
        for number in self._fitting(groups, fits):
            (above if self.identities[number].headline else found).append(number)
            if len(found) > 1:
                break
        return found or above

    def _near(self, start: int) -> str:
        """What stands before in the same paragraph and in the one above it."""
        above, _, here = self.text[max(0, start - _NEAR) : start].rpartition("\n")
        return above.rstrip().rpartition("\n")[2] + "\n" + here

    def _rules(self, form: MentionForm, start: int) -> Iterator[_Rule]:
        filed = self._register
        named = form.name and not form.plural
        if named or not form.indefinite:
            yield "same words", filed.by_words(form), lambda identity: identity.has_words(form)
        if named:
            yield "same name", filed.by_name(form), lambda identity: identity.has_name(form)
            yield "last name", filed.by_last_name(form), lambda identity: identity.has_last_name(form)
            yield "acronym", filed.by_acronym(form), lambda identity: identity.has_acronym(form)
            yield "short form", filed.by_part_of_name(form), lambda identity: identity.has_part_of_name(form)
            yield "role", filed.by_title(form), lambda identity: identity.is_named_by(form)
        elif form.definite:
            yield _by_description(form), filed.by_role(form), lambda identity: identity.fits_role(form)
            if is_company(form):
                near = self._near(start)
                yield (
                    _by_description(form),
                    filed.companies_in(near),
                    lambda identity: identity.is_company_of(form) and identity.name[0] in near,
                )


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
