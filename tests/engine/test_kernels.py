"""Binding steps to arrays: sums over broadcast axes, host operands, absent gradients, faster kernels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import graphscope as gs
from graphscope import ops
from graphscope.backends.base import open_backend
from graphscope.debug.session import Session
from graphscope.engine.kernels import broadcast_axes, unbroadcast
from graphscope.engine.step import Ref
from graphscope.errors import InputError, KernelError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from tests.engine.examples import Failing, Refusing, failing, fragile, session, xor

SHAPES = [
    ((4, 3), (3,)),
    ((4, 3), (1, 3)),
    ((4, 3), (4, 1)),
    ((4, 3), ()),
    ((2, 4, 3), (4, 1)),
    ((4, 3), (4, 3)),
]


@pytest.mark.parametrize(("wide", "shape"), [*SHAPES, ((1, 3), (3,)), ((1, 1), ()), ((0, 3), (3,))])
def test_a_gradient_is_summed_over_what_broadcasting_widened(
    wide: tuple[int, ...], shape: tuple[int, ...]
) -> None:
    array = np.random.default_rng(0).normal(size=wide)
    summed = unbroadcast(open_backend("numpy").xp, array, shape)
    spread = np.broadcast_to(np.zeros(shape), wide).shape
    assert spread == wide
    assert summed.shape == shape
    assert np.isclose(summed.sum(), array.sum())


@pytest.mark.parametrize(
    ("wide", "shape"), [((4, 3), (4,)), ((3,), (4, 3)), ((4, 3), (2, 3)), ((4, 1), (4, 3))]
)
def test_a_gradient_that_no_broadcasting_explains_is_refused(wide: Any, shape: Any) -> None:
    with pytest.raises(KernelError, match="does not sum down to"):
        broadcast_axes(wide, shape)


@pytest.mark.parametrize(("wide", "shape"), SHAPES)
def test_either_operand_may_be_broadcast(wide: tuple[int, ...], shape: tuple[int, ...]) -> None:
    for left, right in ((wide, shape), (shape, wide)):
        g = gs.Builder("broadcast", dtype="float64")
        p, q = (g.parameter(name, np.full(size, 2.0)) for name, size in (("p", left), ("q", right)))
        g.loss(g.call(ops.ReduceSum(), p * q))
        run = session(g.build())
        run.iterate()
        copies = {name: np.prod(wide) / max(1, np.prod(size)) for name, size in (("p", left), ("q", right))}
        for name, size in (("p", left), ("q", right)):
            gradient = run.gradient(name)
            assert gradient is not None
            assert gradient.shape == size
            assert np.all(gradient == 2 * copies[name])


def test_an_operand_that_is_floating_but_has_no_gradient_gets_zeros() -> None:
    g = gs.Builder("refusing")
    p, q = g.parameter("p", [1.0, 2.0]), g.parameter("q", [3.0, 4.0])
    g.loss(g.call(ops.ReduceSum(), g.call(Refusing(), p, g.call(ops.Square(), q))))
    g.optimizer(ops.SGD(0.5))
    run = session(g.build())
    run.iterate()
    assert np.array_equal(run.gradient("q"), [0, 0])  # type: ignore[arg-type]
    assert np.array_equal(run.value("q"), [3, 4])  # type: ignore[arg-type]
    assert np.array_equal(run.value("p"), [0.5, 1.5])  # type: ignore[arg-type]


def test_operands_for_the_host_arrive_as_python_numbers() -> None:
    seen: list[Any] = []

    class Told(Op, abstract=True):
        """out = x, and what the host operand was is noted."""

        host = ("sizes",)

        def infer(self, x: TensorSpec, sizes: TensorSpec) -> TensorSpec:
            return x.like()

        def forward(self, xp: Any, x: Any, sizes: Any) -> Any:
            seen.append(sizes)
            return x * 1

        def vjp(self, xp: Any, g: Any, out: Any, x: Any, sizes: Any) -> tuple[Any, None]:
            seen.append(sizes)
            return g, None

    g = gs.Builder("told")
    sizes = g.constant("sizes", np.array([[1, 2], [3, 4]]))
    g.loss(g.call(ops.ReduceSum(), g.call(Told(), g.parameter("p", [1.0]), sizes)))
    session(g.build()).iterate()
    assert seen == [((1, 2), (3, 4))] * 2
    assert all(type(number) is int for row in seen[0] for number in row)


def test_a_shape_that_is_only_known_when_it_runs_is_good_enough() -> None:
    g = gs.Builder("reshaped")
    shape = g.input("shape", (2,), dtype="int64")
    p, q = g.parameter("p", np.arange(6.0)), g.parameter("q", [1.0, 2.0, 3.0])
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Reshape(), p, shape) * q))
    g.feed({"shape": [2, 3]})
    run = session(g.build())
    run.iterate()
    assert np.array_equal(run.gradient("q"), [3, 5, 7])  # type: ignore[arg-type]
    assert np.array_equal(run.gradient("p"), [1, 2, 3, 1, 2, 3])  # type: ignore[arg-type]


def test_optional_operands_may_be_left_out() -> None:
    g = gs.Builder("convolution")
    image, w = g.parameter("image", np.ones((1, 1, 3, 3))), g.parameter("w", np.ones((1, 1, 2, 2)))
    g.loss(g.call(ops.ReduceSum(), g.call(ops.Conv2d(), image, w)))
    run = session(g.build())
    run.iterate()
    assert run.loss == 16
    assert np.array_equal(run.gradient("w"), np.full((1, 1, 2, 2), 4.0))  # type: ignore[arg-type]


def test_the_seed_is_one_in_the_type_of_the_loss() -> None:
    run = session(xor())
    run.iterate()
    seed = run.gradient("loss")
    assert seed is not None
    assert (seed.dtype, seed.shape, float(seed)) == (np.float32, (), 1.0)


def test_a_backend_may_have_a_faster_kernel() -> None:
    calls: list[Op] = []

    def faster(op: Op, xp: Any, x: Any) -> Any:
        calls.append(op)
        return np.tanh(x)

    backend = replace(open_backend("numpy"), overrides={("Tanh", "forward"): faster})  # type: ignore[type-var]
    run = Session(xor(), backend)
    run.iterate()
    plain = session(xor())
    plain.iterate()
    assert calls == [ops.Tanh()]
    assert run.fingerprint() == plain.fingerprint()


@pytest.mark.parametrize("method", ["forward", "vjp"])
def test_a_kernel_that_raises_is_said_with_its_node_and_its_step(method: str) -> None:
    run = session(fragile())
    kind = {"forward": "forward", "vjp": "backward"}[method]
    position = [(step.kind, step.node) for step in run.iteration_steps].index((kind, "fragile"))
    run.seek(position)
    with failing(method), pytest.raises(KernelError) as raised:
        run.step()
    assert str(raised.value) == (
        f"Failing at fragile failed in its {kind} step: ZeroDivisionError: on purpose; the run so far is kept"
    )
    assert run.position == position
    run.step()
    assert run.position == position + 1


def test_steps_before_the_one_that_fails_are_kept() -> None:
    run = session(fragile())
    with failing("forward"), pytest.raises(KernelError):
        run.step(10)
    assert run.position == 2
    with failing("vjp"), pytest.raises(KernelError):
        run.step(10)
    assert run.last is not None
    assert (run.last.kind, run.last.node) == ("backward", "reduce_sum")


def test_an_error_of_the_op_itself_is_told_within_the_sentence() -> None:
    class Picky(Failing, abstract=True):
        """Raises a sentence of its own."""

        def forward(self, xp: Any, x: Any) -> Any:
            raise InputError("x must be {color}", color="green")

    g = gs.Builder("picky")
    g.loss(g.call(ops.ReduceSum(), g.call(Picky(), g.parameter("p", [1.0]))))
    with pytest.raises(KernelError) as raised:
        session(g.build()).iterate()
    assert str(raised.value) == (
        "Picky at picky failed in its forward step: x must be green; the run so far is kept"
    )


def test_arrays_that_are_kept_are_never_written_into() -> None:
    run = session(xor())
    run.seek(10)
    held = {ref: run.held(ref) for ref in run.refs()}
    copies = {ref: np.array(array) for ref, array in held.items()}
    run.iterate(3)
    for ref, array in held.items():
        assert np.array_equal(array, copies[ref]), ref
    assert Ref("value", "h") in held
