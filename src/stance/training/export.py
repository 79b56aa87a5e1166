"""Stage ``export``: each model as ONNX in float32 and in eight-bit integers.

``python -m stance.training.export task=stance``

Rounded logits are a little off, so the labels differ where the best two were close. A classifier computes such inputs
again in float32: those whose best two logits are less apart than a *doubt*, which is chosen on dev, as small as gives
the labels of PyTorch. Where the labels differ all the same, or too many inputs would be computed twice, the folder says
that float32 is to be used. What was decided, and what the test split says of it, is in ``agreement.json``.
"""

from __future__ import annotations

import json
import logging
import shutil
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from datasets import Dataset

from stance.config import Config, check
from stance.encoder import InputText, TextModel
from stance.errors import ConfigError
from stance.model_folder import (
    FILES,
    PRECISIONS,
    TASKS,
    ModelSettings,
    OnnxSettings,
    Precision,
    Task,
    sha256,
    write_settings,
)
from stance.runtime import load_torch
from stance.training.calibrate import predict, word_tags
from stance.training.first_piece import first_piece_only
from stance.training.metrics import Floats, Ints, rounded, tag_scores
from stance.training.prepare import read
from stance.training.quantise import Observer, quantise, rounded_weights
from stance.training.stage import as_stage

log = logging.getLogger(__name__)
MODELS = Path("models")
EXPORTED = Path("exported")
AGREEMENT = "agreement.json"
LEAST_AGREEMENT = 0.995
"""Share of labels (tags of words) that must be those of PyTorch."""
MOST_LOSS = 0.003
"""Of the deciding score, absolute."""
_SAFETY = 0.003  # by how much dev must agree better than is asked for, so that test does, too
_MOST_DOUBTS = 0.25  # share of the inputs that are computed twice; integers take about half of the time of float32
_OBSERVED_ROWS, _CHOICE_ROWS, _TEST_ROWS = 512, 3000, 1000
_SCORES: dict[Task, str] = {"claims": "macro_f1", "attribution": "exact_f1", "stance": "macro_f1"}


@dataclass(frozen=True)
class Agreement:
    """One way to compute a model beside PyTorch on the same rows."""

    rows: int
    agreement: float
    """Share of equal labels."""
    score: float
    torch_score: float

    @property
    def enough(self) -> bool:
        """Whether the labels and the score stay the same, as far as is asked for."""
        return self.agreement >= LEAST_AGREEMENT and abs(self.score - self.torch_score) <= MOST_LOSS


@dataclass(frozen=True)
class _Answers:
    labels: Ints
    score: float


def export(config: Config, task: Task, models: Path = MODELS, exported: Path = EXPORTED) -> dict[str, object]:
    """Write ``<exported>/<task>``; return the content of its ``agreement.json``.

    Raises:
        ConfigError: when the rows have not been prepared.
        ModelError: when the trained model is missing or damaged.
    """
    source, target = models / task, exported / task
    torch_model = TextModel(source, task, device="cpu", backend="torch")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    train, dev, test = (
        _spread(read(config.data.prepared, task, split), most)
        for split, most in (("train", _OBSERVED_ROWS), ("dev", _CHOICE_ROWS), ("test", _TEST_ROWS))
    )
    model = to_onnx(source, torch_model.settings)
    onnx.save(model, target / FILES.onnx)
    onnx.save(_rounded(model, torch_model, train), target / FILES.onnx_int8)
    written = _complete(source, target, torch_model.settings)

    def opened(precision: Precision) -> TextModel:
        return TextModel(target, task, precision=precision)

    doubted = Doubted(0.0, 0.0)
    if task != "attribution":
        inputs = _inputs(task, dev)
        doubted = doubt(np.stack(opened("float32").logits(inputs)), np.stack(opened("int8").logits(inputs)))
        written = written.model_copy(update={"doubt": doubted.below})
        _write(target, torch_model.settings, written)
    on_dev = compare(opened("int8"), dev, _answers(torch_model, dev))
    chosen: Precision = "int8" if on_dev.enough and doubted.share <= _MOST_DOUBTS else "float32"
    _write(target, torch_model.settings, written.model_copy(update={"precision": chosen}))
    log.info("%s: agreement %.4f, %.1f %% computed again", task, on_dev.agreement, 100 * doubted.share)
    wanted = _answers(torch_model, test)
    report: dict[str, object] = rounded(
        {
            "precision": chosen,
            "score": _SCORES[task],
            "doubt": doubted.below,
            "dev": {"computed_again": doubted.share, "int8": asdict(on_dev)},
            "test": {precision: asdict(compare(opened(precision), test, wanted)) for precision in PRECISIONS},
        }
    )
    (target / AGREEMENT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def to_onnx(folder: Path, settings: ModelSettings) -> onnx.ModelProto:
    """A trained model in float32, with free numbers of inputs and of word pieces, for any ONNX runtime."""
    import torch

    model, names = load_torch(folder, settings, attn_implementation="eager")
    if settings.task != "attribution":
        model = first_piece_only(model)
    example = {name: torch.ones((2, 8), dtype=torch.int64) for name in names}
    axes = {0: torch.export.Dim("inputs"), 1: torch.export.Dim("pieces")}
    for name in ("torch.onnx", "onnxscript", "onnx_ir"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that both arrays have the same axes
        program = torch.onnx.export(
            model,
            kwargs=example,
            dynamo=True,
            dynamic_shapes=dict.fromkeys(names, axes),
            output_names=["logits"],
            verbose=False,
        )
    found: onnx.ModelProto = program.model_proto  # type: ignore[union-attr]
    for node in found.graph.node:
        del node.metadata_props[:]  # source lines, with the paths of this machine
    return found


class Doubted(NamedTuple):
    """Which inputs are computed again in float32."""

    below: float
    """Those whose two largest logits are less apart."""
    share: float
    """Their share of all."""


def doubt(exact: Floats, rounded_off: Floats) -> Doubted:
    """The least doubt that leaves labels as in float32, as often as is asked for and a little oftener.

    Args:
        exact: Logits, shape [inputs, labels].
        rounded_off: The same inputs' in integers.
    """
    best = np.sort(rounded_off, axis=-1)
    leads = best[:, -1] - best[:, -2]
    wrong = np.sort(leads[exact.argmax(axis=-1) != rounded_off.argmax(axis=-1)])
    allowed = int((1 - LEAST_AGREEMENT - _SAFETY) * len(leads) + 1e-9)
    if len(wrong) <= allowed:
        return Doubted(0.0, 0.0)
    below = float(np.ceil(1e4 * wrong[len(wrong) - allowed - 1]) + 1) / 1e4
    return Doubted(below, float((leads < below).mean()))


def compare(model: TextModel, rows: Dataset, wanted: _Answers) -> Agreement:
    """Labels and score of a model beside those of PyTorch."""
    found = _answers(model, rows)
    return Agreement(len(rows), float((found.labels == wanted.labels).mean()), found.score, wanted.score)


def _answers(model: TextModel, rows: Dataset) -> _Answers:
    score = _SCORES[model.settings.task]
    if model.settings.task == "attribution":
        tagged = word_tags(model, rows)
        return _Answers(np.concatenate(tagged.chains), tag_scores(tagged)[score])
    found = predict(model, rows)
    return _Answers(found.rows.argmax(axis=-1), found.scores[score])


def _rounded(model: onnx.ModelProto, torch_model: TextModel, rows: Dataset) -> onnx.ModelProto:
    observer = Observer(model)
    task = torch_model.settings.task
    TextModel(torch_model.folder, task, backend=observer).logits(_inputs(task, rows))
    return quantise(model, rounded_weights(model, observer))


def _inputs(task: Task, rows: Dataset) -> list[InputText]:
    if task == "stance":
        return [InputText(*pair) for pair in zip(rows["claim"], rows["statement"], strict=True)]
    return [InputText(text) for text in rows["text"]]


def _spread(rows: Dataset, most: int) -> Dataset:
    """At most so many rows, evenly spread over all."""
    return rows if len(rows) <= most else rows.select(np.linspace(0, len(rows) - 1, most).astype(int))


def _complete(source: Path, target: Path, settings: ModelSettings) -> OnnxSettings:
    """The rest of the model folder, so that it can be used, and handed on, by itself."""
    for file in sorted(source.iterdir()):
        if file.suffix == ".json" and file.name != FILES.settings:
            shutil.copy2(file, target / file.name)
    float32, int8 = (sha256(target / name) for name in (FILES.onnx, FILES.onnx_int8))
    written = OnnxSettings(float32_sha256=float32, int8_sha256=int8, precision="float32")
    _write(target, settings, written)
    return written


def _write(target: Path, settings: ModelSettings, of_export: OnnxSettings) -> None:
    write_settings(target, settings.model_copy(update={"onnx": of_export}))


@as_stage(check)
def main(config: Config) -> None:
    """Run the stage."""
    if config.task is None:
        raise ConfigError(f"say which model to export: task={' or task='.join(TASKS)}")
    report = export(config, config.task)
    log.info("%s: %s is used", config.task, report["precision"])


if __name__ == "__main__":
    main()
