"""A speaker while the article is being read, and what later mentions may point at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from stance.attribution import lexicon as lx
from stance.attribution import nouns
from stance.attribution.mentions import MentionForm, is_acronym
from stance.attribution.names import Name, ends_with, fold, initials, same_person
from stance.attribution.nouns import noun, same_noun, singular
from stance.attribution.phrases import bare_words, stem
from stance.records import Mention, SourceKind

_MAY_BE_COMPANY = nouns.COMPANY | nouns.PERSON_OR_COMPANY
_OPENERS = lx.PLACES | frozenset("united national federal royal new north south east west first general".split())
_RANKS = frozenset("deputy vice assistant under".split())
_PAST = frozenset("former ex retired late".split())
_ARTICLES = lx.DETERMINERS - set(lx.POSSESSIVES) - {"my", "our", "your"}
_LONGEST_LABEL = 10  # words


class Description(NamedTuple):
    """What a mention says its source is: a noun, and the words around it, all as they are compared."""

    head: str
    plural: bool
    words: frozenset[str]


@dataclass
class Identity:
    """A speaker and all that is known of it so far."""

    name: Name
    kind: SourceKind
    certain: bool
    """Whether the kind rests on more than the look of a name."""
    plural: bool
    gender: str | None
    headline: bool = False
    """Whether only the headline has named it, in words without an article."""
    definite: bool = False
    """Whether the first mention pointed at the only one there is: "the finance minister"."""
    label: str = ""
    keys: set[str] = field(default_factory=set)
    handles: set[str] = field(default_factory=set)
    openings: set[str] = field(default_factory=set)
    """How this speaker's turns in a transcript are labelled."""
    descriptions: list[Description] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)

    def absorb(self, form: MentionForm) -> None:
        """Learn from a mention that names or describes this speaker."""
        self.keys |= keys_of(form)
        self.descriptions += [told for told in descriptions(form) if told not in self.descriptions]
        self.handles |= {word.lower() for word in bare_words(form.text) if word.startswith("@")}
        self.gender = self.gender or form.gender
        human = self.kind in (SourceKind.PERSON, SourceKind.UNNAMED)
        if form.name and human and not form.plural and form.kind is SourceKind.PERSON:
            self.kind = SourceKind.PERSON
            better = len(form.name) > len(self.name) or (len(form.name) == len(self.name) and self.name[-1].isupper())
            if not form.name[0].startswith("@") and (better or self.name[0].startswith("@")):
                self.name = form.name
        elif form.name and not human and len(form.name) > len(self.name):
            self.name = form.name
        if not self.certain and form.certain and form.name:
            self.kind, self.certain = form.kind, True
        label = form.segments[0]
        if not self.label or (len(self.label) < len(label) and len(label.split()) <= _LONGEST_LABEL):
            self.label = label

    @property
    def called(self) -> str:
        """The full name of a person; else the fullest description."""
        if self.kind is SourceKind.PERSON and self.name:
            return " ".join(self.name)
        return self.label[4:] if self.label[:4].lower() == "the " and len(self.label) > 4 else self.label

    # --- what a mention may be to this speaker ------------------------------------------------------------------------

    def has_words(self, form: MentionForm) -> bool:
        """The same words, articles apart."""
        return key(form.text) in self.keys

    def is_labelled(self, form: MentionForm) -> bool:
        """The same label of a transcript, or the part in parentheses of a label with a name: "ANA RUIZ (HOST)"."""
        role = bool(self.name) and not form.name and any(own in self.descriptions for own in descriptions(form))
        return self.has_words(form) or role

    def has_name(self, form: MentionForm) -> bool:
        """The same full name."""
        if not form.name or not self.name or _differ(self, form):
            return False
        people = self.kind is SourceKind.PERSON and form.kind is SourceKind.PERSON
        return fold(self.name) == fold(form.name) or (people and same_person(self.name, form.name))

    def has_last_name(self, form: MentionForm) -> bool:
        """The last name alone, before or after the full one."""
        if self.kind is not SourceKind.PERSON or not self.name or form.plural or _differ(self, form):
            return False
        if form.certain and form.kind is not SourceKind.PERSON:
            return False
        return ends_with(self.name, form.name) or ends_with(form.name, self.name) or fold(self.name) == fold(form.name)

    def has_part_of_name(self, form: MentionForm) -> bool:
        """A given name, a Twitter handle, or an organisation's name cut short ("Evergrove" for "Evergrove Carbon")."""
        if not form.name or form.plural or self.plural:
            return False
        word = form.name[0].lower()
        if word.startswith("@"):
            plain = "".join(c for c in word if c.isalpha())
            own = fold(self.name)
            told = any(len(part) > 3 and plain.endswith(part) for part in own)
            return word in self.handles or told or plain in (*own[-1:], "".join(own))
        if not self.name or _differ(self, form):
            return False
        if self.kind is SourceKind.OUTLET and form.phrases[0].determiner == "the" and ends_with(self.name, form.name):
            return True  # "the Argus" for "the Limehouse Argus"
        longer, shorter = sorted((fold(self.name), fold(form.name)), key=len, reverse=True)
        if len(shorter) == len(longer) or longer[: len(shorter)] != shorter or shorter[-1] in _OPENERS:
            return False  # "Iran" is not short for "Iran Air"
        if self.kind is SourceKind.PERSON:
            return form.kind is SourceKind.PERSON or not form.certain
        return self.kind is form.kind or not form.certain

    def has_acronym(self, form: MentionForm) -> bool:
        """An acronym of the name, or the name of an acronym."""
        if not form.name:
            return False
        for short, long in ((form.name, self.name), (self.name, form.name)):
            if len(short) == 1 and len(long) > 0 and is_acronym(short) and not is_acronym(long):
                plain = short[0].replace(".", "")
                if len(plain) > 1 and plain in acronyms(long, self.label if long is self.name else form.segments[0]):
                    return True
        return False

    def is_named_by(self, form: MentionForm) -> bool:
        """Whether a name with a role ("Finance minister Ana Ruiz") is that of "the finance minister" before.

        Or "the lawyer, Ana Ruiz" that of "a lawyer for the port": the article points back.
        """
        if self.name or form.kind is not SourceKind.PERSON:
            return False
        return (form.definite and self.fits_role(form)) or (self.is_expected and self.fits_role(form, loose=True))

    @property
    def is_expected(self) -> bool:
        """Whether it is a person without a name whom more than a bare noun tells: a name may follow."""
        told = self.definite and any(len(description.words) > 1 for description in self.descriptions)
        return not self.name and self.kind is SourceKind.PERSON and (told or self.headline)

    def is_company_of(self, form: MentionForm) -> bool:
        """Whether "the company" can be this speaker: an organisation with a name, and nothing else known of it."""
        if not is_company(form) or not self.name or self.plural:
            return False
        heads = {description.head for description in self.descriptions}
        known = all(head in _MAY_BE_COMPANY or not noun(head) for head in heads)
        return self.kind is SourceKind.ORGANISATION and known and self.name[-1].lower() not in lx.PLACES

    def may_be_called(self, form: MentionForm) -> bool:
        """Whether the name of a person can be that of this one, who has been described only."""
        nameless = not self.name and not self.plural and not _differ(self, form)
        return nameless and form.kind is SourceKind.PERSON and self.kind in (SourceKind.PERSON, SourceKind.UNNAMED)

    def may_lead(self, form: MentionForm) -> bool:
        """Whether the first source below the headline can be this one of the headline, in other words.

        The first paragraph tells at more length what the headline does, so that for people the sort is enough. Two
        bodies or documents must have a word in common.
        """
        if self.name or self.plural != form.plural or not _same_sort(self, form):
            return False
        own, found = self.descriptions, descriptions(form)
        if form.kind in (SourceKind.PERSON, SourceKind.UNNAMED, SourceKind.GROUP):
            alike = form.plural or SourceKind.GROUP not in (self.kind, form.kind)
            return alike and bool(found) and not any(_RANKS & description.words for description in (*own, *found))
        return any(one.head in may_stand_for(other.head) or one.words & other.words for one in own for other in found)

    def fits_role(self, form: MentionForm, *, loose: bool = False) -> bool:
        """Whether the noun and all words of a description are among this speaker's.

        Args:
            form: The mention.
            loose: The other way round: all words known of this speaker (from a headline) are among the mention's.
        """
        if not _same_sort(self, form):
            return False
        for wanted in descriptions(form):
            for own in self.descriptions:
                if own.plural != wanted.plural or own.head not in may_stand_for(wanted.head):
                    continue
                small, large = (own, wanted) if loose else (wanted, own)
                if (small.words ^ large.words) & (_RANKS | (_PAST if loose else frozenset())):
                    continue
                known = large.words | ({stem(w) for w in fold(self.name)} if not loose else set())
                if small.words - {small.head} <= known:
                    return True
        return False


def is_company(form: MentionForm) -> bool:
    """Whether a mention is "the company" or "the firm", and says no more."""
    return form.head in nouns.COMPANY and form.phrases[0].words == {form.head}


def descriptions(form: MentionForm) -> list[Description]:
    """What the phrase and its appositions say."""
    found = []
    for phrase in form.phrases:
        if phrase.name and noun(phrase.name[-1].lower()) and form.kind not in (SourceKind.PERSON, SourceKind.UNNAMED):
            told_by_name = frozenset(same_noun(stem(w)) for w in (*(w.lower() for w in phrase.name), *phrase.words))
            found.append(Description(same_noun(singular(phrase.name[-1].lower())), False, told_by_name))
            continue
        if not phrase.head or phrase.head in lx.INDEFINITE:
            continue
        owners = {stem(word) for word in phrase.possessor if word not in lx.POSSESSIVES}
        told = noun(phrase.head)
        plural = form.plural if phrase is form.phrases[0] else bool(told and told.plural)
        described = frozenset(same_noun(stem(word)) for word in phrase.words if not word[0].isdigit()) | owners
        found.append(Description(same_noun(singular(phrase.head)), plural, described))
    return found


def acronyms(name: Name, wording: str) -> set[str]:
    """What a name and the words that it stands in may be shortened to, without a country in front of them, too."""
    whole = bare_words(wording)
    own = whole[1:] if whole and whole[0].lower().strip(".") in lx.PLACES else whole  # "EPA" for "U.S. E… P… A…"
    return {initials(name), initials(tuple(whole)), initials(tuple(own))}


def keys_of(form: MentionForm) -> set[str]:
    """The words by which a speaker is known again who has been mentioned so."""
    return {key(form.text)} if form.name else {key(form.text), key(form.segments[0])}


def key(text: str) -> str:
    """A mention's words as they are compared: "U.S. officials" and "the US officials" are the same."""
    lower = [word.lower().replace(".", "").replace("’", "'") for word in bare_words(text)]
    return " ".join(word for word in lower if word not in _ARTICLES) or " ".join(lower)


def _same_sort(identity: Identity, form: MentionForm) -> bool:
    """Whether kinds allow two descriptions to be one source's."""
    human = {SourceKind.PERSON, SourceKind.UNNAMED, SourceKind.GROUP}
    same = identity.kind is form.kind or {identity.kind, form.kind} <= human or not identity.certain
    return same and not _differ(identity, form)


@cache
def may_stand_for(wanted: str) -> frozenset[str]:
    """The nouns that a noun may stand for: "the document" for any, "the paper" for a study; and itself."""
    families = [family for family in nouns.DOCUMENT_FAMILIES if wanted in family]
    return frozenset({wanted}).union(nouns.DOCUMENT if wanted == "document" else (), *families)


def _differ(identity: Identity, form: MentionForm) -> bool:
    return bool(identity.gender and form.gender and identity.gender != form.gender)
