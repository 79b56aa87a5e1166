"""How far two annotators who did not see each other's labels agree on the same articles.

The labels of both lie below one folder, ``first/`` and ``second/``, as article files of the same names and texts;
those of single statements in ``statements.jsonl``, a line each: the claim, the text, the first and the second stance.

Attributions have no identity that the annotators share, so they are matched first: pairs of attributions whose contents
have the most characters in common, one to one. Stance is compared on those pairs only; how many there are is what the
span scores tell.
"""

from __future__ import annotations

import io
import json
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import cohen_kappa_score

from stance.errors import CorpusError, Problem
from stance.records import Span, Stance
from stance.sentences import sentences
from stance.training.annotations import AnnotatedAttribution, Article
from stance.training.corpus import read_article, read_text
from stance.training.metrics import Spans, b_cubed, f1, span_scores, spans_of

Scores = dict[str, Any]


@dataclass(frozen=True)
class Twice:
    """One article as two annotators marked it."""

    first: Article
    second: Article

    def matched(self) -> list[tuple[AnnotatedAttribution, AnnotatedAttribution]]:
        """The attributions that both marked, first and second annotator's, one to one."""
        if not self.first.attributions or not self.second.attributions:
            return []
        shared = np.array(
            [[_shared(mine, other) for other in self.second.attributions] for mine in self.first.attributions]
        )
        rows, columns = linear_sum_assignment(shared, maximize=True)
        return [
            (self.first.attributions[row], self.second.attributions[column])
            for row, column in zip(rows, columns, strict=True)
            if shared[row, column] > 0
        ]


class TwiceLabelled(NamedTuple):
    """The stance of a single statement to a claim, as two annotators saw it."""

    claim: str
    text: str
    first: Stance
    second: Stance


def read_pairs(root: Path) -> list[Twice]:
    """The articles of ``root/first`` next to those of ``root/second``.

    Raises:
        CorpusError: when a file is malformed, has no partner, or the texts differ.
    """
    problems: list[Problem] = []
    files = {half: {path.name: path for path in sorted((root / half).glob("*.txt"))} for half in ("first", "second")}
    if not files["first"] and not files["second"]:
        problems.append(Problem(root, 0, "no first/*.txt and second/*.txt here; expected the two label sets"))
    for half, other in (("first", "second"), ("second", "first")):
        for name in sorted(files[half].keys() - files[other].keys()):
            problems.append(Problem(files[half][name], 0, f"there is no file of this name in {root / other}"))
    pairs: list[Twice] = []
    for name in sorted(files["first"].keys() & files["second"].keys()):
        try:
            pair = Twice(read_article(files["first"][name]), read_article(files["second"][name]))
        except CorpusError as error:
            problems += error.problems
            continue
        if pair.first.text != pair.second.text:
            problems.append(Problem(files["second"][name], 1, "the text differs from the first annotator's"))
        if pair.first.claim != pair.second.claim:
            problems.append(Problem(files["second"][name], 2, f"the first annotator's claim is {pair.first.claim!r}"))
        pairs.append(pair)
    if problems:
        raise CorpusError(problems)
    return pairs


def read_statements(root: Path) -> list[TwiceLabelled]:
    """The lines of ``root/statements.jsonl``; none where there is no such file.

    Raises:
        CorpusError: with every line that is malformed.
    """
    path = root / "statements.jsonl"
    found: list[TwiceLabelled] = []
    problems: list[Problem] = []
    for number, line in enumerate(io.StringIO(read_text(path)) if path.exists() else (), start=1):
        try:
            row = json.loads(line)
            found.append(TwiceLabelled(row["claim"], row["text"], Stance(row["first"]), Stance(row["second"])))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            reason = f'expected {{"claim": …, "text": …, "first": stance, "second": stance}} ({error})'
            problems.append(Problem(path, number, reason))
    if problems:
        raise CorpusError(problems)
    return found


def agreement(pairs: Sequence[Twice], statements: Sequence[TwiceLabelled] = ()) -> Scores:
    """Cohen's kappa (1960) for labels, F1 for spans, B-cubed F1 for speakers; the first annotator counts as gold."""
    matched = [(pair, mine, other) for pair in pairs for mine, other in pair.matched()]
    worthy = [both for pair in pairs for both in _check_worthy(pair)]
    related = [
        (str(mine.related_stance), str(other.related_stance))
        for _, mine, other in matched
        if mine.related_stance and other.related_stance
    ]
    voices = [both for pair in pairs for both in _author_labels(pair)]
    spans = span_scores([_marked(pair.first) for pair in pairs], [_marked(pair.second) for pair in pairs])
    marked = [sum(len(article.attributions) for article in half) for half in _halves(pairs)]
    linked = sum(mine.spanned.touches(other.spanned) for _, mine, other in matched)
    mentions = [
        (f"{pair.first.id} {mine.speaker}", f"{pair.first.id} {other.speaker}")
        for pair, mine, other in matched
        if mine.speaker and other.speaker
    ]
    kinds = [
        (str(pair.first.speakers[mine.speaker].kind), str(pair.second.speakers[other.speaker].kind))
        for pair, mine, other in matched
        if mine.speaker and other.speaker
    ]
    return {
        "articles": len(pairs),
        "attributions": {"first": marked[0], "second": marked[1], "matched": len(matched)},
        "matched_f1": f1(len(matched), marked[1], marked[0]),
        "triples_f1": f1(linked, marked[1], marked[0]),
        "spans": spans,
        "stance": _labels([(str(mine.stance), str(other.stance)) for _, mine, other in matched]),
        "stance_table": confusion((mine.stance, other.stance) for _, mine, other in matched),
        "related_stance": _labels(related),
        "statement_stance": _labels([(str(each.first), str(each.second)) for each in statements]),
        "authors_voice": _labels(voices),
        "author_stance": _labels([(str(p.first.author_stance), str(p.second.author_stance)) for p in pairs]),
        "check_worthy": _labels(worthy),
        "speakers_b_cubed_f1": b_cubed([mine for mine, _ in mentions], [other for _, other in mentions])["f1"],
        "speaker_kind": _labels(kinds),
    }


def confusion(labels: Iterable[tuple[Stance, Stance]]) -> dict[str, dict[str, int]]:
    """How often the first annotator's label (outer key) met the second's (inner key)."""
    table = {str(stance): {str(other): 0 for other in Stance} for stance in Stance}
    for mine, other in labels:
        table[str(mine)][str(other)] += 1
    return table


def _labels(pairs: Sequence[tuple[Hashable, Hashable]]) -> Scores:
    """Kappa, plain agreement and number of the pairs of labels."""
    mine, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if not pairs:
        return {"kappa": 0.0, "agreement": 0.0, "pairs": 0}
    same = float(np.mean([a == b for a, b in pairs]))
    kappa = 1.0 if len({*mine, *other}) == 1 else float(cohen_kappa_score(mine, other))  # undefined for one label
    return {"kappa": kappa, "agreement": same, "pairs": len(pairs)}


def _check_worthy(pair: Twice) -> Iterator[tuple[bool, bool]]:
    for sentence in sentences(pair.first.text):
        yield (
            any(sentence.start <= offset < sentence.end for offset in pair.first.checkworthy),
            any(sentence.start <= offset < sentence.end for offset in pair.second.checkworthy),
        )


def _author_labels(pair: Twice) -> Iterator[tuple[str, str]]:
    """For each sentence outside both annotators' attributions, the stance of the author's voice in it."""
    attributed = [c for article in (pair.first, pair.second) for a in article.attributions for c in a.contents]
    for sentence in sentences(pair.first.text):
        if not any(sentence.overlaps(content) for content in attributed):
            yield _voice(pair.first, sentence), _voice(pair.second, sentence)


def _voice(article: Article, sentence: Span) -> str:
    found = next((p.stance for p in article.author_passages if p.span.overlaps(sentence)), Stance.UNRELATED)
    return str(found)


def _halves(pairs: Sequence[Twice]) -> tuple[list[Article], list[Article]]:
    return [pair.first for pair in pairs], [pair.second for pair in pairs]


def _marked(article: Article) -> Spans:
    return spans_of(attribution.spanned for attribution in article.attributions)


def _shared(mine: AnnotatedAttribution, other: AnnotatedAttribution) -> float:
    """Characters that the contents have in common, as a share of all that either covers."""
    common = sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in mine.contents for b in other.contents)
    covered = sum(span.end - span.start for span in (*mine.contents, *other.contents))
    return common / (covered - common)
