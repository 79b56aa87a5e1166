"""Where sentences and paragraphs begin and end."""

import pytest

from stance.records import Span
from stance.sentences import paragraphs, sentences

# Each text is cut into its sentences by the bars.
ONE_PARAGRAPH = {
    "full stops": "The port reopened on Monday.| Ships queued for two days.",
    "questions and exclamations": "Is it over?| Yes!| It sank.",
    "dots of a pause": "Wait … what?| He paused ... then left.| Then he came back.",
    "brackets": "The gate (closed since May) reopened.| (Nobody noticed.)| It shut again.",
    "no space after the full stop": "It costs five euros.|Then it is free.",
    "no full stop at the end": "It rained.| Ferries stayed in port",
    # quotations
    "sentences inside a quotation": "“The bridge is safe.| It was tested twice,” the engineer said.",
    "sentences inside straight quotation marks": '"The bridge is safe.| It was tested twice," the engineer said.',
    "sentences inside single quotation marks": "He wrote: ‘It is gone.| It won’t return.’| She nodded.",
    "a quotation before and after its cue": "“Nobody asked us,” she said.| “We would have refused.”",
    "a question quoted": "“Is it over?” he asked.| “No!” she said.",
    "a quotation that ends with the sentence": "She wrote “Never again.”| He wrote nothing.",
    "a quotation of one word": "“No.| They never came.”",
    # dots that end nothing
    "titles": "Dr. Osei met Sen. Alba Quint and Gov. Brandt.| They left at noon.",
    "titles of address": "Mr. Kell, Mrs. Ortega and Ms. Lind signed.| Prof. Adu did not.",
    "ranks": "Gen. Lind, Lt. Col. Adu and Capt. Roe spoke.| Rev. Amos prayed.",
    "a title before a name in a quotation": "“Sen. Quint lied.”| “Rep. Adu did not.”",
    "initials": "J. R. Mensah chairs the board.| A. Lind is her deputy.",
    "countries": "The report came from the U.S. Treasury.| The U.N. declined to comment.",
    "companies": "Acme Corp. and Bell Inc. merged.| Lund Ltd. did not.",
    "court cases": "Kell v. Brandt was heard in May.| Adu vs. Roe was not.",
    "places": "He moved to St. Brannoc.| It rained.",
    "months, hours and Latin": "Rents rose, i.e. more than wages, by Jan. 4.| It was 9 a.m. on a Tuesday.",
    "decimals and money": "Prices rose 3.5 percent.| The fee was $4.2m.| It was paid in cash.",
    "numbers of things": "See No. 5, Nos. 6 and 7 and Fig. 2 of the report.| It is long.",
    "the answer no": "Is it true?| No.| He left in May.",
    "a speaker in a transcript": "LIND: We saw it.| We left.",
    "a title in capitals before a speaker": "MR. LIND: We saw it.| We left.",
    "a speaker in capitals with a full stop": "MS. LIND. We saw it.| We left.",
    "a dateline in capitals": "ALGECIRAS. Two men were held.| They left.",
    "a dateline with its agency": "ROTTERDAM (NPA) — The port closed.| It rained.",
    "a text all in capitals": "THE PORT CLOSED.| IT RAINED.",
}


def cut(text: str, spans: list[Span]) -> list[str]:
    return [span.of(text) for span in spans]


@pytest.mark.parametrize("marked", ONE_PARAGRAPH.values(), ids=ONE_PARAGRAPH)
def test_sentences_of_a_paragraph(marked):
    text = marked.replace("|", "")
    assert cut(text, sentences(text)) == [sentence.strip() for sentence in marked.split("|")]


WRAPPED = """\
HARBOUR TO CLOSE

The council said on Friday that the harbour would close
for two weeks while the walls
are repaired. Fishing boats may use the small basin until
the work is done, a spokeswoman said. Ferries will leave
from the northern pier.

A second closure is planned for the spring, when the
water is low.
"""
WRAPPED_SENTENCES = [
    "HARBOUR TO CLOSE",
    "The council said on Friday that the harbour would close for two weeks while the walls are repaired.",
    "Fishing boats may use the small basin until the work is done, a spokeswoman said.",
    "Ferries will leave from the northern pier.",
    "A second closure is planned for the spring, when the water is low.",
]
PARAGRAPHS = {
    "a heading over a blank line": ("Ferry returns\n\nIt sailed on Monday.", ["Ferry returns", "It sailed on Monday."]),
    "a heading over a line": ("Ferry returns\nIt sailed on Monday.", ["Ferry returns", "It sailed on Monday."]),
    "a list": (
        "The plan has three parts:\n- a new pier\n- a longer road\n- no toll",
        ["The plan has three parts:", "- a new pier", "- a longer road", "- no toll"],
    ),
    "a numbered list": ("1. A new pier.\n2. A longer road.", ["1. A new pier.", "2. A longer road."]),
    "blank lines with spaces in them": ("One.\n \t\n\n  Two.  \n", ["One.", "Two."]),
    "line breaks of Windows": ("One.\r\n\r\nTwo.\r\nThree.\r\n", ["One.", "Two.", "Three."]),
}


@pytest.mark.parametrize(("text", "expected"), PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_paragraphs(text, expected):
    assert cut(text, paragraphs(text)) == expected


@pytest.mark.parametrize(("text", "expected"), PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_no_sentence_crosses_a_paragraph(text, expected):
    assert cut(text, sentences(text)) == expected


@pytest.mark.parametrize("line_break", ["\n", " \n", "\r\n", "\n  "], ids=["bare", "space", "Windows", "indented"])
def test_sentences_go_on_over_the_lines_of_hard_wrapped_text(line_break):
    text = WRAPPED.replace("\n", line_break)
    assert [" ".join(sentence.split()) for sentence in cut(text, sentences(text))] == WRAPPED_SENTENCES


def test_hard_wrapped_paragraphs_end_at_blank_lines():
    assert cut(WRAPPED, paragraphs(WRAPPED)) == WRAPPED.strip().split("\n\n")


def test_lines_that_end_with_full_stops_are_not_taken_for_hard_wrapped():
    text = "\n".join(f"Ferry number {number} sailed from the northern pier." for number in range(6))
    assert cut(text, paragraphs(text)) == text.split("\n")


def test_text_with_a_long_line_is_not_taken_for_hard_wrapped():
    short = [f"Item {number} is a crate of green apples and a rope" for number in range(6)]
    text = "\n".join([*short, "It weighs " + "very " * 20 + "much.", *short])
    assert cut(text, paragraphs(text)) == text.split("\n")


@pytest.mark.parametrize(("count", "found"), [(4, 4), (5, 1)])
def test_it_takes_five_lines_to_tell_hard_wrapped_text(count, found):
    assert len(paragraphs("\n".join(["and the council said that the harbour"] * count))) == found


def test_offsets_count_characters_of_the_whole_text():
    text = "  Ferry\n\n“It sank.” We 👋 waved. \n"
    assert sentences(text) == [Span(start=2, end=7), Span(start=9, end=19), Span(start=20, end=31)]


def test_only_a_part_of_the_text():
    text = "One. Two. Three. Four."
    assert sentences(text, within=Span(start=5, end=16)) == [Span(start=5, end=9), Span(start=10, end=16)]


def test_a_part_is_one_paragraph_whatever_its_lines():
    text = "It sank\nin May. Nobody\nsaw it."
    assert cut(text, sentences(text, within=Span(start=0, end=30))) == ["It sank\nin May.", "Nobody\nsaw it."]


@pytest.mark.parametrize("text", ["", " \n\t\n "])
def test_no_text_has_no_sentences(text):
    assert (paragraphs(text), sentences(text)) == ([], [])


LONG = {
    "one line of many sentences": "The ferry sailed at dawn. " * 4_000,
    "one line of many words": "ferry " * 20_000,
    "one line without a space": "x" * 90_000,
    "one line of brackets": "(" * 50_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_nothing_of_a_long_line_is_lost(text):
    assert "".join("".join(cut(text, sentences(text))).split()) == "".join(text.split())


def test_a_long_line_is_cut_only_between_sentences():
    text = "The ferry sailed at dawn. " * 4_000
    assert set(cut(text, sentences(text))) == {"The ferry sailed at dawn."}


def test_sentences_of_the_corpus_follow_one_another_and_leave_nothing_out(repository):
    for path in (repository / "corpus" / "articles").rglob("*.txt"):
        text, position = path.read_text(encoding="utf-8"), 0
        for sentence in sentences(text):
            assert sentence.start >= position, path
            assert not text[position : sentence.start].strip(), path
            position = sentence.end
        assert not text[position:].strip(), path
