"""Who is who: joins source mentions of one article into speakers.

Rules, read from left to right as a reader would, each of which leaves a mention unresolved rather than guess:
same words, same full name, last name, acronym, short form, role, and pronouns with one antecedent only.
Joining two sources is worse than splitting one, so every rule asks for exactly one speaker that fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from stance.attribution.antecedents import Holder, antecedent
from stance.attribution.cast import UNRESOLVED, Cast, Match, Resolution
from stance.attribution.linking import Link
from stance.attribution.mentions import MentionForm, kind_of_name
from stance.attribution.nouns import noun
from stance.attribution.phrases import bare_words
from stance.records import SourceKind, Span, Speaker

_OPEN_QUOTE = tuple("“\"‘«„'")
_BETWEEN_QUOTES = " \n\t”\"’'.,»*_"
_SHORT_GAP = 10  # words between two parts of what one speaker says
_TURN = re.compile(r"\s*[:.]")


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
    top = set(range(len(links)) if outer is None else outer)
    cast = Cast(text, sentences, [content for link in links for content in link.contents])
    resolutions: list[Resolution] = []
    for index, link in enumerate(links):
        holder = None if index in top else _holder(text, index, links, resolutions)
        if link.source is not None:
            found = _read(link.source, holder, cast)
        else:
            before = _before(index, links, top, holder)
            found = UNRESOLVED
            if before is not None and (number := resolutions[before].speaker) is not None:
                rule = _carried_on(link, links[before], cast)
                found = Resolution(number, rule) if rule else UNRESOLVED
        resolutions.append(found)
    if (number := cast.sole_guest) is not None:
        for index in top:
            if resolutions[index] == UNRESOLVED and cast.is_headline(links[index]):
                resolutions[index] = Resolution(number, "interview")
    speakers = [
        Speaker(id=number, name=identity.called, kind=identity.kind, mentions=tuple(identity.mentions))
        for number, identity in enumerate(cast.identities)
    ]
    return speakers, resolutions


def _holder(text: str, index: int, links: Sequence[Link], resolutions: Sequence[Resolution]) -> Holder | None:
    """The content that holds a nested attribution, and whose words it is."""
    inner = links[index].contents[0]
    for position in range(index - 1, -1, -1):
        outer = links[position]
        for content in outer.contents:
            if content.contains(inner) and content != inner:
                label = outer.source is not None and _is_label(outer.source, text)
                direct = label or content.of(text).startswith(_OPEN_QUOTE)
                return Holder(content, resolutions[position].speaker, direct)
    return None


def _before(index: int, links: Sequence[Link], top: set[int], holder: Holder | None) -> int | None:
    """The attribution that one without a source may carry on: the last on its level.

    Never the one that holds it: in "Kell rejected the idea that it was shut" the idea is not said to be Kell's.
    """
    for position in range(index - 1, -1, -1):
        if holder is None and position in top:
            return position
        if holder is not None and holder.content in links[position].contents:
            return None
        if holder is not None and holder.content.contains(links[position].contents[0]):
            return position
    return None


def _carried_on(link: Link, before: Link, cast: Cast) -> str | None:
    """Why a content without a source is the previous speaker's, or None where that is not certain."""
    text = cast.text
    anchor = max((span.start for span in (before.source, before.cue) if span), default=before.start)
    if link.cue is not None:
        return None if cast.scene.closes_between(anchor, link.start) else "same sentence"
    gap = text[max(span.end for span in before.parts) : link.start]
    quoted = link.contents[0].of(text).startswith(_OPEN_QUOTE)
    turn = before.source is not None and _is_label(before.source, text)
    if "\n" not in gap and before.start < link.start and (quoted or gap.rstrip().endswith(":")):
        between = Span(start=link.start - len(gap), end=link.start)
        alone = not cast.scene.people(between) and not cast.scene.things(between) and "@" not in gap
        if alone and len(gap.split()) <= _SHORT_GAP and not re.search(r"[A-Z]\w+", gap.strip()[1:]):
            return "continued quotation"
    goes_on = quoted and before.contents[-1].of(text).startswith(_OPEN_QUOTE)
    if (goes_on or turn or "\n" not in gap) and not gap.strip(_BETWEEN_QUOTES):
        return "continued quotation"
    return None


# --- one mention ----------------------------------------------------------------------------------------------------


def _read(source: Span, holder: Holder | None, cast: Cast) -> Resolution:
    """Resolve one mention and note it."""
    if _is_label(source, cast.text):
        return _read_label(source, cast)
    form = cast.form(source.of(cast.text))
    if form.pronoun:
        return cast.note(antecedent(form.pronoun, source, holder, cast), source, "pronoun", form)
    match = cast.find_source(form, source.start)
    if match.unclear:
        return UNRESOLVED
    number = match.number if match.number is not None else cast.add(form, source.start)
    return cast.note(number, source, match.rule, form)


def _is_label(source: Span, text: str) -> bool:
    """Whether it says who speaks in a transcript: it opens a paragraph, in capitals, before a colon or dot."""
    opens = source.start == 0 or text[source.start - 1] in "\n*"
    last = (bare_words(source.of(text).partition("(")[0]) or [""])[-1]
    return opens and last.isupper() and (bool(_TURN.match(text, source.end)) or text[source.end - 1] == ".")


def _read_label(source: Span, cast: Cast) -> Resolution:
    """Who speaks in a transcript: "MS. HALVORSEN:", "HOST:"; "Q" is one person only where "A" answers."""
    wording = source.of(cast.text)
    last = (bare_words(wording.partition("(")[0]) or [wording])[-1].lower()
    told = noun(last)
    common = (told is not None and told.listed) or kind_of_name((last,)) is not None
    form = MentionForm(wording, cast.names.surnames | (frozenset() if common else {last}))
    if wording.strip(" .") in ("Q", "A"):
        one = wording[0] == "A" or cast.scene.has_answers
        match = cast.find_words(form) if one else Match(None)
        if match.number is None and wording[0] == "A" and (name := cast.names.interviewee):
            introduced = cast.form(name)
            match = cast.find(introduced, source.start)
            if match.number is None and not match.unclear:
                match = Match(cast.add(introduced, source.start))
    else:
        match = cast.find_label(form, source.start)
    if match.unclear:
        return UNRESOLVED
    number = match.number if match.number is not None else cast.add(form, source.start)
    identity = cast.identities[number]
    cast.take_turn(number)
    identity.openings.add(wording)
    body = form.certain and identity.kind in (SourceKind.OUTLET, SourceKind.ORGANISATION)
    if match.number is None and not body:
        identity.kind, identity.certain = SourceKind.PERSON, True
    return cast.note(number, source, match.rule, form)
