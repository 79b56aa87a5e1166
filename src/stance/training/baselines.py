"""What the models have to beat: the most frequent label, and bag-of-words models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from datasets import Dataset
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier

from stance.training.metrics import Floats, Ints
from stance.training.tokenize import bio_labels

_CONTEXT = 2  # words on each side that the tag baseline sees


def majority(train: Sequence[str], count: int, labels: Sequence[str]) -> Floats:
    """Probability 1 for the most frequent training label; shape [count, labels]."""
    common = Counter(train).most_common(1)[0][0]
    return np.tile(np.eye(len(labels))[list(labels).index(common)], (count, 1))


def bag_of_words(train: Dataset, test: Dataset, columns: Sequence[str], labels: Sequence[str]) -> Floats:
    """Logistic regression over TF-IDF of words and word pairs, each column with features of its own.

    With ``columns=["statement"]`` it is blind to the claim.
    """
    matrices = []
    for column in columns:
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        matrices.append((vectorizer.fit_transform(train[column][:]), vectorizer.transform(test[column][:])))
    model = LogisticRegression(max_iter=2000, C=10, class_weight="balanced")
    model.fit(hstack([fitted for fitted, _ in matrices]), train["label"][:])
    found = model.predict_proba(hstack([applied for _, applied in matrices]))
    return in_order(found, model.classes_, labels)


def tags_from_words(
    train: Dataset, test: Dataset, words_of: WordsOf, labels: Sequence[str]
) -> tuple[list[Floats], list[Ints]]:
    """Logistic regression for each word over itself and its neighbours.

    Args:
        train: Rows of the attribution task.
        test: Rows to tag.
        words_of: From texts to the offsets of their words.
        labels: The tags, in order.

    Returns:
        For each row of ``test`` probabilities of shape [words, tags], and the gold tags of these words.
    """
    features, wanted = [], []
    for text, offsets, spans in zip(train["text"], words_of(train["text"][:]), train["spans"], strict=True):
        features += _windows(text, offsets)
        wanted += [labels[label] for label in bio_labels(range(len(offsets)), offsets, spans)]
    vectorizer = TfidfVectorizer(analyzer=str.split, use_idf=False, min_df=3)
    model = SGDClassifier(
        loss="log_loss", alpha=1e-6, max_iter=20, tol=None, random_state=0
    )  # as good here, and much faster
    model.fit(vectorizer.fit_transform(features), wanted)
    rows: list[Floats] = []
    gold: list[Ints] = []
    for text, offsets, spans in zip(test["text"], words_of(test["text"][:]), test["spans"], strict=True):
        found = model.predict_proba(vectorizer.transform(_windows(text, offsets)))
        rows.append(in_order(found, model.classes_, labels))
        gold.append(np.array(bio_labels(range(len(offsets)), offsets, spans), dtype=np.int64))
    return rows, gold


WordsOf = Callable[[Sequence[str]], Sequence[Sequence[tuple[int, int]]]]


def _windows(text: str, offsets: Sequence[tuple[int, int]]) -> list[str]:
    words = [text[start:end].lower() for start, end in offsets]
    return [
        " ".join(f"{step}={words[i + step]}" for step in range(-_CONTEXT, _CONTEXT + 1) if 0 <= i + step < len(words))
        for i in range(len(words))
    ]


def in_order(found: Floats, classes: Iterable[str], labels: Sequence[str]) -> Floats:
    """Probabilities whose columns are ``classes`` with a column for each of ``labels``, in their order."""
    rows = np.zeros((len(found), len(labels)))
    for column, label in enumerate(classes):
        rows[:, list(labels).index(label)] = found[:, column]
    return rows
