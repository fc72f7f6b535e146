"""Recording a kernel: what is written down is what ran, and the kernel cannot tell the difference."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from graphscope import ops
from graphscope.backends.base import backend_files, open_backend
from graphscope.engine.kernels import unbroadcast
from graphscope.engine.record import ArrayRef, Trace, record
from graphscope.errors import KernelError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op

XP = open_backend("numpy").xp
RNG = np.random.default_rng(3)


def normal(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype("float32")


def functions(trace: Trace) -> list[str]:
    return [call.function for call in trace.calls]


class Probe(Op, abstract=True):
    """An op for these tests only; it is not registered."""

    def infer(self, x: TensorSpec) -> TensorSpec:
        return x.like()


class Everything(Probe, abstract=True):
    """Calls about every kind of thing that a kernel may."""

    def forward(self, xp, x):
        halves = xp.unstack(xp.reshape(x, (2, -1)), axis=0)
        both = xp.concat([halves[0], halves[1]], axis=0)
        padded = xp.pad(both, ((1, 0),), 2.0)
        windows = xp.sliding_windows(padded, (2,), (1,), (1,))
        mixed = xp.einsum("ij,j->i", windows, xp.asarray([1.0, 2.0], dtype=x.dtype))
        kept = mixed[1:][..., None]
        taken = xp.take(kept, xp.arange(2), axis=0)
        back = xp.scatter_add(kept.shape, xp.arange(2), taken, 0)
        total = -back + 2 * kept - kept / 3 + (1 - kept) ** 2 + abs(kept) % 2
        chosen = xp.where(~(kept > 0) | (kept == 1), total, xp.erf(total))
        return (chosen + kept.mT.T)[:, 0] * float(x.shape[0]) + xp.pi


class Twins(Probe, abstract=True):
    """Two outputs, one saved array, random numbers, a host operand, an absent one."""

    outputs = ("low", "high")
    saved = ("middle",)
    host = ("axis",)
    drawn = ("noise",)

    def infer(self, x: TensorSpec, axis: TensorSpec, y: TensorSpec | None = None):
        return x.like(), x.like()

    def forward(self, xp, x, axis, y, noise):
        middle = xp.mean(x, axis=axis, keepdims=True) + noise
        return x - middle, x + middle, middle

    def vjp(self, xp, g, out, x, axis, y, noise, *, needs):
        assert out[2].shape == noise.shape
        assert y is None
        low = g[0] if g[1] is None else g[0] + g[1]
        return low if needs[0] else None, None, None


def test_the_results_are_bit_for_bit_those_of_the_kernel() -> None:
    x = normal(2, 3)
    trace = record(Everything(), "forward", [x], xp=XP)
    assert trace.array(trace.results[0]).tobytes() == Everything().forward(XP, x).tobytes()  # type: ignore[arg-type]
    assert {"unstack", "concat", "pad", "einsum", "getitem", "take", "scatter_add"} <= set(functions(trace))
    assert {"negative", "subtract", "divide", "pow", "abs", "remainder"} <= set(functions(trace))
    assert {"greater", "equal", "bitwise_or", "bitwise_invert", "erf"} <= set(functions(trace))


def test_a_call_keeps_its_operands_options_and_result() -> None:
    trace = record(ops.Softmax(), "forward", [normal(2, 3)], xp=XP)
    assert functions(trace) == ["max", "subtract", "exp", "sum", "divide"]
    largest, shifted = trace.calls[:2]
    assert largest.operands == (trace.inputs[0].ref,)
    assert dict(largest.options) == {"axis": -1, "keepdims": True}
    assert shifted.operands == (trace.inputs[0].ref, largest.result)
    assert trace.array(shifted.result).max() == 0
    assert trace.makers[shifted.result] is shifted


def test_shapes_and_axes_given_by_position_are_told_by_name() -> None:
    calls = {call.function: call for call in record(Everything(), "forward", [normal(2, 3)], xp=XP).calls}
    assert calls["reshape"].options["shape"] == (2, -1)
    assert calls["pad"].options["widths"] == ((1, 0),)
    assert calls["einsum"].options["equation"] == "ij,j->i"
    assert calls["scatter_add"].options["axis"] == 0
    assert all(isinstance(operand, ArrayRef) for operand in calls["concat"].operands[0])


def test_the_author_s_names_are_kept_and_parameters_are_not_among_them() -> None:
    trace = record(ops.Softmax(), "forward", [normal(2, 3)], xp=XP)
    assert list(trace.names) == ["e"]
    assert functions(trace)[trace.calls.index(trace.makers[trace.names["e"]])] == "exp"


def test_names_set_in_a_loop_are_not_kept_because_they_held_many_arrays() -> None:
    class Loop(Probe, abstract=True):
        def forward(self, xp, x):
            total = x
            for power in range(3):
                step = x**power
                total = total + step
            last = total * 2
            return last + 1

    assert list(record(Loop(), "forward", [normal(2)], xp=XP).names) == ["last"]


def test_a_profiler_that_was_there_before_is_there_after() -> None:
    def profiler(*_: Any) -> None:
        """Does nothing."""

    before = sys.getprofile()
    sys.setprofile(profiler)
    try:
        record(ops.Tanh(), "forward", [normal(2)], xp=XP)
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)


def test_several_outputs_saved_ones_draws_host_and_absent_operands() -> None:
    x, noise = normal(2, 3), normal(2, 1)
    axis = np.asarray([1])
    forward = record(Twins(), "forward", [x, axis, None], xp=XP, drawn=[noise])
    assert [(item.role, item.name) for item in forward.inputs] == [
        ("operand", "x"),
        ("operand", "axis"),
        ("operand", "y"),
        ("drawn", "noise"),
    ]
    assert forward.inputs[1].constant == (1,)
    assert [forward.result_name(slot) for slot in range(3)] == ["low", "high", "middle"]
    results = [forward.array(ref) for ref in forward.results if ref]
    backward = record(
        Twins(),
        "vjp",
        [x, axis, None],
        xp=XP,
        gradients=[x, None],
        results=results,
        drawn=[noise],
        needs=[True, False, False],
    )
    assert [ref is None for ref in backward.results] == [False, True, True]
    assert [item.name for item in backward.inputs if item.role == "gradient"] == ["low", "high"]


def test_a_gradient_that_is_not_needed_is_not_among_the_results() -> None:
    x, w = normal(2, 3), normal(3, 4)
    given = {"gradients": [normal(2, 4)], "results": [x @ w], "needs": (False, True)}
    trace = record(ops.MatMul(), "vjp", [x, w], xp=XP, **given)  # type: ignore[arg-type]
    assert trace.results[0] is None
    assert functions(trace) == ["matrix_transpose", "matmul"]


def test_the_engine_s_sum_over_broadcast_axes_is_part_of_the_record() -> None:
    x, b, g = normal(4, 3), normal(3), normal(4, 3)
    trace = record(ops.Add(), "vjp", [x, b], xp=XP, gradients=[g], results=[x + b])
    assert [(call.function, call.by) for call in trace.calls] == [("sum", "engine")]
    assert trace.unsummed[1] == trace.results[0]
    assert trace.array(trace.results[1]).tobytes() == unbroadcast(XP, g, (3,)).tobytes()  # type: ignore[arg-type]


@pytest.mark.parametrize("turn", [bool, float, int, lambda x: [0, 1][x]])
def test_no_python_number_can_be_made_of_a_recorded_array(turn: Any) -> None:
    class Peeks(Probe, abstract=True):
        def forward(self, xp, x):
            return x if turn(xp.sum(x)) else -x

    with pytest.raises(KernelError, match="keep it an array"):
        record(Peeks(), "forward", [normal(2)], xp=XP)


def test_writing_in_place_is_refused() -> None:
    class Writes(Probe, abstract=True):
        def forward(self, xp, x):
            x[0] = 1
            return x

    with pytest.raises(KernelError, match="in place"):
        record(Writes(), "forward", [normal(2)], xp=XP)


def test_the_arrays_of_a_trace_cannot_be_written_to_and_the_operands_still_can() -> None:
    x = normal(2)
    trace = record(ops.Tanh(), "forward", [x], xp=XP)
    assert not any(array.flags.writeable for array in trace.arrays)
    assert x.flags.writeable


def test_an_overflow_is_recorded_as_the_number_it_gives() -> None:
    trace = record(ops.Exp(), "forward", [np.asarray([1000.0])], xp=XP)
    assert trace.array(trace.results[0])[0] == np.inf  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [file.name for file in backend_files() if file.name in {"torch", "strict"}])
def test_kernels_on_other_backends_are_recorded_too(name: str) -> None:
    file = next(file for file in backend_files() if file.name == name)
    if (reason := file.problem()) is not None:
        pytest.skip(str(reason))
    backend = open_backend(name)
    x = normal(2, 3)
    trace = record(ops.Softmax(), "forward", [backend.put(x)], xp=backend.xp, get=backend.get)
    expected = record(ops.Softmax(), "forward", [x], xp=XP)
    assert functions(trace) == functions(expected)
    np.testing.assert_allclose(trace.array(trace.results[0]), expected.array(expected.results[0]), rtol=1e-5)  # type: ignore[arg-type]
