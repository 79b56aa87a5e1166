"""What a model has to beat when the encoder is not fine-tuned: logistic regression over its frozen embeddings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from datasets import Dataset
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from transformers import AutoModel, set_seed

from stance.batching import in_length_order
from stance.config import Config
from stance.runtime import resolve_device, suitable_tokens
from stance.templates import TAG_LABELS
from stance.training.baselines import in_order
from stance.training.encoders import load_encoder, load_tokenizer
from stance.training.metrics import Floats, Ints
from stance.training.splits import fraction
from stance.training.tokenize import bio_labels

MOST_ROWS = 6000
_MOST_TAGGED_ROWS = 1200  # of the attribution task; each has some thirty words
_LONGEST = 160  # word pieces


class _Encoded(NamedTuple):
    pooled: Floats
    """Mean over the pieces, shape [size]."""
    offsets: list[tuple[int, int]]
    """Characters of each word."""
    words: Floats
    """State of the first piece of each word, shape [words, size]."""


class FrozenEncoder:
    """The encoder that training starts from, as it is.

    Args:
        config: Names the encoder, its seed where it is random, and the device.
    """

    def __init__(self, config: Config) -> None:
        set_seed(config.seed)
        self._tokenizer = load_tokenizer(config.encoder)
        self._device = resolve_device(config.device)
        self._known: dict[str, Floats] = {}
        self._model = load_encoder(config.encoder, AutoModel, TAG_LABELS).to(self._device).eval()

    def classify(self, train: Dataset, test: Dataset, columns: Sequence[str], labels: Sequence[str]) -> Floats:
        """Probabilities for the rows of ``test``, shape [rows, labels], learned from at most 6,000 rows of ``train``.

        Of one column the features are its embedding ``u``; of two, ``u``, ``v``, ``|u - v|`` and ``u * v`` (Conneau et
        al., EMNLP 2017).
        """
        train = _sample(train, MOST_ROWS)
        classifier = LogisticRegression(C=0.001, max_iter=500, class_weight="balanced")  # the best of five C on dev
        predict = _fitted(classifier, self._features(train, columns), train["label"][:], labels)
        return predict(self._features(test, columns))

    def tags(self, train: Dataset, test: Dataset) -> tuple[list[Floats], list[Ints]]:
        """For each row of the attribution task its words' tag probabilities, shape [words, tags], and the labels."""
        known, labels = self._words(_sample(train, _MOST_TAGGED_ROWS))
        wanted = [TAG_LABELS[tag] for row in labels for tag in row]
        predict = _fitted(LogisticRegression(C=0.1, max_iter=500), np.concatenate(known), wanted, TAG_LABELS)
        words, gold = self._words(test)
        return [predict(row) for row in words], gold

    def _words(self, rows: Dataset) -> tuple[list[Floats], list[Ints]]:
        encoded = self._encode(rows["text"][:])
        labels: list[Ints] = [
            np.array(bio_labels(range(len(each.offsets)), each.offsets, spans), dtype=np.int64)
            for each, spans in zip(encoded, rows["spans"], strict=True)
        ]
        return [each.words for each in encoded], labels

    def _features(self, rows: Dataset, columns: Sequence[str]) -> Floats:
        parts = [self._pooled(rows[column][:]) for column in columns]
        if len(parts) == 1:
            return parts[0]
        first, second = parts
        return np.concatenate([first, second, np.abs(first - second), first * second], axis=1)

    def _pooled(self, texts: Sequence[str]) -> Floats:
        new = sorted(set(texts) - self._known.keys())
        self._known |= {text: each.pooled for text, each in zip(new, self._encode(new), strict=True)}
        return np.stack([self._known[text] for text in texts])

    def _encode(self, texts: Sequence[str]) -> list[_Encoded]:
        if not texts:
            return []
        encoded = self._tokenizer(list(texts), truncation=True, max_length=_LONGEST, return_offsets_mapping=True)
        items = [
            {"ids": encoded["input_ids"][i], "words": encoded.word_ids(i), "offsets": encoded["offset_mapping"][i]}
            for i in range(len(texts))
        ]
        return in_length_order(items, lambda item: len(item["ids"]), suitable_tokens(self._device), self._run)

    def _run(self, batch: Sequence[dict[str, Any]]) -> list[_Encoded]:
        padded = self._tokenizer.pad({"input_ids": [item["ids"] for item in batch]}, return_tensors="pt")
        with torch.inference_mode():
            states = self._model(**padded.to(self._device)).last_hidden_state.float().cpu().numpy()
        return [_encoded(item, row[: len(item["ids"])]) for item, row in zip(batch, states, strict=True)]


def _encoded(item: dict[str, Any], states: Floats) -> _Encoded:
    words: list[int | None] = item["words"]
    first = [i for i, word in enumerate(words) if word is not None and (i == 0 or words[i - 1] != word)]
    last = [i for i, word in enumerate(words) if word is not None and (i + 1 == len(words) or words[i + 1] != word)]
    offsets = [(item["offsets"][a][0], item["offsets"][b][1]) for a, b in zip(first, last, strict=True)]
    return _Encoded(states.mean(axis=0), offsets, states[first])


def _sample(rows: Dataset, most: int) -> Dataset:
    """At most so many rows, by the hash of their number: the same ones whatever columns are read."""
    numbers = sorted(range(len(rows)), key=lambda number: fraction(f"embedded:{number}"))[:most]
    return rows.select(sorted(numbers))


def _fitted(
    classifier: LogisticRegression, features: Floats, wanted: Sequence[str], labels: Sequence[str]
) -> Callable[[Floats], Floats]:
    model = make_pipeline(StandardScaler(), classifier).fit(features, wanted)

    def predict(rows: Floats) -> Floats:
        return in_order(model.predict_proba(rows), model.classes_, labels) if len(rows) else np.zeros((0, len(labels)))

    return predict
