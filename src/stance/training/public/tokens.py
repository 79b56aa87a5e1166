"""Attribution data as lists of tokens with BIO tags, in the form that CofeNet shipped PolNeAR in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.errors import InputError
from stance.templates import TAG_LABELS
from stance.training.public.files import read_json_lines, typed, value

_WRITTEN = {"`": "‘", "'": "’", "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "--": "–"}
"""How the Penn Treebank writes what articles write otherwise."""
_OPENING, _CLOSING = "``", "''"
_JOINED_LEFT = frozenset(".,;:!?%)]”’…") | {"n't", "'s", "'S", "'re", "'ve", "'ll", "'d", "'m", "..."}
_JOINED_RIGHT = frozenset("([“‘$£€#")


@dataclass(frozen=True)
class TaggedText:
    """A text of a few sentences with the spans that are tagged in it."""

    document: str
    """Id of the article that it is from; the texts of one article stand together and in order."""
    text: str
    tokens: tuple[tuple[int, int], ...]
    """First character of each token, and the one behind its last."""
    spans: frozenset[tuple[str, int, int]]
    """Kind, first token, and the token behind the last."""


def read_cofenet(folder: Path, part: str) -> list[TaggedText]:
    """PolNeAR as CofeNet (Wang et al., COLING 2022) ships it: ``polnear_<part>.txt``, one JSON object a line.

    The tokens are joined as an article would write them: quotation marks instead of Penn Treebank's, no space before
    a full stop. That changes how the text looks, and not which tokens there are.

    Raises:
        InputError: when the file is missing or empty, or a line is damaged.
    """
    path = folder / f"polnear_{part}.txt"
    found = []
    for number, row in read_json_lines(path):
        place = f"{path}:{number}"
        tokens, labels = typed(row, "tokens", place, list, "a list"), typed(row, "labels", place, list, "a list")
        if odd := [each for each in (*tokens, *labels) if not isinstance(each, str)]:
            raise InputError(f"{place}: among the tokens and labels is {odd[0]!r}; expected text")
        if len(tokens) != len(labels):
            raise InputError(f"{place}: {len(tokens)} tokens, but {len(labels)} labels")
        unknown = set(labels) - set(TAG_LABELS)
        if unknown:
            raise InputError(f"{place}: unknown labels {', '.join(sorted(unknown))}; expected {', '.join(TAG_LABELS)}")
        text, places = joined(tokens)
        found.append(TaggedText(str(value(row, "id", place)), text, places, tagged_spans(labels)))
    if not found:
        raise InputError(f"{path}: no lines here")
    return found


def joined(tokens: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The tokens as running text, and where each stands in it."""
    text = ""
    places = []
    glued = True
    quotes = _quotes(tokens)
    for number, token in enumerate(tokens):
        written = quotes.get(number) or _WRITTEN.get(token, token)
        if not glued and written not in _JOINED_LEFT:
            text += " "
        places.append((len(text), len(text) + len(written)))
        text += written
        glued = written in _JOINED_RIGHT
    return text, tuple(places)


def _quotes(tokens: Sequence[str]) -> dict[int, str]:
    """The mark at each place that has one; the shipped files also have a closing one where a quotation opens."""
    marks: dict[int, str] = {}
    opened = False
    for number, token in enumerate(tokens):
        if token in (_OPENING, _CLOSING):
            closes = token == _CLOSING and (opened or _CLOSING not in _until_opened(tokens[number + 1 :]))
            marks[number] = "”" if closes else "“"
            opened = not closes
    return marks


def _until_opened(tokens: Sequence[str]) -> Sequence[str]:
    return tokens[: tokens.index(_OPENING)] if _OPENING in tokens else tokens


def tagged_spans(labels: Sequence[str]) -> frozenset[tuple[str, int, int]]:
    """The spans of BIO labels: kind, first position, and the one behind the last. A stray ``I-x`` is none."""
    spans = []
    kind, start = "", 0
    for position, label in enumerate([*labels, "O"]):
        if kind and label != f"I-{kind}":
            spans.append((kind, start, position))
            kind = ""
        if label.startswith("B-"):
            kind, start = label[2:], position
    return frozenset(spans)
