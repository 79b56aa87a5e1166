"""Source attribution by rules over a dependency parse: what the trained tagger has to beat.

A lexicon of attributing verbs, nouns and phrases picks the cue; the parse gives the source (the subject, or the agent
of a passive) and the content (the clause or noun phrase that the cue governs, or a quotation beside it). The idea is
that of Krestel, Bergler and Witte (LREC 2008) and of the rule-based parts of Pareti (2016); lexicon and rules are own.
Spans follow ``docs/annotation.md``. Dependency labels are those of spaCy's English pipelines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from stance.errors import ConfigError
from stance.records import Span
from stance.sentences import paragraphs
from stance.training import cue_lexicon as lx
from stance.training.parse_tree import Parse, Token
from stance.training.spanned import SpannedAttribution

_BEHIND_OBJECT = lx.words("about as for of on over to with")
_CLAUSES = ("ccomp", "xcomp")
_SUBJECTS = ("nsubj", "nsubjpass")
_IN_CUE = ("aux", "auxpass", "neg", "advmod", "prt", "agent")
_LABEL = re.compile(
    r"((?:[^\Wa-z\d_][\w’'.-]*|\([^)\n]*\))(?: (?:[^\Wa-z\d_][\w’'.-]*|\([^)\n]*\)|of|the|and|for)){0,5})"
    r"(:|(?<=[A-Z]{3})\.)\s+(?=\S)"
)
_NO_SPEAKER = lx.words("breaking exclusive note photo related update video warning watch")
_DATELINE = re.compile(r"(?=[^\Wa-z\d_]{3})[^—–\n]{2,50}?\s[—–-]{1,2}\s+(?=\S)")  # "OSK (NPA) — "
_CLIMB = 4  # steps from a quotation up the tree to its verb
_PHRASE = 12  # tokens from the end of a quotation to the verb behind it
_SHORTEST_LONE_QUOTATION = 3  # words


class ParseRules:
    """The baseline over a spaCy pipeline, which is loaded when it is first needed."""

    def __init__(self, pipeline: str) -> None:
        self.pipeline = pipeline

    def attributions(self, texts: Sequence[str]) -> list[list[SpannedAttribution]]:
        """The attributions of each text, in order of their first character.

        Raises:
            ConfigError: when spaCy or the pipeline is not installed, or the pipeline has no parser.
        """
        return [find(text, self._parsed(text)) for text in texts]

    @cached_property
    def _model(self) -> Any:
        remedy = "run: pip install spacy && python -m spacy download en_core_web_sm"
        try:
            import spacy

            model = spacy.load(self.pipeline, exclude=["ner"])
        except ImportError as error:
            raise ConfigError(f"the rules need spaCy, which is not installed; {remedy}") from error
        except OSError as error:
            raise ConfigError(f"{self.pipeline}: no such spaCy pipeline, by name or as a folder; {remedy}") from error
        if "parser" not in model.pipe_names:
            raise ConfigError(f"{self.pipeline}: this spaCy pipeline has no parser, and the rules need one; {remedy}")
        return model

    def _parsed(self, text: str) -> list[Token]:
        blocks = [Span(start=_start(text, block), end=block.end) for block in paragraphs(text)]
        parses = self._model.pipe(re.sub(r"\s", " ", block.of(text)) for block in blocks)  # the tokeniser's only space
        tokens: list[Token] = []
        sentence = 0
        for block, parsed in zip(blocks, parses, strict=True):
            first = len(tokens)
            for number, words in enumerate(parsed.sents, start=sentence + 1):
                sentence = number
                tokens += (
                    Token(
                        start=block.start + word.idx,
                        end=block.start + word.idx + len(word),
                        text=word.text,
                        lemma=word.lemma_.lower(),
                        pos=word.pos_,
                        dep=word.dep_,
                        head=first + word.head.i,
                        sentence=number,
                    )
                    for word in words
                )
        return tokens


def _start(text: str, paragraph: Span) -> int:
    """Where a paragraph begins behind its dateline, which a parser takes for a part of the subject."""
    dateline = _DATELINE.match(text, paragraph.start, paragraph.end)
    return dateline.end() if dateline else paragraph.start


def find(text: str, tokens: Sequence[Token]) -> list[SpannedAttribution]:
    """The attributions of a parsed text, in order of their first character.

    Args:
        text: The whole text.
        tokens: Its words, in order. No sentence crosses a paragraph.
    """
    parse = Parse(text, tokens)
    found = [one for number in range(len(tokens)) if not parse.quoted(number) for one in _cued(parse, number)]
    cues = [set(one.cue) for one in found]
    found = [one for one in found if not any(set(one.cue) < cue for cue in cues)]  # "declined" in "declined to say"
    turns = list(_turns(text))
    _give_quotations(parse, found, [span for turn in turns for span in turn.content])
    return sorted(
        turns + [_spanned(parse, one) for one in found if one.content],
        key=lambda one: min(s.start for s in (*one.source, *one.cue, *one.content)),
    )


@dataclass(eq=False)
class _Found:
    """An attribution as the rules build it: source and cue as positions of tokens."""

    source: list[int]
    cue: list[int]
    content: list[Span] = field(default_factory=list)


def _spanned(parse: Parse, found: _Found) -> SpannedAttribution:
    source, cue = (tuple(map(parse.span, parse.runs(numbers))) for numbers in (found.source, found.cue))
    return SpannedAttribution(source, cue, tuple(sorted(found.content, key=lambda span: span.start)))


# --- cues -------------------------------------------------------------------------------------------------------------


def _cued(parse: Parse, number: int) -> Iterator[_Found]:
    """The attribution whose cue has this token for a head, if it is one."""
    token = parse.tokens[number]
    if token.text.lower() == "according":
        for to in parse.below(number, "prep"):
            source = [n for noun in parse.below(to, "pobj") for n in parse.phrase(noun)]
            yield _Found(source, [number, to], parse.contents(parse.clause_without(number)))
    elif token.pos in ("VERB", "AUX"):
        yield from _verb(parse, number)
    elif token.pos == "NOUN" and token.lemma in lx.NOUNS:
        clauses = [c for c in parse.below(number, "acl", "ccomp") if parse.below(c, "mark", "aux")]
        if clauses:
            owners = parse.below(number, "poss")
            source = [n for owner in owners for n in parse.phrase(owner, parse.below(owner, "case"))]
            yield _Found(source, [number], parse.contents(parse.subtree(clauses[0])))


def _verb(parse: Parse, verb: int) -> Iterator[_Found]:
    lemma = parse.tokens[verb].lemma
    cue = _verb_cue(parse, verb)
    content = _complement(parse, verb, lemma)
    if not content and (lemma in lx.CLAUSAL | lx.NOMINAL) and _is_aside(parse, verb):
        content = parse.clause_without(verb)
    if not content:
        for preposition in _prepositions(parse, verb, lx.PREPOSITIONS.get(lemma, "").split()):
            cue.append(preposition)
            content += [n for head in (preposition, *parse.below(verb, "xcomp")) for n in parse.subtree(head)]
    if content and not _is_bare(parse, cue):
        source = _source(parse, verb)
        yield _Found(source, cue, parse.contents(set(content).difference(source, cue)))


def _is_bare(parse: Parse, cue: Sequence[int]) -> bool:
    """Whether a verb says only what somebody might say or what a thing is called: "to call", "a town called Osk"."""
    first = parse.tokens[cue[0]]
    participle = first.dep == "acl" and not first.text.lower().endswith("ing")
    return first.text.lower() == "to" or participle


def _is_aside(parse: Parse, verb: int) -> bool:
    """Whether a verb without content is put beside the clause that it attributes: "as Kell said", "…, Kell says"."""
    as_ = any(parse.tokens[child].lemma == "as" for child in parse.below(verb, "mark", "advmod"))
    return as_ or parse.tokens[verb].dep == "parataxis"


def _complement(parse: Parse, verb: int, lemma: str) -> list[int]:
    """The tokens that a verb of the lexicon governs as its content."""
    passive = bool(parse.below(verb, "auxpass", "agent"))
    objects = parse.below(verb, "dobj", "oprd")
    heads = parse.below(verb, "ccomp") if lemma in lx.CLAUSAL | lx.TO_DO_WITH_PERSON else []
    if lemma in lx.TO_DO:
        heads += parse.below(verb, "xcomp")
    if lemma in lx.TO_DO_WITH_PERSON and parse.below(verb, "xcomp"):
        heads += [*parse.below(verb, "xcomp"), *objects]
    if (lemma in lx.WITH_PERSON or (lemma in lx.NOMINAL and not heads)) and (objects or passive):
        heads += [*objects, *_prepositions(parse, verb, _BEHIND_OBJECT), *parse.below(verb, *_CLAUSES)]
    if passive and (heads or lemma in lx.NOMINAL):
        heads += parse.below(verb, "nsubjpass")
    return [number for head in heads for number in parse.subtree(head)]


def _prepositions(parse: Parse, verb: int, wanted: Collection[str]) -> list[int]:
    """Those of a list that stand behind a verb and depend on it."""
    return [n for n in parse.below(verb, "prep") if parse.tokens[n].lemma in wanted and n > verb]


def _verb_cue(parse: Parse, verb: int) -> list[int]:
    """A verb with its auxiliaries, negation and particle, and the verb that governs it: "has gone on to say"."""
    joined = {verb, *parse.below(verb, *_IN_CUE)}
    top = verb
    while parse.tokens[top].dep == "xcomp" and parse.tokens[parse.tokens[top].head].lemma in lx.CATENATIVE:
        top = parse.tokens[top].head
        joined |= {top, *parse.below(top, *_IN_CUE)}
    first = last = verb
    while first - 1 in joined:
        first -= 1
    while parse.tokens[first].dep == "advmod" and first < verb:
        first += 1
    while last + 1 in joined and parse.tokens[last + 1].dep in ("prt", "neg", "agent"):
        last += 1
    return list(range(first, last + 1))


def _source(parse: Parse, verb: int) -> list[int]:
    """The subject, or the agent of a passive; else that of the verb which this one continues."""
    for _ in range(_CLIMB):
        token = parse.tokens[verb]
        for agent in parse.below(verb, "agent"):
            return [n for noun in parse.below(agent, "pobj") for n in parse.phrase(noun)]
        if parse.below(verb, "auxpass"):
            return []
        for subject in parse.below(verb, *_SUBJECTS):
            return parse.phrase(subject) if not parse.quoted(subject) else []
        if token.dep == "acl":
            return parse.phrase(token.head, [verb])
        if token.dep not in ("conj", "xcomp", "advcl", "pcomp"):
            return []
        verb = token.head if parse.tokens[token.head].dep != "prep" else parse.tokens[token.head].head
    return []


# --- quotations and turns ---------------------------------------------------------------------------------------------


def _give_quotations(parse: Parse, found: list[_Found], turns: Sequence[Span]) -> None:
    """Add each quotation that no content holds yet to the attribution of its speaker, or as one of its own."""
    last: _Found | None = None
    for quotation in parse.quotations:
        holders = [one for one in found if any(span.overlaps(quotation) for span in one.content)]
        if holders:
            last = holders[-1]
            continue
        inside = [n for n, token in enumerate(parse.tokens) if quotation.start <= token.start < quotation.end]
        if not inside or any(turn.overlaps(quotation) for turn in turns):
            continue
        verbs = (_verb_behind(parse, inside), _verb_above(parse, inside), _verb_before(parse, inside, last))
        verb = next((verb for verb in verbs if verb is not None), None)
        if verb is not None:
            known = [one for one in found if verb in one.cue]
            last = known[0] if known else _Found(_source(parse, verb), _verb_cue(parse, verb))
        elif not _is_sentence(parse, inside):
            continue
        elif last is None or not _goes_on(parse, last, inside):
            last = _Found([], [])
        if last not in found:
            found.append(last)
        first = inside[0] - (inside[0] > 0 and parse.tokens[inside[0] - 1].lemma == "that")
        last.content.append(Span(start=parse.tokens[first].start, end=quotation.end))


def _verb_behind(parse: Parse, inside: Sequence[int]) -> int | None:
    """The verb of a phrase that begins right behind a quotation: "“No,” she said", "“No?” asked the clerk"."""
    ending = parse.text[: parse.tokens[inside[-1]].end].rstrip('”"’»')[-1:]
    start = inside[-1] + 1
    if ending not in ",?!…—–-" and (start >= len(parse.tokens) or parse.tokens[start].text != ","):
        return None
    while start < len(parse.tokens) and parse.tokens[start].pos in ("PUNCT", "SPACE"):
        start += 1
    for verb in range(start, min(start + _PHRASE, len(parse.tokens))):
        if "\n" in parse.text[parse.tokens[inside[-1]].end : parse.tokens[verb].start] or parse.quoted(verb):
            return None
        if parse.tokens[verb].pos == "VERB" and parse.below(verb, *_SUBJECTS):
            phrase = [*_source(parse, verb), *_verb_cue(parse, verb)]
            return verb if min(phrase) == start else None
    return None


def _verb_above(parse: Parse, inside: Sequence[int]) -> int | None:
    """The verb of the lexicon that governs a quotation."""
    outward = [n for n in inside if parse.tokens[n].head not in inside and parse.tokens[n].head != n]
    for number in outward:
        above = number
        for _ in range(_CLIMB):
            above = parse.tokens[above].head
            known = parse.tokens[above].lemma in lx.CLAUSAL | lx.NOMINAL | lx.WITH_PERSON
            if known and parse.tokens[above].pos == "VERB" and not parse.quoted(above):
                return above
    return None


def _verb_before(parse: Parse, inside: Sequence[int], last: _Found | None) -> int | None:
    """The verb of the clause that a colon or comma joins to the quotation behind it."""
    before = inside[0] - 1
    if before < 0 or parse.tokens[before].text not in (":", ","):
        return None
    sentence = parse.tokens[before].sentence
    clause = [n for n in range(before) if parse.tokens[n].sentence == sentence and not parse.quoted(n)]
    verbs = [n for n in clause if parse.tokens[n].pos == "VERB"]
    known = [n for n in verbs if parse.tokens[n].lemma in lx.CLAUSAL | lx.NOMINAL]
    if parse.tokens[before].text == ",":
        known += [n for n in verbs if last is not None and n in last.cue]  # "“No,” she went on, “never”"
        return max(known, default=None)
    with_subject = [n for n in verbs if parse.below(n, *_SUBJECTS)]
    return next((group[-1] for group in (known, with_subject) if group), None)


def _is_sentence(parse: Parse, inside: Sequence[int]) -> bool:
    """Whether a quotation is a sentence or several, and not a few quoted words of one."""
    first, last = inside[0], inside[-1]
    opens = first == 0 or parse.tokens[first - 1].sentence != parse.tokens[first].sentence
    closes = last + 1 == len(parse.tokens) or parse.tokens[last + 1].sentence != parse.tokens[last].sentence
    words = [n for n in inside if parse.tokens[n].pos != "PUNCT"]
    return opens and closes and len(words) >= _SHORTEST_LONE_QUOTATION


def _goes_on(parse: Parse, last: _Found, inside: Sequence[int]) -> bool:
    """Whether nothing stands between an attribution and the quotation behind it but the end of a sentence."""
    before = parse.tokens[inside[0] - 1]
    return any(span.start <= before.start < span.end for span in last.content) or any(
        parse.tokens[number].sentence == before.sentence for number in last.cue
    )


def _turns(text: str) -> Iterator[SpannedAttribution]:
    """Turns of a transcript, "KELL: …" or "The CHAIR. …", and headlines of that form."""
    for block in paragraphs(text):
        label = _LABEL.match(text, block.start, block.end)
        if label and label[1].split()[0].lower() not in _NO_SPEAKER:
            source, cue = (Span(start=label.start(n), end=label.end(n)) for n in (1, 2))
            yield SpannedAttribution((source,), (cue,), (Span(start=label.end(), end=block.end),))
