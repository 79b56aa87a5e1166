"""Matrix products in eight-bit integers: weights scaled by column, inputs by row (token) while the model runs.

A scale for a whole input tensor, as in ONNX Runtime's own dynamic quantisation, makes the answer to one text depend on
what else is in its batch, and loses small rows beside large ones. Hence scales by row, after Yao et al. (2022,
ZeroQuant, arXiv:2206.01861). Some inputs are many times as large as others in every row: each is divided by a constant
first, and its weights are multiplied with it, so that both have their part of the difference (Xiao et al., 2022,
SmoothQuant, arXiv:2211.10438). GELU gives nothing below -0.17, and most of the numbers are for what is above 0.

Weights are rounded one after the other, the later ones making up for the errors of the earlier, as far as what the
product reads in training rows tells (Frantar et al., 2022, GPTQ, arXiv:2210.17323).

Processors without instructions for integer dot products add two products of neighbours in sixteen bits. So two
neighbouring weights of a column are together at most 128, with which the largest sum, 255 * 128, fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from stance.batching import Ints
from stance.onnx_runtime import open_session
from stance.runtime import CACHED_TOKENS, Array
from stance.training.metrics import Floats

_NEIGHBOURS = 128  # most that two weights are together
_WEIGHT = 127
_LEAST = 1e-6  # scale
_ZERO = 128  # what stands for 0
_GELU_ZERO = 32
_GELU_LEAST = 0.17  # GELU's minimum is -0.16997
_DAMPING = 0.05  # of the mean square of the inputs: their own rounding, and that few rows were seen
_BLOCK = 64


class Rounded(NamedTuple):
    """A product's weights: ``whole * scale``, for inputs that were multiplied with ``smoothing``."""

    whole: npt.NDArray[np.int8]
    """Shape [inputs, outputs]."""
    scale: Array
    """Shape [outputs]."""
    smoothing: Array
    """Shape [inputs]; the same for all products that read the same input."""


class Observer:
    """A runtime that sums up what the products of a float32 model read: X'X of each input X, shape [pieces, inputs]."""

    device = "cpu"
    batch_tokens = CACHED_TOKENS
    threads = 1

    def __init__(self, model: onnx.ModelProto) -> None:
        names = products(model)
        self.sources = {node.name: node.input[0] for node in model.graph.node if node.name in names}
        self.moments: dict[str, Floats] = {}
        wide = onnx.ModelProto()
        wide.CopyFrom(model)
        wide.graph.output.extend(
            helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in self._distinct()
        )
        self._session = open_session(wide.SerializeToString())
        self._names = [each.name for each in self._session.get_inputs()]

    def logits(self, batch: Mapping[str, Ints]) -> Array:
        """See ``Runtime``."""
        logits: Array
        logits, *read = self._session.run(["logits", *self._distinct()], {name: batch[name] for name in self._names})
        for name, array in zip(self._distinct(), read, strict=True):
            rows = array[batch["attention_mask"][:, : array.shape[1]] == 1]  # of one piece it is the first
            self.moments[name] = self.moments.get(name, 0) + (rows.T @ rows).astype(np.float64)
        return logits

    def _distinct(self) -> list[str]:
        return list(dict.fromkeys(self.sources.values()))


def products(model: onnx.ModelProto) -> dict[str, int]:
    """The matrix products with constant weights, in the order of computation, with the number of their weights."""
    sizes = {tensor.name: int(np.prod(tensor.dims)) for tensor in model.graph.initializer if len(tensor.dims) == 2}
    nodes = [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in sizes]
    return {node.name: sizes[node.input[1]] for node in nodes}


def rounded_weights(model: onnx.ModelProto, observer: Observer) -> dict[str, Rounded]:
    """The weights of all ``products`` as integers.

    Args:
        model: A model in float32.
        observer: Of the same model, when it has run over some rows.
    """
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    reading: dict[str, dict[str, Array]] = {}
    for node in model.graph.node:
        if node.name in observer.sources:
            reading.setdefault(node.input[0], {})[node.name] = numpy_helper.to_array(tensors[node.input[1]])
    from_gelu = _from_gelu(model)
    found: dict[str, Rounded] = {}
    for source, weights in reading.items():
        moment = observer.moments[source]
        together = np.concatenate(list(weights.values()), axis=1)
        smoothing = np.ones(len(together)) if source in from_gelu else _smoothing(together, moment)
        seen = moment * np.outer(smoothing, smoothing)
        for name, weight in weights.items():
            whole, scale = round_weights(weight / smoothing[:, np.newaxis], seen)
            found[name] = Rounded(whole, scale, smoothing.astype(np.float32))
    return found


def round_weights(weight: Floats, moment: Floats) -> tuple[npt.NDArray[np.int8], Array]:
    """Weights as integers, and their scales, so that the product with inputs like those seen changes little.

    Args:
        weight: Shape [inputs, outputs].
        moment: X'X of the inputs X, shape [inputs, inputs].
    """
    count = len(weight)
    sizes = np.abs(weight)
    together = np.add.reduceat(sizes, np.arange(0, count, 2), axis=0).max(axis=0)
    scale = np.maximum(np.maximum(together / _NEIGHBOURS, sizes.max(axis=0) / _WEIGHT), _LEAST).astype(np.float32)
    left = weight.astype(np.float64) / scale
    whole = np.zeros_like(left)
    damping = max(_DAMPING * float(np.trace(moment)) / count, _LEAST)
    factor = np.linalg.cholesky(np.linalg.inv(moment + damping * np.eye(count))).T
    for start in range(0, count, _BLOCK):
        end = min(start + _BLOCK, count)
        errors = np.zeros((end - start, weight.shape[1]))
        for row in range(start, end):
            beside = np.abs(whole[row - 1]) if row % 2 else np.zeros(weight.shape[1])
            most = np.minimum(_NEIGHBOURS - beside, _WEIGHT)
            whole[row] = np.clip(np.rint(left[row]), -most, most)
            errors[row - start] = (left[row] - whole[row]) / factor[row, row]
            left[row + 1 : end] -= np.outer(factor[row, row + 1 : end], errors[row - start])
        left[end:] -= factor[start:end, end:].T @ errors
    return whole.astype(np.int8), scale


def quantise(model: onnx.ModelProto, rounded: Mapping[str, Rounded]) -> onnx.ModelProto:
    """A copy of the model that computes some ``products`` in integers.

    Args:
        model: A model in float32.
        rounded: Weights of those products, by name.
    """
    from_gelu = _from_gelu(model)
    nodes: list[onnx.NodeProto] = []
    added = _constants()
    inputs: set[str] = set()
    for node in model.graph.node:
        if node.name not in rounded:
            nodes.append(node)
            continue
        source, weight = node.input
        whole, scale, smoothing = rounded[node.name]
        if source not in inputs:
            inputs.add(source)
            nodes += _quantised_input(source, gelu=source in from_gelu)
            added.append(numpy_helper.from_array(np.array([-1, len(whole)]), f"{source}/rows"))
            added.append(numpy_helper.from_array(smoothing, f"{source}/smoothing"))
        added += [numpy_helper.from_array(whole, f"{weight}/int8"), numpy_helper.from_array(scale, f"{weight}/scale")]
        nodes += _product(node, source, weight, gelu=source in from_gelu)
    found = onnx.ModelProto()
    found.CopyFrom(model)
    del found.graph.node[:], found.graph.initializer[:]
    found.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    found.graph.initializer.extend(t for t in [*model.graph.initializer, *added] if t.name in used)
    if not any(opset.domain == "com.microsoft" for opset in found.opset_import):
        found.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return found


def _from_gelu(model: onnx.ModelProto) -> set[str]:
    return {node.output[0] for node in model.graph.node if node.op_type == "Gelu"}


def _smoothing(weight: Floats, moment: Floats) -> Floats:
    """What inputs are multiplied with, so that they differ as much as their weights do, in root mean square."""
    inputs = np.sqrt(np.diag(moment) / moment.max())
    weights = np.sqrt(np.square(weight, dtype=np.float64).mean(axis=1))
    found: Floats = np.sqrt(np.maximum(weights, _LEAST) / np.maximum(inputs, _LEAST))
    return found


def _constants() -> list[onnx.TensorProto]:
    values: dict[str, npt.NDArray[np.generic]] = {
        "last_axis": np.array([-1]),
        "all": np.array([-1]),
        "step": np.array(1 / (255 - _ZERO), dtype=np.float32),
        "least": np.array(_LEAST, dtype=np.float32),
        "zero": np.array(_ZERO, dtype=np.uint8),
        "gelu_step": np.array(1 / (255 - _GELU_ZERO), dtype=np.float32),
        "gelu_least": np.array(_GELU_LEAST / _GELU_ZERO, dtype=np.float32),
        "gelu_zero": np.array(_GELU_ZERO, dtype=np.uint8),
        "one": np.array(1, dtype=np.float32),
    }
    return [numpy_helper.from_array(array, f"int8/{name}") for name, array in values.items()]


def _quantised_input(source: str, *, gelu: bool) -> list[onnx.NodeProto]:
    """``source/scale``, shape [..., 1], and ``source/int8``: round(x / scale) + what stands for 0."""
    at, kind = f"{source}/", "int8/gelu_" if gelu else "int8/"
    smooth = source if gelu else at + "smooth"
    begin = [
        helper.make_node("Mul", [source, at + "smoothing"], [smooth]),
        helper.make_node("Abs", [smooth], [at + "sizes"]),
    ]
    return [
        *([] if gelu else begin),
        helper.make_node("ReduceMax", [smooth if gelu else at + "sizes", "int8/last_axis"], [at + "max"], keepdims=1),
        helper.make_node("Mul", [at + "max", kind + "step"], [at + "step"]),
        helper.make_node("Max", [at + "step", kind + "least"], [at + "scale"]),
        # rows as the first axis, along which QuantizeLinear takes scales
        helper.make_node("Reshape", [smooth, at + "rows"], [at + "flat"]),
        helper.make_node("Reshape", [at + "scale", "int8/all"], [at + "scales"]),
        helper.make_node("Shape", [at + "scales"], [at + "count"]),
        helper.make_node("Expand", [kind + "zero", at + "count"], [at + "zeros"]),
        helper.make_node("QuantizeLinear", [at + "flat", at + "scales", at + "zeros"], [at + "flat_int8"], axis=0),
        helper.make_node("Shape", [source], [at + "shape"]),
        helper.make_node("Reshape", [at + "flat_int8", at + "shape"], [at + "int8"]),
    ]


def _product(node: onnx.NodeProto, source: str, weight: str, *, gelu: bool) -> list[onnx.NodeProto]:
    units = f"{node.output[0]}/units"
    zero = "int8/gelu_zero" if gelu else "int8/zero"
    inputs = [f"{source}/int8", f"{weight}/int8", "int8/one", f"{weight}/scale", zero]
    return [
        helper.make_node("MatMulIntegerToFloat", inputs, [units], node.name, domain="com.microsoft"),
        helper.make_node("Mul", [units, f"{source}/scale"], list(node.output)),
    ]
