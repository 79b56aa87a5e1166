"""Stage ``export``: each model as ONNX in float32 and, as far as the labels stay the same, in eight-bit integers.

``python -m stance.training.export task=stance``

Which matrix products are computed in integers is decided on dev: all, if that gives the labels of PyTorch. If not, each
is rounded alone, and they are ordered by the error in the logits that this makes for each weight it saves. The worst
stay in float32: as few as give the labels, but never so many that nothing would be gained. Where even those give other
labels, the folder says that float32 is to be used. What was decided, and what the test split says of it, is in
``agreement.json``.
"""

from __future__ import annotations

import json
import logging
import shutil
import warnings
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import hydra
import numpy as np
import onnx
from datasets import Dataset
from omegaconf import DictConfig

from stance.config import Config, check
from stance.encoder import InputText, TextModel
from stance.errors import ConfigError
from stance.model_folder import FILES, TASKS, ModelSettings, OnnxSettings, Precision, Task, sha256, write_settings
from stance.onnx_runtime import OnnxRuntime
from stance.runtime import load_torch
from stance.training.calibrate import predict, word_tags
from stance.training.first_piece import first_piece_only
from stance.training.metrics import Ints, rounded, tag_scores
from stance.training.prepare import read
from stance.training.quantise import Observer, Rounded, products, quantise, rounded_weights
from stance.training.stage import run_stage

log = logging.getLogger(__name__)
MODELS = Path("models")
EXPORTED = Path("exported")
AGREEMENT = "agreement.json"
LEAST_AGREEMENT = 0.995
"""Share of labels (tags of words) that must be those of PyTorch."""
MOST_LOSS = 0.003
"""Of the deciding score, absolute."""
_SAFETY = 0.002  # by how much dev must agree better than is asked for, so that test does, too
_LEAST_GAIN = 1 / 3  # share of the multiplications in integers; with all of them there, about half of the time is saved
_OBSERVED_ROWS, _ERROR_ROWS, _CHOICE_ROWS, _TEST_ROWS = 128, 24, 1000, 1000
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

    @property
    def surely(self) -> bool:
        """Whether they do on rows like these, too."""
        return self.enough and self.agreement >= LEAST_AGREEMENT + _SAFETY


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
    model = to_onnx(source, torch_model.settings)
    train = _spread(read(config.data.prepared, task, "train"), _OBSERVED_ROWS)
    dev = _spread(read(config.data.prepared, task, "dev"), _CHOICE_ROWS)
    rounded_off = _rounded(model, torch_model, train)
    kept, on_dev = choose(model, rounded_off, torch_model, dev)
    sizes = products(model)
    share = 1 - sum(sizes[name] for name in kept) / sum(sizes.values())
    written = {"float32": model, "int8": quantise(model, _without(rounded_off, kept))}
    onnx.save(written["float32"], target / FILES.onnx)
    onnx.save(written["int8"], target / FILES.onnx_int8)
    test = _spread(read(config.data.prepared, task, "test"), _TEST_ROWS)
    wanted = _answers(torch_model, test)
    found = {precision: compare(_in_onnx(torch_model, each), test, wanted) for precision, each in written.items()}
    chosen: Precision = "int8" if on_dev.enough else "float32"
    report: dict[str, object] = rounded(
        {
            "precision": chosen,
            "score": _SCORES[task],
            "share_in_int8": share,
            "products": len(sizes),
            "kept_in_float32": kept,
            "dev": {"int8": asdict(on_dev)},
            "test": {precision: asdict(each) for precision, each in found.items()},
        }
    )
    (target / AGREEMENT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    _complete(source, target, torch_model.settings, chosen)
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


def by_error(
    model: onnx.ModelProto, rounded_off: Mapping[str, Rounded], torch_model: TextModel, dev: Dataset
) -> list[str]:
    """The products, those first that make the largest error in the logits for each weight when computed in integers."""
    inputs = _inputs(torch_model.settings.task, _spread(dev, _ERROR_ROWS))
    exact = torch_model.logits(inputs)

    def error(name: str) -> float:
        found = _in_onnx(torch_model, quantise(model, {name: rounded_off[name]})).logits(inputs)
        return float(np.mean([((one - other) ** 2).mean() for one, other in zip(exact, found, strict=True)]))

    return sorted((sizes := products(model)), key=lambda name: -error(name) / sizes[name])


def choose(
    model: onnx.ModelProto, rounded_off: Mapping[str, Rounded], torch_model: TextModel, dev: Dataset
) -> tuple[list[str], Agreement]:
    """The products that stay in float32, and how well the rest agrees on dev.

    They are none if that agrees, and else the fewest of the worst, by bisection; never so many that nothing is gained:
    the rest then may agree less well than is asked for.
    """
    wanted, task = _answers(torch_model, dev), torch_model.settings.task

    def measured(kept: list[str]) -> Agreement:
        found = compare(_in_onnx(torch_model, quantise(model, _without(rounded_off, kept))), dev, wanted)
        log.info("%s: %d of %d products in float32: agreement %.4f", task, len(kept), len(rounded_off), found.agreement)
        return found

    if (whole := measured([])).surely:
        return [], whole
    worst_first = by_error(model, rounded_off, torch_model, dev)
    low, high = 1, _most_kept(products(model), worst_first)
    best: Agreement | None = None
    while low < high:
        middle = (low + high) // 2
        found = measured(worst_first[:middle])
        if found.surely:
            high, best = middle, found
        else:
            low = middle + 1
    return worst_first[:high], best or measured(worst_first[:high])


def compare(model: TextModel, rows: Dataset, wanted: _Answers) -> Agreement:
    """Labels and score of a model beside those of PyTorch."""
    found = _answers(model, rows)
    return Agreement(len(rows), float((found.labels == wanted.labels).mean()), found.score, wanted.score)


def _most_kept(sizes: dict[str, int], worst_first: list[str]) -> int:
    """How many products can stay in float32 with enough left in integers."""
    left = sum(sizes.values()) - np.cumsum([sizes[name] for name in worst_first])
    return int((left >= _LEAST_GAIN * sum(sizes.values())).sum())


def _answers(model: TextModel, rows: Dataset) -> _Answers:
    score = _SCORES[model.settings.task]
    if model.settings.task == "attribution":
        tagged = word_tags(model, rows)
        return _Answers(np.concatenate(tagged.chains), tag_scores(tagged)[score])
    found = predict(model, rows)
    return _Answers(found.rows.argmax(axis=-1), found.scores[score])


def _rounded(model: onnx.ModelProto, torch_model: TextModel, rows: Dataset) -> dict[str, Rounded]:
    observer = Observer(model)
    task = torch_model.settings.task
    TextModel(torch_model.folder, task, backend=observer).logits(_inputs(task, rows))
    return rounded_weights(model, observer)


def _without(rounded_off: Mapping[str, Rounded], kept: Collection[str]) -> dict[str, Rounded]:
    return {name: each for name, each in rounded_off.items() if name not in kept}


def _in_onnx(like: TextModel, model: onnx.ModelProto) -> TextModel:
    return TextModel(like.folder, like.settings.task, backend=OnnxRuntime(model.SerializeToString()))


def _inputs(task: Task, rows: Dataset) -> list[InputText]:
    if task == "stance":
        return [InputText(*pair) for pair in zip(rows["claim"], rows["statement"], strict=True)]
    return [InputText(text) for text in rows["text"]]


def _spread(rows: Dataset, most: int) -> Dataset:
    """At most so many rows, evenly spread over all."""
    return rows if len(rows) <= most else rows.select(np.linspace(0, len(rows) - 1, most).astype(int))


def _complete(source: Path, target: Path, settings: ModelSettings, precision: Precision) -> None:
    """The rest of the model folder, so that it can be used, and handed on, by itself."""
    for file in sorted(source.iterdir()):
        if file.suffix == ".json" and file.name != FILES.settings:
            shutil.copy2(file, target / file.name)
    hashes = {"float32_sha256": sha256(target / FILES.onnx), "int8_sha256": sha256(target / FILES.onnx_int8)}
    written = OnnxSettings(**hashes, precision=precision)
    write_settings(target, settings.model_copy(update={"onnx": written}))


@hydra.main(version_base="1.3", config_path=str(Path.cwd() / "conf"), config_name="config")
def main(composed: DictConfig) -> None:
    """Run the stage."""

    def stage() -> None:
        config = check(composed)
        if config.task is None:
            raise ConfigError(f"say which model to export: task={' or task='.join(TASKS)}")
        report = export(config, config.task)
        log.info("%s: %s, %.0f %% in int8", config.task, report["precision"], 100 * float(str(report["share_in_int8"])))

    run_stage(stage)


if __name__ == "__main__":
    main()
