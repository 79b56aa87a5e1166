"""This project's own articles in the form of a public set, so that both are measured alike."""

from __future__ import annotations

from pathlib import Path

from stance.config import check, compose
from stance.errors import InputError
from stance.training import dataset
from stance.training.corpus import load_corpus
from stance.training.public.documents import SourcedDocument
from stance.training.splits import SPLITS


def read_own(folder: Path, part: str) -> list[SourcedDocument]:
    """The articles of one split, by the shares that ``conf/`` sets.

    Raises:
        CorpusError: with every fault of the corpus.
        ConfigError: when ``conf/`` cannot be composed.
        InputError: when there is no such split.
    """
    if part not in SPLITS:
        raise InputError(f"{folder}: no part {part!r} here; there are: {', '.join(SPLITS)}")
    placed = dataset.place(load_corpus(folder), check(compose()).data)
    return [
        SourcedDocument(each.article.id, each.article.text, [found.spanned for found in each.article.attributions])
        for each in placed
        if each.split == part
    ]
