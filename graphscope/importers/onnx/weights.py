"""Which of a file's numbers are weights that training changes, which are statistics, which just numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from graphscope.importers.onnx.order import captured, graphs

if TYPE_CHECKING:
    from onnx import NodeProto

Role = Literal["weight", "statistic", "setting", "operand"]
WEIGHTS: Mapping[str, tuple[int, ...]] = {
    "BatchNormalization": (1, 2),
    "Conv": (1, 2),
    "ConvTranspose": (1, 2),
    "Gather": (0,),
    "Gemm": (0, 1, 2),
    "GroupNormalization": (1, 2),
    "GRU": (1, 2, 3),
    "InstanceNormalization": (1, 2),
    "LayerNormalization": (1, 2),
    "LSTM": (1, 2, 3, 7),
    "MatMul": (0, 1),
    "PRelu": (1,),
    "RMSNormalization": (1,),
    "RNN": (1, 2, 3),
}
"""Inputs that hold weights, wherever their numbers come from."""
STATISTICS: Mapping[str, tuple[int, ...]] = {"BatchNormalization": (3, 4)}
"""Inputs that hold averages which training keeps without a gradient."""
SETTINGS: Mapping[str, tuple[int, ...]] = {
    "Clip": (1, 2),
    "DequantizeLinear": (1, 2),
    "Dropout": (1, 2),
    "OneHot": (1, 2),
    "Pad": (1, 2, 3),
    "Pow": (1,),
    "QuantizeLinear": (1, 2),
    "Range": (0, 1, 2),
    "Resize": (1, 2, 3),
}
"""Inputs that say how to compute, never a weight."""
MOVES = frozenset(("Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"))
"""What only moves numbers: a weight stays one behind it."""


def roles(nodes: Sequence[NodeProto]) -> Mapping[str, frozenset[Role]]:
    """For each name how it is used, through moves too; ``nodes`` are in the order of computation."""
    found: dict[str, set[Role]] = {}
    for node in reversed(nodes):
        for slot, name in enumerate(node.input):
            if name:
                found.setdefault(name, set()).update(_role(node, slot, found))
        for graph in graphs(node):
            inside = roles(graph.node)
            for name in captured(graph):
                found.setdefault(name, set()).update(inside.get(name, ()))
    return {name: frozenset(uses) for name, uses in found.items()}


def _role(node: NodeProto, slot: int, found: Mapping[str, set[Role]]) -> set[Role]:
    if node.op_type in MOVES:
        return set(found.get(node.output[0], {"operand"})) if slot == 0 and node.output else {"setting"}
    if slot in WEIGHTS.get(node.op_type, ()):
        return {"weight"}
    if slot in STATISTICS.get(node.op_type, ()):
        return {"statistic"}
    return {"setting"} if slot in SETTINGS.get(node.op_type, ()) else {"operand"}
