"""The namespace handed to kernels: the standard's names, NumPy's own functions, no waiting on a GPU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphscope.backends import namespace
from graphscope.backends.base import open_backend
from graphscope.backends.numpy_quick import QUICK
from tests.fakes import fake_cupy_backend, watch

REPLACED = {"argsort", "astype", "count_nonzero", "sort"} | set(QUICK)


def test_the_list_of_names_is_that_of_the_standard() -> None:
    strict = pytest.importorskip("array_api_strict")
    with strict.ArrayAPIStrictFlags(api_version="2024.12"):
        listed = set(strict.__all__)
    ours = set(strict._info.__array_namespace_info__().dtypes()) | set(namespace.STANDARD)
    theirs = {name for name in listed if not name.startswith("_") and not name[0].isupper()}
    flags = {name for name in theirs if name.endswith("_array_api_strict_flags")}
    newer = {"isin"}  # of the edition 2025.12
    assert theirs - flags - newer - {"fft", "linalg"} == ours


def test_a_function_of_numpy_is_handed_over_as_it_is() -> None:
    xp = open_backend("numpy").xp
    wrapped = {name for name in namespace.STANDARD if getattr(xp, name) is not getattr(np, name)}
    assert wrapped == REPLACED


CALLS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "pad": lambda xp, x, i: xp.pad(x, [(1, -1), (0, 2)]),
    "sliding_windows": lambda xp, x, i: xp.sliding_windows(x, (2, 2), (1, 1), (1, 1)),
    "scatter_add": lambda xp, x, i: xp.scatter_add((4, 3), i, x, 0),
    "einsum": lambda xp, x, i: xp.einsum("ij,ij->i", x, x),
    "erf": lambda xp, x, i: xp.erf(x),
    "clip": lambda xp, x, i: xp.clip(x, 0.0, 1.0),
    "where": lambda xp, x, i: xp.where(x > 0.0, x, 0.0),
    "take": lambda xp, x, i: xp.take(x, i, axis=0),
    "take_along_axis": lambda xp, x, i: xp.take_along_axis(x, xp.argsort(x, axis=1), axis=1),
    "sum": lambda xp, x, i: xp.sum(x, axis=0, keepdims=True),
    "mean": lambda xp, x, i: xp.mean(x),
    "var": lambda xp, x, i: xp.var(x, axis=1),
    "max": lambda xp, x, i: xp.max(x, axis=-1),
    "matmul": lambda xp, x, i: xp.matmul(x, xp.matrix_transpose(x)),
    "sort": lambda xp, x, i: xp.sort(x, axis=1, descending=True),
    "cumulative_sum": lambda xp, x, i: xp.cumulative_sum(x, axis=1, include_initial=True),
    "sign": lambda xp, x, i: xp.sign(x),
    "count_nonzero": lambda xp, x, i: xp.count_nonzero(x, axis=0),
    "tril": lambda xp, x, i: xp.tril(x),
    "logaddexp": lambda xp, x, i: xp.logaddexp(x, xp.zeros_like(x)),
    "roll and flip": lambda xp, x, i: xp.flip(xp.roll(x, 1, axis=0), axis=1),
    "repeat and tile": lambda xp, x, i: xp.tile(xp.repeat(x, 2, axis=0), (1, 2)),
    "stack and concat": lambda xp, x, i: xp.concat([xp.stack([x, x]), xp.expand_dims(x, axis=0)]),
    "unstack and vecdot": lambda xp, x, i: xp.vecdot(*xp.unstack(xp.stack([x, x]))),
    "a slice": lambda xp, x, i: x[1:, ::-1],
    "indices": lambda xp, x, i: x[i, xp.arange(3)],
}


@pytest.mark.parametrize("call", CALLS)
def test_on_a_gpu_the_host_neither_waits_nor_copies(call: str) -> None:
    backend = fake_cupy_backend()
    x = backend.put(np.arange(9.0).reshape(3, 3) - 4.0)
    indices = backend.put(np.array([0, 2, 0]))
    with backend.xp.errstate(), watch() as seen:
        CALLS[call](backend.xp, x, indices)
    assert (seen.waits, seen.uploads, seen.downloads) == ([], [], [])


def test_the_second_gpu_computes_where_its_arrays_are() -> None:
    backend = fake_cupy_backend("cuda:1")
    x = backend.put(np.arange(4.0))
    assert backend.title == "CuPy · GPU 1"
    with backend.xp.errstate():
        y = x + backend.xp.ones((4,))
        np.testing.assert_array_equal(backend.get(y), [1.0, 2.0, 3.0, 4.0])
    with pytest.raises(ValueError, match="an array of GPU 1 was used on GPU 0"):
        _ = x + 1.0
