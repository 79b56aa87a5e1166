"""The corpus itself: whole, balanced, and without repeats."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from stance.records import Stance
from stance.sentences import sentences
from stance.training.annotations import Article, Corpus
from stance.training.corpus import load_corpus


@pytest.fixture(scope="module")
def corpus(repository: Path) -> Corpus:
    return load_corpus(repository / "corpus")


def test_there_is_enough_of_it(corpus: Corpus) -> None:
    in_target = [article for article in corpus.articles if corpus.claims[article.claim].family == "iran-al-qaeda"]
    others = {corpus.claims[article.claim].family for article in corpus.articles} - {"iran-al-qaeda"}
    assert len(corpus.articles) >= 500
    assert len(in_target) >= 120
    assert len(others) >= 60


def test_no_stance_is_rare(corpus: Corpus) -> None:
    counts = Counter(attribution.stance for article in corpus.articles for attribution in article.attributions)
    shares = {stance: counts[stance] / sum(counts.values()) for stance in Stance}
    assert min(shares.values()) >= 0.15, shares


def test_every_claim_has_sources_on_both_sides(corpus: Corpus) -> None:
    sides: dict[str, set[Stance]] = {}
    for article in corpus.articles:
        sides.setdefault(article.claim, set()).update(attribution.stance for attribution in article.attributions)
    assert [claim for claim, stances in sides.items() if not {Stance.SUPPORTS, Stance.DISPUTES} <= stances] == []


def test_every_check_worthy_mark_stands_at_the_start_of_a_sentence(corpus: Corpus) -> None:
    late = []
    for article in corpus.articles:
        spans = sentences(article.text)
        for offset in article.checkworthy:
            if not any(span.start <= offset < span.end for span in spans):
                late.append((article.id, article.text[offset : offset + 40]))
    assert late == []


def test_quoted_names_do_not_lead_out_of_the_article(corpus: Corpus) -> None:
    for article in corpus.articles:
        for attribution in article.attributions:
            spans = [*attribution.contents, *attribution.cues, *([attribution.source] if attribution.source else [])]
            assert all(0 <= span.start < span.end <= len(article.text) for span in spans)
            assert all(span.of(article.text) == span.of(article.text).strip() for span in spans)


def test_long_sentences_occur_once_but_in_copies(corpus: Corpus) -> None:
    seen: dict[str, Article] = {}
    repeated = []
    for article in corpus.articles:
        for span in sentences(article.text):
            text = " ".join(re.findall(r"\w+", span.of(article.text).lower()))
            if len(text.split()) < 12:
                continue
            first = seen.setdefault(text, article)
            if first.id != article.id and first.group != article.group:
                repeated.append((first.id, article.id, text))
    assert repeated == []


def test_the_examples_are_not_in_it(corpus: Corpus, repository: Path) -> None:
    known = {span.of(article.text) for article in corpus.articles for span in sentences(article.text)}
    speech = (repository / "examples" / "home-base-speech.txt").read_text(encoding="utf-8")
    assert not {span.of(speech) for span in sentences(speech)} & known
