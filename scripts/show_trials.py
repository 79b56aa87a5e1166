"""Show what trials of recipes gave, mean and spread over their seeds, or put it into docs/benchmarks.md.

``python scripts/show_trials.py [benchmarks/trials.jsonl]`` prints tables;
with ``--page docs/benchmarks.md`` it writes them there instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from marked_blocks import publish, table
from stance.errors import InputError
from stance.training.trial import TRIALS, read_trials

_SHOWN = {
    "claims": {"macro_f1": "macro F1", "average_precision": "AP", "mean_average_precision": "MAP", "ece": "ECE"},
    "attribution": {
        "exact_f1": "exact F1",
        "exact_f1_source": "source",
        "exact_f1_cue": "cue",
        "exact_f1_content": "content",
        "exact_triple_f1": "whole",
    },
    "stance": {"macro_f1": "macro F1", "accuracy": "accuracy", "ece": "ECE"},
}


def markdown(record: Path) -> str:
    """One table an experiment, one line a recipe.

    Raises:
        InputError: when there is no record, or a line of it is damaged.
    """
    if not record.is_file():
        raise InputError(f"{record}: no trials yet; run python -m stance.training.trial experiment=… task=…")
    experiments: dict[tuple[str, str, str], dict[str, list[Mapping[str, Any]]]] = {}
    for line in read_trials(record):
        recipes = experiments.setdefault((line["experiment"], line["task"], line["encoder"]), {})
        recipes.setdefault(line["recipe"], []).append(line)
    return "\n\n".join(_table(*name, recipes) for name, recipes in experiments.items())


def _table(experiment: str, task: str, encoder: str, recipes: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    scored = {recipe: [dict(_figures(line)) for line in lines] for recipe, lines in recipes.items()}
    columns = [
        (measured, key, heading)
        for measured in dict.fromkeys(place for runs in scored.values() for run in runs for place, _ in run)
        for key, heading in _SHOWN[task].items()
        if any((measured, key) in run for runs in scored.values() for run in runs)
    ]
    body = [
        [
            f"`{recipe}`" if recipe else "as it is",
            ", ".join(str(line["seed"]) for line in recipes[recipe]),
            f"{mean(line['minutes'] for line in recipes[recipe]):.0f}",
            *(_spread([run[place, key] for run in runs if (place, key) in run]) for place, key, _ in columns),
        ]
        for recipe, runs in scored.items()
    ]
    headings = [f"{place.replace('_', ' ')}: {heading}" for place, _, heading in columns]
    return table([f"{experiment} ({task}, {encoder})", "seeds", "minutes", *headings], body)


def _figures(line: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], float]]:
    places = ({"dev": line["dev"]} if "dev" in line else {}) | line["measured"]
    for place, scores in places.items():
        yield from (((place, key), value) for key, value in scores.items() if isinstance(value, int | float))


def _spread(values: Sequence[float]) -> str:
    """The mean, and the standard deviation over several seeds."""
    if not values:
        return "–"
    return f"{mean(values):.3f}" + (f" ± {stdev(values):.3f}" if len(values) > 1 else "")


def main(arguments: list[str]) -> int:
    """Print the tables or write them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("record", nargs="?", type=Path, default=TRIALS)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args(arguments)
    return publish(lambda: markdown(options.record), "trials", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
