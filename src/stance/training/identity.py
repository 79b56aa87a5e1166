"""How well speakers are told apart and joined, on the annotated spans of our own articles.

The spans of each article are given, those of nested attributions too, and go through the resolution that inference
uses; so what is measured is speaker identity alone, without the errors of the tagger.

``python -m stance.training.identity [--split train] [--mistakes] [data.corpus=corpus …]``
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from stance.attribution.cast import Resolution
from stance.attribution.linking import Link
from stance.attribution.mentions import MentionForm
from stance.attribution.speakers import resolve
from stance.config import CONF, DataConfig, check, compose
from stance.errors import StanceError
from stance.records import Span, Speaker
from stance.training.annotations import AnnotatedAttribution, Article
from stance.training.corpus import load_corpus
from stance.training.dataset import place
from stance.training.metrics import b_cubed
from stance.training.splits import SPLITS, Split

Scores = dict[str, Any]
_NOBODY = "nobody"


@dataclass(frozen=True)
class Mistake:
    """An attribution that was not joined with the right ones."""

    kind: str
    """``joined`` with attributions that are all another's, ``split`` off from its speaker's, or left ``unresolved``."""
    article: str
    source: str
    """Its wording; empty where there is none."""
    found: str
    gold: str
    resolved_by: str | None

    def __str__(self) -> str:
        return f"{self.article}: [{self.source or '–'}] {self.found}, should be {self.gold}"


@dataclass(frozen=True)
class Resolved:
    """An article's attributions in the order of the text, with the speakers that the resolution found."""

    article: Article
    attributions: tuple[AnnotatedAttribution, ...]
    speakers: tuple[Speaker, ...]
    resolutions: tuple[Resolution, ...]

    @cached_property
    def gold(self) -> list[str]:
        """The annotated cluster of each attribution; one without a speaker is a cluster of its own."""
        return [f"{self.article.id} {each.speaker or f'attribution {each.number}'}" for each in self.attributions]

    @cached_property
    def found(self) -> list[str]:
        """The found cluster of each attribution; an unresolved one is a cluster of its own."""
        return [
            f"{self.article.id} "
            + (f"attribution {each.number}" if found.speaker is None else f"speaker {found.speaker}")
            for each, found in zip(self.attributions, self.resolutions, strict=True)
        ]

    @cached_property
    def pronouns(self) -> list[bool]:
        """Whether each attribution's source is a pronoun."""
        return [bool(each.source and MentionForm(self._wording(each)).pronoun) for each in self.attributions]

    def kinds(self) -> Iterator[tuple[str, str]]:
        """Annotated and found kind of each attribution that has both speakers."""
        for each, resolution in zip(self.attributions, self.resolutions, strict=True):
            if each.speaker is not None and resolution.speaker is not None:
                yield str(self.article.speakers[each.speaker].kind), str(self.speakers[resolution.speaker].kind)

    def mistakes(self) -> Iterator[Mistake]:
        """What a reader from left to right gets wrong; a wrong joining counts once, not again for all that follow."""
        sizes = Counter(self.gold)
        for index, (each, resolution) in enumerate(zip(self.attributions, self.resolutions, strict=True)):
            mates = [self.gold[i] for i in range(index) if self.found[i] == self.found[index]]
            if self.gold[index] in mates:
                continue
            if mates:
                kind = "joined"
            elif resolution.speaker is None and sizes[self.gold[index]] > 1:
                kind = "unresolved"
            elif self.gold[index] in self.gold[:index]:
                kind = "split"
            else:
                continue
            found = _NOBODY if resolution.speaker is None else self.speakers[resolution.speaker].name
            gold = _NOBODY if each.speaker is None else self.article.speakers[each.speaker].name
            yield Mistake(kind, self.article.id, self._wording(each), found, gold, resolution.resolved_by)

    def _wording(self, attribution: AnnotatedAttribution) -> str:
        return attribution.source.of(self.article.text) if attribution.source else ""


def resolved(article: Article, sentences: Sequence[Span]) -> Resolved:
    """Resolve the speakers of an article's annotated attributions as inference does those that it finds.

    Args:
        article: The article.
        sentences: Its sentences in order.
    """
    ordered = _in_order(article.attributions)
    links = [Link(each.source, each.cues[0] if each.cues else None, each.contents, 1.0) for each in ordered]
    outer = [position for position, each in enumerate(ordered) if each.parent is None]
    speakers, resolutions = resolve(article.text, links, sentences, outer)
    return Resolved(article, tuple(ordered), tuple(speakers), tuple(resolutions))


def identity(articles: Sequence[Resolved]) -> Scores:
    """The figures over all articles.

    B-cubed (Bagga and Baldwin, 1998) is taken over all attributions. For pronouns it is the mean over them alone, while
    the clusters that they are compared with stay whole.
    """
    gold = [name for each in articles for name in each.gold]
    found = [name for each in articles for name in each.found]
    pronouns = [is_pronoun for each in articles for is_pronoun in each.pronouns]
    rules = Counter(resolution.resolved_by or "unresolved" for each in articles for resolution in each.resolutions)
    kinds = [both for each in articles for both in each.kinds()]
    return {
        "articles": len(articles),
        "attributions": len(gold),
        "b_cubed": b_cubed(gold, found),
        "pronouns": sum(pronouns),
        "b_cubed_of_pronouns": b_cubed(gold, found, pronouns),
        "same_kind": sum(wanted == got for wanted, got in kinds) / max(1, len(kinds)),
        "resolved_by": {rule: count / len(gold) for rule, count in rules.most_common()},
    }


def summary(scores: Scores) -> Iterator[str]:
    """The figures as lines of text."""
    yield f"{scores['articles']} articles, {scores['attributions']} attributions on annotated spans"
    for name, of in (("speakers", "b_cubed"), (f"{scores['pronouns']} pronouns", "b_cubed_of_pronouns")):
        figures = ", ".join(f"{figure} {value:.4f}" for figure, value in scores[of].items())
        yield f"B-cubed of {name}: {figures}"
    yield f"kind of source as annotated: {scores['same_kind']:.4f}"
    for rule, share in scores["resolved_by"].items():
        yield f"{rule}: {share:.1%}"


def mistakes(articles: Sequence[Resolved]) -> Iterator[str]:
    """The mistakes as lines of text, the most frequent kind first, and by article in each."""
    kinds: dict[str, list[Mistake]] = defaultdict(list)
    for each in articles:
        for mistake in each.mistakes():
            rule = f" by {mistake.resolved_by}" if mistake.resolved_by else ""
            kinds[f"{mistake.kind}{rule}"].append(mistake)
    for kind, found in sorted(kinds.items(), key=lambda item: -len(item[1])):
        yield f"{kind}: {len(found)}"
        yield from (f"  {mistake}" for mistake in found)


def articles_of(split: Split, data: DataConfig) -> list[Resolved]:
    """The articles of one split of the configured corpus, by name, with their speakers resolved.

    Raises:
        CorpusError: when the corpus cannot be read.
    """
    chosen = [placed for placed in place(load_corpus(data.corpus), data) if placed.split == split]
    return [resolved(placed.article, placed.sentences) for placed in sorted(chosen, key=lambda each: each.article.id)]


def _in_order(attributions: Sequence[AnnotatedAttribution]) -> list[AnnotatedAttribution]:
    """By where they begin, each nested one behind the one that holds it."""
    by_number = {each.number: each for each in attributions}

    def place(attribution: AnnotatedAttribution) -> tuple[tuple[int, int], ...]:
        parts: tuple[Span, ...] = (*attribution.contents, *attribution.cues)
        parts += (attribution.source,) if attribution.source else ()
        own = (min(span.start for span in parts), attribution.number)
        return (own,) if attribution.parent is None else (*place(by_number[attribution.parent]), own)

    return sorted(attributions, key=place)


def main(arguments: list[str], conf: Path = CONF) -> int:
    """Print the figures, or the mistakes; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--split", choices=SPLITS, default="dev", help="test is for the final figure only")
    parser.add_argument("--mistakes", action="store_true", help="list what is joined wrongly instead")
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="settings other than those of conf/")
    options = parser.parse_args(arguments)
    try:
        found = articles_of(options.split, check(compose(options.overrides, conf)).data)
    except StanceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for line in mistakes(found) if options.mistakes else summary(identity(found)):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
