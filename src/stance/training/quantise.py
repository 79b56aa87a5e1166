"""Matrix products in eight-bit integers: weights scaled by column, inputs by row (token) while the model runs.

A scale for a whole input tensor, as in ONNX Runtime's own dynamic quantisation, makes the answer to one text depend on
what else is in its batch, and loses small rows beside large ones. Hence scales by row, after Yao et al. (2022,
ZeroQuant, arXiv:2206.01861).

Weights take seven bits: so a sum of two products fits into sixteen, which processors without instructions for integer
dot products compute with.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

_WEIGHTS = 63  # largest seven-bit number
_INPUTS = 127  # largest distance from what stands for 0
_ZERO = 128
_LEAST = 1e-6  # scale


def products(model: onnx.ModelProto) -> dict[str, int]:
    """The matrix products with constant weights, in the order of computation, with the number of their weights."""
    sizes = {tensor.name: int(np.prod(tensor.dims)) for tensor in model.graph.initializer if len(tensor.dims) == 2}
    nodes = [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in sizes]
    return {node.name: sizes[node.input[1]] for node in nodes}


def quantise(model: onnx.ModelProto, names: Collection[str]) -> onnx.ModelProto:
    """A copy of the model that computes the named ``products`` in integers.

    Args:
        model: A model in float32.
        names: Which of its ``products``.
    """
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes: list[onnx.NodeProto] = []
    added = _constants()
    inputs: set[str] = set()
    for node in model.graph.node:
        if node.name not in names:
            nodes.append(node)
            continue
        source, weight = node.input
        if source not in inputs:
            inputs.add(source)
            nodes += _quantised_input(source)
        whole, scale = _quantised_weights(numpy_helper.to_array(weights[weight]))
        added += [numpy_helper.from_array(whole, f"{weight}/int8"), numpy_helper.from_array(scale, f"{weight}/scale")]
        nodes += _product(node, source, weight)
    found = onnx.ModelProto()
    found.CopyFrom(model)
    del found.graph.node[:], found.graph.initializer[:]
    found.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    found.graph.initializer.extend(t for t in [*model.graph.initializer, *added] if t.name in used)
    if not any(opset.domain == "com.microsoft" for opset in found.opset_import):
        found.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return found


def _constants() -> list[onnx.TensorProto]:
    values: dict[str, npt.NDArray[np.generic]] = {
        "last_axis": np.array([-1]),
        "step": np.array(1 / _INPUTS, dtype=np.float32),
        "least": np.array(_LEAST, dtype=np.float32),
        "one": np.array(1, dtype=np.float32),
        "zero": np.array(_ZERO, dtype=np.uint8),
    }
    return [numpy_helper.from_array(array, f"int8/{name}") for name, array in values.items()]


def _quantised_input(source: str) -> list[onnx.NodeProto]:
    """``source/scale``, shape [..., 1], and ``source/int8``: round(x / scale) + 128."""
    at = f"{source}/"
    return [
        helper.make_node("Abs", [source], [at + "sizes"]),
        helper.make_node("ReduceMax", [at + "sizes", "int8/last_axis"], [at + "max"], keepdims=1),
        helper.make_node("Mul", [at + "max", "int8/step"], [at + "step"]),
        helper.make_node("Max", [at + "step", "int8/least"], [at + "scale"]),
        helper.make_node("Div", [source, at + "scale"], [at + "units"]),
        helper.make_node("QuantizeLinear", [at + "units", "int8/one", "int8/zero"], [at + "int8"]),
    ]


def _quantised_weights(weight: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    scale = np.maximum(np.abs(weight).max(axis=0) / _WEIGHTS, _LEAST).astype(np.float32)
    return np.round(weight / scale).astype(np.int8), scale


def _product(node: onnx.NodeProto, source: str, weight: str) -> list[onnx.NodeProto]:
    units = f"{node.output[0]}/units"
    inputs = [f"{source}/int8", f"{weight}/int8", "int8/one", f"{weight}/scale", "int8/zero"]
    return [
        helper.make_node("MatMulIntegerToFloat", inputs, [units], node.name, domain="com.microsoft"),
        helper.make_node("Mul", [units, f"{source}/scale"], list(node.output)),
    ]
