"""Small models that the tests of the engine and of the session run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np

import graphscope as gs
from graphscope import ops
from graphscope.debug.session import Session
from graphscope.graph.spec import TensorSpec
from graphscope.model.model import Model
from graphscope.ops.base import Op
from graphscope.ops.functions import Unary
from tests.service.sessions import opened

SGD, MOMENTUM, ADAM = ops.SGD(0.5), ops.Momentum(0.1), ops.Adam(0.05)
OPTIMIZERS: dict[str, Op] = {"SGD": SGD, "Momentum": MOMENTUM, "Adam": ADAM}


def session(model: Model, **options: Any) -> Session:
    """A session with NumPy; the tests of `tests/debug` are run again with sessions in another process."""
    return opened(model, **options)


def xor(optimizer: Op | None = SGD) -> Model:
    """2-4-1 with tanh: 6 ops, 4 parameters, two scopes."""
    g = gs.Builder("xor")
    x, y = g.input("x", ("batch", 2)), g.input("y", ("batch", 1), gradient=False)
    with g.scope("hidden"):
        w1, b1 = g.parameter("W1", gs.initializers.Glorot(), (2, 4)), g.parameter("b1", np.zeros(4))
        h = g.call(ops.Tanh(), (x @ w1).named("m1") + b1, name="h")
    with g.scope("output"):
        w2, b2 = g.parameter("W2", gs.initializers.Glorot(), (4, 1)), g.parameter("b2", [0.0])
        score = ((h @ w2).named("m2") + b2).named("score")
    g.loss(gs.losses.bce_with_logits, score, y)
    if optimizer is not None:
        g.optimizer(optimizer)
    g.feed({"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [[0], [1], [1], [0]]})
    return g.build()


def shuffled(optimizer: Op = SGD, *, samples: int = 7, batch: int = 3) -> Model:
    """Dropout and shuffled batches, the last of an epoch smaller."""
    g = gs.Builder("shuffled")
    source = np.random.default_rng(1)
    x, y = g.input("x", ("batch", 3)), g.input("y", ("batch", 1), gradient=False)
    w, v = (
        g.parameter("w", gs.initializers.Glorot(), (3, 5)),
        g.parameter("v", gs.initializers.Glorot(), (5, 1)),
    )
    b = g.parameter("b", np.zeros(5))
    h = g.call(ops.Dropout(0.4), g.call(ops.Tanh(), x @ w + b), name="dropped")
    g.loss(gs.losses.mse, h @ v, y)
    g.optimizer(optimizer)
    g.feed(
        {"x": source.normal(size=(samples, 3)), "y": source.normal(size=(samples, 1))},
        batch=batch,
        shuffle=True,
    )
    return g.build()


def square_plus(x: float = 3.0) -> Model:
    """x · x + x: the gradient of x has three contributions."""
    g = gs.Builder("square plus")
    p = g.parameter("p", x)
    g.loss((p * p).named("square") + p)
    return g.build()


def forward_only() -> Model:
    """A model without a loss."""
    g = gs.Builder("forward only")
    x = g.input("x", (2,))
    g.call(ops.Tanh(), x, name="y")
    g.feed({"x": [1.0, 2.0]})
    return g.build()


def nested() -> Model:
    """Two blocks with two layers each: block1/a, block1/b, then block2."""
    g = gs.Builder("nested")
    h = g.input("x", (2,))
    with g.scope("block1"):
        for layer in ("a", "b"):
            with g.scope(layer):
                h = g.call(ops.Tanh(), h * g.parameter(f"w_{layer}", [0.5, 0.6]))
        h = g.call(ops.Square(), h)
    with g.scope("block2"):
        h = g.call(ops.Tanh(), h)
    g.loss(g.call(ops.ReduceSum(), h))
    g.optimizer(SGD)
    g.feed({"x": [1.0, 2.0]})
    return g.build()


class Counted(Unary, abstract=True):
    """out = x, and every call of a kernel is counted."""

    calls: ClassVar[list[str]] = []

    def forward(self, xp: Any, x: Any) -> Any:
        self.calls.append("forward")
        return x * 1

    def vjp(self, xp: Any, g: Any, out: Any, x: Any) -> tuple[Any]:
        self.calls.append("vjp")
        return (g * 1,)


def counted() -> Model:
    """p counted twice over, then squared."""
    g = gs.Builder("counted")
    p = g.parameter("p", [1.0, 2.0])
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Square(), g.call(Counted(), g.call(Counted(), p)))))
    g.optimizer(ops.SGD(0.1))
    return g.build()


@contextmanager
def no_kernel_is_called() -> Iterator[None]:
    """Fail where a counted op runs."""
    before = len(Counted.calls)
    yield
    assert Counted.calls[before:] == []


class Failing(Unary, abstract=True):
    """out = x, unless it is told to fail."""

    forward_fails: ClassVar[bool] = False
    vjp_fails: ClassVar[bool] = False

    def forward(self, xp: Any, x: Any) -> Any:
        if Failing.forward_fails:
            raise ZeroDivisionError("on purpose")
        return x * 1

    def vjp(self, xp: Any, g: Any, out: Any, x: Any) -> tuple[Any]:
        if Failing.vjp_fails:
            raise ZeroDivisionError("on purpose")
        return (g * 1,)


@contextmanager
def failing(method: str) -> Iterator[None]:
    """Let a kernel of `Failing` raise."""
    setattr(Failing, f"{method}_fails", True)
    try:
        yield
    finally:
        setattr(Failing, f"{method}_fails", False)


def fragile() -> Model:
    """p, then the op that can fail, then a sum."""
    g = gs.Builder("fragile")
    p = g.parameter("p", [1.0, 2.0])
    g.loss(g.call(ops.ReduceSum(), g.call(Failing(), p, name="fragile")))
    g.optimizer(ops.SGD(0.1))
    return g.build()


class Refusing(Op, abstract=True):
    """out = x + y; y is floating but gets no gradient."""

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        return x.like()

    def forward(self, xp: Any, x: Any, y: Any) -> Any:
        return x + y

    def vjp(self, xp: Any, g: Any, out: Any, x: Any, y: Any) -> tuple[Any, None]:
        return g, None


def everywhere(session: Session, positions: int) -> list[str]:
    """The fingerprints of the positions from 0, stepping."""
    found = [session.fingerprint()]
    for _ in range(positions):
        session.step()
        found.append(session.fingerprint())
    return found


def remembering(optimizer: Op = SGD) -> Model:
    """Buffers: a running mean, which backward reads too, and a count of the iterations."""
    g = gs.Builder("remembering")
    x, y = g.input("x", (4, 3)), g.input("y", (4, 2), gradient=False)
    w = g.parameter("w", gs.initializers.Glorot(), (3, 2))
    mean, count = g.buffer("mean", np.ones(2)), g.buffer("count", np.array(0))
    h = (x @ w).named("h")
    new = (mean * 0.9 + g.call(ops.ReduceMean((0,)), h) * 0.1).named("mean_next")
    g.carry(mean, new)
    g.carry(count, (count + 1).named("count_next"))
    g.loss(gs.losses.mse, h * mean, y)
    g.optimizer(optimizer)
    source = np.random.default_rng(4)
    g.feed({"x": source.normal(size=(4, 3)), "y": source.normal(size=(4, 2))})
    return g.build()


def clipped(**how: float) -> Model:
    """Two layers whose gradients are clipped."""
    g = gs.Builder("clipped")
    x, y = g.input("x", (6, 3)), g.input("y", (6, 2), gradient=False)
    w, b = g.parameter("w", gs.initializers.Glorot(), (3, 2)), g.parameter("b", np.zeros(2))
    g.loss(gs.losses.mse, g.call(ops.Tanh(), x @ w + b), y)
    g.optimizer(SGD)
    g.clip(**(how or {"global_norm": 0.1}))
    source = np.random.default_rng(5)
    g.feed({"x": source.normal(size=(6, 3)), "y": source.normal(size=(6, 2))})
    return g.build()
