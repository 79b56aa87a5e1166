"""Checks the corpus for what a format check cannot see: balance, repeats, leaks between splits, and shortcuts.

A shortcut is something that gives the label away without the comparison of statement and claim that is asked for. Each
is measured by a model that sees nothing else, cross-validated over families of claims (cf. Gururangan et al., 2018,
arXiv:1803.02324): the nearer it comes to chance, the less there is of it.

``python -m stance.training.lint data.corpus=corpus`` prints what it finds. It exits with 1 when there
is a fault, or a shortcut over its limit.
"""

from __future__ import annotations

import logging
import re
import string
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from stance.config import Config, check
from stance.copies import normal
from stance.errors import StanceError
from stance.records import Stance
from stance.sentences import sentences
from stance.training.annotations import Corpus
from stance.training.corpus import load_corpus
from stance.training.duplicates import near_duplicates
from stance.training.other_claims import likeness
from stance.training.prepare import build_rows
from stance.training.splits import fraction, split_of
from stance.training.stage import as_stage
from stance.training.tag_rows import Row

log = logging.getLogger(__name__)
_LEAST_SHARE = 0.15  # of all attributions, for each stance
_LEAST_SIDE = 0.10  # of a claim's attributions, for *supports* and for *disputes*
_SHORTEST = 8  # words; shorter sentences may recur
_TWINS = 0.6  # likeness of claims
_FOLDS = 5
_MOST_ROWS = 6000  # for one probe; more change the third digit only
_SIDES = {str(Stance.SUPPORTS), str(Stance.DISPUTES)}
_OWN = ("claim", "paraphrase")
_MARKS = "“”\"'‘’?!:;,.()—–-%$€£#@"


@dataclass(frozen=True)
class Probe:
    """How well a model that sees only part of the input tells the labels apart."""

    name: str
    macro_f1: float
    chance: float
    """Macro F1 of guessing by the labels' shares: one over their number."""
    limit: float
    rows: int

    @property
    def passed(self) -> bool:
        """Whether the figure is within its limit."""
        return self.macro_f1 <= self.limit


def balance_faults(corpus: Corpus) -> Iterator[str]:
    """Stances that are rare over the whole corpus, and claims with hardly any source on one side."""
    by_claim: dict[str, Counter[Stance]] = defaultdict(Counter)
    for article in corpus.articles:
        by_claim[article.claim].update(attribution.stance for attribution in article.attributions)
    whole = sum(by_claim.values(), Counter[Stance]())
    for stance in Stance:
        share = whole[stance] / max(1, whole.total())
        if share < _LEAST_SHARE:
            yield f"{stance}: {share:.0%} of all attributions; at least {_LEAST_SHARE:.0%} are wanted"
    for claim, counts in sorted(by_claim.items()):
        for side in (Stance.SUPPORTS, Stance.DISPUTES):
            if counts[side] < _LEAST_SIDE * counts.total():
                yield f"claim {claim}: {side} has {counts[side]} of {counts.total()} attributions; write more"


def repeat_faults(corpus: Corpus, similarity: float) -> Iterator[str]:
    """Sentences of articles, and statements of the bank, that nearly repeat others.

    Copies inside a group of articles are wanted (wire copy), and so are twins about one claim in the bank.
    """
    found = [
        (article.id, f"group {article.group}", span.of(article.text))
        for article in corpus.articles
        for span in sentences(article.text)
    ]
    found += [("the bank", f"claim {statement.claim}", statement.text) for statement in corpus.bank]
    found = [each for each in found if len(each[2].split()) >= _SHORTEST]
    for first, second in near_duplicates([text for _, _, text in found], similarity):
        if found[first][1] != found[second][1]:
            yield f"{found[second][0]} nearly repeats {found[first][0]}: {found[second][2][:100]!r}"


def leak_faults(corpus: Corpus, config: Config) -> Iterator[str]:
    """Groups of articles that fall into more than one split, and wordings of claims that recur in another one."""
    groups, wordings = defaultdict(set), defaultdict(set)
    for article in corpus.articles:
        family = corpus.claims[article.claim].family
        groups[article.group].add(split_of(family, article.group, config.data))
    for claim in corpus.claims.values():
        related = [claim.related.text] if claim.related else []
        for text in (claim.text, claim.negation, *claim.paraphrases, *related):
            wordings[normal(text)].add(split_of(claim.family, None, config.data))
    for what, found in (("group", groups), ("wording", wordings)):
        yield from (f"{what} {name!r} is in {' and '.join(sorted(s))}" for name, s in found.items() if len(s) > 1)


def twin_faults(corpus: Corpus) -> Iterator[str]:
    """Claims of two families that say nearly the same: they could fall into two splits."""
    claims = sorted(corpus.claims.values(), key=lambda claim: claim.id)
    for first, second in zip(*np.where(np.triu(likeness(claims), 1) >= _TWINS), strict=True):
        one, other = claims[first], claims[second]
        if one.family != other.family:
            yield f"claims {one.id} and {other.id} are of two families and say nearly the same: give them one family"


def probes(rows: Sequence[Row]) -> Iterator[Probe]:
    """What models see of the label that see only the statement, only the claim, or only the statement's form.

    Args:
        rows: Training rows of the stance task, as training draws them.
    """
    words = _Text(TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True))
    form = _Text(FunctionTransformer(_form), StandardScaler())
    sides = [row for row in rows if row["wording"] in _OWN and row["label"] in _SIDES]
    yield words.probe("four labels, claim-blind (statement with its source)", rows, _statement, 0.55)
    yield words.probe("four labels, statement only (without its source)", rows, _without_source, 0.55)
    yield words.probe("four labels, claim only", rows, _claim, 0.30)
    yield form.probe("four labels, length and punctuation only", rows, _statement, 0.40)
    yield words.probe("supports or disputes, claim-blind", sides, _statement, 0.58)
    yield words.probe("supports or disputes, statement only", sides, _without_source, 0.58)
    yield form.probe("supports or disputes, length and punctuation only", sides, _statement, 0.54)


class _Text:
    """A logistic regression over features of one text a row."""

    def __init__(self, *steps: Any) -> None:
        self._steps = steps

    def probe(self, name: str, rows: Sequence[Row], see: Callable[[Row], str], limit: float) -> Probe:
        model = make_pipeline(*self._steps, LogisticRegression(max_iter=500, C=3, class_weight="balanced"))
        rows = sorted(rows, key=lambda row: fraction(f"lint:{row['id']}"))[:_MOST_ROWS]
        labels = [row["label"] for row in rows]
        groups = [row["family"] for row in rows]
        folds = min(_FOLDS, len(set(groups)))
        if folds < 2:
            raise StanceError(f"{name}: the training rows are about one family of claims only; raise data.limit")
        found = cross_val_predict(model, [see(row) for row in rows], labels, groups=groups, cv=GroupKFold(folds))
        score = float(f1_score(labels, found, average="macro", zero_division=0))
        return Probe(name, score, 1 / len(set(labels)), limit, len(rows))


def _statement(row: Row) -> str:
    return str(row["statement"])


def _claim(row: Row) -> str:
    return str(row["claim"])


def _without_source(row: Row) -> str:
    return re.sub(r"<[^>]*>", " ", row["statement"])


def _form(texts: Sequence[str]) -> Any:
    """Logarithms of the counts of characters, words, capitals, digits and marks; shape [texts, features]."""
    counts = [
        [
            len(text),
            len(text.split()),
            sum(letter in string.ascii_uppercase for letter in text),
            sum(letter.isdigit() for letter in text),
            *(text.count(mark) for mark in _MARKS),
        ]
        for text in texts
    ]
    return np.log1p(np.array(counts, dtype=float))


def lint(config: Config) -> tuple[list[str], list[Probe]]:
    """Everything found in the configured corpus: faults, and the shortcut probes.

    Raises:
        CorpusError: when the corpus cannot be read.
    """
    corpus = load_corpus(config.data.corpus)
    faults = [
        *balance_faults(corpus),
        *repeat_faults(corpus, config.data.near_duplicate),
        *leak_faults(corpus, config),
        *twin_faults(corpus),
    ]
    return faults, list(probes(_training_rows(corpus, config)))


def stance_probes(config: Config) -> list[Probe]:
    """The shortcut probes of the configured corpus.

    Raises:
        CorpusError: when the corpus cannot be read.
    """
    return list(probes(_training_rows(load_corpus(config.data.corpus), config)))


def _training_rows(corpus: Corpus, config: Config) -> list[Row]:
    return [row for row in build_rows(corpus, config)["stance"] if row["split"] == "train"]


@as_stage(check)
def main(config: Config) -> None:
    """Run the checks."""
    faults, measured = lint(config)
    for probe in measured:
        verdict = "" if probe.passed else "  OVER THE LIMIT"
        log.info("%s: macro F1 %.3f (chance %.2f, limit %.2f, %d rows)%s", probe.name, probe.macro_f1,
                 probe.chance, probe.limit, probe.rows, verdict)  # fmt: skip
    for fault in faults:
        log.info("%s", fault)
    over = sum(not probe.passed for probe in measured)
    if faults or over:
        raise StanceError(f"{len(faults)} faults, {over} of {len(measured)} shortcuts over their limit")
    log.info("no faults, no shortcut over its limit")


if __name__ == "__main__":
    main()
