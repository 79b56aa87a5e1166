"""From the corpus to the rows of three task data sets, split by claim and by article group.

All three tasks share the split of the article.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from stance.config import AttributionConfig, DataConfig, StanceConfig
from stance.records import SourceKind, Span, Stance
from stance.sentences import sentences
from stance.stances import authors_sentences
from stance.templates import (
    CHECK_WORTHY,
    NOT_CHECK_WORTHY,
    author_statement,
    bank_statement,
    mark_source,
    statement_of,
)
from stance.training.annotations import (
    Article,
    BankStatement,
    Claim,
    Corpus,
    negated,
)
from stance.training.other_claims import OtherClaims
from stance.training.splits import Split, fraction, split_of
from stance.training.tag_rows import Row, tag_rows


@dataclass(frozen=True)
class Placed:
    """An article with its sentences and its split."""

    article: Article
    claim: Claim
    split: Split

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Those of the article's text."""
        return tuple(sentences(self.article.text))

    @property
    def common(self) -> Row:
        """The columns that every task's rows carry."""
        return {
            "article": self.article.id,
            "group": self.article.group,
            "claim_id": self.claim.id,
            "family": self.claim.family,
            "split": self.split,
        }


def place(corpus: Corpus, config: DataConfig) -> list[Placed]:
    """All articles with their sentences and splits, in the order of their ids' hashes (so that a limit is a sample)."""
    articles = sorted(corpus.articles, key=lambda article: fraction(f"order:{article.id}"))[: config.limit]
    placed = []
    for article in articles:
        claim = corpus.claims[article.claim]
        split = split_of(claim.family, article.group, config)
        placed.append(Placed(article, claim, split))
    return placed


def claims_rows(placed: Placed) -> Iterator[Row]:
    """Sentences, check-worthy or not."""
    text = placed.article.text
    marked = placed.article.checkworthy
    for sentence in placed.sentences:
        worthy = any(sentence.start <= offset < sentence.end for offset in marked)
        label = CHECK_WORTHY if worthy else NOT_CHECK_WORTHY
        yield {**placed.common, "text": sentence.of(text), "label": label}


def attribution_rows(placed: Placed, config: AttributionConfig) -> Iterator[Row]:
    """Blocks and contents of an article, with the spans to tag in them."""
    found = placed.article.attributions
    places = {attribution.number: place for place, attribution in enumerate(found)}
    parents = [None if each.parent is None else places[each.parent] for each in found]
    spanned = [attribution.spanned for attribution in found]
    yield from tag_rows(placed.article.text, spanned, parents, placed.common, config)


def stance_rows(placed: Placed, other_claims: OtherClaims, config: StanceConfig) -> Iterator[Row]:
    """Statements paired with wordings of the claim: in training some of them, in dev and test one of each kind."""
    article, text = placed.article, placed.article.text
    for attribution in article.attributions:
        speaker = article.speakers.get(attribution.speaker or "")
        parts = [*attribution.contents, *attribution.cues, *([attribution.source] if attribution.source else [])]
        statement = statement_of(parts, placed.sentences)
        row = {
            **placed.common,
            "id": f"{article.id}#{attribution.number}",
            "speaker": attribution.speaker or "",
            "kind": str(speaker.kind if speaker else SourceKind.UNNAMED),
            "nested": attribution.parent is not None,
            "statement": mark_source(text, statement, attribution.source, speaker.name if speaker else None),
        }
        yield from _paired(row, placed.claim, attribution.stance, attribution.related_stance, other_claims, config)
    for row, stance, related in _author_rows(placed, config):
        yield from _paired(row, placed.claim, stance, related, other_claims, config)


def bank_rows(
    statement: BankStatement, claim: Claim, other_claims: OtherClaims, data: DataConfig, config: StanceConfig
) -> Iterator[Row]:
    """A single statement of the bank, paired in the same way; what it meets does not change when others are added."""
    digest = hashlib.sha256(f"{claim.id}:{statement.text}".encode()).hexdigest()
    row = {
        "article": "",
        "group": "",
        "claim_id": claim.id,
        "family": claim.family,
        "split": split_of(claim.family, None, data),
        "id": f"bank#{digest[:12]}",
        "speaker": "",
        "kind": "bank",
        "nested": False,
        "statement": bank_statement(statement.text),
    }
    yield from _paired(row, claim, statement.stance, statement.related_stance, other_claims, config)


def _author_rows(placed: Placed, config: StanceConfig) -> Iterator[tuple[Row, Stance, Stance | None]]:
    article, text = placed.article, placed.article.text
    own = authors_sentences(placed.sentences, [c for a in article.attributions if a.parent is None for c in a.contents])
    unmarked = 0
    for sentence in sorted(own, key=lambda sentence: fraction(f"author:{article.id}:{sentence.start}")):
        passage = next((p for p in article.author_passages if p.span.overlaps(sentence)), None)
        if passage is None:
            unmarked += 1
            if placed.split == "train" and unmarked > config.author_sentences:
                continue
        row = {
            **placed.common,
            "id": f"{article.id}@{sentence.start}",
            "speaker": "author",
            "kind": str(SourceKind.AUTHOR),
            "nested": False,
            "statement": author_statement(text, sentence),
        }
        yield row, passage.stance if passage else Stance.UNRELATED, passage.related_stance if passage else None


def _paired(
    row: Row, claim: Claim, stance: Stance, related: Stance | None, others: OtherClaims, config: StanceConfig
) -> Iterator[Row]:
    wordings = [("claim", claim.text, stance)]
    wordings += [("paraphrase", paraphrase, stance) for paraphrase in claim.paraphrases]
    wordings.append(("negation", claim.negation, negated(stance)))
    if claim.related and related:
        wordings.append(("related", claim.related.text, related))
    if row["split"] != "train":
        kept = _one_paraphrase(wordings, row["id"])
    else:
        # The claim or a paraphrase, and as often its negation: so the statement alone cannot tell the sides apart.
        paraphrased = fraction(f"paraphrased:{row['id']}") < config.paraphrases
        shares = {
            "claim": 1 - paraphrased,
            "paraphrase": paraphrased,
            "negation": config.negations,
            "related": config.related,
        }
        kept = [
            wording
            for wording in _one_paraphrase(wordings, row["id"])
            if fraction(f"{wording[0]}:{row['id']}") < shares[wording[0]]
        ]
        if fraction(f"other:{row['id']}") < config.other_claims and (other := others.draw(claim, row["id"])):
            kept.append(("other", other.text, Stance.UNRELATED))
    for wording, text, label in kept:
        yield {**row, "wording": wording, "claim": text, "label": str(label)}


def _one_paraphrase(wordings: list[tuple[str, str, Stance]], key: str) -> list[tuple[str, str, Stance]]:
    paraphrases = [wording for wording in wordings if wording[0] == "paraphrase"]
    chosen = paraphrases[int(fraction(f"paraphrase:{key}") * len(paraphrases))]
    return [wording for wording in wordings if wording[0] != "paraphrase" or wording is chosen]
