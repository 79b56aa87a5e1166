"""How values become model inputs. Training and inference share these functions, so that they cannot drift apart."""

from __future__ import annotations

from collections.abc import Sequence

from stance.records import Span, Stance
from stance.sentences import touched

CHECK_WORTHY = "check-worthy"
NOT_CHECK_WORTHY = "not check-worthy"
CLAIM_LABELS = (NOT_CHECK_WORTHY, CHECK_WORTHY)
SPAN_KINDS = ("source", "cue", "content")
TAG_LABELS = ("O", *(f"{prefix}-{kind}" for kind in SPAN_KINDS for prefix in "BI"))
STANCE_LABELS = tuple(Stance)

AUTHOR_NAME = "The author"
INSIDE = "inside : "
"""Put before the words of a content when the attribution model looks for attributions nested in it."""

_OPEN, _CLOSE = "< ", " >"
_QUOTES = "“”\"„«»‘’'‹› \n\t"


def mark_source(text: str, statement: Span, source: Span | None, name: str | None = None) -> str:
    """The statement with its source between ``<`` and ``>``, as entity markers (cf. arXiv:2102.01373).

    Args:
        text: The document's text.
        statement: The statement's sentences.
        source: Where the source stands. When it is None or outside the statement, ``name`` is put in front.
        name: Who speaks, for statements that do not say so themselves.
    """
    if source is not None and statement.contains(source):
        before, after = text[statement.start : source.start], text[source.end : statement.end]
        return _one_line(f"{before}{_OPEN}{source.of(text)}{_CLOSE}{after}")
    if name:
        return _one_line(f"{_OPEN}{name}{_CLOSE}: {statement.of(text)}")
    return _one_line(statement.of(text))


def statement_of(parts: Sequence[Span], sentences: Sequence[Span]) -> Span:
    """The statement of an attribution: all sentences that its contents, source and cue touch, as one span.

    A source far from its content (another paragraph) does not stretch the statement: only the sentences of the parts
    given are joined, so pass the content first and the rest only where it stands beside it.

    Args:
        parts: Contents, source and cue.
        sentences: All sentences of the text, in order.
    """
    joined = [sentence for part in parts for sentence in touched(sentences, part)] or list(parts)
    return Span(start=min(s.start for s in joined), end=max(s.end for s in joined))


def author_statement(text: str, sentence: Span) -> str:
    """A sentence in the author's own voice, as the stance model reads it."""
    return mark_source(text, sentence, None, AUTHOR_NAME)


def bank_statement(text: str) -> str:
    """A statement of the bank, whose source stands in ``[[ ]]``, as the stance model reads it."""
    if "[[" not in text:
        return _one_line(f"{_OPEN}{AUTHOR_NAME}{_CLOSE}: {text}")
    return _one_line(text.replace("[[", _OPEN).replace("]]", _CLOSE))


def inside_content(text: str, content: Span) -> tuple[str, int]:
    """The input that finds attributions nested in a content, and the offset in ``text`` of its first character.

    The offset counts from the start of the returned string, prefix included: character ``i`` of the input is
    character ``offset + i`` of the text.
    """
    start, end = content.start, content.end
    while start < end and text[start] in _QUOTES:
        start += 1
    while end > start and text[end - 1] in _QUOTES:
        end -= 1
    return INSIDE + text[start:end], start - len(INSIDE)


def _one_line(text: str) -> str:
    return " ".join(text.split())
