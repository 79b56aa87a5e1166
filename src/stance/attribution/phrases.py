"""One noun phrase taken apart: determiner, possessor, title, name, head, and the words that describe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from stance.attribution import lexicon as lx
from stance.attribution import nouns
from stance.attribution.nouns import noun, singular
from stance.records import SourceKind

_WORD = re.compile(r"@\w+|[^\W_](?:[\w]|[.’'&/-](?=\w))*\.?")
_ARTICLE_PREFIX = re.compile(
    r"(?:al|el|as|ash|an|ar|at|az|ad|d|l|de|dell|ibn|bin|ould|mint)[-’'][^\W\d_]", re.IGNORECASE
)
_PARTICIPLES = frozenset(
    "found seen sent made bought kept written taken overseen run read held known put caught drawn shown led born built "
    "given left lost paid sold told heard".split()
)
_AFTER_PARTICIPLE = frozenset("online last yesterday today this earlier late early jointly only the a an".split())
_OFFICES = frozenset("secretary minister chief head director speaker commissioner undersecretary chair deputy".split())
_NO_TITLE_ALONE = frozenset(
    """
    former then ex acting interim deputy vice assistant foreign interior defence defense finance health state national
    security treasury senior lead under permanent outgoing incoming retired county city regional federal prime chief
    """.split()
)
_ROLE_WORDS = lx.HONORIFICS | lx.PORTFOLIOS | lx.PLACES | lx.NAME_STOP
_BEFORE_TITLE = _ROLE_WORDS | frozenset("circuit associate appeals us".split())
_CERTAIN_TITLES = lx.HONORIFICS - _NO_TITLE_ALONE
_BODIES_AND_DOCUMENTS = nouns.ORGANISATION | lx.ORGANISATION_NAMES | nouns.DOCUMENT
_BODIES_AND_PLACES = lx.OUTLET_NAMES | lx.ORGANISATION_NAMES | lx.PLACES
_SINGLES = frozenset("one another each none every neither either".split())
_STOP = lx.DETERMINERS | lx.INDEFINITE | lx.PREPOSITIONS | frozenset("and or".split())


class Word(NamedTuple):
    """A word of a phrase."""

    text: str
    """Without a possessive ’s."""
    possessive: bool

    @property
    def lower(self) -> str:
        """Lower case, without the dot of an abbreviation."""
        return self.text.lower().rstrip(".")


@dataclass(frozen=True)
class Phrase:
    """A noun phrase: "the ministry’s former spokesman Tom Ray of Leeds"."""

    determiner: str | None
    """Its first word, where that is an article, a demonstrative or a number."""
    indefinite: bool
    several: bool | None
    """Whether a quantity with "of" names one or several ("one of two engineers"); None where there is none."""
    possessor: tuple[str, ...]
    """Lower case: ``("ministry",)``; a possessive pronoun counts."""
    title: tuple[str, ...]
    """Words before the name, lower case, abbreviations spelled out: ``("former", "spokesman")``."""
    address: tuple[str, ...]
    """The same words as they stand, with the forms of address that ``title`` leaves out."""
    name: tuple[str, ...]
    head: str
    """The noun: the last word before the name, or of the phrase without its complement; empty for a bare name."""
    tailed: bool
    """Whether a complement follows: "of Leeds"."""
    words: frozenset[str]
    """All lower-case words that describe, head and complement included, name and possessor not."""


def words(text: str) -> list[Word]:
    """The words of a text, with inner hyphens, dots and apostrophes."""
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        owner = word.endswith(("’s", "'s"))
        possessive = owner or (word.endswith("s") and text[match.end() : match.end() + 2] in ("’ ", "' "))
        plain = word[:-2] if owner else word
        found.append(Word(plain.rstrip(".") if ends_sentence(plain) else plain, possessive))
    return found


def bare_words(text: str) -> list[str]:
    """The words of a text without a possessive ’s."""
    return [word.text for word in words(text)]


def parse(segment: str, surnames: frozenset[str] = frozenset()) -> Phrase:
    """Take one segment of a mention apart.

    Args:
        segment: A noun phrase without appositions and relative clauses.
        surnames: Last names, lower case, that the article shows to be persons'.
    """
    tokens = words(segment)
    start, determiner, indefinite, several = _skip_determiners(tokens)
    end = _end_of_core(tokens, start)
    owner = max(
        (i for i in range(start, min(end, start + 6)) if tokens[i].possessive and i + 1 < end), default=start - 1
    )
    possessor = tuple(token.lower for token in tokens[start : owner + 1] if token.lower not in _STOP)
    if determiner in lx.POSSESSIVES or determiner in ("my", "our", "your"):
        possessor = (determiner, *possessor)
    core, tail = tokens[owner + 1 : end], tokens[end:]
    name, before = _name_after_office(core, tail)
    if not name:
        name, before = _name_at_end(core, surnames, determiner)
    elif name:
        tail = []
    if determiner in ("a", "an") and name and not before:
        name, before = [], core  # "a Democrat"
    title = tuple(lx.TITLES.get(token.lower, token.lower) for token in before)
    title = tuple(word for word in title if word)
    described = {token.lower for token in (*before, *tail) if token.lower not in _STOP}
    head = title[-1] if name and title else ("" if name else _head(core, tokens[:start]))
    words_found = frozenset(described | set(title) | ({head} if head else set()))
    texts = tuple(token.text for token in name)
    return Phrase(
        determiner,
        indefinite,
        several,
        possessor,
        title,
        tuple(token.text for token in before),
        texts,
        head,
        bool(tail),
        words_found,
    )


def is_name_word(word: str) -> bool:
    """Whether it can be part of a name: a capital, a Twitter handle, "al-Masri", "d’Abo"."""
    return (
        word[:1].isupper()
        or word.startswith("@")
        or bool(_ARTICLE_PREFIX.match(word) and any(c.isupper() for c in word))
    )


def strip_titles(run: list[Word]) -> tuple[list[Word], list[Word]]:
    """Titles at the front of a run of capitalised words, and the rest."""
    cut = 0
    while cut < len(run) and (_opens_sentence(run[cut]) or _is_title(run[cut].lower, len(run) - cut)):
        cut += 1
    strange = next((i for i, w in enumerate(run) if not (w.lower in _BEFORE_TITLE or noun(w.lower))), len(run))
    for position in range(len(run) - 2, cut, -1):  # "U.S. District Judge Corinne Abasolo"
        word = run[position].lower.rpartition("-")[2]
        known = position <= strange
        told = noun(word)
        title = word in _CERTAIN_TITLES and (known or word not in lx.SURNAME_TITLES)
        role = known and told is not None and told.listed and told.kind is SourceKind.PERSON
        if title or role:
            cut = position + 1
            break
    return run[:cut], run[cut:]


def _opens_sentence(word: Word) -> bool:
    acronym = word.text.isupper() and 1 < len(word.text) < 5  # "WHO", "US"
    return word.lower in lx.NAME_STOP and not acronym


def _is_title(word: str, left: int) -> bool:
    told = noun(word)
    return word in lx.HONORIFICS or (left > 2 and told is not None and told.listed and told.kind is SourceKind.PERSON)


def _skip_determiners(tokens: list[Word]) -> tuple[int, str | None, bool, bool | None]:
    start, determiner, indefinite, several = 0, None, False, None
    while start + 1 < len(tokens):
        word, after = tokens[start].lower, tokens[start + 1].lower
        quantity = word in lx.INDEFINITE or word.isdigit() or set(word.split("-")) <= lx.NUMBERS
        partitive = after == "of" and start + 2 < len(tokens)
        if partitive and (quantity or word in lx.CONTAINERS or word in ("last", "rest")):
            several = several if several is not None else word not in _SINGLES and word != "last"
            indefinite = indefinite or quantity
            determiner = determiner or word
            start += 2
        elif quantity and (after in lx.PREPOSITIONS or after in lx.RELATIVES):
            break  # "some at the agency", "two who left"
        elif (quantity or word in lx.DETERMINERS) and not tokens[start].possessive:
            determiner = determiner or word
            indefinite = indefinite or (quantity and determiner not in lx.DEFINITE and determiner not in lx.POSSESSIVES)
            start += 1
        else:
            break
    return start, determiner, indefinite, several


def _end_of_core(tokens: list[Word], start: int) -> int:
    """Where the complement begins: a preposition, a clause, a participle ("a letter found in a drawer")."""
    shouted = len(tokens) > 1 and all(token.text.isupper() for token in tokens)
    for position in range(start + 1, len(tokens)):
        token, after = (tokens[position], tokens[position + 1].lower if position + 1 < len(tokens) else "")
        if not (token.text[0].islower() or shouted or token.text == "I"):
            continue
        if token.lower in lx.PREPOSITIONS or token.lower in lx.RELATIVES or token.lower in ("our", "my", "his", "her"):
            return position
        if token.lower in lx.ADVERBS and position + 1 == len(tokens):
            return position
        verbal = len(token.lower) > 4 and token.lower.endswith(("ed", "ing")) and noun(token.lower) is None
        participle = verbal or token.lower in _PARTICIPLES
        complement = not after or after in lx.PREPOSITIONS or after in _AFTER_PARTICIPLE
        if participle and (complement or token.lower in ("dated", "called", "named", "nicknamed")):
            return position
    return len(tokens)


def _name_after_office(core: list[Word], tail: list[Word]) -> tuple[list[Word], list[Word]]:
    """The name in "Secretary of State Ana Ruiz"."""
    if not core or core[-1].lower not in _OFFICES or not tail or tail[0].lower not in ("of", "for"):
        return [], []
    cut = 1
    while cut < len(tail) and tail[cut].lower in lx.PORTFOLIOS:
        cut += 1
    name = tail[cut:]
    if (
        cut > 1
        and name
        and all(is_name_word(w.text) or w.lower in lx.PARTICLES for w in name)
        and name[0].lower not in lx.PLACES
    ):
        return name, [*(word for word in tail[1:cut] if word.lower not in _STOP), *core]
    return [], []


def _name_at_end(core: list[Word], surnames: frozenset[str], determiner: str | None) -> tuple[list[Word], list[Word]]:
    cut = len(core)
    while cut and (is_name_word(core[cut - 1].text) or (core[cut - 1].lower in lx.PARTICLES and cut < len(core))):
        cut -= 1
    run, before = core[cut:], core[:cut]
    while len(run) > 1 and run[-1].lower in lx.NAME_SUFFIXES:
        run = run[:-1]
    if not run:
        return [], core
    titles, rest = strip_titles(run)
    if rest and run[-1].lower in _BODIES_AND_DOCUMENTS and run[-1].lower not in surnames:
        titles, rest = [], run
    if rest and not _is_role(titles, rest, surnames, determiner):
        return rest, before + titles
    return [], core


def _is_role(titles: list[Word], rest: list[Word], surnames: frozenset[str], determiner: str | None) -> bool:
    """Whether capitalised words are no name but a role or thing: "Chief Surveyor", "Prosecutors", "Envoy"."""
    last = rest[-1].lower
    if last in surnames and last not in nouns.ORGANISATION:
        return False
    if len(rest) == 1:
        if titles and titles[-1].lower not in _NO_TITLE_ALONE and titles[-1].lower not in lx.NAME_STOP:
            return False
        if determiner == "the" and last in lx.OUTLET_NAMES and not rest[0].text.isupper():
            return False
        told = noun(last)
        if last in _BODIES_AND_PLACES and not (told and told.listed):
            return False
        return last in lx.HONORIFICS or (told is not None and (told.listed or told.plural or rest[0].text.isupper()))
    return noun(last) is not None and all(word.lower in _ROLE_WORDS or noun(word.lower) for word in rest)


def _head(core: list[Word], before: list[Word]) -> str:
    if core:
        return core[-1].lower
    return before[-1].lower if before else ""


def ends_sentence(word: str) -> bool:
    """Whether a dot at the end is the sentence's, not an abbreviation's: "AMPONSEM." against "Gen.", "U.S.", "R."."""
    if not word.endswith("."):
        return False
    plain = word.rstrip(".")
    short = plain.lower() in lx.TITLES or plain.lower() in lx.NAME_SUFFIXES
    return len(plain) > 2 and "." not in plain and not short


def stem(word: str) -> str:
    """A form under which words that describe are compared: singular, without dots, a country for its people."""
    plain = singular(word.replace(".", ""))
    if plain + "a" in lx.PLACES:
        return plain + "a"
    for ending in ("ian", "an", "i", "n"):
        if plain.endswith(ending) and plain[: -len(ending)] in lx.PLACES:
            return plain[: -len(ending)]
        if plain.endswith(ending) and plain[: -len(ending)] + "a" in lx.PLACES:
            return plain[: -len(ending)] + "a"
    return plain
