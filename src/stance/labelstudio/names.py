"""The names that the labelling interface, the tasks and the exports share."""

from __future__ import annotations

from enum import StrEnum

TEXT = "text"


class Label(StrEnum):
    """What a marked piece of text is."""

    SOURCE = "source"
    CUE = "cue"
    CONTENT = "content"
    AUTHOR = "author's voice"
    CHECK_WORTHY = "check-worthy"


class Field(StrEnum):
    """A question to the annotator."""

    LABEL = "label"
    """Of a region: what it is."""
    STANCE = "stance"
    """Of a content or a passage in the author's voice: its stance to the claim."""
    RELATED = "related"
    """The same to the claim's neighbour, where it has one."""
    SPEAKER = "speaker"
    """Of a source, or of a content without one: the speaker's name."""
    KIND = "kind"
    """Of the same: the speaker's kind."""
    AUTHOR_STANCE = "author_stance"
    """Of the article: the stance of its own voice."""
    GENRE = "genre"
    """Of the article."""


class Relation(StrEnum):
    """How a region belongs to the first part of an attribution's content."""

    SOURCE = "source of"
    CUE = "cue of"
    PART = "goes on from"


NOBODY = "nobody"
"""The speaker's name where the text does not say who a source is."""
