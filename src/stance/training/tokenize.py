"""From prepared rows to model inputs with labels and lengths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from datasets import Dataset

from stance.errors import InputError
from stance.templates import CLAIM_LABELS, STANCE_LABELS, TAG_LABELS

IGNORED = -100
"""Label of positions that count for nothing: special tokens, and all but a word's first piece."""


def encode_sentences(rows: Dataset, tokenizer: Any, max_length: int) -> Dataset:
    """Rows of the claims task as inputs."""
    encoded = tokenizer(rows["text"][:], truncation=True, max_length=max_length)
    return _with_labels(encoded, [CLAIM_LABELS.index(label) for label in rows["label"]])


def encode_pairs(rows: Dataset, tokenizer: Any, max_length: int) -> Dataset:
    """Rows of the stance task as (claim, statement) inputs.

    Raises:
        InputError: when a claim is so long that nothing of its statement fits in.
    """
    room = max_length - tokenizer.num_special_tokens_to_add(pair=True) - 1
    claims = list(dict.fromkeys(rows["claim"]))
    for claim, pieces in zip(claims, tokenizer(claims, add_special_tokens=False)["input_ids"], strict=True):
        if len(pieces) > room:
            raise InputError(
                f"a claim of {len(pieces)} word pieces leaves no room for its statements: {claim[:60]!r} …; "
                f"shorten it, leave it out, or set stance.max_length (now {max_length}) higher"
            )
    encoded = tokenizer(rows["claim"][:], rows["statement"][:], truncation="only_second", max_length=max_length)
    return _with_labels(encoded, [STANCE_LABELS.index(label) for label in rows["label"]])


def encode_tags(rows: Dataset, tokenizer: Any, max_length: int) -> Dataset:
    """Rows of the attribution task as inputs with a BIO label on the first piece of each word."""
    encoded = tokenizer(rows["text"][:], truncation=True, max_length=max_length, return_offsets_mapping=True)
    labels = [
        bio_labels(encoded.word_ids(i), encoded["offset_mapping"][i], spans) for i, spans in enumerate(rows["spans"])
    ]
    del encoded["offset_mapping"]
    return _with_labels(encoded, labels)


def bio_labels(
    words: Sequence[int | None], offsets: Sequence[tuple[int, int]], spans: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Label ids, shape [pieces]: ``B-x`` on a span's first word, ``I-x`` on the rest, ``O`` elsewhere.

    Args:
        words: For each piece the number of its word, None for special tokens.
        offsets: For each piece its characters.
        spans: ``{kind, start, end}``, not overlapping.
    """
    labels = []
    begun: set[int] = set()
    previous: int | None = None
    for word, (start, end) in zip(words, offsets, strict=True):
        if word is None or word == previous:
            labels.append(IGNORED)
            continue
        previous = word
        inside = next((i for i, span in enumerate(spans) if span["start"] <= start < span["end"] and end > start), None)
        if inside is None:
            labels.append(TAG_LABELS.index("O"))
        else:
            prefix = "I" if inside in begun else "B"
            begun.add(inside)
            labels.append(TAG_LABELS.index(f"{prefix}-{spans[inside]['kind']}"))
    return labels


def _with_labels(encoded: Any, labels: Sequence[Any]) -> Dataset:
    columns = {key: encoded[key] for key in encoded}
    return Dataset.from_dict({**columns, "labels": labels, "length": [len(ids) for ids in columns["input_ids"]]})
