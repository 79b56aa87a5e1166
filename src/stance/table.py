"""How a table of labelled rows is read: which file or Hub data set, which columns, and what its labels mean.

A mapping is composed from ``conf/table/``; ``stance.training.public.tables`` reads by it.
"""

from __future__ import annotations

import codecs
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from stance.records import Stance

PART = "{part}"
TARGET = "{target}"


def label_text(value: Any) -> str:
    """A label as it is compared: without outer spaces; ``true`` and ``false`` as JSON writes them, 1.0 as ``1``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


_Label = Annotated[str, BeforeValidator(label_text)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str | None = None
    """Name below the folder: .csv, .tsv, .txt, .jsonl, .json or .parquet; ``{part}`` stands for the part, ``*`` for
    any characters, so that a table may have several files."""
    hub: str | None = None
    """Instead of a file: a data set of the Hub (or a folder in its form), whose split the part names."""
    hub_config: str | None = None
    hub_revision: str | None = None
    encoding: str = "utf-8"
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """Between columns; None is a comma in .csv and a tab in .tsv and .txt."""
    quotes: bool = True
    """Whether ``"`` encloses cells that hold delimiters or line breaks; else it is a character like any other."""
    header: list[str] | None = None
    """Names of the columns, for delimited files that do not begin with them."""
    join_file: str | None = None
    """A second file, whose columns are added to each row with the same value in the column ``join_on``."""
    join_on: str | None = None
    group: str | None = None
    """Column whose equal values stay on one side of a split: an article, a debate."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.file is None) == (self.hub is None):
            raise ValueError("name either its file or, for a data set of the Hub, hub")
        if (self.join_file is None) != (self.join_on is None):
            raise ValueError("join_file and join_on belong together")
        if self.join_file is not None and self.file is None:
            raise ValueError("join_file works with file, not with hub")
        try:
            codecs.lookup(self.encoding)
        except LookupError as error:
            raise ValueError(f"encoding: {self.encoding!r} is unknown; known are utf-8, windows-1252, …") from error
        return self


class PairTable(_Table):
    """Rows of a claim, a statement about it, and the stance that the statement (or its source) takes."""

    task: Literal["stance"]
    claim: str
    """Column of the claim, or of the target that ``claim_template`` makes a claim of."""
    statement: str
    source: str | None = None
    """Column of who makes the statement; empty cells are the author."""
    label: str
    labels: dict[_Label, Stance | None]
    """What each label of the data means; null leaves its rows out."""
    claim_template: str | None = None
    """A sentence with ``{target}``, for data whose claims are targets such as *wind farms*."""
    claims: dict[str, str] = {}
    """Claims for targets that the template does not suit."""

    @model_validator(mode="after")
    def _with_target(self) -> Self:
        if self.claim_template is not None and TARGET not in self.claim_template:
            raise ValueError(f"claim_template has no {TARGET}, which stands for the cell of the column {self.claim!r}")
        return self


class SentenceTable(_Table):
    """Rows of a sentence that is worth checking or not."""

    task: Literal["claims"]
    text: str
    label: str | None = None
    labels: dict[_Label, bool | None] = {}
    """Whether each label of the data means that the sentence is check-worthy; null leaves its rows out."""
    score: str | None = None
    """Instead of a label: column of a number."""
    threshold: float | None = None
    """From which score on a sentence is check-worthy."""

    @model_validator(mode="after")
    def _one_gold(self) -> Self:
        if (self.label is None) == (self.score is None):
            raise ValueError("name either its label, with labels, or its score, with a threshold")
        if self.score is not None and self.threshold is None:
            raise ValueError("a score needs a threshold")
        return self


Table = Annotated[PairTable | SentenceTable, Field(discriminator="task")]
