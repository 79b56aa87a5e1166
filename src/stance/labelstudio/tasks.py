"""Labelled articles as Label Studio's tasks, with the labels as predictions to correct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from stance.labelstudio.labels import Labelled, LabelledAttribution, LabelledSpeaker
from stance.labelstudio.names import TEXT, Field, Label, Relation
from stance.records import Span

DETAILS = ("claim_id", "group", "title", "url", "outlet", "author", "date")
_TYPES = {Field.LABEL: "labels", Field.SPEAKER: "textarea"}


def as_task(labelled: Labelled, version: str, score: float | None = None) -> dict[str, Any]:
    """One task for "Import", ready for JSON.

    Args:
        labelled: The article with what is marked in it.
        version: Who marked it: shown as the prediction's "model version".
        score: The prediction's score, by which tasks can be sorted; the lowest is the most uncertain.
    """
    details = {name: getattr(labelled, name) for name in DETAILS if getattr(labelled, name) is not None}
    prediction: dict[str, Any] = {"model_version": version, "result": list(_results(labelled))}
    if score is not None:
        prediction["score"] = round(score, 4)
    data = {"article": labelled.article, "claim": labelled.claim, TEXT: labelled.text, **details}
    return {"data": data, "predictions": [prediction]}


def distinct_names(speakers: Sequence[LabelledSpeaker]) -> list[str]:
    """The speakers' names, those after the first of a name numbered: "an aide", "an aide #2"."""
    seen: Counter[str] = Counter()
    names = []
    for speaker in speakers:
        seen[speaker.name] += 1
        names.append(f"{speaker.name} #{seen[speaker.name]}" if seen[speaker.name] > 1 else speaker.name)
    return names


def _results(labelled: Labelled) -> Iterator[dict[str, Any]]:
    names = distinct_names(labelled.speakers)
    for number, found in enumerate(labelled.attributions, start=1):
        yield from _attribution(labelled, found, f"a{number}", names)
    for number, passage in enumerate(labelled.passages, start=1):
        region = _Region(f"p{number}", passage.span, labelled.text)
        yield region.says(Field.LABEL, Label.AUTHOR)
        yield region.says(Field.STANCE, passage.stance)
        if passage.related:
            yield region.says(Field.RELATED, passage.related)
    for number, sentence in enumerate(labelled.checkworthy, start=1):
        yield _Region(f"w{number}", sentence, labelled.text).says(Field.LABEL, Label.CHECK_WORTHY)
    for field, value in ((Field.AUTHOR_STANCE, labelled.author_stance), (Field.GENRE, labelled.genre)):
        if value is not None:
            yield {"id": field, **_says(field, value)}


def _attribution(
    labelled: Labelled, found: LabelledAttribution, name: str, speakers: Sequence[str]
) -> Iterator[dict[str, Any]]:
    text = labelled.text
    source = _Region(f"{name}-source", found.source, text) if found.source else None
    cues = [_Region(f"{name}-cue-{n}", cue, text) for n, cue in enumerate(found.cues, start=1)]
    contents = [_Region(f"{name}-content-{n}", part, text) for n, part in enumerate(found.contents, start=1)]
    first = contents[0]
    if source:
        yield source.says(Field.LABEL, Label.SOURCE)
    yield from (cue.says(Field.LABEL, Label.CUE) for cue in cues)
    yield from (part.says(Field.LABEL, Label.CONTENT) for part in contents)
    yield first.says(Field.STANCE, found.stance)
    if found.related:
        yield first.says(Field.RELATED, found.related)
    if found.speaker is not None:
        speaking = source or first
        yield speaking.says(Field.SPEAKER, speakers[found.speaker])
        yield speaking.says(Field.KIND, labelled.speakers[found.speaker].kind)
    if source:
        yield _relation(source, first, Relation.SOURCE)
    yield from (_relation(cue, first, Relation.CUE) for cue in cues)
    yield from (_relation(part, first, Relation.PART) for part in contents[1:])


class _Region:
    """A marked piece of text, of which several results speak."""

    def __init__(self, name: str, span: Span, text: str) -> None:
        self.name = name
        self._place = {"start": span.start, "end": span.end, "text": span.of(text)}

    def says(self, field: Field, value: str) -> dict[str, Any]:
        """One answer of this region."""
        answer = _says(field, value)
        return {"id": self.name, **answer, "value": {**self._place, **answer["value"]}}


def _says(field: Field, value: str) -> dict[str, Any]:
    kind = _TYPES.get(field, "choices")
    name = "text" if kind == "textarea" else kind
    return {"from_name": field, "to_name": TEXT, "type": kind, "value": {name: [value]}}


def _relation(region: _Region, to: _Region, label: Relation) -> dict[str, Any]:
    return {"type": "relation", "from_id": region.name, "to_id": to.name, "direction": "right", "labels": [label]}
