"""Attribution data sets: articles with the spans of sources, cues and contents, and which belong together."""

from __future__ import annotations

import glob
import re
from dataclasses import dataclass, field
from pathlib import Path

from stance.errors import InputError
from stance.records import Span
from stance.training.public.files import read_text
from stance.training.spanned import SpannedAttribution

_SPAN = re.compile(r"(T\d+)\t[\w-]+ (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_EVENT = re.compile(r"E\d+\t(.+)")
_ANNOTATOR = re.compile(r"_[0-9a-f]{4}$")  # the annotator's id at the end of a file name
_COMPARED = 3  # words; the covered text may go on over a line break
_RECORD = re.compile(r"[TE]\d+\s")  # other lines are notes, or go on with a text that holds a line break
_ROLE = re.compile(r"(?:^| )([A-Za-z-]+)\d*:(T\d+)")


@dataclass
class SourcedDocument:
    """An article and its attributions."""

    id: str
    text: str
    attributions: list[SpannedAttribution] = field(default_factory=list)


def read_polnear(folder: Path, part: str) -> list[SourcedDocument]:
    """PolNeAR (Newell et al., LREC 2018): ``<part>/text/NAME.txt``, brat's ``<part>/attributions/NAME_ID.ann``.

    Raises:
        InputError: when there are no files, or an annotation is damaged.
    """
    texts = sorted((folder / part / "text").glob("*.txt"))
    if not texts:
        raise InputError(f"{folder / part / 'text'}: no *.txt here; expected PolNeAR's folders text/ and attributions/")
    documents = []
    for path in texts:
        text = read_text(path)
        documents.append(SourcedDocument(path.stem, text, _attributions(_annotations_of(path), text)))
    return documents


def _annotations_of(text: Path) -> Path:
    """``<name>_<annotator>.ann``, or ``<name>.ann``; the first annotator's where there are several."""
    folder = text.parent.parent / "attributions"
    named = folder.glob(f"{glob.escape(text.stem)}*.ann")
    found = sorted(path for path in named if text.stem in (path.stem, _ANNOTATOR.sub("", path.stem)))
    if not found:
        raise InputError(f"{folder}: no annotations of {text.name}; expected {text.stem}_….ann")
    return found[0]


def _attributions(path: Path, text: str) -> list[SpannedAttribution]:
    spans: dict[str, tuple[Span, ...]] = {}
    events: list[tuple[int, str]] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if found := _SPAN.match(line):
            pieces = [piece.split() for piece in found[2].split(";")]
            spans[found[1]] = tuple(Span(start=int(start), end=int(end)) for start, end in pieces)
            if any(span.end > len(text) or span.start >= span.end for span in spans[found[1]]):
                raise InputError(
                    f"{path}:{number}: the span {found[2]} lies outside the text of {len(text)} characters"
                )
            covered = " ".join(span.of(text) for span in spans[found[1]])
            noted = found[3].split()[:_COMPARED]
            if covered.split()[: len(noted)] != noted:
                raise InputError(f"{path}:{number}: the text has {covered[:40]!r} there, not {found[3][:40]!r}")
        elif found := _EVENT.match(line):
            events.append((number, found[1]))
        elif _RECORD.match(line):
            raise InputError(f"{path}:{number}: not a line of brat's format: {line[:60]!r}")
    attributions = []
    for number, roles in events:
        parts: dict[str, list[Span]] = {"Source": [], "Cue": [], "Content": []}
        for role, name in _ROLE.findall(roles):
            if name not in spans:
                raise InputError(f"{path}:{number}: {name} is not defined in this file")
            if role in parts:
                parts[role] += spans[name]
        if parts["Content"]:
            attributions.append(SpannedAttribution(*(tuple(sorted(p, key=lambda s: s.start)) for p in parts.values())))
    return attributions
