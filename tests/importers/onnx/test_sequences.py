"""Sequences of tensors: where it is known which tensors they hold, nothing of them is left in the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.errors import GraphScopeError

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

X = np.arange(10, dtype=np.float32).reshape(2, 5)


def _node(kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> Any:
    return onnx.helper.make_node(kind, inputs, outputs, **attributes)


def _file(folder: Path, nodes: list[Any], **numbers: Any) -> Path:
    """A model of x and these nodes that gives y."""
    tensor = onnx.helper.make_tensor_value_info
    constants = [onnx.numpy_helper.from_array(np.array(value), name) for name, value in numbers.items()]
    graph = onnx.helper.make_graph(
        nodes,
        "sequences",
        [tensor("x", onnx.TensorProto.FLOAT, list(X.shape))],
        [tensor("y", onnx.TensorProto.FLOAT, None)],
        constants,
    )
    path = folder / "sequences.onnx"
    onnx.save(
        onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 21)], ir_version=10), path
    )
    return path


SPLIT = _node("SplitToSequence", ["x", "sizes"], ["s"], axis=1)
CASES = {
    "chunks": ([SPLIT, _node("SequenceAt", ["s", "last"], ["y"])], {"sizes": 2, "last": -1}),
    "sizes": ([SPLIT, _node("SequenceAt", ["s", "last"], ["y"])], {"sizes": [1, 4], "last": 1}),
    "layers": (
        [
            _node("SplitToSequence", ["x"], ["s"], axis=0, keepdims=0),
            _node("ConcatFromSequence", ["s"], ["y"], axis=1, new_axis=1),
        ],
        {},
    ),
    "put together": (
        [
            _node("Neg", ["x"], ["n"]),
            _node("SequenceConstruct", ["x", "n"], ["a"]),
            _node("SequenceInsert", ["a", "n", "first"], ["b"]),
            _node("SequenceErase", ["b"], ["c"]),
            _node("ConcatFromSequence", ["c"], ["d"], axis=0),
            _node("SequenceLength", ["c"], ["length"]),
            _node("Cast", ["length"], ["count"], to=onnx.TensorProto.FLOAT),
            _node("Mul", ["d", "count"], ["y"]),
        ],
        {"first": 0},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_taken_out_of_a_sequence_is_what_onnxruntime_takes(name: str, tmp_path: Path) -> None:
    nodes, numbers = CASES[name]
    path = _file(tmp_path, nodes, **{key: np.array(value, np.int64) for key, value in numbers.items()})
    (expected,) = runtime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, {"x": X})
    with gs.open(path, inputs={"x": X}) as session:
        session.iterate()
        np.testing.assert_array_equal(session.value("y"), expected)
        assert not {node.op.name for node in session.graph.nodes} & {"Unknown"}


def test_a_sequence_that_the_model_gives_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = _file(tmp_path, [_node("SplitToSequence", ["x"], ["y"], axis=1)])
    with pytest.raises(GraphScopeError, match="the output “y” is a sequence; let the model give its tensors"):
        gs.open(path, inputs={"x": X})
