"""The whole way from documents to results, for use as a library.

>>> from stance import StancePipeline                                          # doctest: +SKIP
>>> stance = StancePipeline.from_pretrained("models")                          # doctest: +SKIP
>>> for result in stance.score(["…"], claim="Al Qaeda has a base in Iran."):   # doctest: +SKIP
...     print(result.sources)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from stance.aggregate import Thresholds, aggregate, count_verdicts
from stance.attribution import find_attributions
from stance.claims import score_sentences
from stance.encoder import TASKS, TextModel
from stance.errors import InputError
from stance.records import ArticleResult, Document, ScoredSentence
from stance.sentences import sentences
from stance.stances import classify, statements

_SHORTEST_CLAIM = 3  # words
_LONGEST_CLAIM = 400  # characters


class StancePipeline:
    """Three models and the steps between them.

    Args:
        claims: Model of task ``claims``.
        attribution: Model of task ``attribution``.
        stance: Model of task ``stance``.
    """

    def __init__(self, claims: TextModel, attribution: TextModel, stance: TextModel) -> None:
        self._claims = claims
        self._attribution = attribution
        self._stance = stance
        self._thresholds = Thresholds.of(stance.settings.thresholds)
        self.versions: dict[str, str] = {
            "package": version("stance"),
            **{m.settings.task: m.version for m in (claims, attribution, stance)},
        }

    def check_worthiness(self, texts: Sequence[str]) -> list[tuple[ScoredSentence, ...]]:
        """The sentences of each text with their check-worthiness, in one batched pass."""
        return score_sentences(texts, [sentences(text) for text in texts], self._claims)

    @classmethod
    def from_pretrained(cls, folder: str | Path, device: str = "auto") -> StancePipeline:
        """Load ``claims``, ``attribution`` and ``stance`` below ``folder``.

        Raises:
            ModelError: when one of them is missing or damaged.
            ConfigError: when the device is not there.
        """
        return cls(*(TextModel(Path(folder) / task, task, device=device) for task in TASKS))

    def score(
        self, documents: Iterable[str | Document], claim: str, *, batch_size: int = 16, keep_text: bool = False
    ) -> Iterator[ArticleResult]:
        """Score articles against a claim, lazily and in order.

        Args:
            documents: Articles; a bare string gets its position as id.
            claim: A full sentence, such as "Al Qaeda has a new home base in Iran."
            batch_size: Articles whose sentences share batches; more is faster and takes more memory.
            keep_text: Put the text into each result.

        Raises:
            InputError: at once, when the claim is not a sentence.
        """
        claim = check_claim(claim)
        named = (
            Document(id=str(number), text=document) if isinstance(document, str) else document
            for number, document in enumerate(documents)
        )
        return (result for chunk in _chunks(named, batch_size) for result in self._score(chunk, claim, keep_text))

    def _score(self, documents: Sequence[Document], claim: str, keep_text: bool) -> Iterator[ArticleResult]:
        texts = [document.text for document in documents]
        spans = [sentences(text) for text in texts]
        scored = score_sentences(texts, spans, self._claims)
        found = find_attributions(texts, spans, self._attribution)
        said = [statements(text, s, *f) for text, s, f in zip(texts, spans, found, strict=True)]
        stances = classify(texts, claim, said, self._stance)
        for i, document in enumerate(documents):
            attributions, speakers = found[i]
            sources = aggregate(speakers, stances[i], self._thresholds)
            yield ArticleResult(
                **document.model_dump(exclude={"text"}),
                claim=claim,
                text_sha256=hashlib.sha256(document.text.encode()).hexdigest(),
                text=document.text if keep_text else None,
                sentences=scored[i],
                attributions=tuple(attributions),
                speakers=tuple(speakers),
                statements=stances[i],
                sources=sources,
                counts=count_verdicts(sources),
                models=self.versions,
            )


def check_claim(claim: str) -> str:
    """The claim without spaces around it.

    Raises:
        InputError: when it cannot be a full sentence.
    """
    claim = " ".join(claim.split())
    example = 'such as "Al Qaeda has a new home base in Iran."'
    if len(claim.split()) < _SHORTEST_CLAIM:
        raise InputError(f"the claim {claim!r} is too short: write a full sentence, {example}")
    if len(claim) > _LONGEST_CLAIM:
        raise InputError(
            f"the claim has {len(claim)} characters; the most is {_LONGEST_CLAIM}: write one sentence, {example}"
        )
    if claim.endswith("?"):
        raise InputError(f"the claim {claim!r} is a question: write it as a statement, {example}")
    return claim


def _chunks(documents: Iterator[Document], size: int) -> Iterator[list[Document]]:
    while chunk := list(islice(documents, size)):
        yield chunk
