"""Run one case on any backend, with everything as tuples and gradients summed down as the engine does."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphscope.backends.base import open_backend
from graphscope.ops.base import Op
from tests.ops.cases import Case

NUMPY = open_backend("numpy")


def forward(op: Op, xp: Any, arrays: list[Any]) -> tuple[Any, ...]:
    """Outputs and saved outputs."""
    with xp.errstate():
        made = op.forward(xp, *arrays)  # type: ignore[attr-defined]
    return made if op.signature.packed else (made,)


def graph_outputs(op: Op, out: tuple[Any, ...]) -> tuple[Any, ...]:
    """Outputs without the saved ones."""
    return out[: len(out) - len(op.saved)]


def vjp(
    op: Op, xp: Any, g: tuple[Any, ...], out: tuple[Any, ...], arrays: list[Any], needs: Any
) -> list[Any]:
    """One gradient per operand, summed down to its shape, None where there is none."""
    signature = op.signature
    wants = {"needs": needs} if signature.wants_needs else {}
    with xp.errstate():
        made = op.vjp(  # type: ignore[attr-defined]
            xp, g if signature.several else g[0], out if signature.packed else out[0], *arrays, **wants
        )  # type: ignore[attr-defined]
        return [None if each is None else unbroadcast(xp, each, array) for each, array in zip(made, arrays)]  # noqa: B905


def unbroadcast(xp: Any, gradient: Any, array: Any) -> Any:
    """Sum over the axes that broadcasting added or widened."""
    lead = gradient.ndim - array.ndim
    wide = [lead + i for i, size in enumerate(array.shape) if size == 1 and gradient.shape[lead + i] != 1]
    axes = (*range(lead), *wide)
    return xp.reshape(xp.sum(gradient, axis=axes), array.shape) if axes else gradient


def is_tensor(array: Any) -> bool:
    return isinstance(array, np.ndarray)


def floating(case: Case, arrays: list[Any]) -> list[int]:
    """The slots that can have a gradient."""
    return [slot for slot, array in enumerate(arrays) if is_tensor(array) and array.dtype.kind == "f"]


def weights(out: tuple[Any, ...]) -> tuple[Any, ...]:
    """A random g for each output; None for whole numbers and truth values, which have no gradient."""
    rng = np.random.default_rng(11)
    return tuple(_weight(rng, np.asarray(each)) for each in out)


def _weight(rng: np.random.Generator, out: np.ndarray) -> np.ndarray | None:
    drawn = np.asarray(rng.normal(size=out.shape))
    return drawn.astype(out.dtype) if out.dtype.kind == "f" else None


TOLERANCE = {"float16": (2e-2, 2e-3), "float32": (3e-5, 3e-6), "float64": (1e-11, 1e-12)}
"""Relative and absolute: how far two libraries may round apart."""


def assert_same(
    made: tuple[tuple[Any, ...], list[Any]], expected: tuple[tuple[Any, ...], list[Any]], dtype: str
) -> None:
    """Outputs and gradients have the same shapes and types, and but for rounding the same numbers."""
    rtol, atol = TOLERANCE[dtype]
    for one, other in zip([*made[0], *made[1]], [*expected[0], *expected[1]], strict=True):
        assert (one is None) == (other is None)
        if other is not None:
            assert (one.shape, one.dtype) == (other.shape, other.dtype)
            np.testing.assert_allclose(one, other, rtol=rtol, atol=atol, err_msg=dtype)


def gradients(case: Case, dtype: str, backend: Any = NUMPY) -> tuple[tuple[Any, ...], list[Any]]:
    """Outputs and gradients of a case on a backend, as host arrays."""
    arrays = case.arrays(dtype)
    put = [backend.put(np.asarray(a)) if is_tensor(a) else a for a in [*arrays, *case.draws(arrays)]]
    out = forward(case.op, backend.xp, put)
    host = tuple(np.asarray(backend.get(each)) for each in out)
    weighted = weights(graph_outputs(case.op, host))
    if not case.op.signature.differentiable or all(each is None for each in weighted):
        return host, []
    g = tuple(None if each is None else backend.put(each) for each in weighted)
    needs = tuple(is_tensor(array) and array.dtype.kind == "f" for array in arrays)
    made = vjp(case.op, backend.xp, g, out, put, needs)
    return host, [None if each is None else np.asarray(backend.get(each)) for each in made]
