"""Every op is read four ways from one kernel: it runs, prints, is stepped into and explains each element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graphscope.engine.record import Trace, record
from graphscope.view.element import Equation, element, has_rule
from graphscope.view.formula import formula, formula_of
from tests.ops.cases import Case
from tests.ops.running import NUMPY, forward, graph_outputs, is_tensor, vjp, weights
from tests.view.calculator import calculate, confirms


def traces(case: Case, dtype: str) -> Iterator[tuple[Trace, tuple[Any, ...]]]:
    """The recorded forward and vjp of a case, each with the results of running the kernel directly."""
    arrays = case.arrays(dtype)
    drawn = case.draws(arrays)
    out = forward(case.op, NUMPY.xp, [*arrays, *drawn])
    yield record(case.op, "forward", arrays, xp=NUMPY.xp, drawn=drawn), out
    g = weights(graph_outputs(case.op, out))
    if case.op.signature.differentiable and any(each is not None for each in g):
        needs = tuple(is_tensor(array) and array.dtype.kind == "f" for array in arrays)
        given = {"gradients": g, "results": out, "drawn": drawn, "needs": needs}
        direct = vjp(case.op, NUMPY.xp, g, out, [*arrays, *drawn], needs)
        kept = tuple(array if need else None for array, need in zip(direct, needs, strict=False))
        yield record(case.op, "vjp", arrays, xp=NUMPY.xp, **given), kept


def test_step_into_is_bit_identical(case: Case) -> None:
    for trace, direct in (*traces(case, "float32"), *traces(case, "float64")):
        for ref, array in zip(trace.results, direct, strict=False):
            assert (ref is None) == (array is None)
            if ref is not None:
                expected = np.asarray(array)
                assert trace.array(ref).dtype == expected.dtype
                assert trace.array(ref).shape == expected.shape
                assert trace.array(ref).tobytes() == expected.tobytes()


def test_every_op_prints_a_formula(case: Case) -> None:
    for trace, _ in traces(case, "float64"):
        printed = formula_of(trace)
        saved = len(case.op.saved) if trace.method == "forward" else 0
        wanted = sum(ref is not None for ref in trace.results) - saved
        assert len(printed.lines) == wanted
        for line in printed.lines:
            left, equals, right = line.text.partition(" = ")
            assert left
            assert equals
            assert right.strip()
            assert len(line.text) <= 160
            assert "ArrayRef" not in line.text


def test_the_formula_of_specs_is_that_of_arrays(case: Case) -> None:
    arrays = case.arrays("float64")
    recorded = next(traces(case, "float64"))[0]
    assert formula(case.op, case.specs(arrays)).text == formula_of(recorded).text


def test_every_element_equation_recomputes(case: Case) -> None:
    for dtype in ("float32", "float64"):
        _assert_recomputes(case, dtype)


def _assert_recomputes(case: Case, dtype: str) -> None:
    inexact = total = 0
    for trace, _ in traces(case, dtype):
        for slot, index in places(trace, 5 if dtype == "float64" else 1):  # float32 prints other numbers
            equation = element(trace, slot, index)
            for each in (equation, *equation.where):
                total += 1
                inexact += each.relation == "≈"
                check(each)
    assert inexact <= 0.02 * total, dtype


def test_every_primitive_of_every_op_has_an_element_rule(case: Case) -> None:
    called = {call.function for trace, _ in traces(case, "float64") for call in trace.calls}
    assert not {function for function in called if not has_rule(function)}


def places(trace: Trace, few: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Some elements of each result: the first, the last and a few between."""
    for slot, ref in enumerate(trace.results):
        if ref is not None and trace.array(ref).size:
            array = trace.array(ref)
            chosen = {0, array.size - 1, *range(1, array.size, max(array.size // few, 1))}
            for position in sorted(chosen):
                yield slot, tuple(int(each) for each in np.unravel_index(position, array.shape))


def check(equation: Equation) -> None:
    """A calculator that is given the printed numbers finds the printed result."""
    numbers = "".join(span.text for span in equation.numbers)
    if numbers and equation.relation == "=":
        assert confirms(numbers, equation.result), equation.text
    for condition in equation.conditions:
        assert calculate("".join(span.text for span in condition.numbers)) or not condition.holds
        if len(condition.numbers) > 1:  # a comparison, not a truth value alone
            assert calculate("".join(span.text for span in condition.numbers)), condition.sentence
    assert equation.note is None
    if equation.check is not None:
        assert abs(float(equation.check.total.replace("−", "-")) - float(equation.value)) <= 1e-4 * (
            1 + abs(float(equation.value))
        )
