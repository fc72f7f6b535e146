"""What a shape rule lets through, forward computes, in the type that the rule says; of every type of number."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphscope.errors import GraphScopeError
from graphscope.graph.spec import INTEGER, TensorSpec
from tests.ops.cases import Case
from tests.ops.conftest import only
from tests.ops.running import NUMPY, forward, graph_outputs, is_tensor, vjp, weights

FLOATS = ("float16", "float32", "float64")
MADE_FOR_FLOATS = frozenset(
    """
    attention clipping convolution detection drawn global_pooling gru linear lstm normalization pooling recurrent
    rescaling rotary sampling
    """.split()
)
"""Files whose ops do not yet say of whole numbers that they are made for floating ones."""


def held(case: Case) -> bool:
    return type(case.op).__module__.rpartition(".")[2] not in MADE_FOR_FLOATS


@only(held)
def test_forward_computes_what_the_rule_allows_in_the_type_that_it_says(case: Case) -> None:
    for dtype in (*FLOATS, *INTEGER, "bool"):
        arrays = [_as_type(array, dtype) for array in case.arrays("float64")]
        if (specs := _specs(case, arrays)) is None:
            assert dtype not in FLOATS, "floating numbers are refused"
            continue
        out = graph_outputs(case.op, forward(case.op, NUMPY.xp, [*arrays, *case.draws(arrays)]))
        made = [np.asarray(each).dtype.name for each in out]
        assert (dtype, made) == (dtype, [spec.dtype for spec in specs])


@only(lambda case: held(case) and case.op.signature.differentiable and case.op.name != "Cast")
def test_a_gradient_has_the_type_of_its_operand(case: Case) -> None:
    for dtype in FLOATS:
        arrays = [_as_type(array, dtype) for array in case.arrays("float64")]
        inputs = [*arrays, *case.draws(arrays)]
        out = forward(case.op, NUMPY.xp, inputs)
        g = weights(tuple(map(np.asarray, graph_outputs(case.op, out))))
        if all(each is None for each in g):
            continue
        needs = tuple(is_tensor(array) and array.dtype.kind == "f" for array in arrays)
        made = vjp(case.op, NUMPY.xp, g, out, inputs, needs)
        for array, gradient, need in zip(arrays, made, needs, strict=False):
            assert not need or gradient is None or gradient.dtype == array.dtype


def _as_type(array: Any, dtype: str) -> Any:
    """The floating ones of a case's operands in another type; the largest stay small."""
    if not is_tensor(array) or array.dtype.kind != "f":
        return array
    if dtype in FLOATS:
        return array.astype(dtype)
    whole = np.asarray(np.rint(3 * np.nan_to_num(array, posinf=9.0, neginf=-9.0)))
    small = np.clip(whole, -99, 99)
    return (small if dtype.startswith("int") else np.abs(small)).astype(dtype)


def _specs(case: Case, arrays: list[Any]) -> tuple[TensorSpec, ...] | None:
    """What the rule says comes out; None where it refuses the operands in a sentence."""
    try:
        return case.op.specs(*case.specs(arrays))
    except GraphScopeError:
        return None
