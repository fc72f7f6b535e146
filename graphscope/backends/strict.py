"""array-api-strict, for tests: it refuses whatever the array API standard does not promise."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from graphscope.backends import extras, host, machine, namespace, numpy_cpu, packages
from graphscope.backends.base import DeviceFacts, Memory, Overrides, no_overrides, no_such_device
from graphscope.backends.host import HostArray
from graphscope.errors import Sentence

name = "strict"
title = "array-api-strict · CPU"
package = "array_api_strict"
order = 50
hidden = True

EDITION = "2024.12"
"""The edition of the standard that kernels are written for."""

DTYPES = host.DTYPES - {"float16"}


def problem() -> Sentence | None:
    """Whether the package is there."""
    return packages.problem(package)


def fix() -> Sentence | None:
    """How to get the package."""
    return packages.install("pip install array-api-strict") if problem() else None


def devices() -> tuple[DeviceFacts, ...]:
    """The processor."""
    return (machine.cpu({}),)


def create(device: str = "") -> StrictBackend:
    """The strict namespace in the edition that kernels are written for."""
    import array_api_strict as library

    if device not in ("", "cpu"):
        raise no_such_device(title, device, ("cpu",))
    library.set_array_api_strict_flags(api_version=EDITION)
    return StrictBackend(library=library, xp=build(library))


def build(library: Any) -> Any:
    """The standard as it is written, and the extra functions, computed by NumPy behind its back."""
    extra = {
        "einsum": partial(_einsum, library),
        "erf": partial(_erf, library),
        "errstate": partial(np.errstate, all="ignore"),
        "pad": partial(extras.pad, library.full),
        "scatter_add": partial(_scatter_add, library),
        "sliding_windows": partial(extras.windows_by_take, library),
    }
    return namespace.build("graphscope.strict", library, extra, device=library.Device("CPU_DEVICE"))


def _einsum(library: Any, subscripts: str, *arrays: Any) -> Any:
    return library.asarray(numpy_cpu.einsum(subscripts, *map(np.asarray, arrays)))


def _erf(library: Any, x: Any) -> Any:
    return library.asarray(numpy_cpu.erf(np.asarray(x)))


def _scatter_add(library: Any, shape: tuple[int, ...], indices: Any, values: Any, axis: int = 0) -> Any:
    return library.asarray(numpy_cpu.scatter_add(shape, np.asarray(indices), np.asarray(values), axis))


@dataclass(frozen=True)
class StrictBackend:
    """array-api-strict in this process."""

    library: Any
    xp: Any
    name: str = name
    device: str = "cpu"
    title: str = title
    overrides: Overrides = field(default_factory=no_overrides)

    def put(self, array: HostArray) -> Any:
        array = host.checked(array, self.title, dtypes=DTYPES)
        return self.library.asarray(host.private_copy(array))

    def get(self, array: Any) -> HostArray:
        return host.read_only(np.asarray(array))

    def owns(self, array: Any) -> bool:
        return isinstance(array, type(self.library.empty(0)))

    def synchronize(self) -> None:
        """Nothing to wait for."""

    def release(self) -> bool:
        return False

    def memory(self) -> Memory | None:
        return machine.memory()
