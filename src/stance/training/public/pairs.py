"""Stance data sets: a claim, a text about it, and the side that the text takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from stance.errors import InputError
from stance.records import Span, Stance
from stance.templates import bank_statement, mark_source
from stance.training.public.files import read_json, read_json_lines, rows, text_of, typed, value


@dataclass(frozen=True)
class Pair:
    """A text and the stance it takes on a claim."""

    id: str
    claim: str
    text: str
    stance: Stance
    source: str = ""
    """Who says it; empty for the author."""
    group: str = ""
    """What stays on one side of a split; empty for the claim."""

    @property
    def statement(self) -> str:
        """The text as the stance model reads it: its source marked where it stands, or named in front."""
        if not self.source:
            return bank_statement(self.text)
        stands = re.search(rf"(?<!\w){re.escape(self.source)}(?!\w)", self.text)
        source = Span(start=stands.start(), end=stands.end()) if stands else None
        return mark_source(self.text, Span(start=0, end=len(self.text)), source, self.source)


_PERSPECTRUM = {"SUPPORT": Stance.SUPPORTS, "UNDERMINE": Stance.DISPUTES}
_IBM = {"PRO": Stance.SUPPORTS, "CON": Stance.DISPUTES}


def read_perspectrum(folder: Path, part: str) -> list[Pair]:
    """PERSPECTRUM (Chen et al., NAACL 2019): each perspective, in all its wordings, towards its claim.

    Args:
        folder: Holds the files ``*_v1.0.json``: perspectrum_with_answers, perspective_pool and dataset_split.
        part: ``train``, ``dev`` or ``test``.

    Raises:
        InputError: when a file is missing or damaged, or the part is empty.
    """
    answers = folder / "perspectrum_with_answers_v1.0.json"
    pool_file, split_file = folder / "perspective_pool_v1.0.json", folder / "dataset_split_v1.0.json"
    pool = {str(value(row, "pId", at)): text_of(row, "text", at) for at, row in rows(read_json(pool_file), pool_file)}
    parts = read_json(split_file)
    if not isinstance(parts, dict):
        raise InputError(f"{split_file}: expected an object that maps each claim's id to its part")
    pairs = []
    for place, claim in rows(read_json(answers), answers):
        name = str(value(claim, "cId", place))
        if parts.get(name) != part:
            continue
        for _, perspective in rows(value(claim, "perspectives", place), place):
            label = text_of(perspective, "stance_label_3", place)
            if label not in _PERSPECTRUM:
                raise InputError(f"{place}: the stance is {label!r}; expected SUPPORT or UNDERMINE")
            for key in map(str, typed(perspective, "pids", place, list, "a list")):
                if key not in pool:
                    raise InputError(f"{place}: perspective {key} is not in the pool")
                pairs.append(Pair(f"{name}-{key}", text_of(claim, "text", place), pool[key], _PERSPECTRUM[label]))
    return _some(pairs, folder, part)


def read_ibm_claim_stance(folder: Path, part: str) -> list[Pair]:
    """IBM claim stance (Bar-Haim et al., EACL 2017): claims pro and con a topic.

    Args:
        folder: Holds ``<part>.jsonl`` with the keys ``topic``, ``claim`` and ``stance`` (PRO or CON); the set is
            published as CSV, from which these are the columns topicText, claims.claimCorrectedText and claims.stance.
        part: ``train`` or ``test``.

    Raises:
        InputError: when the file is missing or damaged.
    """
    path = folder / f"{part}.jsonl"
    pairs = []
    for number, row in read_json_lines(path):
        place = f"{path}:{number}"
        stance = _IBM.get(text_of(row, "stance", place))
        if stance is None:
            raise InputError(f"{place}: the stance is {row['stance']!r}; expected PRO or CON")
        topic, claim = text_of(row, "topic", place), text_of(row, "claim", place)
        pairs.append(Pair(f"{part}-{number}", topic, claim, stance))
    return _some(pairs, folder, part)


def _some(pairs: list[Pair], folder: Path, part: str) -> list[Pair]:
    if not pairs:
        raise InputError(f"{folder}: nothing here belongs to the part {part!r}")
    return pairs
