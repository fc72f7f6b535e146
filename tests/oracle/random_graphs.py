"""Random models for property tests: any shape of graph that people draw, small and well behaved."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

import graphscope as gs
from graphscope import ops
from graphscope.errors import ShapeError
from graphscope.model.model import Model
from graphscope.ops.base import Op

SHAPES = [(3, 4), (4, 3), (3, 1), (1, 4), (4,), (1,), ()]

SAME_SHAPE: list[Op] = [
    ops.Tanh(),
    ops.Sigmoid(),
    ops.Relu(),
    ops.LeakyRelu(0.1),
    ops.Gelu(),
    ops.Gelu("tanh"),
    ops.Neg(),
    ops.Abs(),
    ops.Clip(-0.7, 0.9),
    ops.Identity(),
    ops.StopGradient(),
]
ALONG_AN_AXIS: list[Op] = [
    ops.Softmax(),
    ops.LogSoftmax(0),
    ops.ReduceSum((0,)),
    ops.ReduceMean((-1,), True),
    ops.ReduceMax((0,)),
    ops.Reshape((-1,)),
    ops.Transpose(),
]
BINARY: list[Op] = [
    ops.Add(),
    ops.Sub(),
    ops.Mul(),
    ops.Maximum(),
    ops.Minimum(),
    ops.MatMul(),
    ops.Concat(),
    ops.Concat(-1),
]
KINDS = ["same", "axis", "binary", "binary", "divide", "dropout", "exp", "split", "gather", "where"]
OPTIMIZERS: list[Op] = [ops.SGD(0.05), ops.Momentum(0.05, 0.8), ops.Momentum(0.05, 0.8, True), ops.Adam(0.02)]


@st.composite
def models(draw: st.DrawFn) -> Model:
    """A model in float64 with a loss and an optimizer, data included."""
    source = np.random.default_rng(draw(st.integers(0, 10**6)))
    g = gs.Builder("random", dtype="float64")
    data: dict[str, Any] = {}
    pool = _leaves(draw, g, source, data)
    for _ in range(draw(st.integers(1, 12))):
        pool += _node(draw, g, pool)
    g.loss(_loss(draw, g, pool))
    g.optimizer(draw(st.sampled_from(OPTIMIZERS)))
    g.feed(data)
    return g.build()


def _leaves(draw: st.DrawFn, g: gs.Builder, source: np.random.Generator, data: dict[str, Any]) -> list[Any]:
    """Parameters (some end up unused), inputs with and without gradient, and row numbers."""
    pool: list[Any] = []
    for index in range(draw(st.integers(1, 4))):
        shape = draw(st.sampled_from(SHAPES))
        pool.append(g.parameter(f"p{index}", source.normal(size=shape)))
    for index in range(draw(st.integers(1, 2))):
        shape = draw(st.sampled_from(SHAPES))
        data[f"x{index}"] = source.normal(size=shape)
        pool.append(g.input(f"x{index}", shape, gradient=draw(st.booleans())))
    data["rows"] = source.integers(0, 3, 5)
    data["labels"] = source.integers(0, 4, 3)
    pool += [g.input("rows", (5,), dtype="int64"), g.input("labels", (3,), dtype="int64")]
    return pool


def _node(draw: st.DrawFn, g: gs.Builder, pool: list[Any]) -> list[Any]:
    """One more node or two, or none where the operands do not fit or nothing would be left of them."""
    floating = [value for value in pool if value.spec.floating]
    x, y = draw(st.sampled_from(floating)), draw(st.sampled_from(floating))
    kind = draw(st.sampled_from(KINDS))
    try:
        made = _applied(draw, g, kind, x, y, rows=_named(pool, "rows"))
    except ShapeError:
        return []
    return [value for value in made if 0 not in value.shape]


def _applied(draw: st.DrawFn, g: gs.Builder, kind: str, x: Any, y: Any, *, rows: Any) -> list[Any]:
    match kind:
        case "same":
            return [g.call(draw(st.sampled_from(SAME_SHAPE)), x)]
        case "axis":
            return [g.call(draw(st.sampled_from(ALONG_AN_AXIS)), x)]
        case "divide":
            return [x / (g.call(ops.Square(), y) + 1)]
        case "dropout":
            return [g.call(ops.Dropout(0.4), x)]
        case "exp":
            return [g.call(ops.Exp(), g.call(ops.Tanh(), x))]
        case "split":
            return list(g.call(ops.Split(2), x))
        case "gather":
            return [g.call(ops.Gather(), x, rows)] if x.shape[:1] == (3,) else []
        case "where":
            return [g.call(ops.Where(), g.call(ops.Greater(), x, y), x, y)]
        case _:
            return [g.call(draw(st.sampled_from(BINARY)), x, y)]


def _named(pool: list[Any], name: str) -> Any:
    return next(value for value in pool if value.name == name)


def _loss(draw: st.DrawFn, g: gs.Builder, pool: list[Any]) -> Any:
    """The mean of some values, squashed so that no number grows beyond what float64 can compare."""
    floating = [value for value in pool if value.spec.floating]
    chosen = draw(st.lists(st.sampled_from(floating), min_size=1, max_size=3))
    total = None
    for value in chosen:
        part = _scalar(draw, g, g.call(ops.Tanh(), value), _named(pool, "labels"))
        total = part if total is None else total + part
    return g.call(ops.Reshape((1,)), total) if draw(st.booleans()) else total


def _scalar(draw: st.DrawFn, g: gs.Builder, x: Any, labels: Any) -> Any:
    kind = draw(st.sampled_from(["mean", "squares", "classes"]))
    if kind == "classes" and x.shape == (3, 4):
        return g.call(ops.SoftmaxCrossEntropy(), x, labels)
    if kind == "squares":
        return g.call(ops.MeanSquaredError(), x, g.call(ops.Sigmoid(), x))
    return g.call(ops.ReduceMean(), x)
