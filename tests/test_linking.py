"""Which source goes with which cue and content: [source], <cue>, {content}, and the links they make."""

from __future__ import annotations

import re

import pytest

from stance.attribution.linking import Link, link
from stance.attribution.tagger import TaggedSpan

_KINDS = {"[": "source", "<": "cue", "{": "content"}


def _spans(marked: str) -> tuple[str, list[TaggedSpan]]:
    text, spans, start = "", [], 0
    for piece in re.split(r"([\[\]<>{}])", marked):
        if piece in _KINDS:
            kind, start = _KINDS[piece], len(text)
        elif piece and piece in "]>}":
            spans.append(TaggedSpan(kind, start, len(text), 0.9))
        else:
            text += piece
    return text, spans


def _links(marked: str) -> list[str]:
    """Each link as "source | cue | content + content"."""
    text, spans = _spans(marked)

    def shown(found: Link) -> str:
        source, cue = (span.of(text) if span else "-" for span in (found.source, found.cue))
        return f"{source} | {cue} | {' + '.join(span.of(text) for span in found.contents)}"

    return [shown(found) for found in link(spans, text)]


CASES = {
    # --- one attribution, in all orders
    "source, cue, content": ("[Kell] <said> {it was shut}.", ["Kell | said | it was shut"]),
    "content, cue, source": ("{“It is shut,”} <said> [Kell].", ["Kell | said | “It is shut,”"]),
    "content, source, cue": ("{“It is shut,”} [Kell] <said>.", ["Kell | said | “It is shut,”"]),
    "cue, source, content": ("<According to> [Kell], {it is shut}.", ["Kell | According to | it is shut"]),
    "content, cue phrase, source": ("{It is shut}, <according to> [Kell].", ["Kell | according to | It is shut"]),
    "headline with a colon": ("[Kell]<:> {Port is shut}", ["Kell | : | Port is shut"]),
    "headline, source behind": ("{Port is shut}<:> [Kell]", ["Kell | : | Port is shut"]),
    "turn of a transcript": ("[KELL]<:> {It is shut. It stays shut.}", ["KELL | : | It is shut. It stays shut."]),
    "no cue": ("[KELL] {It is shut.}", ["KELL | - | It is shut."]),
    "nothing but content": ("{“It is shut.”}", ["- | - | “It is shut.”"]),
    "addressee between": ("[Kell] <told> lawmakers on Tuesday {it was shut}.", ["Kell | told | it was shut"]),
    # --- content in parts
    "quotation cut by its cue": (
        "{“It is shut,”} [Kell] <said>. {“It stays shut.”}",
        ["Kell | said | “It is shut,” + “It stays shut.”"],
    ),
    "quotation over several sentences": (
        "{“It is shut,”} <said> [Kell]. {“We lost a day.”} {“Or two.”}",
        ["Kell | said | “It is shut,” + “We lost a day.” + “Or two.”"],
    ),
    "quotation in straight single marks": (
        "{'It wasn't shut,'} [Kell] <said>. {'It was full.'}",
        ["Kell | said | 'It wasn't shut,' + 'It was full.'"],
    ),
    "quotation in low and high single marks": (
        "{‚It is shut,‘} [Kell] <said>. {‚It stays shut.‘}",
        ["Kell | said | ‚It is shut,‘ + ‚It stays shut.‘"],
    ),
    "quotation in doubled single marks": (
        "{''It is shut,''} [Kell] <said>. {''It stays shut.''}",
        ["Kell | said | ''It is shut,'' + ''It stays shut.''"],
    ),
    "no quotation but an apostrophe": (
        "[Kell] <said> {the port's gate was shut}. {'Shut for good.'}",
        ["Kell | said | the port's gate was shut", "- | - | 'Shut for good.'"],
    ),
    "clause cut by its cue": (
        "{the boat}, [she] <said>, {belonged to a brother}.",
        ["she | said | the boat + belonged to a brother"],
    ),
    "clause cut by its cue, behind another attribution": (
        "[Kell] <denied> {the theft}: {the boat}, [he] <said>, {belonged to a brother}.",
        ["Kell | denied | the theft", "he | said | the boat + belonged to a brother"],
    ),
    "object and complement": (
        "[Police] <listed> {the victim} at the time {as an importer of pumps}.",
        ["Police | listed | the victim + as an importer of pumps"],
    ),
    # --- cues in two halves
    "cue round an adverb": ("[The mayor] <has> again <urged> {calm}.", ["The mayor | has | calm"]),
    "cue round its object": ("[The log] <bears> them <out>: {it rang twice}.", ["The log | bears | it rang twice"]),
    "cue round the source": ("It was, <in> [his] <own words>, {“shut”}.", ["his | in | “shut”"]),
    # --- two attributions
    "two cues, one source": (
        "[Kell] <said> {it was shut} and <warned> {that it would stay so}.",
        ["Kell | said | it was shut", "- | warned | that it would stay so"],
    ),
    "two clauses": (
        "[Kell] <said> {it was shut} but [Osei] <denied> {it}.",
        ["Kell | said | it was shut", "Osei | denied | it"],
    ),
    "two sentences": (
        "[Kell] <said> {it was shut}. [Osei] <said> {it was open}.",
        ["Kell | said | it was shut", "Osei | said | it was open"],
    ),
    "quotation, then the next speaker": (
        "{“It is shut,”} <said> [Kell]. [Osei] <said> {it was open}.",
        ["Kell | said | “It is shut,”", "Osei | said | it was open"],
    ),
    "speaker, then the next quotation": (
        "[Kell] <said> {it was shut}. {“It is open,”} <said> [Osei].",
        ["Kell | said | it was shut", "Osei | said | “It is open,”"],
    ),
    "two quotations with sources behind": (
        "{“It is shut,”} <said> [Kell]. {“It is open,”} <said> [Osei].",
        ["Kell | said | “It is shut,”", "Osei | said | “It is open,”"],
    ),
    "a new statement after a full stop": (
        "[Kell] <said> {it was shut}. {Ships left in March}, <according to> [Osei].",
        ["Kell | said | it was shut", "Osei | according to | Ships left in March"],
    ),
    # --- one attribution in a relative clause of another's source
    "relative pronoun as the source": (
        "[Kell], [who] <feared> {a flood}, <said> {it was shut}.",
        ["Kell | said | it was shut", "who | feared | a flood"],
    ),
    "relative pronoun as the object": (
        "[The log], which [Kell] <called> {a forgery}, <has> {the gate shut at two}.",
        ["The log | has | the gate shut at two", "Kell | called | a forgery"],
    ),
    "relative clause behind the link": (
        "{“It is shut,”} <said> [Kell], [who] <feared> {a flood}.",
        ["Kell | said | “It is shut,”", "who | feared | a flood"],
    ),
    # --- nothing said
    "a source and a cue alone": ("[Kell] <said> no more.", []),
    "a stray source beside a link": (
        "[The board] met. [Kell] <said> {it was shut}.",
        ["Kell | said | it was shut"],
    ),
    "no spans": ("It rained.", []),
}  # fmt: skip


@pytest.mark.parametrize(("marked", "links"), CASES.values(), ids=CASES)
def test_links(marked: str, links: list[str]) -> None:
    assert _links(marked) == links


def test_the_probability_of_a_link_is_the_mean_of_its_spans() -> None:
    text = "Kell said no"
    spans = [TaggedSpan("source", 0, 4, 0.5), TaggedSpan("cue", 5, 9, 0.7), TaggedSpan("content", 10, 12, 0.9)]
    (found,) = link(spans, text)
    assert found.probability == pytest.approx(0.7)
    assert found.start == 0


def test_links_of_a_long_block_come_in_order() -> None:
    text, spans = _spans(" ".join(f"[S{n}] <said> {{thing {n}}}." for n in range(60)))
    assert [found.source.of(text) for found in link(spans, text) if found.source] == [f"S{n}" for n in range(60)]
