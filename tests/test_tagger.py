"""Blocks that the attribution model reads, and the spans of its answer."""

from __future__ import annotations

import numpy as np
import pytest

from stance.attribution.tagger import BLOCK_CHARACTERS, TaggedSpan, blocks, tagged_spans
from stance.encoder import TokenScores
from stance.templates import TAG_LABELS
from stance.training.metrics import WordTags

WORDS = "Kell said it was shut".split()


def _scores(*tags: str | dict[str, float]) -> TokenScores:
    """Scores of ``WORDS``: a tag stands for probability 0.9, a dict gives several."""
    offsets, start = [], 0
    for word in WORDS[: len(tags)]:
        offsets.append((start, start + len(word)))
        start += len(word) + 1
    rows = []
    for tag in tags:
        given = {tag: 0.9} if isinstance(tag, str) else tag
        rest = (1 - sum(given.values())) / (len(TAG_LABELS) - len(given))
        rows.append([given.get(label, rest) for label in TAG_LABELS])
    probabilities = np.array(rows, dtype=np.float32).reshape(-1, len(TAG_LABELS))
    (chain,) = WordTags.without_steps([probabilities], []).chains
    return TokenScores(np.array(offsets, dtype=np.int64).reshape(-1, 2), probabilities, chain)


def _decoded(*tags: str | dict[str, float]) -> list[tuple[str, int, int]]:
    return [(span.kind, span.start, span.end) for span in tagged_spans(_scores(*tags), TAG_LABELS)]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        (["B-source", "B-cue", "B-content", "I-content", "I-content"],
         [("source", 0, 4), ("cue", 5, 9), ("content", 10, 21)]),
        (["O", "O", "O", "O", "O"], []),
        (["B-content", "B-content", "O", "O", "O"], [("content", 0, 4), ("content", 5, 9)]),
        (["O", "O", "O", "O", "B-cue"], [("cue", 17, 21)]),
    ],
)  # fmt: skip
def test_spans_of_tags(tags: list[str], spans: list[tuple[str, int, int]]) -> None:
    assert _decoded(*tags) == spans


def test_an_inner_tag_cannot_begin_a_span() -> None:
    tags = [{"O": 0.3, "I-source": 0.6}, "B-cue", "B-content", "I-content", "I-content"]
    assert _decoded(*tags)[0][0] != "source"


def test_an_inner_tag_cannot_change_the_kind_of_a_span() -> None:
    tags = ["B-source", {"I-content": 0.5, "I-source": 0.4}, "O"]
    assert _decoded(*tags) == [("source", 0, 9)]


def test_the_probability_of_a_span_is_the_mean_of_its_words() -> None:
    (span,) = tagged_spans(_scores({"B-cue": 0.9}, {"I-cue": 0.8}, {"I-cue": 0.7}), TAG_LABELS)
    assert span == TaggedSpan("cue", 0, 12, pytest.approx(0.8))


def test_no_words_have_no_spans() -> None:
    assert tagged_spans(_scores(), TAG_LABELS) == []


# --- blocks


def test_a_short_paragraph_is_one_block() -> None:
    text = "Port is shut\n\nKell said so.\n"
    assert [block.of(text) for block in blocks(text)] == ["Port is shut", "Kell said so."]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = " ".join(f"Sentence number {n} says that the port was shut on that day." for n in range(40))
    found = [block.of(text) for block in blocks(text)]
    assert " ".join(found) == text
    assert all(len(block) <= BLOCK_CHARACTERS and block.endswith(".") for block in found)


def test_an_endless_sentence_is_cut_at_spaces() -> None:
    text = "word " * 600 + "end."
    found = [block.of(text) for block in blocks(text)]
    assert " ".join(found) == text
    assert all(len(block) <= BLOCK_CHARACTERS for block in found)


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    text = "x" * (2 * BLOCK_CHARACTERS + 5)
    assert "".join(block.of(text) for block in blocks(text)) == text


def test_an_empty_text_has_no_blocks() -> None:
    assert blocks(" \n\n") == []


def test_paragraphs_are_read_together_up_to_a_length() -> None:
    text = "One.\n\nTwo is longer.\nThree."
    assert [block.of(text) for block in blocks(text, 24)] == ["One.\n\nTwo is longer.", "Three."]
    assert [block.of(text) for block in blocks(text, 900)] == [text]
    assert blocks(text, 0) == blocks(text)
