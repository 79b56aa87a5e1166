"""What the worker thread does: the models, for jobs of several requests at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from stance.pipeline import StancePipeline
from stance.records import ArticleResult, Document


@dataclass(frozen=True)
class ScoreJob:
    """One article and the claims to score it against."""

    document: Document
    claims: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.document.text)


def score_together(pipeline: StancePipeline, jobs: Sequence[ScoreJob]) -> list[list[ArticleResult]]:
    """The results of each job, in order of its claims; jobs with the same claims share their batches."""
    same: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, job in enumerate(jobs):
        same[job.claims].append(number)
    results: list[list[ArticleResult]] = [[] for _ in jobs]
    for claims, numbers in same.items():
        documents = [jobs[number].document for number in numbers]
        found = pipeline.score(documents, claims, batch_size=len(documents))
        for number in numbers:
            results[number] = list(islice(found, len(claims)))
    return results
