"""Check-worthiness data sets: sentences of debates and speeches, worth checking or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from stance.errors import InputError
from stance.training.public.files import read_data, read_json, rows, text_of, value


@dataclass(frozen=True)
class Sentence:
    """A sentence and whether annotators found it worth checking."""

    id: str
    text: str
    check_worthy: bool
    group: str
    """The debate or speech; one group for all where the data set does not say."""


def read_claimbuster(folder: Path, part: str) -> list[Sentence]:
    """The two-class ClaimBuster set (Arslan et al., ICWSM 2020): ``<part>.json``, ``[{sentence_id, label, text}]``.

    Raises:
        InputError: when the file is missing or damaged.
    """
    path = folder / f"{part}.json"
    sentences = []
    for place, row in rows(read_json(path), path):
        label = value(row, "label", place)
        if label not in (0, 1):
            raise InputError(f"{place}: the label is {label!r}; expected 0 or 1")
        sentences.append(Sentence(str(value(row, "sentence_id", place)), text_of(row, "text", place), label == 1, part))
    if not sentences:
        raise InputError(f"{path}: the file has no rows")
    return sentences


def read_checkthat(folder: Path, part: str) -> list[Sentence]:
    """CheckThat! 2019 task 1 (Atanasova et al., CLEF 2019): ``<part>/*.tsv``, one file a debate.

    Columns: line number, speaker, text, label. Lines of the moderators' technical turns are kept, as the task has them.

    Raises:
        InputError: when there are no files or a line is damaged.
    """
    return [sentence for _, sentence in _spoken(folder, part)]


def read_checkthat_in_context(folder: Path, part: str) -> list[Sentence]:
    """``read_checkthat`` with the speaker before each sentence, and behind it the sentence before, with its speaker.

    Raises:
        InputError: when there are no files or a line is damaged.
    """
    found = []
    group, before = "", ""
    for speaker, sentence in _spoken(folder, part):
        said = f"{speaker}: {sentence.text}"
        behind = f" | {before}" if sentence.group == group else ""
        found.append(replace(sentence, text=said + behind))
        group, before = sentence.group, said
    return found


def _spoken(folder: Path, part: str) -> list[tuple[str, Sentence]]:
    """Sentences in the order of their debates, each with its speaker."""
    files = sorted((folder / part).glob("*.tsv"))
    if not files:
        raise InputError(f"{folder / part}: no *.tsv here; expected one file a debate")
    found = []
    for path in files:
        for number, line in enumerate(read_data(path).split("\n"), start=1):
            if not line.strip():
                continue
            row = line.split("\t")
            if len(row) != 4 or row[3].strip() not in ("0", "1"):
                raise InputError(f"{path}:{number}: expected line, speaker, text and label 0 or 1, divided by tabs")
            sentence = Sentence(f"{path.stem}:{row[0]}", row[2], row[3].strip() == "1", path.stem)
            found.append((row[1].strip(), sentence))
    if not found:
        raise InputError(f"{folder / part}: the files have no rows")
    return found
