"""The fake's functions: NumPy's, behind the real CuPy's names and parameters."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from tests.fakes.fake_cupy import real
from tests.fakes.fake_cupy.array import NUMBERS, Order, add_at, ndarray, unwrap, wrap
from tests.fakes.fake_cupy.ledger import MACHINE

HOST_ANSWERS = frozenset(
    """
    broadcast_shapes can_cast iscomplexobj isdtype isrealobj isscalar issubdtype min_scalar_type ndim
    promote_types result_type shape size
    """.split()
)
"""Functions that tell about shapes and dtypes, which the host knows."""

WAITING = frozenset(
    """
    argwhere bincount choose compress extract flatnonzero histogram intersect1d nonzero setdiff1d setxor1d
    trim_zeros union1d unique unique_all unique_counts unique_inverse unique_values
    """.split()
)
"""Functions whose result has a size that only the device knows, so that the host must wait."""

FROM_HOST = frozenset({"array", "asarray", "ascontiguousarray", "asfortranarray", "asanyarray"})
UFUNC_OPTIONS = frozenset({"out", "dtype", "casting"})
UFUNC_METHODS = {
    "reduce": ("add", "multiply"),
    "accumulate": ("add", "multiply"),
    "at": ("add",),
    "outer": None,
}
"""Which ufuncs have which methods; None means all. ``at`` of subtract, maximum and the like is left out."""


def function(name: str, parameters: str, compute: Callable[..., Any]) -> Callable[..., Any]:
    """A function that takes what the real one takes and gives arrays of the device."""
    known = real.signature(parameters)
    first = next(iter(known.parameters), "") if known else ""

    def call(*arguments: Any, **options: Any) -> Any:
        real.check_call(f"cupy.{name}", parameters, arguments, options)
        if first in ("a", "arr", "x") and name not in HOST_ANSWERS and arguments:
            unwrap(arguments[0], only=(ndarray,))
        if name in WAITING or (name == "where" and len(arguments) == 1):
            MACHINE.waited(name)
        plain = {key: unwrap(value) for key, value in options.items()}
        with np.errstate(all="ignore"):
            result = compute(*map(unwrap, arguments), **plain)
        return result if name in HOST_ANSWERS else as_array(result)

    call.__name__ = name
    return call


def as_array(result: Any) -> Any:
    """Python numbers too are arrays without axes on the device."""
    return wrap(np.asarray(result) if isinstance(result, bool | int | float | complex) else result)


def upload(name: str, parameters: str) -> Callable[..., Any]:
    """A function that may be given an array of the host: the one honest way onto the device."""
    compute = getattr(np, name)

    def call(obj: Any, *arguments: Any, **options: Any) -> Any:
        real.check_call(f"cupy.{name}", parameters, (obj, *arguments), options)
        blocking = options.pop("blocking", False)
        if isinstance(obj, ndarray):
            return wrap(compute(unwrap(obj), *arguments, **options))
        MACHINE.uploaded(name)
        if isinstance(obj, np.ndarray):  # the device never shares memory with the host
            return late(
                lambda: np.array(compute(obj, *arguments, **{**options, "copy": None}), copy=True), blocking
            )
        return wrap(np.asarray(compute(unwrap(obj), *arguments, **options)))

    return call


def late(copy: Callable[[], np.ndarray[Any, Any]], blocking: bool) -> ndarray:
    """A copy of the host's numbers; of page-locked memory those that are there when the host waits."""
    made = wrap(copy())
    if MACHINE.page_locked and not blocking:
        MACHINE.later(lambda: np.copyto(made._host, copy()))
    return made


def asnumpy(a: Any, stream: Any = None, order: Order = "C", out: Any = None, *, blocking: bool = True) -> Any:
    """The honest way back."""
    return a.get(stream, order, out, blocking) if isinstance(a, ndarray) else np.asarray(a, order=order)


class Ufunc:
    """A function of every element."""

    def __init__(self, name: str, compute: Any) -> None:
        self.name = self.__name__ = name
        self._compute = compute

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        unknown = options.keys() - UFUNC_OPTIONS
        if unknown:
            raise TypeError(f"cupy.{self.name} has no parameter {', '.join(sorted(unknown))}")
        plain = {key: unwrap(value) for key, value in options.items()}
        with np.errstate(all="ignore"):
            result = self._compute(*(unwrap(each, only=(ndarray, *NUMBERS)) for each in arguments), **plain)
        return options["out"] if options.get("out") is not None else as_array(result)

    def at(self, a: Any, indices: Any, b: Any = None) -> None:
        self._require("at")
        add_at(a, indices, b)

    def reduce(
        self, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False
    ) -> Any:
        self._require("reduce")
        return as_array(self._compute.reduce(unwrap(array), axis=axis, dtype=dtype, keepdims=keepdims))

    def accumulate(self, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
        self._require("accumulate")
        return as_array(self._compute.accumulate(unwrap(array), axis=axis, dtype=dtype))

    def outer(self, A: Any, B: Any, **options: Any) -> Any:
        return as_array(self._compute.outer(unwrap(A), unwrap(B), **options))

    def _require(self, method: str) -> None:
        names = UFUNC_METHODS[method]
        if names is not None and self.name not in names:
            raise NotImplementedError(f"cupy.{self.name}.{method}")


def content(module: str, numpy_module: Any) -> dict[str, Any]:
    """Everything of a module that NumPy has under the same name."""
    found: dict[str, Any] = {}
    for name, kind in real.names(module).items():
        theirs = getattr(numpy_module, name, numpy_module)
        if not isinstance(theirs, ModuleType):
            found[name] = one(name, kind, theirs)
    return found


def one(name: str, kind: str, theirs: Any) -> Any:
    """One name of a module, as the device has it."""
    if kind in (real.VALUE, real.TYPE):
        return theirs
    if kind == real.UFUNC:
        return Ufunc(name, theirs)
    return upload(name, kind) if name in FROM_HOST else function(name, kind, theirs)
