"""The grammar of inline marks: from the body of an article file to its text, and what is marked in it.

``docs/annotation.md`` describes the marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from stance.errors import Problem
from stance.records import Span, Stance
from stance.training.annotations import NOBODY, AnnotatedAttribution, AuthorPassage, Header

_TAG = re.compile(r"\{(?P<kind>[SQC])(?P<number>\d+)(?P<details>[^|{}\n]*)\||\{A(?P<author>[^|{}\n]*)\|")
_CHECK_WORTHY = "{!}"
_ONE_LABEL = "one of " + ", ".join(Stance)


@dataclass
class _Part:
    """One marked span of an attribution, as it was scanned."""

    kind: str
    number: int
    line: int
    parent: int | None
    details: str
    start: int
    end: int = -1


@dataclass
class Scanned:
    """What one pass over a body found."""

    text: str
    parts: list[_Part]
    passages: list[AuthorPassage]
    checkworthy: list[int]


@dataclass
class Scanner:
    """One pass over the markup of a body, with a stack of open spans."""

    body: str
    path: Path
    first_line: int
    problems: list[Problem]
    parts: list[_Part] = field(default_factory=list)
    passages: list[AuthorPassage] = field(default_factory=list)
    checkworthy: list[int] = field(default_factory=list)
    stack: list[_Part] = field(default_factory=list)

    def run(self) -> Scanned:
        """Scan the body; faults go to ``problems``."""
        out: list[str] = []
        length = 0
        line = self.first_line
        position = 0
        while position < len(self.body):
            character = self.body[position]
            if character == "\\" and self.body[position + 1 : position + 2] in ("{", "}", "\\"):
                out.append(self.body[position + 1])
                length += 1
                position += 2
            elif self.body.startswith(_CHECK_WORTHY, position):
                if self.stack and self.stack[-1].kind in "SQ":
                    self._fault(line, "a {!} stands inside a source or cue; put it where the sentence starts")
                position += len(_CHECK_WORTHY)
                if not self.body[position:].strip():
                    self._fault(line, "a {!} stands behind the last sentence; put it where the sentence starts")
                self.checkworthy.append(length)
            elif character == "{":
                match = _TAG.match(self.body, position)
                if not match:
                    shown = self.body[position : position + 20].split("\n")[0]
                    self._fault(line, f"{shown!r} opens no span; expected {{S1 @id|…}}, {{Q1|…}}, {{C1 supports|…}}, "
                                "{A disputes|…} or {!}, and \\{ for a brace of the text")  # fmt: skip
                    position += 1
                else:
                    self._open(match, line, length)
                    position = match.end()
            elif character == "}":
                if self.stack:
                    self._close(self.stack.pop(), length, out)
                else:
                    self._fault(line, "a '}' closes nothing; write \\} for a brace of the text")
                position += 1
            else:
                if character == "\n":
                    line += 1
                out.append(character)
                length += 1
                position += 1
        for part in self.stack:
            self._fault(part.line, f"{{{_tag(part)} is never closed")
        text = "".join(out)
        return Scanned(text, self.parts, self.passages, [_skip_space(text, offset) for offset in self.checkworthy])

    def _fault(self, line: int, reason: str) -> None:
        self.problems.append(Problem(self.path, line, reason))

    def _open(self, match: re.Match[str], line: int, start: int) -> None:
        if match["author"] is not None:
            part = _Part("A", 0, line, None, match["author"].strip(), start)
            if self.stack:
                self._fault(line, "an {A …} stands inside another span; the author's voice is not attributed")
        else:
            parent = next((p.number for p in reversed(self.stack) if p.kind == "C"), None)
            part = _Part(match["kind"], int(match["number"]), line, parent, match["details"].strip(), start)
            if self.stack and self.stack[-1].kind in "SQ":
                self._fault(line, f"{{{_tag(part)} stands inside {{{_tag(self.stack[-1])}; only contents hold others")
            if parent == part.number:
                self._fault(line, f"{{{_tag(part)} stands inside a content of its own attribution")
            self.parts.append(part)
        self.stack.append(part)

    def _close(self, part: _Part, end: int, out: list[str]) -> None:
        part.end = end
        inner = "".join(out[part.start :])  # one character an item, so that offsets are indices
        if not inner.strip():
            self._fault(part.line, f"{{{_tag(part)} marks nothing")
        elif inner != inner.strip():
            self._fault(part.line, f"{{{_tag(part)} begins or ends with a space: {inner[:40]!r}")
        if part.kind == "A":
            stance, related, _ = _read_details(part, self.path, self.problems)
            if stance is None:
                self._fault(part.line, "{A| needs a stance: {A supports|, {A disputes| or {A discusses|")
            else:
                self.passages.append(AuthorPassage(Span(start=part.start, end=end), stance, related))


def _read_details(part: _Part, path: Path, problems: list[Problem]) -> tuple[Stance | None, Stance | None, str | None]:
    """Read ``supports/discusses @kell`` into (stance, stance to the related claim, speaker id)."""
    stance = related = speaker = None
    for word in part.details.split():
        labels = word.split("/")
        if word.startswith("@") and part.kind != "A" and speaker is None:
            speaker = word[1:]
        elif part.kind in "CA" and stance is None and len(labels) <= 2 and set(labels) <= set(Stance):
            stance = Stance(labels[0])
            related = Stance(labels[1]) if len(labels) == 2 else (stance if stance is Stance.UNRELATED else None)
        else:
            expected = {"A": _ONE_LABEL, "C": f"one @id and {_ONE_LABEL}"}.get(part.kind, "one @id")
            reason = f"{word!r} in {{{_tag(part)} is not understood; expected {expected}"
            problems.append(Problem(path, part.line, reason))
    return stance, related, speaker


def assemble(
    scanned: Scanned, header: Header, path: Path, problems: list[Problem]
) -> tuple[tuple[AnnotatedAttribution, ...], set[str]]:
    """Join the scanned parts of each number into one attribution; also return the speakers that they name."""
    by_number: dict[int, list[_Part]] = {}
    for part in scanned.parts:
        by_number.setdefault(part.number, []).append(part)
    attributions: list[AnnotatedAttribution] = []
    used: set[str] = set()
    for number, parts in sorted(by_number.items()):
        line = parts[0].line
        stances, relateds, speakers = [], [], []
        for part in parts:
            stance, related, speaker = _read_details(part, path, problems)
            stances += [stance] if stance else []
            relateds += [related] if related else []
            speakers += [speaker] if speaker else []
        sources = [part for part in parts if part.kind == "S"]
        contents = [part for part in parts if part.kind == "C"]

        def fault(reason: str, line: int = line) -> None:
            problems.append(Problem(path, line, reason))

        if not contents:
            fault(f"attribution {number} has no content {{C{number} …|…}}")
        if len(sources) > 1:
            fault(f"attribution {number} has {len(sources)} sources; give the second its own number", sources[1].line)
        if len(set(stances)) != 1:
            fault(f"attribution {number} needs one stance, on its first content: {{C{number} supports|…}}")
        if len(set(relateds)) > 1:
            fault(f"attribution {number} has two stances to the related claim; keep the one on its first content")
        if len(set(speakers)) != 1:
            fault(f"attribution {number} needs one speaker: {{S{number} @id|…}}, or @none on its content")
        if len({part.parent for part in parts}) > 1:
            fault(f"attribution {number} lies partly inside another content and partly outside")
        for speaker in set(speakers) - {NOBODY} - header.speakers.keys():
            fault(f"the speaker @{speaker} is not in the head; add it below 'speakers:'")
        used.update(speakers)
        attributions.append(
            AnnotatedAttribution(
                number=number,
                source=_span(sources[0]) if sources else None,
                cues=tuple(_span(part) for part in parts if part.kind == "Q"),
                contents=tuple(_span(part) for part in contents),
                speaker=speakers[0] if speakers and speakers[0] != NOBODY else None,
                stance=stances[0] if stances else Stance.UNRELATED,
                related_stance=relateds[0] if relateds else None,
                parent=parts[0].parent,
            )
        )
    return tuple(attributions), used


def _tag(part: _Part) -> str:
    return "A" if part.kind == "A" else f"{part.kind}{part.number}"


def _span(part: _Part) -> Span:
    return Span(start=part.start, end=max(part.end, part.start))


def _skip_space(text: str, offset: int) -> int:
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset
