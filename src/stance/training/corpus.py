"""The annotated corpus: articles with inline markup, the claims they are about, and single statements.

``docs/annotation.md`` is the guideline. This module is its grammar: it turns each file into plain text and character
offsets, and refuses a malformed file with the file, the line and the reason of every fault.

Check files from the command line with ``python -m stance.training.corpus [PATH ...]``.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stance.errors import CorpusError, Problem
from stance.records import SourceKind, Span, Stance

AUTHOR = "author"
NOBODY = "none"
GENRES = (
    "wire", "report", "analysis", "opinion", "magazine", "blog", "press-release", "transcript", "interview",
    "state-media", "translated", "local", "social", "syndicated",
)  # fmt: skip
_FLIPPED = {Stance.SUPPORTS: Stance.DISPUTES, Stance.DISPUTES: Stance.SUPPORTS}


def negated(stance: Stance) -> Stance:
    """The stance to a claim's negation of a source with this ``stance`` to the claim."""
    return _FLIPPED.get(stance, stance)


class RelatedClaim(BaseModel):
    """A neighbour of a claim, for which articles carry a second label of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    relation: Literal["weaker", "stronger", "rival"]
    text: str = Field(min_length=10)


class Claim(BaseModel):
    """A target proposition with the wordings that training draws from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    family: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Claims of one family never fall into different splits (but see ``dataset.split_of``)."""
    field: str = Field(pattern=r"^[a-z][a-z-]*$")
    text: str = Field(min_length=10)
    paraphrases: tuple[str, ...] = Field(min_length=2)
    negation: str = Field(min_length=10)
    related: RelatedClaim | None = None


class Speaker(BaseModel):
    """The identity behind one or more source mentions in an article."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    kind: SourceKind


class Header(BaseModel):
    """The YAML head of an article file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str
    genre: Literal[GENRES]  # type: ignore[valid-type]
    author_stance: Stance
    group: str | None = None
    """Articles that share an event, a quotation or a wire copy share a group. Default: the article alone."""
    outlet: str | None = None
    author: str | None = None
    date: datetime.date | None = None
    speakers: dict[str, Speaker] = Field(default_factory=dict)


@dataclass(frozen=True)
class AnnotatedAttribution:
    """One (source, cue, content) relation; every span counts characters of the article's text."""

    number: int
    source: Span | None
    cues: tuple[Span, ...]
    contents: tuple[Span, ...]
    speaker: str | None
    """Key in ``Article.speakers``, or None when the text does not say who speaks."""
    stance: Stance
    related_stance: Stance | None
    parent: int | None
    """Number of the attribution whose content holds this one."""


@dataclass(frozen=True)
class AuthorPassage:
    """A passage in the author's own voice that is about the claim."""

    span: Span
    stance: Stance
    related_stance: Stance | None


@dataclass(frozen=True)
class Article:
    """One annotated article: its plain text and everything marked in it, as offsets into that text."""

    id: str
    path: Path
    claim: str
    group: str
    genre: str
    author_stance: Stance
    text: str
    speakers: dict[str, Speaker]
    attributions: tuple[AnnotatedAttribution, ...]
    author_passages: tuple[AuthorPassage, ...]
    checkworthy: tuple[int, ...]
    """Offsets of the first character of each sentence that is check-worthy."""
    outlet: str | None = None
    author: str | None = None
    date: datetime.date | None = None


@dataclass(frozen=True)
class BankStatement:
    """A single statement about a claim, its source marked with ``[[ ]]`` when it names one."""

    claim: str
    text: str
    stance: Stance
    related_stance: Stance | None = None


@dataclass(frozen=True)
class Corpus:
    """Everything under one corpus folder."""

    claims: dict[str, Claim]
    articles: tuple[Article, ...]
    bank: tuple[BankStatement, ...]


def load_corpus(root: Path) -> Corpus:
    """Read ``claims/*.yaml``, ``articles/**/*.txt`` and ``statements/*.jsonl`` below ``root``.

    Raises:
        CorpusError: with every fault of every file.
    """
    problems: list[Problem] = []
    claims = _collect(problems, (_read_claims(path) for path in sorted((root / "claims").glob("*.yaml"))))
    by_id: dict[str, Claim] = {}
    for path, line, claim in claims:
        if claim.id in by_id:
            problems.append(Problem(path, line, f"the claim id {claim.id!r} is used twice; rename one"))
        by_id[claim.id] = claim
    articles: list[Article] = []
    for path in sorted((root / "articles").rglob("*.txt")):
        try:
            markup = _read_text(path)
            article = parse_article(markup, path)
        except CorpusError as error:
            problems += error.problems
            continue
        if article.claim not in by_id:
            line = _line_of(_split_head(markup, path)[0], ("claim",), first=2)
            problems.append(Problem(path, line, f"the claim {article.claim!r} is in no file of {root / 'claims'}"))
        articles.append(article)
    seen: dict[str, Path] = {}
    for article in articles:
        if article.id in seen:
            problems.append(Problem(article.path, 1, f"the file name is used already by {seen[article.id]}"))
        seen[article.id] = article.path
    bank: list[BankStatement] = []
    for path in sorted((root / "statements").glob("*.jsonl")):
        try:
            bank += _read_bank(path, by_id)
        except CorpusError as error:
            problems += error.problems
    if not by_id and not problems:
        problems.append(
            Problem(root, 1, "no claims/*.yaml here; expected a corpus folder as docs/annotation.md has it")
        )
    if problems:
        raise CorpusError(problems)
    return Corpus(by_id, tuple(articles), tuple(bank))


def parse_article(markup: str, path: Path) -> Article:
    """Turn the markup of one article file into text and offsets.

    Raises:
        CorpusError: with every fault found, each with its line.
    """
    problems: list[Problem] = []
    head, body, body_line = _split_head(markup, path)
    header = _read_header(head, path)
    scanned = _Scanner(body, path, body_line, problems).run()
    attributions, used = _assemble(scanned, header, path, problems)
    for speaker in header.speakers.keys() - used:
        line = _line_of(head, ("speakers", speaker), first=2)
        problems.append(Problem(path, line, f"the speaker {speaker!r} is in the head but says nothing; remove it"))
    if not scanned.text.strip():
        problems.append(Problem(path, body_line, "the article has no text below its head"))
    if problems:
        raise CorpusError(sorted(problems, key=lambda problem: (problem.line, problem.reason)))
    return Article(
        id=path.stem,
        path=path,
        claim=header.claim,
        group=header.group or path.stem,
        genre=header.genre,
        author_stance=header.author_stance,
        text=scanned.text,
        speakers=header.speakers,
        attributions=attributions,
        author_passages=tuple(scanned.passages),
        checkworthy=tuple(scanned.checkworthy),
        outlet=header.outlet,
        author=header.author,
        date=header.date,
    )


# --- the head -------------------------------------------------------------------------------------------------------


def _split_head(markup: str, path: Path) -> tuple[str, str, int]:
    match = re.match(r"---\n(.*?\n)---\n+", markup, re.DOTALL)
    if not match:
        raise CorpusError([Problem(path, 1, "expected a head between two lines of '---' at the top of the file")])
    return match[1], markup[match.end() :].rstrip() + "\n", markup.count("\n", 0, match.end()) + 1


def _read_header(head: str, path: Path) -> Header:
    try:
        values = yaml.safe_load(head)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise CorpusError([Problem(path, line, f"the head is not valid YAML: {error}".replace("\n", " "))]) from error
    if not isinstance(values, dict):
        raise CorpusError([Problem(path, 2, "the head is not a list of 'key: value' lines")])
    try:
        header = Header.model_validate(values)
    except ValidationError as error:
        faults = [Problem(path, _line_of(head, e["loc"], first=2), _reason(e)) for e in error.errors()]
        raise CorpusError(faults) from error
    reserved = [
        Problem(path, _line_of(head, ("speakers", name), first=2), f"the speaker id {name!r} has a meaning of its own")
        for name in header.speakers
        if name in (AUTHOR, NOBODY)
    ]
    if reserved:
        raise CorpusError(reserved)
    return header


def _reason(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    return f"{where}{': ' if where else ''}{error['msg']} (got {str(error['input'])[:60]!r})"


def _line_of(source: str, location: tuple[Any, ...], first: int = 1) -> int:
    """The line on which the innermost key of ``location`` stands in YAML whose first line is ``first``."""
    node, line = yaml.compose(source, Loader=yaml.SafeLoader), 0
    for key in location:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[key]
            line = node.start_mark.line
            continue
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next((pair for pair in pairs if pair[0].value == str(key)), None)
        if found is None:
            break
        line, node = found[0].start_mark.line, found[1]
    return first + line


# --- the markup -----------------------------------------------------------------------------------------------------

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
class _Scanned:
    text: str
    parts: list[_Part]
    passages: list[AuthorPassage]
    checkworthy: list[int]


@dataclass
class _Scanner:
    """One pass over the markup of a body, with a stack of open spans."""

    body: str
    path: Path
    first_line: int
    problems: list[Problem]
    parts: list[_Part] = field(default_factory=list)
    passages: list[AuthorPassage] = field(default_factory=list)
    checkworthy: list[int] = field(default_factory=list)
    stack: list[_Part] = field(default_factory=list)

    def run(self) -> _Scanned:
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
        return _Scanned(text, self.parts, self.passages, [_skip_space(text, offset) for offset in self.checkworthy])

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


def _assemble(
    scanned: _Scanned, header: Header, path: Path, problems: list[Problem]
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


# --- claims and the statement bank ----------------------------------------------------------------------------------


def _collect(problems: list[Problem], readings: Iterable[Iterable[Any]]) -> Iterator[Any]:
    for reading in readings:
        try:
            yield from reading
        except CorpusError as error:
            problems += error.problems


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        reason = f"the file is not UTF-8 ({error.reason} at byte {error.start})"
        raise CorpusError([Problem(path, 1, reason)]) from error


def _read_claims(path: Path) -> Iterator[tuple[Path, int, Claim]]:
    """The good claims of a file with their lines; then the faults of the others, raised together."""
    source = _read_text(path)
    try:
        rows = yaml.safe_load(source)
    except yaml.YAMLError as error:
        raise CorpusError([Problem(path, 1, f"not a YAML file: {error}".replace("\n", " "))]) from error
    if not isinstance(rows, list):
        raise CorpusError([Problem(path, 1, "expected a list of claims, each starting with '- id: …'")])
    problems: list[Problem] = []
    for index, row in enumerate(rows):
        try:
            claim = Claim.model_validate(row)
        except ValidationError as error:
            problems += [
                Problem(path, _line_of(source, (index, *e["loc"])), f"claim {index + 1}: {_reason(e)}")
                for e in error.errors()
            ]
        else:
            yield path, _line_of(source, (index,)), claim
    if problems:
        raise CorpusError(problems)


def _read_bank(path: Path, claims: dict[str, Claim]) -> list[BankStatement]:
    statements, problems = [], []
    for number, line in enumerate(io.StringIO(_read_text(path)), start=1):
        try:
            row = json.loads(line)
            claim, text, stance = str(row["claim"]), row["text"], Stance(row["stance"])
            related = Stance(row["related"]) if row.get("related") else None
        except (ValueError, KeyError, TypeError) as error:
            problems.append(Problem(path, number, f'expected {{"claim": id, "text": …, "stance": …}} ({error})'))
            continue
        if not isinstance(text, str) or not text.strip():
            problems.append(Problem(path, number, f"the text is {text!r}; expected a sentence"))
            continue
        if claim not in claims:
            problems.append(Problem(path, number, f"the claim {claim!r} is in no claims file"))
        if re.findall(r"\[\[|\]\]", text) not in ([], ["[[", "]]"]) or "[[]]" in text:
            problems.append(Problem(path, number, "mark at most one source, as [[source]]"))
        statements.append(BankStatement(claim, text, stance, related))
    if problems:
        raise CorpusError(problems)
    return statements


def main(arguments: list[str]) -> int:
    """Check article files (or the whole corpus folder when none is named); print each fault; return the exit code."""
    targets: list[Path] = []
    for path in [Path(argument) for argument in arguments] or [Path("corpus")]:
        articles = path.is_dir() and not (path / "claims").is_dir()
        targets += sorted(path.rglob("*.txt")) if articles else [path]
    faults = checked = 0
    for target in targets:
        try:
            if target.is_dir():
                checked += len(load_corpus(target).articles)
            else:
                checked += 1
                parse_article(_read_text(target), target)
        except CorpusError as error:
            faults += len(error.problems)
            print(error)
        except OSError as error:
            faults += 1
            print(f"{target}: {error.strerror}")
    print(f"{checked} articles checked, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
