"""Choices, loops and scans of ONNX files: values against onnxruntime, gradients against PyTorch."""

# pyright: reportArgumentType=false, reportCallIssue=false

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope.importers import read

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from onnx import TensorProto, helper

from tests.importers.onnx.files import held, model, node, value, written
from tests.importers.onnx.oracle import agree

X = np.asarray([0.3, -0.8, 1.1], "float32")
W = [0.9, -1.2, 0.4]


def branch(name: str, *nodes: Any) -> Any:
    """One body of a choice."""
    return helper.make_graph(list(nodes), name, [], [value(f"{name}_h", (3,))])


def trip() -> Any:
    """One trip: h = tanh(h·w + x), then doubled where its sum is positive, else less x; each h is collected."""
    then = branch("then", node("Mul", "t two", "then_h"))
    otherwise = branch("otherwise", node("Sub", "t x", "otherwise_h"))
    nodes = [
        node("Mul", "h w", "hw"),
        node("Add", "hw x", "sum"),
        node("Tanh", "sum", "t"),
        node("ReduceSum", "t", "all", keepdims=0),
        node("Greater", "all zero", "positive"),
        node("If", "positive", "next", then_branch=then, else_branch=otherwise),
        node("Identity", "next", "seen"),
        node("Identity", "go", "again"),
    ]
    return helper.make_graph(
        nodes,
        "trip",
        [value("i", (), TensorProto.INT64), value("go", (), TensorProto.BOOL), value("h", (3,))],
        [value("again", (), TensorProto.BOOL), value("next", (3,)), value("seen", (3,))],
    )


def loop(folder: Path) -> Path:
    numbers = [held("w", W), held("two", 2.0), held("zero", 0.0), held("count", 4, "int64"), held("h0", X)]
    nodes = [
        node("Loop", "count  h0", "y all_h", body=trip()),
        node("ReduceSum", "all_h", "total", keepdims=0),
    ]
    nodes[0].input[:] = ["count", "", "h0"]
    outputs = [value("y", (3,)), value("total", ())]
    return written(folder, model(nodes, [value("x", (3,))], outputs, numbers))


def test_a_choice_in_a_loop_gives_onnxruntimes_numbers(tmp_path: Path) -> None:
    path = loop(tmp_path)
    assert [each.op.name for each in read(path).graph.nodes] == ["Loop", "ReduceSum"]
    for sign in (1, -1):
        with agree(path, {"x": sign * X}) as session:
            assert session.value("total") is not None


def test_gradients_go_back_through_a_choice_in_a_loop_as_in_pytorch(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    for sign in (1, -1):
        x, w, h0 = (torch.tensor(each, requires_grad=True) for each in (sign * X, np.float32(W), X))
        h, total = h0, torch.zeros(())
        for _ in range(4):
            t = torch.tanh(h * w + x)
            h = t * 2 if t.sum() > 0 else t - x
            total = total + h.sum()
        total.backward()
        with gs.open(loop(tmp_path), inputs={"x": sign * X}, loss="total") as session:
            session.iterate()
            assert session.loss == pytest.approx(total.item(), rel=1e-5)
            for name, expected in (("x", x), ("w", w), ("h0", h0)):
                np.testing.assert_allclose(session.gradient(name), expected.grad, rtol=1e-4, atol=1e-6)


def test_a_loop_ends_when_its_body_says_so(tmp_path: Path) -> None:
    body = helper.make_graph(
        [node("Mul", "v two", "more"), node("Less", "more most", "again")],
        "grow",
        [value("i", (), TensorProto.INT64), value("go", (), TensorProto.BOOL), value("v", ())],
        [value("again", (), TensorProto.BOOL), value("more", ())],
    )
    numbers = [held("two", 2.0), held("most", 100.0), held("yes", True, "bool")]
    whole = node("Loop", "yes x", "y", body=body)
    whole.input[:] = ["", "yes", "x"]
    path = written(tmp_path, model([whole], [value("x", ())], [value("y", ())], numbers))
    for start, end in ((3.0, 192.0), (60.0, 120.0), (0.5, 128.0)):
        with agree(path, {"x": np.float32(start)}) as session:
            assert session.value("y") == end


def test_a_state_may_grow_from_trip_to_trip(tmp_path: Path) -> None:
    body = helper.make_graph(
        [node("Concat", "v x", "longer", axis=0), node("Identity", "go", "again")],
        "grow",
        [value("i", (), TensorProto.INT64), value("go", (), TensorProto.BOOL), value("v", (None,))],
        [value("again", (), TensorProto.BOOL), value("longer", (None,))],
    )
    whole = node("Loop", "count x", "y", body=body)
    whole.input[:] = ["count", "", "x"]
    path = written(
        tmp_path,
        model([whole], [value("x", (2,))], [value("y", (None,))], [held("count", 3, "int64")]),
    )
    with agree(path, {"x": X[:2]}) as session:
        assert np.shape(session.value("y")) == (8,)


def test_a_scan_goes_through_its_sequence_from_either_end(tmp_path: Path) -> None:
    body = helper.make_graph(
        [node("Mul", "state w", "kept"), node("Add", "kept layer", "next"), node("Identity", "next", "seen")],
        "sum",
        [value("state", (3,)), value("layer", (3,))],
        [value("next", (3,)), value("seen", (3,))],
    )
    whole = node("Scan", "start x", "last y", body=body, num_scan_inputs=1, scan_input_directions=[1])
    numbers = [held("start", np.zeros(3)), held("w", W)]
    outputs = [value("last", (3,)), value("y", (5, 3))]
    path = written(tmp_path, model([whole], [value("x", (5, 3))], outputs, numbers))
    with agree(path, {"x": np.random.default_rng(2).standard_normal((5, 3)).astype("float32")}) as session:
        assert session.graph.parameters == ("start", "w")


def test_a_body_that_cannot_be_computed_stops_only_steps_that_come_to_it(tmp_path: Path) -> None:
    then = branch("then", node("Mul", "x x", "then_h"))
    otherwise = branch("otherwise", node("Wobble", "x", "otherwise_h", domain="my.own"))
    nodes = [
        node("ReduceSum", "x", "all", keepdims=0),
        node("Greater", "all zero", "positive"),
        node("If", "positive", "y", then_branch=then, else_branch=otherwise),
    ]
    path = written(
        tmp_path,
        model(nodes, [value("x", (3,))], [value("y", (3,))], [held("zero", 0.0)], domains=["my.own"]),
    )
    with gs.open(path, inputs={"x": abs(X)}) as session:
        session.iterate()
        np.testing.assert_allclose(session.value("y"), X * X)
        assert "my.own.Wobble is not among the operators" in str(session.model.notes[0].sentence)
    with (
        gs.open(path, inputs={"x": -abs(X)}) as session,
        pytest.raises(gs.GraphScopeError, match=r"my\.own\.Wobble"),
    ):
        session.iterate()
