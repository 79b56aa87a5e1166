"""A function for ``Dataset.map`` of Hugging Face ``datasets``.

>>> from stance.integrations.datasets import Scorer                              # doctest: +SKIP
>>> score = Scorer("models", claim="The old dam is safe.")                       # doctest: +SKIP
>>> news = news.map(score, batched=True, features=score.features(news.features)) # doctest: +SKIP
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets import Features, List, Value

from stance.errors import InputError
from stance.pipeline import StancePipeline, check_batch_size
from stance.records import ArticleResult, Document
from stance.targets import check_claim

_SOURCE = {
    "name": Value("string"),
    "kind": Value("string"),
    "verdict": Value("string"),
    "confidence": Value("float32"),
    "abstained": Value("bool"),
    "mentions": Value("int32"),
    "evidence": Value("string"),
}
_ATTRIBUTION = {
    "source": Value("string"),
    "cue": Value("string"),
    "content": List(Value("string")),
    "speaker": Value("string"),
    "stance": Value("string"),
    "confidence": Value("float32"),
}
_SENTENCE = {"text": Value("string"), "check_worthiness": Value("float32"), "check_worthy": Value("bool")}
COLUMNS = {
    "stance_sources": List(_SOURCE),
    "stance_attributions": List(_ATTRIBUTION),
    "stance_sentences": List(_SENTENCE),
    "stance_result": Value("string"),
}
"""What is added. ``stance_result`` is the whole row as JSON; the others are the parts of it that are most asked for."""


class Scorer:
    """Scores batches of rows; rows without text get empty columns.

    It pickles without its models and loads them where it is unpickled, so ``num_proc`` works. The fingerprint by which
    ``datasets`` caches depends on the claim, the column, and the versions of the models.

    Args:
        models: Folder with the three trained models.
        claim: The claim, a full sentence.
        text_column: The column that holds the article.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        batch_size: Articles whose sentences share batches.

    Raises:
        InputError: when the claim is not a sentence.
        ConfigError: when ``batch_size`` is not 1 or more.
        ModelError: when a model is missing or damaged.
    """

    def __init__(
        self, models: str | Path, claim: str, *, text_column: str = "text", device: str = "auto", batch_size: int = 16
    ) -> None:
        self._claim = check_claim(claim)
        check_batch_size(batch_size)
        self._models = str(Path(models).absolute())
        self._text_column = text_column
        self._device = device
        self._batch_size = batch_size
        self._pipeline: StancePipeline | None = StancePipeline.from_pretrained(self._models, device=device)
        self._versions = dict(self._pipeline.versions)

    def features(self, given: Mapping[str, Any]) -> Features:
        """The features of a data set with these ones after ``map``: a first batch without sources does not tell."""
        return Features({**given, **COLUMNS})

    def __call__(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """The new columns for a batch of columns.

        Raises:
            InputError: when there is no such column, or a value is no string.
        """
        if self._text_column not in batch:
            raise InputError(f"there is no column {self._text_column!r}; there are: {', '.join(batch)}")
        texts = ["" if text is None else text for text in batch[self._text_column]]
        if isinstance(batch[self._text_column], str) or not all(isinstance(text, str) for text in texts):
            raise InputError(f"the column {self._text_column!r} holds no strings; use map(…, batched=True)")
        documents = [
            Document(id=hashlib.sha256(text.encode()).hexdigest()[:16], text=text) for text in texts if text.strip()
        ]
        results = self._loaded().score(documents, self._claim, batch_size=self._batch_size)
        columns = [_columns(text, next(results)) if text.strip() else _EMPTY for text in texts]
        return {name: [row[name] for row in columns] for name in COLUMNS}

    def _loaded(self) -> StancePipeline:
        if self._pipeline is None:
            self._pipeline = StancePipeline.from_pretrained(self._models, device=self._device)
        return self._pipeline

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the models."""
        return {**self.__dict__, "_pipeline": None}


_EMPTY: dict[str, Any] = {
    "stance_sources": [],
    "stance_attributions": [],
    "stance_sentences": [],
    "stance_result": None,
}


def _columns(text: str, result: ArticleResult) -> dict[str, Any]:
    stances = {said.attribution: said.stance for said in result.statements}
    return {
        "stance_sources": [
            {
                "name": source.name,
                "kind": str(source.kind),
                "verdict": str(source.verdict),
                "confidence": source.confidence,
                "abstained": source.abstained,
                "mentions": source.mentions,
                "evidence": result.statements[source.evidence[0]].text if source.evidence else None,
            }
            for source in result.sources
        ],
        "stance_attributions": [
            {
                "source": found.source.text if found.source else None,
                "cue": found.cue.text if found.cue else None,
                "content": [part.text for part in found.content],
                "speaker": result.speakers[found.speaker].name if found.speaker is not None else None,
                "stance": str(stances[found.id]),
                "confidence": found.confidence,
            }
            for found in result.attributions
        ],
        "stance_sentences": [
            {
                "text": text[sentence.start : sentence.end],
                "check_worthiness": sentence.check_worthiness,
                "check_worthy": sentence.check_worthy,
            }
            for sentence in result.sentences
        ],
        "stance_result": result.model_dump_json(),
    }
