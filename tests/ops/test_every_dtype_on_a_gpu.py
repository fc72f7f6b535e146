"""Every op does on the fake GPU what it does with NumPy, in every type that a model can be opened in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope.backends.base import Backend
from graphscope.errors import GraphScopeError
from graphscope.ops import registered
from tests.fakes import FAKE, TESTED, fake_cupy_backend, watch
from tests.ops.cases import CASES, Case
from tests.ops.running import NUMPY, TOLERANCE, assert_same, forward, gradients, is_tensor

WHOLE = ("int64", "int32", "uint8", "bool")


def test_no_op_is_left_out() -> None:
    assert FAKE in TESTED
    ours = {kind.__name__ for kind in registered().values() if kind.__module__.startswith("graphscope.")}
    assert {case.op.name for case in CASES} == ours - {"Unknown", "Call", "If", "Loop", "Scan"}  # no kernels


@pytest.fixture(scope="module")
def backend() -> Backend:
    return fake_cupy_backend()


def test_floating_types_give_numpys_values_and_gradients_without_a_wait(case: Case, backend: Backend) -> None:
    for dtype in TOLERANCE:
        with watch() as seen:
            made = gradients(case, dtype, backend)
        assert_same(made, gradients(case, dtype), dtype)
        assert bool(seen.waits) == case.waits  # where the size of the result depends on the numbers
        assert seen.downloads  # the results, which this test fetched itself


def test_whole_numbers_and_truth_values_are_taken_wherever_numpy_takes_them(
    case: Case, backend: Backend
) -> None:
    taken = 0
    for dtype in WHOLE:
        arrays = [_whole(array, dtype) for array in case.arrays("float64")]
        try:
            case.op.specs(*case.specs(arrays))
            with np.errstate(all="ignore"):
                expected = forward(case.op, NUMPY.xp, [*arrays, *case.draws(arrays)])
        except (GraphScopeError, TypeError, ValueError, IndexError):
            continue  # no op for such numbers
        taken += 1
        put = [
            backend.put(np.asarray(each)) if is_tensor(each) else each
            for each in [*arrays, *case.draws(arrays)]
        ]
        for one, other in zip(forward(case.op, backend.xp, put), expected, strict=True):
            there = backend.get(one)
            assert there.shape == np.shape(other)
            assert there.dtype == np.asarray(other).dtype
            np.testing.assert_allclose(there, other, rtol=1e-6, atol=1e-6)
    assert taken or case.op.name not in (
        "Add",
        "Concat",
        "Equal",
        "Expand",
        "Reshape",
        "Slice",
        "Transpose",
        "Where",
    )


def _whole(array: Any, dtype: str) -> Any:
    if not is_tensor(array) or array.dtype.kind != "f":
        return array
    finite = np.nan_to_num(array, posinf=9.0, neginf=-9.0)
    made = np.asarray(np.abs(np.rint(3 * finite))).astype(dtype)
    made.setflags(write=False)
    return made
