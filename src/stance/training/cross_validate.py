"""Cross-validation over a public set: each debate, topic or article group is held out in turn, and measured.

``python -m stance.training.cross_validate experiment=checkthat2019 data.public=FOLDER`` writes
``results/cross_validation/<experiment>.json``. A run that is stopped goes on with the fold it was in.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset

from stance.claims import THRESHOLD
from stance.config import Config, PublicPart, check
from stance.encoder import TextModel
from stance.errors import ConfigError
from stance.model_folder import Task
from stance.templates import CHECK_WORTHY, CLAIM_LABELS
from stance.training.calibrate import Predicted, predict
from stance.training.metrics import rounded
from stance.training.mixture import mixed, weighted
from stance.training.outside.stance_pairs import stance_scores
from stance.training.outside.worthiness import worthiness_scores
from stance.training.prepare import read, write
from stance.training.resume import fingerprint
from stance.training.splits import SPLITS, fraction
from stance.training.stage import as_stage
from stance.training.tag_rows import Row
from stance.training.train import CHECKPOINTS, train

log = logging.getLogger(__name__)
OUTPUT = Path("results/cross_validation")
_DEV_SHARE = 1 / 12  # of the rows that are not held out
_GROUPS = "groups"  # of a fold's claims that have something check-worthy: MAP is a mean over all of them


@dataclass(frozen=True)
class Fold:
    """Which groups are held out, and which of the others choose the best state."""

    held_out: frozenset[str]
    dev: frozenset[str]

    def split(self, group: str) -> str:
        """``test``, ``dev`` or ``train``."""
        return "test" if group in self.held_out else "dev" if group in self.dev else "train"


def folds_of(sizes: Mapping[str, int], count: int | None) -> list[Fold]:
    """Folds of whole groups, of like size, always the same for the same groups.

    Args:
        sizes: Rows of each group.
        count: How many folds; None holds out one group at a time.

    Raises:
        ConfigError: when there are too few groups.
    """
    if len(sizes) < max(3, count or 0):
        raise ConfigError(f"experiment.cross_validate: {len(sizes)} groups are too few for {count or 'these'} folds")
    held_out: list[list[str]] = [[] for _ in range(count or len(sizes))]
    for group in sorted(sizes, key=lambda group: (-sizes[group], fraction(f"fold:{group}"))):
        min(held_out, key=lambda fold: sum(sizes[each] for each in fold)).append(group)
    folds = [Fold(frozenset(groups), _dev(sizes, set(groups))) for groups in held_out]
    if not all(fold.dev for fold in folds):
        raise ConfigError(
            f"experiment.cross_validate: {len(sizes)} groups are too few for {len(folds)} folds: in one a single group "
            "would be left to learn from and to choose by; take more folds"
        )
    return folds


def cross_validate(config: Config, scratch: Path = CHECKPOINTS / "cross_validate") -> dict[str, Any]:
    """Train a model for each fold of the task's public sets; the scores of all folds, and their means.

    Of the claims task each fold counts as often as it has debates with something check-worthy, so that the mean of MAP
    is the mean over all debates however they are divided.

    Args:
        config: The whole configuration; ``experiment.cross_validate`` says which task and how many folds.
        scratch: Folder for rows, checkpoints and models; it is removed at the end.

    Raises:
        ConfigError: when the experiment has no cross-validation, or its task no public set.
        InputError: when a set is missing or damaged.
    """
    wanted = config.experiment.cross_validate
    if wanted is None:
        raise ConfigError("experiment.cross_validate is not set; name an experiment that has it: experiment=…")
    task = wanted.task
    public = config.of_task(task).mixture.public
    rows = mixed([], task, _weights_of_one(config, task))
    if not rows:
        raise ConfigError(f"{task}.mixture.public: no set to cross-validate on; name an experiment or a mixture")
    if wanted.public not in (None, *public):
        raise ConfigError(f"experiment.cross_validate.public={wanted.public}: no such set in {task}.mixture.public")
    divided = [row for row in rows if wanted.public in (None, _set_of(row))]
    sizes = Counter(row["group"] for row in divided)
    folds = folds_of(sizes, wanted.folds)
    by_fold = {}
    for number, fold in enumerate(folds, start=1):
        name = f"{number:02d}"
        placed = [{**row, "split": fold.split(row["group"])} if row["group"] in sizes else row for row in rows]
        learned = [
            row
            for each, part in public.items()
            for row in weighted([r for r in placed if _set_of(r) == each], part.weight)
        ]
        scores = _fold(_of_fold(config, scratch / name), task, learned, scratch / name)
        log.info("%s: fold %d of %d: %s", task, number, len(folds), json.dumps(rounded(scores)))
        by_fold[name] = scores
    shutil.rmtree(scratch)
    measured = {name: scores for name, scores in by_fold.items() if scores}
    weights = [scores.get(_GROUPS, 1) for scores in measured.values()]
    means = {
        key: float(np.average([scores[key] for scores in measured.values()], weights=weights))
        for key in next(iter(measured.values()), {})
        if key != _GROUPS
    }
    return {"rows": len(divided), "folds": len(folds), "measured": len(measured), "mean": means, "by_fold": by_fold}


def _set_of(row: Row) -> str:
    """The public set that a row is from."""
    return str(row["group"]).split(":", maxsplit=1)[0]


def _weights_of_one(config: Config, task: Task) -> Config:
    """With each row of the public sets once: what is held out is measured so, however often it is learned from."""
    section = config.of_task(task)
    public: dict[str, PublicPart] = {
        name: part.model_copy(update={"weight": 1.0}) for name, part in section.mixture.public.items()
    }
    mixture = section.mixture.model_copy(update={"public": public})
    return config.model_copy(update={task: section.model_copy(update={"mixture": mixture})})


def _of_fold(config: Config, folder: Path) -> Config:
    data = config.data.model_copy(update={"prepared": folder / "prepared"})
    return config.model_copy(update={"data": data, "stance": config.stance.model_copy(update={"composed": 0})})


def _fold(config: Config, task: Task, rows: list[Row], folder: Path) -> dict[str, float]:
    for split in SPLITS:
        write([row for row in rows if row["split"] == split], config.data.prepared / task / f"{split}.parquet")
    done, mark = folder / "scores.json", fingerprint(config, task)
    before = json.loads(done.read_text(encoding="utf-8")) if done.is_file() else {}
    if before.get("fingerprint") == mark:
        return dict(before["scores"])
    train(config, task, *(folder / name for name in ("models", "curves", "checkpoints")))
    model = TextModel(folder / "models" / task, task, device=config.device)
    held_out = read(config.data.prepared, task, "test")
    scores = _scores(model, held_out, predict(model, held_out))
    done.write_text(json.dumps({"fingerprint": mark, "scores": scores}), encoding="utf-8")
    shutil.rmtree(folder / "models")
    return scores


def _scores(model: TextModel, rows: Dataset, found: Predicted) -> dict[str, float]:
    """The scores that are published for such sets; none where nothing in the fold is check-worthy."""
    if model.settings.task == "claims":
        positive = CLAIM_LABELS.index(CHECK_WORTHY)
        gold = found.labels == positive
        threshold = model.settings.thresholds.get(THRESHOLD, 0.5)
        if not gold.any():
            return {}
        groups = rows["group"][:]
        scores = worthiness_scores(found.rows[:, positive], gold, groups, threshold)
        return {**scores, _GROUPS: len({group for group, worthy in zip(groups, gold, strict=True) if worthy})}
    if model.settings.task == "stance":
        return stance_scores(found.rows, found.labels)
    return found.scores


def _dev(sizes: Mapping[str, int], held_out: set[str]) -> frozenset[str]:
    others = sorted(set(sizes) - held_out, key=lambda group: fraction(f"dev:{group}"))
    wanted = _DEV_SHARE * sum(sizes[group] for group in others)
    chosen: list[str] = []
    for group in others[:-1]:  # one at least is to learn from
        if sum(sizes[each] for each in chosen) >= wanted:
            break
        chosen.append(group)
    return frozenset(chosen)


@as_stage(check)
def main(config: Config) -> None:
    """Run the measurement."""
    scores = cross_validate(config)
    target = OUTPUT / f"{config.experiment.name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(rounded(scores), indent=2) + "\n", encoding="utf-8")
    log.info("means over %d folds: %s", scores["measured"], json.dumps(rounded(scores["mean"])))
    log.info("written: %s", target)


if __name__ == "__main__":
    main()
