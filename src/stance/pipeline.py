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
from stance.encoder import Backend, TextModel
from stance.errors import ConfigError, InputError
from stance.model_folder import TASKS
from stance.records import ArticleResult, Document, ScoredSentence
from stance.sentences import sentences
from stance.stances import classify, statements
from stance.targets import CLAIMS_PER_ARTICLE, ClaimsFrom, check_claims, own_claims

_LEAST_ROOM = 1 / 8  # of the stance model's input, for the statement


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

    def check_room(self, claim: str) -> None:
        """Make sure that the stance model can read a statement beside the claim.

        Raises:
            InputError: when the claim has too many word pieces, which few alphabets but Latin's make of 400 characters.
        """
        if not self._has_room(claim):
            raise InputError(
                f"the claim {claim[:60]!r} … is too long for the model to read anything beside it: write it shorter"
            )

    def _has_room(self, claim: str) -> bool:
        return self._stance.room(claim) >= self._stance.settings.max_length * _LEAST_ROOM

    @classmethod
    def from_pretrained(cls, folder: str | Path, device: str = "auto", backend: Backend = "auto") -> StancePipeline:
        """Load ``claims``, ``attribution`` and ``stance`` below ``folder``.

        Args:
            folder: Trained models, or exported ones.
            device: ``auto``, ``cpu``, ``cuda``, ``mps``.
            backend: ``auto`` takes ONNX in exported folders, and PyTorch elsewhere.

        Raises:
            ModelError: when one of them is missing or damaged.
            ConfigError: when the device or the backend is not there.
        """
        return cls(*(TextModel(Path(folder) / task, task, device=device, backend=backend) for task in TASKS))

    @property
    def device(self) -> str:
        """Where the models compute."""
        return self._stance.device

    @property
    def backend(self) -> str:
        """What computes: ``torch``, or ``onnx`` for exported models."""
        return "torch" if self._stance.settings.onnx is None else "onnx"

    def score(
        self,
        documents: Iterable[str | Document],
        claim: str | Sequence[str] | None = None,
        *,
        claims_from: ClaimsFrom | None = None,
        claims_per_article: int = CLAIMS_PER_ARTICLE,
        batch_size: int = 16,
        keep_text: bool = False,
    ) -> Iterator[ArticleResult]:
        """Score articles against claims, lazily: all results of the first article, in order of the claims, and so on.

        Sentences and attributions are found once an article, however many claims there are.

        Args:
            documents: Articles; a bare string gets its position as id.
            claim: A full sentence, such as "Al Qaeda has a new home base in Iran.", or several.
            claims_from: Where claims come from when none is given. With ``ClaimsFrom.ARTICLE`` each article is scored
                against its own most check-worthy sentences; one without any has no result.
            claims_per_article: At most so many of those.
            batch_size: Articles whose sentences share batches; more is faster and takes more memory.
            keep_text: Put the text into each result.

        Raises:
            InputError: at once, when a claim is not a sentence, when there is none or both are asked for, and when
                ``documents`` is a single one.
            ConfigError: at once, when ``batch_size`` is not 1 or more.
        """
        check_batch_size(batch_size)
        if isinstance(documents, str | Document):
            raise InputError("articles come as a list, or as any iterable: score([article], …)")
        claims = check_claims(claim, claims_from)
        for each in claims:
            self.check_room(each)
        named = (
            Document(id=str(number), text=document) if isinstance(document, str) else document
            for number, document in enumerate(documents)
        )
        return (
            result
            for chunk in _chunks(named, batch_size)
            for result in self._score(chunk, claims, claims_per_article, keep_text)
        )

    def _score(
        self, documents: Sequence[Document], claims: Sequence[str], own: int, keep_text: bool
    ) -> Iterator[ArticleResult]:
        texts = [document.text for document in documents]
        spans = [sentences(text) for text in texts]
        scored = score_sentences(texts, spans, self._claims)
        found = find_attributions(texts, spans, self._attribution)
        said = [statements(text, s, *f) for text, s, f in zip(texts, spans, found, strict=True)]
        asked = [
            (i, claim)
            for i, text in enumerate(texts)
            for claim in claims or filter(self._has_room, own_claims(text, scored[i], own))
        ]
        classified = classify(
            [texts[i] for i, _ in asked], [claim for _, claim in asked], [said[i] for i, _ in asked], self._stance
        )
        for (i, claim), stances in zip(asked, classified, strict=True):
            document, (attributions, speakers) = documents[i], found[i]
            sources = aggregate(speakers, stances, self._thresholds)
            yield ArticleResult(
                **document.model_dump(exclude={"text"}),
                claim=claim,
                text_sha256=hashlib.sha256(document.text.encode()).hexdigest(),
                text=document.text if keep_text else None,
                sentences=scored[i],
                attributions=tuple(attributions),
                speakers=tuple(speakers),
                statements=stances,
                sources=sources,
                counts=count_verdicts(sources),
                models=self.versions,
            )


def check_batch_size(size: int) -> None:
    """Make sure that a batch holds something: batches of none would end in silence.

    Raises:
        ConfigError: when it does not.
    """
    if size < 1:
        raise ConfigError(f"batch_size is {size}; it must be 1 or more")


def _chunks(documents: Iterator[Document], size: int) -> Iterator[list[Document]]:
    while chunk := list(islice(documents, size)):
        yield chunk
