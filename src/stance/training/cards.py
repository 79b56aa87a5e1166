"""The model card of a model folder, with metadata for the Hub, from the figures that were measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from huggingface_hub import EvalResult, ModelCardData
from jinja2 import Environment, PackageLoader, StrictUndefined

from stance.model_folder import CORPUS, FILES, ModelSettings, Task, read_settings

_BASES = {
    "all-MiniLM-L6-v2": "sentence-transformers/all-MiniLM-L6-v2",
    "roberta-base": "FacebookAI/roberta-base",
    "deberta-v3-base": "microsoft/deberta-v3-base",
}
"""Ids on the Hub of the encoders that conf/encoder/ names otherwise."""


class _Figure(NamedTuple):
    key: str
    heading: str
    kind: str
    """Metric id of the Hub."""


_FIGURES: dict[Task, tuple[_Figure, ...]] = {
    "claims": (
        _Figure("average_precision", "average precision", "average_precision"),
        _Figure("macro_f1", "macro F1", "f1"),
    ),
    "attribution": (_Figure("exact_f1", "exact span F1", "f1"), _Figure("overlap_f1", "overlap span F1", "f1")),
    "stance": (_Figure("macro_f1", "macro F1", "f1"), _Figure("accuracy", "accuracy", "accuracy")),
}
_TITLES: dict[Task, str] = {
    "claims": "check-worthiness of sentences",
    "attribution": "source, cue and content of attributions",
    "stance": "stance of a source to a claim",
}
_TAGS: dict[Task, list[str]] = {
    "claims": ["check-worthiness", "claim-detection"],
    "attribution": ["quotation-attribution", "source-attribution"],
    "stance": ["stance-detection"],
}


@dataclass(frozen=True)
class Measured:
    """What is known of a model's quality."""

    split: Literal["dev", "test"]
    scores: Mapping[str, float]
    intervals: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By score: ``low`` and ``high``."""
    baselines: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Their scores by name."""


def write_card(folder: Path, task: Task, measured: Measured, rows: Mapping[str, int]) -> None:
    """Write the ``README.md`` of a model folder.

    Args:
        folder: The model folder.
        task: What the model is for.
        measured: Its figures.
        rows: Number of rows by split; ``train`` is among them.

    Raises:
        ModelError: when the folder is not whole.
    """
    settings = read_settings(folder, task)
    environment = Environment(  # noqa: S701 - Markdown, from our own figures
        loader=PackageLoader("stance.training", "."), undefined=StrictUndefined, keep_trailing_newline=True
    )
    text = environment.get_template("model_card.md.jinja").render(
        metadata=_metadata(settings, measured).to_yaml(),
        title=_TITLES[task],
        task=task,
        folder=f"models/{task}",
        settings=settings,
        own=CORPUS in settings.learned_from,
        public=[name for name in settings.learned_from if name != CORPUS],
        rows=rows,
        split=measured.split,
        intervals=measured.intervals,
        columns=_FIGURES[task],
        table=[("model", _cells(task, measured.scores, measured.intervals))]
        + [(name.replace("_", " "), _cells(task, scores, {})) for name, scores in measured.baselines.items()],
    )
    (folder / FILES.card).write_text(text, encoding="utf-8")


def _cells(task: Task, scores: Mapping[str, float], intervals: Mapping[str, Mapping[str, float]]) -> list[str]:
    return [
        f"{scores[each.key]:.3f}"
        + (f" ({intervals[each.key]['low']:.3f}–{intervals[each.key]['high']:.3f})" if each.key in intervals else "")
        for each in _FIGURES[task]
    ]


def _metadata(settings: ModelSettings, measured: Measured) -> ModelCardData:
    task, own = settings.task, settings.learned_from == (CORPUS,)
    pipeline = "token-classification" if task == "attribution" else "text-classification"
    results = [
        EvalResult(
            task_type=pipeline,
            dataset_type="-".join(settings.learned_from),
            dataset_name="Corpus of the stance project" if own else ", ".join(settings.learned_from),
            dataset_split=measured.split,
            metric_type=each.kind,
            metric_name=each.heading,
            metric_value=round(measured.scores[each.key], 4),
        )
        for each in _FIGURES[task]
    ]
    base = _BASES.get(settings.encoder, settings.encoder if "/" in settings.encoder else None)
    return ModelCardData(
        language="en",
        license="apache-2.0" if own else "other",
        library_name="transformers",
        pipeline_tag=pipeline,
        tags=[*_TAGS[task], "news", "fact-checking"],
        base_model=base,
        metrics=sorted({each.kind for each in _FIGURES[task]}),
        model_name=f"stance-{task}",
        eval_results=results,
    )
