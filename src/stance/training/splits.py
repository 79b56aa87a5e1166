"""Which split an article or a claim belongs to, by hash, so that it never changes when the corpus grows.

A family of claims falls into one split as a whole; so no claim of the test split was seen in training. The family that
the project is first of all about is split by article group instead, which measures unseen articles on a known claim.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from stance.config import DataConfig

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = ("train", "dev", "test")


def split_of(family: str, group: str | None, config: DataConfig) -> Split:
    """The split of an article (or, without a group, of a bank statement), by hash.

    Args:
        family: Family of its claim.
        group: Group of the article.
        config: The shares, and the family that is split by group.
    """
    if family == config.in_target_family:
        if group is None:
            return "train"
        key = f"group:{group}"
    else:
        key = f"family:{family}"
    place = fraction(key)
    if place < config.test_share:
        return "test"
    return "dev" if place < config.test_share + config.dev_share else "train"


def in_share(family: str, group: str, share: float, config: DataConfig) -> bool:
    """Whether a row is in the part of the corpus that holds about ``share`` of its claims.

    A smaller part lies within a larger one. Articles of the family that is split by group are drawn by group, too.
    """
    return fraction(f"share:{group if family == config.in_target_family and group else family}") < share


def fraction(key: str) -> float:
    """A number in [0, 1) that depends on nothing but the key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
