"""One recipe tried: a model trained for one task, measured where its experiment says, and a line written about it.

``python -m stance.training.trial -m experiment=perspectrum task=stance seed=13,14,15 stance.train.r_drop=0,1`` tries
each combination, one after another, and adds a line for each to ``benchmarks/trials.jsonl``; what is there already is
not run again. ``scripts/show_trials.py`` shows mean and spread over the seeds.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig

from stance.config import Config, check
from stance.errors import ConfigError, InputError
from stance.model_folder import TASKS, Task
from stance.training.corpus import load_corpus
from stance.training.metrics import rounded
from stance.training.mixture import mixed
from stance.training.prepare import composed_part, prepare, write
from stance.training.published import published
from stance.training.splits import SPLITS
from stance.training.stage import as_stage
from stance.training.train import CHECKPOINTS, train

log = logging.getLogger(__name__)
TRIALS = Path("benchmarks/trials.jsonl")
SCRATCH = CHECKPOINTS / "trial"
_NO_RECIPE = ("seed=", "task=", "device=", "experiment=", "data.public=", "encoder=", "encoder.")
"""Settings that do not tell one recipe from another."""


def recipe_of(overrides: Sequence[str]) -> str:
    """What the command line changed in the experiment's recipe, in one order; empty for the recipe as it is."""
    return " ".join(sorted(each for each in overrides if not each.lstrip("+").startswith(_NO_RECIPE)))


def trial(config: Config, recipe: str, scratch: Path = SCRATCH) -> dict[str, Any]:
    """Train and measure; what a line of the record says.

    Args:
        config: The whole configuration; ``task`` says which model.
        recipe: What was changed, by ``recipe_of``.
        scratch: Folder for rows, checkpoints and the model; it is removed when the trial is through.

    Raises:
        ConfigError: when ``task`` is not set or the experiment does not fit it.
        CorpusError: when statements are to be composed and the corpus has faults.
        InputError: when a public set is missing or damaged.
        ModelError: when the encoder cannot be loaded.
    """
    task = config.task
    if task is None:
        raise ConfigError(f"say which model to try: task={' or task='.join(TASKS)}")
    config = config.model_copy(update={"data": config.data.model_copy(update={"prepared": scratch / "prepared"})})
    line: dict[str, Any] = {
        "experiment": config.experiment.name,
        "task": task,
        "recipe": recipe,
        "encoder": config.encoder.name,
        "seed": config.seed,
    }
    begun = time.monotonic()
    if config.experiment.cross_validate is None:
        _prepare(config, task)
        parts = (scratch / name for name in ("models", "curves", "checkpoints"))
        line["dev"] = train(config, task, *parts)
    line["minutes"] = (time.monotonic() - begun) / 60
    line["measured"] = {
        name: scores["mean"] if name == "cross_validated" else scores["model"]
        for name, scores in published(config, scratch / "models", scratch / "measured").items()
        if name != "experiment"
    }
    if config.experiment.cross_validate is not None:
        line["minutes"] = (time.monotonic() - begun) / 60
    shutil.rmtree(scratch, ignore_errors=True)
    return line


def read_trials(record: Path) -> Iterator[dict[str, Any]]:
    """The lines of a record.

    Raises:
        InputError: naming the line that is none.
    """
    for number, line in enumerate(record.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found = json.loads(line)
            _tried(found)
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{record}:{number}: no line of a trial ({error}); remove it, and its trial runs again"
            ) from error
        yield found


def _prepare(config: Config, task: Task) -> None:
    if config.of_task(task).mixture.corpus:
        prepare(config)
        return
    rows = mixed([], task, config)
    for split in SPLITS[:2]:
        write([row for row in rows if row["split"] == split], config.data.prepared / task / f"{split}.parquet")
    if task == "stance" and config.stance.composed:
        for path, statements in composed_part(load_corpus(config.data.corpus), config).items():
            write(statements, path)


def _tried(line: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(line[key] for key in ("experiment", "task", "recipe", "encoder", "seed"))


@as_stage(check)
def main(config: Config) -> None:
    """Run the trial, unless its line is there."""
    recipe = recipe_of(HydraConfig.get().overrides.task)
    mark = (config.experiment.name, config.task, recipe, config.encoder.name, config.seed)
    if TRIALS.is_file() and any(_tried(line) == mark for line in read_trials(TRIALS)):
        log.info("tried before: %s, seed %d: %s", config.experiment.name, config.seed, recipe or "as it is")
        return
    line = json.dumps(rounded(trial(config, recipe)))
    TRIALS.parent.mkdir(parents=True, exist_ok=True)
    with TRIALS.open("a", encoding="utf-8") as record:
        record.write(line + "\n")
    log.info("%s", line)


if __name__ == "__main__":
    main()
