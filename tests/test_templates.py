"""The strings that the models read."""

import pytest

from stance.records import Span
from stance.templates import (
    CLAIM_LABELS,
    INSIDE,
    STANCE_LABELS,
    TAG_LABELS,
    author_statement,
    bank_statement,
    inside_content,
    mark_source,
    statement_of,
)

TEXT = "Rain fell.\nThe minister,  Ada Lind, denied it. She left."


def span_of(words: str, text: str = TEXT) -> Span:
    """Where the words stand in the text; they stand there once."""
    assert text.count(words) == 1
    return Span(start=text.index(words), end=text.index(words) + len(words))


DENIAL = span_of("The minister,  Ada Lind, denied it.")
MARKED = {
    "source in the statement": (DENIAL, span_of("Ada Lind"), None, "The minister, < Ada Lind >, denied it."),
    "source at its start": (DENIAL, span_of("The minister"), None, "< The minister >, Ada Lind, denied it."),
    "source that is all of it": (span_of("She left."), span_of("She left."), None, "< She left. >"),
    "a source in the statement needs no name": (
        DENIAL, span_of("The minister"), "Ada Lind", "< The minister >, Ada Lind, denied it.",
    ),
    "source elsewhere": (span_of("She left."), span_of("Ada Lind"), "Ada Lind", "< Ada Lind >: She left."),
    "source that reaches out of the statement": (
        span_of("denied it."), span_of("Ada Lind, denied"), "Ada Lind", "< Ada Lind >: denied it.",
    ),
    "no source": (span_of("She left."), None, "Ada Lind", "< Ada Lind >: She left."),
    "neither source nor name": (span_of("She left."), None, None, "She left."),
    "over two lines": (span_of("fell.\nThe minister"), None, "Bo Ames", "< Bo Ames >: fell. The minister"),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "source", "name", "expected"), MARKED.values(), ids=MARKED)
def test_a_source_is_marked_in_its_statement(statement, source, name, expected):
    assert mark_source(TEXT, statement, source, name) == expected


def test_a_sentence_in_the_authors_own_voice():
    assert author_statement(TEXT, span_of("Rain fell.")) == "< The author >: Rain fell."


BANK = {
    "its source marked": ("[[Ada Lind]] denied it.", "< Ada Lind > denied it."),
    "its source at the end": ("“It shut,” said [[the minister]].", "“It shut,” said < the minister >."),
    "no source: the author's own voice": ("It shut on\nMonday.", "< The author >: It shut on Monday."),
}


@pytest.mark.parametrize(("text", "expected"), BANK.values(), ids=BANK)
def test_a_statement_of_the_bank(text, expected):
    assert bank_statement(text) == expected


def test_the_bank_marks_a_source_as_articles_do():
    text = "The minister, Ada Lind, denied it."
    marked = mark_source(text, Span(start=0, end=len(text)), span_of("Ada Lind", text))
    assert bank_statement("The minister, [[Ada Lind]], denied it.") == marked


SENTENCES = [Span(start=0, end=10), Span(start=11, end=20), Span(start=21, end=30), Span(start=31, end=40)]
STATEMENTS = {
    "part of one sentence": ([(13, 15)], (11, 20)),
    "parts of two sentences": ([(13, 15), (22, 25)], (11, 30)),
    "sentences between the parts": ([(2, 4), (32, 33)], (0, 40)),
    "a part over two sentences": ([(8, 14)], (0, 20)),
    "a part that ends where a sentence begins": ([(11, 21)], (11, 20)),
    "parts in no sentence": ([(50, 52), (44, 46)], (44, 52)),
}


@pytest.mark.parametrize(("parts", "expected"), STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_is_the_sentences_that_its_parts_touch(parts, expected):
    spans = [Span(start=start, end=end) for start, end in parts]
    assert statement_of(spans, SENTENCES) == Span(start=expected[0], end=expected[1])


CONTENTS = {
    "no quotation marks": ("Lind said that Ames had left.", "that Ames had left", "that Ames had left"),
    "quotation marks": ("Lind said: “Ames told me.”", "“Ames told me.”", "Ames told me."),
    "quotation marks in quotation marks": ("Lind: “‘Go,’ he told me.”", "“‘Go,’ he told me.”", "Go,’ he told me."),
    "spaces and line breaks at its edges": ("Lind said\n it shut \nlast May.", "\n it shut \n", "it shut"),
    "nothing but quotation marks": ("Lind said “” twice.", "“”", ""),
}


@pytest.mark.parametrize(("text", "content", "words"), CONTENTS.values(), ids=CONTENTS)
def test_the_words_inside_a_content(text, content, words):
    shown, offset = inside_content(text, span_of(content, text))
    start = offset + len(INSIDE)
    assert (shown, text[start : start + len(words)]) == ("inside : " + words, words)


def test_character_i_of_what_is_inside_is_character_offset_plus_i_of_the_text():
    assert inside_content("Lind said: “Ames told me.”", Span(start=11, end=26)) == ("inside : Ames told me.", 3)


def test_labels_keep_the_order_that_trained_models_have():
    assert CLAIM_LABELS == ("not check-worthy", "check-worthy")
    assert TAG_LABELS == ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
    assert STANCE_LABELS == ("supports", "disputes", "discusses", "unrelated")
