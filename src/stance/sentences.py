"""Paragraphs and sentences as spans of a text.

Sentences come from `syntok <https://github.com/fnl/syntok>`_, which, unlike most splitters, also ends sentences inside
quotations; a sentence there can be check-worthy on its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

import syntok.segmenter
from syntok.tokenizer import Tokenizer

from stance.records import Span

_TOKENIZER = Tokenizer(replace_not_contraction=False)
_BLOCK = re.compile(r"\S(?:.*\S)?(?:[^\S\n]*\n[^\S\n]*\S(?:.*\S)?)*")
_LINE = re.compile(r"[^\n]*\S[^\n]*")
# Titles that syntok takes for the end of a sentence when a name follows.
_OPEN_TITLE = re.compile(
    r"(?:^|[\s(“\"'‘])(?:Sens?|Reps?|Gens?|Govs?|Gov|Lt|Col|Maj|Capt|Cmdr|Sgt|Adm|Rev|Hon|Amb|Prof|Drs?|Mrs?|Ms|Messrs|"
    r"St|Insp|Supt|Pres|Sec|Jr|v|vs|approx|est|MR|MRS|MS|DR|SEN|REP|GEN|GOV|AMB|PROF|REV|HON)\.$"
)
# "ALGECIRAS. Two men were held.", "DIAZ. Thank you.": the dateline or name belongs to what it opens.
_OPENING = re.compile(r"[^a-z]{2,40}\.")
_MOST_OPENING_WORDS = 4
# "No. 5" goes on; "No. He left." does not.
_OPEN_NUMBER = re.compile(r"(?:^|[\s(“\"'‘])(?:Nos?|Figs?)\.\s+\d$")
_MAX_PIECE = (
    20_000  # characters: a longer line is cut at a space, so that time stays linear on text without line breaks
)
_WRAPPED_LINE = 100


def paragraphs(text: str) -> list[Span]:
    """Paragraphs in order. Blank lines divide them, and so does each line break unless the text is hard-wrapped."""
    wrapped = _is_hard_wrapped(text)
    spans = []
    for block in _BLOCK.finditer(text):
        if wrapped:
            spans.append(Span(start=block.start(), end=block.end()))
            continue
        for line in _LINE.finditer(text, block.start(), block.end()):
            spans.append(_trimmed(text, line.start(), line.end()))
    return spans


def sentences(text: str, within: Span | None = None) -> list[Span]:
    """Sentences in order, without the spaces around them; no sentence crosses a paragraph.

    Args:
        text: The whole text.
        within: Only this part of it, taken as one paragraph.
    """
    blocks = [within] if within else paragraphs(text)
    return [span for block in blocks for piece in _pieces(text, block) for span in _split(text, piece)]


def touched(sentences: Sequence[Span], part: Span) -> Sequence[Span]:
    """The sentences that share a character with a part of the text, found by bisection.

    Args:
        sentences: Sentences in order, as ``sentences`` gives them.
        part: Any span.
    """
    first = bisect_right(sentences, part.start, key=attrgetter("end"))
    return sentences[first : bisect_left(sentences, part.end, key=attrgetter("start"))]


def _split(text: str, block: Span) -> Iterator[Span]:
    start = end = -1
    for tokens in syntok.segmenter.segment(_TOKENIZER.tokenize(block.of(text))):
        following = block.start + tokens[0].offset
        opens = start == block.start and _is_opening(text[start:end], text[following : following + 40])
        if start >= 0 and not opens and not _goes_on(text, max(start, end - 12), end, following):
            yield _trimmed(text, start, end)
            start = -1
        start = following if start < 0 else start
        end = block.start + tokens[-1].offset + len(tokens[-1].value)
    if start >= 0:
        yield _trimmed(text, start, max(end, block.end))


def _goes_on(text: str, start: int, end: int, following: int) -> bool:
    """Whether the sentence that ends with ``text[start:end]`` takes in what follows."""
    return bool(
        _OPEN_TITLE.search(text[start:end])
        or _OPEN_NUMBER.search(text[start : following + 1])
        or (text[end - 1] == ")" and text[following] in "—–-")  # "ROTTERDAM (NPA) — The port closed."
    )


def _is_opening(sentence: str, following: str) -> bool:
    """Whether a paragraph's first sentence is only a dateline or a speaker's name in capitals."""
    short = len(sentence.split()) <= _MOST_OPENING_WORDS
    return short and bool(_OPENING.fullmatch(sentence)) and any(letter.islower() for letter in following)


def _pieces(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    while block.end - start > _MAX_PIECE:
        cut = text.rfind(". ", start, start + _MAX_PIECE) + 1 or text.rfind(" ", start, start + _MAX_PIECE)
        cut = cut if cut > start else start + _MAX_PIECE
        yield _trimmed(text, start, cut)
        start = cut
    if text[start : block.end].strip():
        yield _trimmed(text, start, block.end)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start=start, end=end)


def _is_hard_wrapped(text: str) -> bool:
    """Whether lines were broken at a column: short lines, most of which end in the middle of a sentence."""
    inner = [line for block in _BLOCK.finditer(text) for line in block[0].split("\n")[:-1]]
    if len(inner) < 4 or max(map(len, inner)) > _WRAPPED_LINE:
        return False
    open_ended = sum(1 for line in inner if line.rstrip()[-1:] not in ".!?:\"”’'…" and len(line) > _WRAPPED_LINE // 3)
    return open_ended > len(inner) / 2
