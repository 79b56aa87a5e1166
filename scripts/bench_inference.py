"""Measure how fast the models answer beside plain ``transformers.pipeline`` with its default settings.

``python scripts/bench_inference.py`` takes the first test rows of each task, all ways by turns in one run; with
``--page docs/performance.md`` it writes the tables there. The machine's peaks, in float32 and in eight-bit integers,
are those of the fastest matrix products found, measured before and after, with as many threads as the models have.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

from marked_blocks import publish, table
from stance.batching import in_length_order, padded
from stance.encoder import InputText, TextModel
from stance.model_folder import FILES, TASKS, Precision, Task
from stance.onnx_runtime import open_session
from stance.runtime import CACHED_TOKENS
from stance.training.prepare import read
from timing import Times, by_turns, say, seconds

PLAIN, TORCH = "transformers.pipeline", "PyTorch, sorted"
ONNX: dict[str, Precision] = {"ONNX float32": "float32", "ONNX int8": "int8"}
SHAPES = ((512, 384, 1536), (512, 1536, 384), (1024, 1024, 1024), (2048, 2048, 2048))
"""Rows, inner and outer columns of the products that the machine's peak is taken from."""


@dataclass(frozen=True)
class Measured:
    """One task's figures."""

    task: Task
    pieces: int
    """Word pieces of all inputs."""
    padding: float
    """Share of what a model reads in sorted batches that is padding."""
    times: Times
    agreement: dict[str, float]
    """Share of labels (tags) equal to those of ``TORCH``."""
    operations: float
    """Floating-point operations for all pieces, without padding."""


def measure(task: Task, options: argparse.Namespace) -> Measured:
    """All ways to run one task's model on the same inputs.

    Raises:
        ModelError: when a model is missing or damaged.
        ConfigError: when there are no prepared rows.
    """
    rows = read(options.prepared, task, "test")
    inputs = _inputs(task, rows.select(range(min(options.rows, len(rows)))))
    models = {TORCH: TextModel(options.models / task, task, device="cpu", backend="torch")}
    models |= {name: TextModel(options.exported / task, task, precision=precision) for name, precision in ONNX.items()}
    works: dict[str, Callable[[], object]] = {PLAIN: _plain(options.models / task, task, inputs)}
    works |= {name: _ours(model, inputs) for name, model in models.items()}
    say(f"{task}: {len(inputs)} inputs")
    times = by_turns(works, options.rounds)
    labels = {name: _labels(model, inputs) for name, model in models.items()}
    lengths = [len(each) for each in models[TORCH].tokenizer.encode_batch(_texts(inputs))]
    return Measured(
        task,
        sum(lengths),
        _padding(lengths, CACHED_TOKENS),
        times,
        {name: float((found == labels[TORCH]).mean()) for name, found in labels.items()},
        _operations(lengths, json.loads((options.models / task / FILES.config).read_text(encoding="utf-8"))),
    )


def peak(precision: Precision, trials: int = 20) -> float:
    """Operations a second of the fastest product of matrices, of some shapes, libraries and trials.

    Of integers ONNX Runtime's alone is tried: PyTorch and numpy have none that is fast.
    """
    import torch

    numbers = np.random.default_rng(0)
    works: list[Callable[[], object]]
    best = 0.0
    for rows, inner, columns in SHAPES:
        if precision == "int8":
            whole = numbers.integers(-64, 65, (inner, columns), dtype=np.int8)
            works = [_onnx_product("MatMulInteger", numbers.integers(0, 256, (rows, inner), dtype=np.uint8), whole)]
        else:
            left = numbers.random((rows, inner), dtype=np.float32)
            right = numbers.random((inner, columns), dtype=np.float32)
            works = [_onnx_product("MatMul", left, right), partial(np.matmul, left, right)]
            works.append(partial(torch.mm, torch.from_numpy(left), torch.from_numpy(right)))
        for work in works:
            work()
            best = max(best, 2 * rows * inner * columns / min(seconds(work) for _ in range(trials)))
    return best


def operators(model: TextModel, file: Path, inputs: Sequence[InputText]) -> dict[str, float]:
    """Share of each operator in ONNX Runtime's time."""
    with tempfile.TemporaryDirectory() as folder:
        session = open_session(file, Path(folder) / "profile")
        names = [each.name for each in session.get_inputs()]

        def run(batch: Sequence[Any]) -> Sequence[Any]:
            arrays = padded(batch, 0)
            session.run(None, {name: arrays[name] for name in names})
            return batch

        in_length_order(model.tokenizer.encode_batch(_texts(inputs)), len, CACHED_TOKENS, run)
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    spent: Counter[str] = Counter()
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            spent[event["args"]["op_name"]] += event["dur"]
    return {name: duration / spent.total() for name, duration in spent.most_common()}


def markdown(measured: Sequence[Measured], peaks: dict[Precision, float], spent: dict[str, dict[str, float]]) -> str:
    """The tables of speed and of where the time goes; a way's peak is that of its numbers."""
    rows = []
    for each in measured:
        plain = statistics.median(each.times[PLAIN])
        for name, taken in each.times.items():
            middle = statistics.median(taken)
            machine = peaks[ONNX.get(name, "float32")]
            rows.append(
                [
                    f"{each.task}: {name}",
                    f"{each.pieces / middle:,.0f}",
                    f"{plain / middle:.1f}",
                    f"{100 * each.operations / middle / machine:.0f} %",
                    f"{100 * each.agreement[name]:.2f} %" if name in each.agreement else "",
                ]
            )
    heading = ["task and way", "word pieces a second", "times the plain pipeline", "of the peak", "same labels"]
    found = table(heading, rows)
    padding = ", ".join(f"{each.task} {100 * each.padding:.0f} %" for each in measured)
    found += "\n\nPeak, in thousand million operations a second: "
    found += ", ".join(f"{value / 1e9:.0f} in {name}" for name, value in peaks.items())
    found += f". Padding in sorted batches: {padding}.\n\n"
    total: defaultdict[str, float] = defaultdict(float)
    for shares_of_one in spent.values():
        for name, share in shares_of_one.items():
            total[name] += share
    most = sorted(total, key=lambda name: -total[name])[:12]
    shares = [[name, *(f"{100 * each.get(name, 0):.1f} %" for each in spent.values())] for name in most]
    return found + table(["operator, share of ONNX Runtime's time", *spent], shares)


def _onnx_product(operator: str, left: npt.NDArray[Any], right: npt.NDArray[Any]) -> Callable[[], object]:
    read = helper.make_tensor_value_info("x", helper.np_dtype_to_tensor_dtype(left.dtype), None)
    found = helper.make_tensor_value_info("y", TensorProto.FLOAT if operator == "MatMul" else TensorProto.INT32, None)
    node = helper.make_node(operator, ["x", "w"], ["y"])
    graph = helper.make_graph([node], "product", [read], [found], [numpy_helper.from_array(right, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    session = open_session(model.SerializeToString(), threads=0)
    return partial(session.run, None, {"x": left})


def _inputs(task: Task, rows: Any) -> list[InputText]:
    if task == "stance":
        return [InputText(*pair) for pair in zip(rows["claim"], rows["statement"], strict=True)]
    return [InputText(text) for text in rows["text"]]


def _texts(inputs: Sequence[InputText]) -> list[Any]:
    return [text.first if text.second is None else tuple(text) for text in inputs]


def _plain(folder: Path, task: Task, inputs: Sequence[InputText]) -> Callable[[], object]:
    from transformers import pipeline

    kind = "token-classification" if task == "attribution" else "text-classification"
    plain = pipeline(kind, model=str(folder), device="cpu")
    texts = [text.first if text.second is None else {"text": text.first, "text_pair": text.second} for text in inputs]
    return lambda: plain(texts)


def _ours(model: TextModel, inputs: Sequence[InputText]) -> Callable[[], object]:
    if model.settings.task == "attribution":
        return lambda: model.token_probabilities([text.first for text in inputs])
    return lambda: model.probabilities(inputs)


def _labels(model: TextModel, inputs: Sequence[InputText]) -> Any:
    if model.settings.task == "attribution":
        return np.concatenate([found.tags for found in model.token_probabilities([text.first for text in inputs])])
    return model.probabilities(inputs).argmax(axis=-1)


def _padding(lengths: Sequence[int], budget: int) -> float:
    read: list[int] = []

    def run(batch: Sequence[int]) -> Sequence[int]:
        read.append(len(batch) * max(batch))
        return batch

    in_length_order(lengths, lambda length: length, budget, run)
    return 1 - sum(lengths) / sum(read)


def _operations(lengths: Sequence[int], config: dict[str, Any]) -> float:
    """Of the encoder's matrix products: two for each weight and piece, and four for each pair of pieces and channel."""
    width, inner, layers = config["hidden_size"], config["intermediate_size"], config["num_hidden_layers"]
    weights = 4 * width**2 + 2 * width * inner
    return float(layers * sum(2 * weights * length + 4 * width * length**2 for length in lengths))


def main(arguments: list[str]) -> int:
    """Print the tables or write them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--exported", type=Path, default=Path("exported"))
    parser.add_argument("--prepared", type=Path, default=Path("prepared"))
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args(arguments)

    def make() -> str:
        say("peak")
        peaks = {precision: peak(precision) for precision in ONNX.values()}
        measured = [measure(task, options) for task in TASKS]
        say("operators")
        model = TextModel(options.exported / "stance", "stance")
        inputs = _inputs("stance", read(options.prepared, "stance", "test").select(range(options.rows)))
        files = {"float32": FILES.onnx, "int8": FILES.onnx_int8}
        spent = {name: operators(model, options.exported / "stance" / file, inputs) for name, file in files.items()}
        peaks = {precision: max(before, peak(precision)) for precision, before in peaks.items()}
        return markdown(measured, peaks, spent)

    return publish(make, "inference", options.page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
