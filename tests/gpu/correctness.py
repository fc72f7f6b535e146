"""Every op case and every sample on a backend, compared with NumPy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import numpy as np

from graphscope.backends.base import Backend
from graphscope.debug.session import Session
from graphscope.engine.step import Ref
from graphscope.ops.base import Op
from tests.ops.cases import Case
from tests.ops.running import NUMPY, gradients

TOLERANCES = {"float32": (3e-5, 3e-6), "float64": (1e-11, 1e-12)}
"""Relative and absolute, of one op: as in tests/ops/test_every_op.py."""
TRAINED = {"float32": (2e-3, 2e-4), "float64": (1e-8, 1e-9)}
"""Of whole trainings, in which differences in the last bits grow."""


@dataclass(frozen=True)
class Agreement:
    """How far a backend's numbers are from NumPy's.

    Args:
        worst: the largest difference, absolute; None where nothing could be compared.
        relative: the largest difference, relative to the largest number of its array.
        error: what was raised, or what is not even of the same kind; "" where the numbers could be compared.
    """

    what: str
    dtype: str
    agrees: bool
    worst: float | None = None
    relative: float | None = None
    error: str = ""


def every_op(backend: Backend, cases: Iterable[Case]) -> Iterator[Agreement]:
    """Forward and backward of each case, in both precisions."""
    for dtype in TOLERANCES:
        for case in cases:
            yield one_op(case, dtype, backend)


def one_op(case: Case, dtype: str, backend: Backend) -> Agreement:
    """One case; what it raises is told, not raised."""
    expected, expected_gradients = gradients(case, dtype)
    try:
        made, made_gradients = gradients(as_run(case, backend), dtype, backend)
    except Exception as error:  # noqa: BLE001 - the other cases are to be tried too
        return Agreement(case.id, dtype, agrees=False, error=f"{type(error).__name__}: {error}")
    pairs = list(zip([*made, *made_gradients], [*expected, *expected_gradients], strict=True))
    return agreement(case.id, dtype, pairs, TOLERANCES[dtype])


class AsRun:
    """An op with a backend's faster kernels in place of its own, where it has some: what really runs there."""

    def __init__(self, op: Op, backend: Backend) -> None:
        self._op = op
        for method in ("forward", "vjp"):
            override = backend.overrides.get((op.name, method))
            if override is not None:
                setattr(self, method, partial(override, op))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._op, name)


def as_run(case: Case, backend: Backend) -> Case:
    """The case with the kernels that the backend runs."""
    return replace(case, op=cast("Op", AsRun(case.op, backend)))


def agreement(
    what: str, dtype: str, pairs: list[tuple[Any, Any]], tolerance: tuple[float, float]
) -> Agreement:
    """Arrays of a backend against NumPy's, pair by pair."""
    worst = relative = 0.0
    agrees = True
    for made, expected in pairs:
        if made is None and expected is None:
            continue
        if made is None or expected is None or (made.shape, made.dtype) != (expected.shape, expected.dtype):
            told = f"{_kind(made)} in place of {_kind(expected)}"
            return Agreement(what, dtype, agrees=False, error=told)
        rtol, atol = tolerance
        agrees &= bool(np.allclose(made, expected, rtol=rtol, atol=atol, equal_nan=True))
        apart, share = distance(made, expected)
        worst, relative = max(worst, apart), max(relative, share)
    return Agreement(what, dtype, agrees=agrees, worst=worst, relative=relative)


def distance(made: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    """The largest difference where both are finite, and its share of the largest number there."""
    one, other = (np.atleast_1d(np.asarray(each, np.float64)) for each in (made, expected))
    finite = np.isfinite(one) & np.isfinite(other)
    if not finite.any():
        return 0.0, 0.0
    apart = float(np.abs(one[finite] - other[finite]).max())
    largest = float(np.abs(other[finite]).max())
    return apart, apart / largest if largest else apart


def _kind(array: Any) -> str:
    return "nothing" if array is None else f"{array.dtype} {array.shape}"


def every_sample(backend: Backend, names: Iterable[str], iterations: int) -> Iterator[Agreement]:
    """Each sample, trained for some iterations on both, in both precisions."""
    for name in names:
        for dtype in TRAINED:
            try:
                yield one_sample(name, dtype, backend, iterations)
            except Exception as error:  # noqa: BLE001 - the other samples are to be tried too
                yield Agreement(name, dtype, agrees=False, error=f"{type(error).__name__}: {error}")


def one_sample(name: str, dtype: str, backend: Backend, iterations: int) -> Agreement:
    """Every array of the first iteration, each loss, and every parameter at the end; then all the way back."""
    with opened(name, dtype, backend) as there, opened(name, dtype, NUMPY) as here:
        pairs = [*_after_one(there, here)]
        there.iterate(iterations - 1)
        here.iterate(iterations - 1)
        pairs += [_pair(one, other) for one, other in zip(there.losses(), here.losses(), strict=True)]
        pairs += [(there.value(each), here.value(each)) for each in here.graph.parameters]
        there.seek(1)
        here.seek(1)
        pairs += [(there.value(each), here.value(each)) for each in here.graph.inputs]
        return agreement(name, dtype, pairs, TRAINED[dtype])


def opened(name: str, dtype: str | None, backend: Backend, **options: Any) -> Session:
    """A sample on a backend that is open already."""
    from graphscope.app.opening import find_model
    from graphscope.model.adapt import with_dtype

    model = with_dtype(find_model(name), dtype)
    return Session(model, backend, **options)


def _after_one(there: Session, here: Session) -> Iterator[tuple[Any, Any]]:
    there.iterate()
    here.iterate()
    for name in here.graph.values:
        for ref in (Ref("value", name), Ref("gradient", name)):
            yield there.array(ref), here.array(ref)


def _pair(one: float | None, other: float | None) -> tuple[Any, Any]:
    return (None if one is None else np.asarray(one)), (None if other is None else np.asarray(other))
