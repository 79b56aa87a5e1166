"""Who is who: joins source mentions of one article into speakers.

Rules, read from left to right as a reader would, each of which leaves a mention unresolved rather than guess:
same words, same full name, last name, role, short form, acronym, and pronouns with one candidate only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from stance.attribution import lexicon as lx
from stance.attribution.linking import Link
from stance.attribution.mentions import NAME, MentionForm, words
from stance.records import Mention, SourceKind, Span, Speaker, TextSpan

_LOOK_BACK = 2  # sentences before the pronoun's own that may hold its antecedent
_THINGS = (SourceKind.ORGANISATION, SourceKind.DOCUMENT, SourceKind.OUTLET)


@dataclass(frozen=True)
class Resolution:
    """Whose attribution it is, and how that was found."""

    speaker: int | None
    resolved_by: str | None


@dataclass
class _Identity:
    """A speaker while the article is being read."""

    form: MentionForm
    name: tuple[str, ...]
    role: set[str]
    kind: SourceKind
    plural: bool
    gender: str | None
    texts: set[str]
    mentions: list[Mention] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How to call the speaker: the full name, or the first mention's own words."""
        if self.kind is SourceKind.PERSON and self.name:
            return " ".join(self.name)
        return _without_article(self.form.segments[0])


def resolve(
    text: str, links: Sequence[Link], sentences: Sequence[Span], outer: Sequence[int] | None = None
) -> tuple[list[Speaker], list[Resolution]]:
    """Find the speaker of each attribution.

    Args:
        text: The article's text.
        links: Its attributions in the order of the text, each nested one behind the one that holds it.
        sentences: Its sentences in order.
        outer: Positions of those that are not nested; all, when it is not given.

    Returns:
        The speakers, and for each attribution its resolution, in the order of ``links``.
    """
    reader = _Reader(text, sentences)
    resolutions: list[Resolution] = []
    top = set(range(len(links)) if outer is None else outer)
    previous: tuple[Link, Resolution] | None = None
    for index, link in enumerate(links):
        found = reader.read(link.source) if link.source is not None else reader.without_source(link, previous)
        resolutions.append(found)
        if index in top:
            previous = link, found
    speakers = [
        Speaker(id=number, name=identity.label, kind=identity.kind, mentions=tuple(identity.mentions))
        for number, identity in enumerate(reader.identities)
    ]
    return speakers, resolutions


class _Reader:
    def __init__(self, text: str, sentences: Sequence[Span]) -> None:
        self.text = text
        self.sentences = sentences
        self.identities: list[_Identity] = []
        self.full_names = _full_names(text)

    def read(self, source: Span) -> Resolution:
        """Resolve one mention and note it."""
        form = MentionForm(source.of(self.text))
        if form.pronoun:
            return self._note(self._antecedent(form.pronoun, source), source, "pronoun", form)
        for rule, number in (
            ("same words", self._same_words(form)),
            ("same name", self._same_name(form)),
            ("last name", self._last_name(form)),
            ("acronym", self._acronym(form)),
            ("short form", self._short_form(form)),
            ("role", self._role(form)),
        ):
            if number is not None:
                return self._note(number, source, rule, form)
        self.identities.append(self._new(form))
        return self._note(len(self.identities) - 1, source, "first mention", form)

    def without_source(self, link: Link, previous: tuple[Link, Resolution] | None) -> Resolution:
        """A content whose source the text does not repeat: the same sentence's, or the quotation's that goes on."""
        if previous is None or previous[1].speaker is None:
            return Resolution(None, None)
        before, resolution = previous
        gap = self.text[max(span.end for span in before.parts) : link.start]
        if link.cue is not None and not any(s.end <= link.start and s.start >= before.start for s in self.sentences):
            return Resolution(resolution.speaker, "same sentence")
        quoted = all(span.of(self.text)[:1] in "“\"‘'«„" for span in (link.contents[0],))
        if link.cue is None and quoted and len(gap.strip(' \n\t”"’.,»')) == 0:
            return Resolution(resolution.speaker, "continued quotation")
        return Resolution(None, None)

    # --- one rule each; every one gives an identity's number or None -------------------------------------------------

    def _same_words(self, form: MentionForm) -> int | None:
        if form.indefinite:
            return None
        key = _key(form.text)
        return _only([n for n, identity in enumerate(self.identities) if key in identity.texts])

    def _same_name(self, form: MentionForm) -> int | None:
        if len(form.name) < 2:
            return None
        key = _fold(form.name)
        return _only(
            [n for n, i in enumerate(self.identities) if _fold(i.name) == key or _same_person(i.name, form.name)]
        )

    def _last_name(self, form: MentionForm) -> int | None:
        if len(form.name) != 1 or form.kind in (SourceKind.DOCUMENT, SourceKind.OUTLET):
            return None
        last = _fold(form.name)[-1]
        found = [
            number
            for number, identity in enumerate(self.identities)
            if identity.kind is SourceKind.PERSON and identity.name and _fold(identity.name)[-1] == last
            and not _conflict(identity.gender, form.gender)
        ]  # fmt: skip
        return _only(found)

    def _acronym(self, form: MentionForm) -> int | None:
        names = [_initials(identity.form.segments[0]) for identity in self.identities]
        if len(form.name) == 1 and form.name[0].replace(".", "").isupper() and len(form.name[0]) > 1:
            return _only([n for n, initials in enumerate(names) if initials == form.name[0].replace(".", "")])
        return None

    def _short_form(self, form: MentionForm) -> int | None:
        """Shortened: "the ministry" for "the defence ministry"; "the officials" for "two intelligence officials"."""
        if form.indefinite or form.kind is SourceKind.PERSON or not _is_definite(form.text):
            return None
        wanted = {word.lower() for word in words(form.segments[0])} - lx.DETERMINERS
        found = [
            number
            for number, identity in enumerate(self.identities)
            if identity.kind in (form.kind, *_THINGS[:1]) and identity.kind is not SourceKind.PERSON
            and wanted and wanted <= {word.lower() for word in words(identity.form.segments[0])}
        ]  # fmt: skip
        return _only(found)

    def _role(self, form: MentionForm) -> int | None:
        """By role: "the deputy minister" for "Dana Kell, the deputy minister for security"."""
        if form.name or form.indefinite or form.plural or not _is_definite(form.text) or not form.role:
            return None
        found = [
            number
            for number, identity in enumerate(self.identities)
            if identity.kind in (SourceKind.PERSON, SourceKind.UNNAMED) and not identity.plural
            and form.role <= identity.role
            and not _conflict(identity.gender, form.gender)
        ]  # fmt: skip
        return _only(found)

    def _antecedent(self, pronoun: str, source: Span) -> int | None:
        """The only speaker in reach that the pronoun can stand for."""
        if pronoun in lx.PRONOUNS_SELF or pronoun in ("who", "which"):
            return None
        start = self._window_start(source)
        near = {
            number
            for number, identity in enumerate(self.identities)
            if any(start <= mention.start < source.start for mention in identity.mentions)
        }
        last_names = {_fold(identity.name)[-1]: n for n, identity in enumerate(self.identities) if identity.name}
        strangers = 0
        window = self.text[start : source.start]
        for word in set(words(window)):
            number = last_names.get(word.lower())
            if number is not None and word[:1].isupper():
                near.add(number)
        if pronoun in lx.PRONOUNS_SINGULAR:
            known = {" ".join(self.identities[n].name) for n in near}
            strangers = sum(1 for name in _full_names(window) if not any(name[-1] in k for k in known))
        fitting = [n for n in near if _fits(pronoun, self.identities[n])]
        return fitting[0] if len(fitting) == 1 and not strangers else None

    def _window_start(self, source: Span) -> int:
        index = next((i for i, sentence in enumerate(self.sentences) if sentence.end > source.start), 0)
        return self.sentences[max(0, index - _LOOK_BACK)].start if self.sentences else 0

    # --- bookkeeping ------------------------------------------------------------------------------------------------

    def _new(self, form: MentionForm) -> _Identity:
        name = form.name
        kind = form.kind
        if len(name) == 1:  # "Osei said", after "the ministers met Rana Osei", where she was no source yet
            full = [full for full in self.full_names if full[-1].lower() == name[0].lower()]
            if len(full) == 1 and not _is_organisation(full[0]):
                name, kind = full[0], SourceKind.PERSON
        return _Identity(form, name, set(form.role), kind, form.plural, form.gender, set())

    def _note(self, number: int | None, source: Span, rule: str, form: MentionForm) -> Resolution:
        if number is None:
            return Resolution(None, None)
        identity = self.identities[number]
        if rule == "pronoun":
            if form.pronoun in lx.PRONOUNS_SINGULAR:
                identity.gender = identity.gender or form.pronoun
        else:
            identity.texts.add(_key(form.text))
            identity.role |= form.role
            identity.gender = identity.gender or form.gender
            if len(form.name) > len(identity.name) and identity.kind is SourceKind.PERSON:
                identity.name = form.name
        cut = TextSpan.cut(self.text, source)
        identity.mentions.append(Mention(**cut.model_dump(), resolved_by=rule))
        return Resolution(number, rule)


def _full_names(text: str) -> set[tuple[str, ...]]:
    """Names of two words or more that stand in the text, titles and sentence openers dropped."""
    found = set()
    for match in NAME.finditer(text):
        name = MentionForm(match[0]).name
        if len(name) > 1 and not any(word.lower() in lx.NAME_STOP for word in name) and not _is_organisation(name):
            found.add(name)
    return found


def _fits(pronoun: str, identity: _Identity) -> bool:
    if pronoun in lx.PRONOUNS_SINGULAR:
        person = identity.kind is SourceKind.PERSON or (identity.kind is SourceKind.UNNAMED and not identity.plural)
        return person and not _conflict(identity.gender, pronoun)
    if pronoun in lx.PRONOUNS_PLURAL:
        return identity.plural or identity.kind is SourceKind.GROUP
    return identity.kind in _THINGS


def _is_organisation(name: tuple[str, ...]) -> bool:
    return any(word.lower() in lx.ORGANISATION or word.lower() in lx.OUTLET or word.isupper() for word in name[:5])


def _same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether "Dana Kell" and "Dana R. Kell" (one person) or "Dana Kell" and "Omar Kell" (two) are the same."""
    if len(one) < 2 or len(other) < 2 or one[-1].lower() != other[-1].lower():
        return False
    first, second = one[0].lower().rstrip("."), other[0].lower().rstrip(".")
    return first == second or (1 in (len(first), len(second)) and first[0] == second[0])


def _initials(phrase: str) -> str:
    return "".join(word[0] for word in words(phrase) if word[0].isupper())


def _is_definite(text: str) -> bool:
    first = (words(text) or [""])[0].lower()
    return first == "the" or first in ("this", "that", "these", "those")


def _conflict(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


def _only(found: list[int]) -> int | None:
    return found[0] if len(found) == 1 else None


def _fold(name: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.lower() for word in name)


def _key(text: str) -> str:
    return " ".join(word.lower() for word in words(text) if word.lower() not in lx.DETERMINERS)


def _without_article(text: str) -> str:
    shortened = text[4:] if text.lower().startswith("the ") else text
    return shortened or text
