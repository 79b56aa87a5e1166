"""Stage ``prepare``: reads the corpus and writes the data sets of the three tasks, as Parquet, one folder a task.

``python -m stance.training.prepare [data.limit=40 …]``
"""

from __future__ import annotations

import json
import logging
import shutil
from collections import Counter
from pathlib import Path

from datasets import Dataset

from stance.config import Config, check
from stance.errors import ConfigError
from stance.model_folder import TASKS, Task
from stance.training import dataset
from stance.training.annotations import Claim, Corpus
from stance.training.compose import composed
from stance.training.corpus import load_corpus
from stance.training.duplicates import without_near_duplicates
from stance.training.mixture import mixed
from stance.training.other_claims import OtherClaims
from stance.training.splits import SPLITS, Split, split_of
from stance.training.stage import as_stage
from stance.training.swap import swapped
from stance.training.tag_rows import Row

log = logging.getLogger(__name__)
COMPOSED = "composed"
"""Name of the part that holds the composed statements."""


def prepare(config: Config) -> dict[str, dict[str, int]]:
    """Write ``<prepared>/<task>/<split>.parquet`` and ``<prepared>/summary.json``; return the row counts.

    Rows of dev and test whose text is nearly the same as one of training (boilerplate, syndicated copies) are left out,
    and so are those of test that are nearly the same as one of dev.

    Raises:
        CorpusError: with every fault of the corpus.
        ConfigError: when a split comes out empty, or a mixture names a set that its task cannot learn from.
        InputError: when a public set of a mixture is missing or damaged.
    """
    corpus = load_corpus(config.data.corpus)
    rows = {task: mixed(own, task, config) for task, own in build_rows(corpus, config).items()}
    counts: dict[str, dict[str, int]] = {}
    parts = composed_part(corpus, config)
    statements = sum(map(len, parts.values()))
    for task in TASKS:
        kept = without_near_duplicates(
            rows[task], "statement" if task == "stance" else "text", config.data.near_duplicate
        )
        if task == "stance":
            kept = swapped(kept, config.stance.entity_swaps)
        counts[task] = {"left out": len(rows[task]) - len(kept)}
        for split in SPLITS:
            chosen = [row for row in kept if row["split"] == split]
            if not chosen:
                raise ConfigError(f"{task}: the {split} split has no rows; {_remedy(task, split, config)}")
            counts[task][split] = len(chosen)
            parts[config.data.prepared / task / f"{split}.parquet"] = chosen
    if statements:
        counts["stance"]["composed"] = statements
    for task in TASKS:  # only now, and nothing else that the folder may hold
        shutil.rmtree(config.data.prepared / task, ignore_errors=True)
    for path, part in parts.items():
        write(part, path)
    counts["articles"] = dict(Counter(placed.split for placed in dataset.place(corpus, config.data)))
    (config.data.prepared / "summary.json").write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")
    return counts


def _remedy(task: Task, split: Split, config: Config) -> str:
    if split == "test" or config.of_task(task).mixture.corpus:
        return "raise data.limit, or add articles to the corpus"
    return (
        f"the sets of {task}.mixture.public have too few claims, articles or debates to divide; "
        f"set {task}.mixture.corpus above 0"
    )


def build_rows(corpus: Corpus, config: Config) -> dict[Task, list[Row]]:
    """The rows of all tasks, with their splits."""
    placed = dataset.place(corpus, config.data)
    others = OtherClaims(training_claims(corpus, config), config.stance.hard_claims)
    stance = [row for each in placed for row in dataset.stance_rows(each, others, config.stance)]
    bank = corpus.bank[:: 1 if config.data.limit is None else 20]
    for statement in bank:
        claim = corpus.claims[statement.claim]
        stance += dataset.bank_rows(statement, claim, others, config.data, config.stance)
    return {
        "claims": [row for each in placed for row in dataset.claims_rows(each)],
        "attribution": [row for each in placed for row in dataset.attribution_rows(each, config.attribution)],
        "stance": stance,
    }


def composed_part(corpus: Corpus, config: Config) -> dict[Path, list[Row]]:
    """The statements composed from the wordings of training claims, by the file they belong in; none when that is off.

    Raises:
        ConfigError: when they are asked for, and no claim is in training.
    """
    if not config.stance.composed:
        return {}
    claims = training_claims(corpus, config)
    if not claims:
        raise ConfigError("no claim of the corpus is in training, to compose statements of: set stance.composed=0")
    path = config.data.prepared / "stance" / f"{COMPOSED}.parquet"
    return {path: list(composed(claims, config.stance.composed))}


def training_claims(corpus: Corpus, config: Config) -> list[Claim]:
    """The claims of the train split; no other may be met in training, not even as another claim."""
    chosen = (c for c in corpus.claims.values() if split_of(c.family, None, config.data) == "train")
    return sorted(chosen, key=lambda claim: claim.id)


def write(rows: list[Row], path: Path) -> None:
    """Write rows as one Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Dataset.from_list(rows).to_parquet(str(path))


def read(prepared: Path, task: Task, part: str) -> Dataset:
    """Read the rows of one split, or (stance) the composed ones.

    Raises:
        ConfigError: when they have not been prepared.
    """
    path = prepared / task / f"{part}.parquet"
    if not path.is_file():
        raise ConfigError(f"{path} is missing; run: dvc repro prepare")
    return Dataset.from_parquet(str(path), keep_in_memory=True)


@as_stage(check)
def main(config: Config) -> None:
    """Run the stage."""
    counts = prepare(config)
    for name, numbers in counts.items():
        log.info("%s: %s", name, ", ".join(f"{split} {count}" for split, count in numbers.items()))


if __name__ == "__main__":
    main()
