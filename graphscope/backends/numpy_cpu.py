"""NumPy on the CPU: the reference that every other backend is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import numpy as np

from graphscope.backends import extras, host, machine, namespace
from graphscope.backends.base import DeviceFacts, Memory, Overrides, no_such_device
from graphscope.backends.error_function import erf
from graphscope.backends.host import HostArray
from graphscope.backends.numpy_kernels import OVERRIDES
from graphscope.backends.numpy_quick import QUICK
from graphscope.errors import Sentence

name = "numpy"
title = "NumPy · CPU"
package = "numpy"
order = 10
hidden = False


def problem() -> Sentence | None:
    """None: NumPy is always there."""
    return None


def fix() -> Sentence | None:
    """None: there is nothing to repair."""
    return None


def devices() -> tuple[DeviceFacts, ...]:
    """The processor."""
    return (machine.cpu({"NumPy": np.__version__, "BLAS": blas()}),)


def blas() -> str:
    """The library that multiplies matrices for NumPy, with its version."""
    try:
        found = cast("Any", np.show_config)(mode="dicts")["Build Dependencies"]["blas"]
        return f"{found['name']} {found['version']}"
    except (KeyError, TypeError):
        return "?"


def create(device: str = "") -> NumpyBackend:
    """NumPy on the only device it knows."""
    if device not in ("", "cpu"):
        raise no_such_device(title, device, ("cpu",))
    return NumpyBackend(xp=build())


def build() -> Any:
    """NumPy's own functions, but where they lack a parameter of the standard, refuse a scalar or dawdle."""
    from array_api_compat import numpy as compat

    extra = {
        **QUICK,
        "astype": astype,  # numpy.astype refuses what numpy.sum gives
        "sort": compat.sort,  # numpy.sort cannot sort downwards
        "argsort": compat.argsort,
        "count_nonzero": compat.count_nonzero,  # numpy.count_nonzero gives a Python integer
        "einsum": einsum,
        "erf": erf,
        "errstate": partial(np.errstate, all="ignore"),
        "pad": partial(extras.pad, np.full),
        "scatter_add": scatter_add,
        "sliding_windows": partial(extras.windows_by_strides, as_strided),
    }
    return namespace.build("graphscope.numpy", np, extra)


def astype(x: Any, dtype: Any, /, *, copy: bool = True) -> Any:
    """The standard's astype, for arrays and for the scalars that reductions give."""
    return x.astype(dtype, copy=copy)


def einsum(subscripts: str, *arrays: HostArray) -> HostArray:
    """Of three or more arrays in a good order, of fewer in one go."""
    return np.einsum(subscripts, *arrays, optimize=len(arrays) > 2)


def scatter_add(shape: tuple[int, ...], indices: HostArray, values: HostArray, axis: int = 0) -> HostArray:
    """Add at flat positions: five times quicker than numpy.add.at on rows."""
    positions = extras.flat_positions(np, shape, indices, values, axis)
    extras.check_range(indices, shape[axis])
    out = np.zeros(shape, values.dtype)
    np.add.at(out.reshape(-1), positions, np.ravel(values))
    return out


def as_strided(x: HostArray, shape: tuple[int, ...], strides: tuple[int, ...]) -> HostArray:
    """A view that cannot be written to, since its elements lie on each other."""
    return np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)


@dataclass(frozen=True)
class NumpyBackend:
    """NumPy in this process."""

    xp: Any
    name: str = name
    device: str = "cpu"
    title: str = title
    overrides: Overrides = field(default_factory=lambda: OVERRIDES)

    def put(self, array: HostArray) -> HostArray:
        array = host.checked(array, self.title)
        return array if host.nobody_writes(array) else host.read_only(host.private_copy(array))

    def get(self, array: Any) -> HostArray:
        return host.read_only(np.asarray(array))

    def owns(self, array: Any) -> bool:
        return isinstance(array, np.ndarray | np.generic)

    def synchronize(self) -> None:
        """Nothing to wait for: NumPy returns when it is done."""

    def release(self) -> bool:
        return False

    def memory(self) -> Memory | None:
        return machine.memory()
