"""The annotated corpus: articles with inline markup, the claims they are about, and single statements.

``docs/annotation.md`` is the guideline. This module is its grammar: it turns each file into plain text and character
offsets, and refuses a malformed file with the file, the line and the reason of every fault.

Check files from the command line with ``python -m stance.training.corpus [PATH ...]``.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from stance.errors import CorpusError, Problem
from stance.records import Stance
from stance.training.annotations import AUTHOR, NOBODY, Article, BankStatement, Claim, Corpus, Header
from stance.training.markup import Scanner, assemble

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, compiled, where PyYAML has it


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
            markup = read_text(path)
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
            Problem(root, 0, "no claims/*.yaml here; expected a corpus folder as docs/annotation.md has it")
        )
    if problems:
        raise CorpusError(problems)
    return Corpus(by_id, tuple(articles), tuple(bank))


def read_article(path: Path) -> Article:
    """``parse_article`` of a file."""
    return parse_article(read_text(path), path)


def parse_article(markup: str, path: Path) -> Article:
    """Turn the markup of one article file into text and offsets.

    Raises:
        CorpusError: with every fault found, each with its line.
    """
    problems: list[Problem] = []
    head, body, body_line = _split_head(markup, path)
    header = _read_header(head, path)
    scanned = Scanner(body, path, body_line, problems).run()
    attributions, used = assemble(scanned, header, path, problems)
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
        values = yaml.load(head, Loader=_LOADER)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError) as error:  # a date with a month 13 is no error of YAML's own
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
    return first + _line_in(yaml.compose(source, Loader=_LOADER), location)


def _line_in(node: yaml.Node | None, location: tuple[Any, ...]) -> int:
    line = 0
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
    return line


# --- claims and the statement bank ----------------------------------------------------------------------------------


def _collect(problems: list[Problem], readings: Iterable[Iterable[Any]]) -> Iterator[Any]:
    for reading in readings:
        try:
            yield from reading
        except CorpusError as error:
            problems += error.problems


def read_text(path: Path) -> str:
    """The text of a file of the corpus.

    Raises:
        CorpusError: when it is not UTF-8, with the line.
    """
    try:
        return path.read_text(encoding="utf-8-sig")  # without the mark that some editors put first
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = f"the file is not UTF-8 ({error.reason} at byte {error.start})"
        raise CorpusError([Problem(path, line, reason)]) from error


def _read_claims(path: Path) -> Iterator[tuple[Path, int, Claim]]:
    """The good claims of a file with their lines; then the faults of the others, raised together."""
    source = read_text(path)
    try:
        rows = yaml.load(source, Loader=_LOADER)  # noqa: S506 - a safe loader
        node = yaml.compose(source, Loader=_LOADER)
    except (yaml.YAMLError, ValueError) as error:
        raise CorpusError([Problem(path, 1, f"not a YAML file: {error}".replace("\n", " "))]) from error
    if not isinstance(rows, list):
        raise CorpusError([Problem(path, 1, "expected a list of claims, each starting with '- id: …'")])
    problems: list[Problem] = []
    for index, row in enumerate(rows):
        try:
            claim = Claim.model_validate(row)
        except ValidationError as error:
            problems += [
                Problem(path, 1 + _line_in(node, (index, *e["loc"])), f"claim {index + 1}: {_reason(e)}")
                for e in error.errors()
            ]
        else:
            yield path, 1 + _line_in(node, (index,)), claim
    if problems:
        raise CorpusError(problems)


def _read_bank(path: Path, claims: dict[str, Claim]) -> list[BankStatement]:
    statements, problems = [], []
    for number, line in enumerate(io.StringIO(read_text(path)), start=1):
        try:
            row = json.loads(line)
            claim, text, stance = str(row["claim"]), row["text"], Stance(row["stance"])
            related = Stance(row["related"]) if row.get("related") else None
        except (ValueError, KeyError, TypeError, RecursionError) as error:
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
                read_article(target)
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
