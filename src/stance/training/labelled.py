"""Between the corpus and what people label in another tool: articles of the corpus go out, corrected ones come back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Container, Mapping
from itertools import chain, count
from pathlib import Path
from typing import Any

from stance.errors import CorpusError, InputError
from stance.labelstudio import Labelled, LabelledAttribution, LabelledSpeaker, Passage, read_task
from stance.records import Span, Stance
from stance.sentences import sentences, touched
from stance.training.annotations import (
    AUTHOR,
    GENRES,
    NOBODY,
    AnnotatedAttribution,
    Article,
    AuthorPassage,
    Claim,
    Speaker,
)
from stance.training.corpus import parse_article
from stance.training.write_markup import write_article

_SUFFIX = re.compile(r"\.(?:txt|md|html?)$")
_LONGEST_NAME = 60  # characters, of a file or a claim


def claim_ids(claims: Mapping[str, Claim]) -> dict[str, str]:
    """The id of each claim of the corpus by its text and by its paraphrases."""
    return {wording: claim.id for claim in claims.values() for wording in (*claim.paraphrases, claim.text)}


def slug(text: str, otherwise: str) -> str:
    """Words in lower case joined by hyphens, for ids and file names; something else where there are none."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return "-".join(words)[:_LONGEST_NAME].rstrip("-") or otherwise


def as_article(labelled: Labelled, path: Path, claim: str, group: str | None = None) -> Article:
    """A labelled article as one of the corpus; ``write_article`` of it is its file.

    Args:
        labelled: The article, as people left it.
        path: The file that it is meant for, which gives it its id.
        claim: The id of its claim.
        group: Its group, unless it comes with one.

    Raises:
        InputError: when something is missing that the corpus wants, or cannot be written in its marks.
    """
    genre = labelled.genre
    if genre not in GENRES:
        raise InputError(f"its genre is {genre!r}; choose one of: {', '.join(GENRES)}")
    if labelled.author_stance is None:
        raise InputError(f"the stance of its own voice is not chosen; choose one of: {', '.join(Stance)}")
    if "\r" in labelled.text:
        raise InputError("its text has line breaks of another system (\\r); score it again from a file")
    try:
        labelled.text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"its text holds half a character (a lone surrogate) at {error.start}") from error
    text = labelled.text.lstrip("\n")
    moved = len(text) - len(labelled.text)
    speakers = _speakers(labelled)
    article = Article(
        id=path.stem,
        path=path,
        claim=claim,
        group=labelled.group or group or path.stem,
        genre=genre,
        author_stance=labelled.author_stance,
        text=text.rstrip() + "\n",
        speakers={
            name: Speaker(name=speaker.name, kind=speaker.kind)
            for name, speaker in zip(speakers, labelled.speakers, strict=True)
        },
        attributions=tuple(
            _annotated(number, found, speakers, moved) for number, found in enumerate(labelled.attributions, start=1)
        ),
        author_passages=tuple(
            AuthorPassage(_shifted(p.span, moved), p.stance, _related(p.stance, p.related)) for p in labelled.passages
        ),
        checkworthy=tuple(sorted({span.start + moved for span in labelled.checkworthy})),
        outlet=labelled.outlet,
        author=labelled.author,
        date=_date(labelled.date),
    )
    try:
        read = parse_article(write_article(article), path)
    except CorpusError as error:
        reasons = "; ".join(problem.reason for problem in error.problems)
        raise InputError(f"it cannot be written in the marks of the corpus: {reasons}") from error
    if read != article:
        raise InputError("it cannot be written in the marks of the corpus: two marks over the same words are at odds")
    return article


def as_labelled(article: Article, claims: Mapping[str, Claim]) -> Labelled:
    """An article of the corpus, to be labelled again.

    Args:
        article: The article.
        claims: The claims of its corpus.
    """
    positions = {found.number: position for position, found in enumerate(article.attributions)}
    speakers = {name: position for position, name in enumerate(article.speakers)}
    spans = sentences(article.text)
    claim = claims.get(article.claim)
    return Labelled(
        article=article.id,
        text=article.text,
        claim=claim.text if claim else article.claim,
        claim_id=article.claim,
        group=article.group if article.group != article.id else None,
        genre=article.genre,
        speakers=tuple(LabelledSpeaker(speaker.name, speaker.kind) for speaker in article.speakers.values()),
        attributions=tuple(
            LabelledAttribution(
                source=found.source,
                cues=found.cues,
                contents=found.contents,
                speaker=speakers[found.speaker] if found.speaker else None,
                stance=found.stance,
                related=found.related_stance,
                parent=positions[found.parent] if found.parent is not None else None,
            )
            for found in article.attributions
        ),
        passages=tuple(Passage(p.span, p.stance, p.related_stance) for p in article.author_passages),
        checkworthy=tuple(_sentence_from(offset, article.text, spans) for offset in article.checkworthy),
        author_stance=article.author_stance,
        outlet=article.outlet,
        author=article.author,
        date=article.date.isoformat() if article.date else None,
    )


def _sentence_from(offset: int, text: str, spans: list[Span]) -> Span:
    around = touched(spans, Span(start=offset, end=min(offset + 1, len(text))))
    return Span(start=offset, end=around[-1].end if around else len(text.rstrip()))


def _annotated(number: int, found: LabelledAttribution, speakers: list[str], moved: int) -> AnnotatedAttribution:
    return AnnotatedAttribution(
        number=number,
        source=_shifted(found.source, moved) if found.source else None,
        cues=tuple(_shifted(cue, moved) for cue in found.cues),
        contents=tuple(_shifted(part, moved) for part in found.contents),
        speaker=speakers[found.speaker] if found.speaker is not None else None,
        stance=found.stance,
        related_stance=_related(found.stance, found.related),
        parent=found.parent + 1 if found.parent is not None else None,
    )


def _related(stance: Stance, related: Stance | None) -> Stance | None:
    """What is about another matter is about another matter than the neighbour, too."""
    return Stance.UNRELATED if related is None and stance is Stance.UNRELATED else related


def _shifted(span: Span, by: int) -> Span:
    return Span(start=span.start + by, end=span.end + by)


def _speakers(labelled: Labelled) -> list[str]:
    """An id for each speaker, unique in the article."""
    ids: list[str] = []
    for speaker in labelled.speakers:
        wanted = slug(speaker.name, "speaker")
        taken = {*ids, AUTHOR, NOBODY}
        ids.append(unused(wanted, taken))
    return ids


def unused(name: str, taken: Container[str]) -> str:
    """The name, with the first number behind it that makes it one of its own."""
    numbered = (f"{name}-{number}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def _date(date: str | None) -> datetime.date | None:
    if date is None:
        return None
    try:
        return datetime.date.fromisoformat(date[:10])
    except ValueError as error:
        raise InputError(f"its date {date!r} is not written as 2021-01-31; correct it in the task's data") from error


def _file_name(article: str) -> str:
    """The last part of an id that is a path or an address, without its suffix."""
    return _SUFFIX.sub("", re.split(r"[/\\]", article.rstrip("/\\"))[-1])


class Shelf:
    """A folder that labelled articles are put into, each under a file name of its own.

    Args:
        folder: The folder; it need not exist.
        ids: Claim ids by their text; a claim that is not there gets an id made of its words.
        overwrite: Whether files that are there may be replaced.
    """

    def __init__(self, folder: Path, ids: Mapping[str, str], overwrite: bool = False) -> None:
        self._folder = folder
        self._ids = dict(ids)
        self._overwrite = overwrite
        self._names: set[str] = set()
        self._groups: dict[str, str] = {}
        self.new_claims: dict[str, str] = {}
        """Claims that the corpus does not know, by the id that they got."""

    def place(self, task: Mapping[str, Any]) -> Article | None:
        """The article of an exported task, with the file that it is meant for; None where it is not labelled yet.

        Articles of the same text share a group, so that they never fall into different splits.

        Raises:
            InputError: with every fault, naming the task, and the region where there is one.
        """
        labelled = read_task(task)
        if labelled is None:
            return None
        name = unused(slug(_file_name(labelled.article), "article"), self._names)
        path = self._folder / f"{name}.txt"
        place = f"task {task.get('id', '?')}"
        if path.exists() and not self._overwrite:
            raise InputError(f"{place}: {path} is there already; use --overwrite, or name another folder")
        group = self._groups.setdefault(labelled.text.strip(), name)
        try:
            article = as_article(labelled, path, labelled.claim_id or self._claim(labelled.claim), group)
        except InputError as error:
            raise InputError(f"{place}: {error}") from error
        self._names.add(name)
        return article

    def _claim(self, text: str) -> str:
        if text not in self._ids:
            self._ids[text] = unused(slug(text, "claim"), set(self._ids.values()))
            self.new_claims[self._ids[text]] = text
        return self._ids[text]
