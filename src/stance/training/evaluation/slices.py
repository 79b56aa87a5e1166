"""Parts of the stance rows that may be harder or easier than the rest."""

from __future__ import annotations

import re

import numpy as np
from datasets import Dataset

from stance.templates import STANCE_LABELS
from stance.training.selective import Bools

NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|den(?:y|ies|ied|ying)|refus\w+|reject\w*|"
    r"rul(?:e|es|ed|ing) out|fail(?:s|ed)? to|lack(?:s|ed)?|false|untrue|nonsense)\b|n[’']t\b",
    re.IGNORECASE,
)
"""Words that negate, or say that something is not so."""
HEDGE = re.compile(
    r"\b(?:may|might|could|would|perhaps|possibly|probably|apparently|allegedly|reportedly|likely|unlikely|seems?|"
    r"seemed|appears?|appeared|suggest\w*|suspect\w*|believe[ds]?|think|thinks|thought|doubt\w*|unclear|rumou?r\w*|"
    r"if|whether|about|around|some|almost|nearly)\b",
    re.IGNORECASE,
)
"""Words that leave open how far something is so."""
_SINGLE = ("author", "bank")


def slices(test: Dataset, train: Dataset, in_target: str) -> dict[str, Bools]:
    """Which rows are in each slice, shape [rows]; slices overlap, and none is empty.

    Args:
        test: Rows of the stance task.
        train: Those of training, which say what claims were seen.
        in_target: The family of claims that is split by article group.
    """
    wording, kind, family, label, claim, nested = (
        np.array(test[column][:]) for column in ("wording", "kind", "family", "label", "claim_id", "nested")
    )
    said = test["statement"][:]
    words = np.array([len(statement.split()) for statement in said])
    short, long = np.quantile(words, (1 / 3, 2 / 3))
    attributed = ~np.isin(kind, _SINGLE)
    own = (wording == "claim") & attributed
    seen = np.isin(claim, sorted(set(train["claim_id"])))
    masks = {f"gold_{name}": label == name for name in STANCE_LABELS}
    masks |= {f"wording_{name}": wording == name for name in ("claim", "paraphrase", "negation", "related")}
    masks |= {f"kind_{name}": kind == name for name in sorted(set(kind))}
    masks |= {"attributed": attributed, "nested": attributed & nested, "not_nested": attributed & ~nested}
    masks |= {"in_target_claim": own & (family == in_target), "unseen_claims": own & (family != in_target)}
    masks |= {"claim_seen": seen, "claim_unseen": ~seen}
    for name, pattern in (("negation", NEGATION), ("hedge", HEDGE)):
        holds = np.array([bool(pattern.search(statement)) for statement in said])
        masks |= {f"with_{name}": holds, f"without_{name}": ~holds}
    masks |= {"short": words <= short, "middling": (words > short) & (words <= long), "long": words > long}
    return {name: mask for name, mask in masks.items() if mask.any()}
