"""Attributions by rules over hand-made parses; a word is written word/part of speech/label/its head's place/lemma."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from stance.errors import ConfigError
from stance.training.parse_rules import ParseRules, find
from stance.training.parse_tree import Token


def _tokens(text: str, *sentences: str) -> list[Token]:
    tokens: list[Token] = []
    end = 0
    for number, sentence in enumerate(sentences):
        first = len(tokens)
        for entry in sentence.split():
            word, pos, dep, head, *lemma = entry.split("/")
            start = text.index(word, end)
            end = start + len(word)
            lemma = lemma or [word.lower()]
            tokens.append(Token(start, end, word, lemma[0], pos, dep, first + int(head) - 1, number))
    return tokens


CASES = {
    "the cue has the auxiliaries, the content has “that” but no full stop": (
        "Kell has said that the port closed.",
        """
        Kell/PROPN/nsubj/3 has/AUX/aux/3 said/VERB/ROOT/3/say that/SCONJ/mark/7 the/DET/det/6
        port/NOUN/nsubj/7 closed/VERB/ccomp/3 ./PUNCT/punct/3
        """,
        "Kell | has said | that the port closed",
    ),
    "the source has apposition and relative clause, without the comma behind them": (
        "Rana Osei, the envoy who runs the port, denied the claim.",
        """
        Rana/PROPN/compound/2 Osei/PROPN/nsubj/11 ,/PUNCT/punct/2 the/DET/det/5 envoy/NOUN/appos/2
        who/PRON/nsubj/7 runs/VERB/relcl/5/run the/DET/det/9 port/NOUN/dobj/7 ,/PUNCT/punct/2
        denied/VERB/ROOT/11/deny the/DET/det/13 claim/NOUN/dobj/11 ./PUNCT/punct/11
        """,
        "Rana Osei, the envoy who runs the port | denied | the claim",
    ),
    "participles set off by a comma are no part of the source": (
        "Kell, speaking by telephone, said it rained.",
        """
        Kell/PROPN/nsubj/7 ,/PUNCT/punct/1 speaking/VERB/acl/1/speak by/ADP/prep/3 telephone/NOUN/pobj/4
        ,/PUNCT/punct/1 said/VERB/ROOT/7/say it/PRON/nsubj/9 rained/VERB/ccomp/7/rain ./PUNCT/punct/7
        """,
        "Kell | said | it rained",
    ),
    "the agent of a passive is the source, its subject the content": (
        "The bridge was condemned by two engineers.",
        """
        The/DET/det/2 bridge/NOUN/nsubjpass/4 was/AUX/auxpass/4 condemned/VERB/ROOT/4/condemn by/ADP/agent/4
        two/NUM/nummod/7 engineers/NOUN/pobj/5 ./PUNCT/punct/4
        """,
        "two engineers | was condemned by | The bridge",
    ),
    "according to": (
        "According to Kell, the well is dry.",
        """
        According/VERB/prep/7 to/ADP/prep/1 Kell/PROPN/pobj/2 ,/PUNCT/punct/7 the/DET/det/6
        well/NOUN/nsubj/7 is/AUX/ROOT/7/be dry/ADJ/acomp/7 ./PUNCT/punct/7
        """,
        "Kell | According to | the well is dry",
    ),
    "a verb between commas attributes the clause around it": (
        "The well, as Kell noted, is dry.",
        """
        The/DET/det/2 well/NOUN/nsubj/8 ,/PUNCT/punct/8 as/SCONJ/mark/6 Kell/PROPN/nsubj/6
        noted/VERB/advcl/8/note ,/PUNCT/punct/8 is/AUX/ROOT/8/be dry/ADJ/acomp/8 ./PUNCT/punct/8
        """,
        "Kell | noted | The well + is dry",
    ),
    "a noun is a cue inside the content of a verb": (
        "She dismissed the ministry’s claim that the well is dry.",
        """
        She/PRON/nsubj/2 dismissed/VERB/ROOT/2/dismiss the/DET/det/4 ministry/NOUN/poss/6 ’s/PART/case/4
        claim/NOUN/dobj/2 that/SCONJ/mark/10 the/DET/det/9 well/NOUN/nsubj/10 is/AUX/acl/6/be
        dry/ADJ/acomp/10 ./PUNCT/punct/2
        """,
        "She | dismissed | the ministry’s claim that the well is dry",
        "the ministry | claim | that the well is dry",
    ),
    "a preposition goes with the cue": (
        "Residents complained of a shortage.",
        """
        Residents/NOUN/nsubj/2 complained/VERB/ROOT/2/complain of/ADP/prep/2 a/DET/det/5
        shortage/NOUN/pobj/3 ./PUNCT/punct/2
        """,
        "Residents | complained of | a shortage",
    ),
    "the accused belong to the content": (
        "He accused the board of hiding it.",
        """
        He/PRON/nsubj/2 accused/VERB/ROOT/2/accuse the/DET/det/4 board/NOUN/dobj/2 of/ADP/prep/2
        hiding/VERB/pcomp/5/hide it/PRON/dobj/6 ./PUNCT/punct/2
        """,
        "He | accused | the board of hiding it",
    ),
    "whom one urges belongs to the content": (
        "She urged the families to wait.",
        """
        She/PRON/nsubj/2 urged/VERB/ROOT/2/urge the/DET/det/4 families/NOUN/dobj/2 to/PART/aux/6
        wait/VERB/xcomp/2 ./PUNCT/punct/2
        """,
        "She | urged | the families to wait",
    ),
    "whom one tells does not": (
        "Kell told the court that it rained.",
        """
        Kell/PROPN/nsubj/2 told/VERB/ROOT/2/tell the/DET/det/4 court/NOUN/dobj/2 that/SCONJ/mark/7
        it/PRON/nsubj/7 rained/VERB/ccomp/2/rain ./PUNCT/punct/2
        """,
        "Kell | told | that it rained",
    ),
    "a second verb shares the source": (
        "Kell said it rained and warned that it would pour.",
        """
        Kell/PROPN/nsubj/2 said/VERB/ROOT/2/say it/PRON/nsubj/4 rained/VERB/ccomp/2/rain and/CCONJ/cc/2
        warned/VERB/conj/2/warn that/SCONJ/mark/10 it/PRON/nsubj/10 would/AUX/aux/10 pour/VERB/ccomp/6
        ./PUNCT/punct/2
        """,
        "Kell | said | it rained",
        "Kell | warned | that it would pour",
    ),
    "one cue from two verbs": (
        "Kell declined to say whether it rained.",
        """
        Kell/PROPN/nsubj/2 declined/VERB/ROOT/2/decline to/PART/aux/4 say/VERB/xcomp/2 whether/SCONJ/mark/7
        it/PRON/nsubj/7 rained/VERB/ccomp/4/rain ./PUNCT/punct/2
        """,
        "Kell | declined to say | whether it rained",
    ),
    "what nobody has said yet is no attribution": (
        "They need time to deny it.",
        """
        They/PRON/nsubj/2 need/VERB/ROOT/2 time/NOUN/dobj/2 to/PART/aux/5 deny/VERB/relcl/3 it/PRON/dobj/5
        ./PUNCT/punct/2
        """,
    ),
    "an act is no attribution": (
        "He sold the “fast” horse.",
        """
        He/PRON/nsubj/2 sold/VERB/ROOT/2/sell the/DET/det/7 “/PUNCT/punct/7 fast/ADJ/amod/7 ”/PUNCT/punct/7
        horse/NOUN/dobj/2 ./PUNCT/punct/2
        """,
    ),
}


@pytest.mark.parametrize(("text", "sentence", "expected"), [(c[0], c[1], c[2:]) for c in CASES.values()], ids=CASES)
def test_a_sentence(text: str, sentence: str, expected: tuple[str, ...]) -> None:
    assert _shown(text, sentence) == list(expected)


SHE_SAID = (
    "“/PUNCT/punct/8 It/PRON/nsubj/4 is/AUX/auxpass/4/be shut/VERB/ccomp/8 ,/PUNCT/punct/8 ”/PUNCT/punct/8 "
    "she/PRON/nsubj/8 said/VERB/ROOT/8/say ./PUNCT/punct/8"
)
SHE_NODDED = SHE_SAID.replace("shut/VERB/ccomp/8", "shut/VERB/ROOT/4").replace(
    "said/VERB/ROOT/8/say", "nodded/VERB/dep/4"
)
QUOTED = "“/PUNCT/punct/3 It/PRON/nsubj/3 stays/VERB/ROOT/3/stay shut/ADJ/acomp/3 ./PUNCT/punct/3 ”/PUNCT/punct/3"
RAIN = "It/PRON/nsubj/2 rained/VERB/ROOT/2/rain ./PUNCT/punct/2"


def test_a_quotation_is_content_with_its_marks_and_goes_on_behind_the_cue() -> None:
    text = "“It is shut,” she said. “It stays shut.”"
    assert _shown(text, SHE_SAID, QUOTED) == ["she | said | “It is shut,” + “It stays shut.”"]


def test_a_quotation_goes_on_in_the_next_paragraphs_for_the_same_speaker() -> None:
    text = "“It is shut,” she said.\n\n“It stays shut.”\n\n“It stays shut.”"
    assert _shown(text, SHE_SAID, QUOTED, QUOTED) == [
        "she | said | “It is shut,” + “It stays shut.” + “It stays shut.”"
    ]


def test_behind_other_words_a_quotation_has_no_known_speaker() -> None:
    text = "“It is shut,” she said. It rained. “It stays shut.”"
    assert _shown(text, SHE_SAID, RAIN, QUOTED) == ["she | said | “It is shut,”", "- | - | “It stays shut.”"]


def test_any_verb_attributes_a_quotation_that_it_follows() -> None:
    assert _shown("“It is shut,” she nodded.", SHE_NODDED) == ["she | nodded | “It is shut,”"]


def test_any_verb_attributes_a_quotation_behind_its_colon() -> None:
    parse = (
        "He/PRON/nsubj/2 shrugged/VERB/ROOT/2/shrug :/PUNCT/punct/2 “/PUNCT/punct/2 No/DET/det/6 rain/NOUN/dobj/2 "
        "./PUNCT/punct/2 ”/PUNCT/punct/2"
    )
    assert _shown("He shrugged: “No rain.”", parse) == ["He | shrugged | “No rain.”"]


def test_words_in_a_quotation_attribute_nothing() -> None:
    parse = """
        “/PUNCT/punct/3 They/PRON/nsubj/3 say/VERB/ROOT/3 it/PRON/nsubj/5 rained/VERB/ccomp/3/rain ./PUNCT/punct/3
        ”/PUNCT/punct/3
    """
    assert _shown("“They say it rained.”", parse) == ["- | - | “They say it rained.”"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KELL: Good morning.", ["KELL | : | Good morning."]),
        ("Dana Kell (chair): Good morning.", ["Dana Kell (chair) | : | Good morning."]),
        ("The CHAIR. Good morning.", ["The CHAIR | . | Good morning."]),
        ("WARNING: Read this first.", []),
        ("He had one wish: rain.", []),
    ],
)
def test_a_name_before_a_colon_opens_a_turn(text: str, expected: list[str]) -> None:
    assert _shown(text) == expected


# --- the pipeline -----------------------------------------------------------------------------------------------------


def test_without_spacy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(ConfigError, match=r"pip install spacy .*python -m spacy download en_core_web_sm"):
        ParseRules("en_core_web_sm").attributions(["It rained."])


def test_without_the_pipeline_it_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str, **_: object) -> None:
        raise OSError(name)

    _install(monkeypatch, load)
    with pytest.raises(ConfigError, match="en_none: no such spaCy pipeline"):
        ParseRules("en_none").attributions(["It rained."])


def test_a_pipeline_without_parser_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _install(monkeypatch, lambda *_, **__: SimpleNamespace(pipe_names=["tagger"]))
    with pytest.raises(ConfigError, match="has no parser"):
        ParseRules("en_tagger").attributions(["It rained."])


def test_offsets_count_the_whole_text_and_datelines_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = "Kell/PROPN/nsubj/2 said/VERB/ROOT/2/Say it/PRON/nsubj/4 rained/VERB/ccomp/2/rain ./PUNCT/punct/2"
    read: list[str] = []

    def pipe(texts: list[str]) -> list[SimpleNamespace]:
        read.extend(texts)
        return [SimpleNamespace(sents=[[_Word(token) for token in _tokens(text, parse)]]) for text in read]

    _install(monkeypatch, lambda *_, **__: SimpleNamespace(pipe_names=["parser"], pipe=pipe))
    text = "Kell\xa0said it rained.\n\nOSK (NPA) — Kell said it rained."
    [found] = ParseRules("en_fake").attributions([text])
    assert read == ["Kell said it rained.", "Kell said it rained."]
    assert [[span.of(text) for span in one.content] for one in found] == [["it rained"], ["it rained"]]
    assert [one.source[0].start for one in found] == [0, text.rindex("Kell")]


class _Word:
    """As much of a spaCy token as is read."""

    def __init__(self, token: Token) -> None:
        self.idx, self.text, self.lemma_, self.pos_, self.dep_ = (
            token.start, token.text, token.lemma, token.pos, token.dep,
        )  # fmt: skip
        self.head = SimpleNamespace(i=token.head)

    def __len__(self) -> int:
        return len(self.text)


def _install(monkeypatch: pytest.MonkeyPatch, load: object) -> None:
    module = ModuleType("spacy")
    module.load = load  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "spacy", module)


def _shown(text: str, *sentences: str) -> list[str]:
    """Each attribution as "source | cue | content + content"."""
    return [
        " | ".join(" + ".join(span.of(text) for span in spans) or "-" for spans in (one.source, one.cue, one.content))
        for one in find(text, _tokens(text, *sentences))
    ]
