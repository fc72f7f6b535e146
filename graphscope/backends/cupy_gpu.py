"""CuPy on a CUDA GPU: NumPy's functions, run by thousands of simple cores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from graphscope.backends import cupy_status, extras, host, namespace
from graphscope.backends.base import DeviceFacts, Memory, Overrides, no_overrides, no_such_device
from graphscope.backends.host import HostArray
from graphscope.errors import Sentence

name = "cupy"
title = "CuPy · GPU"
package = cupy_status.PACKAGE
order = 20
hidden = False

CORES_PER_MULTIPROCESSOR = {
    **dict.fromkeys((60, 70, 72, 75, 80), 64),
    **dict.fromkeys((50, 52, 53, 61, 62, 86, 87, 89, 90, 100, 103, 110, 120, 121), 128),
}
"""Cores for 32-bit floats by compute capability times ten, from the CUDA C++ Programming Guide."""


def problem() -> Sentence | None:
    """Why CuPy cannot compute here, or None."""
    found = cupy_status.examine()
    return None if found is None else found.reason


def fix() -> Sentence | None:
    """What to do about it."""
    found = cupy_status.examine()
    return None if found is None else found.fix


def devices() -> tuple[DeviceFacts, ...]:
    """Every GPU that CUDA shows to this process."""
    cupy: Any = import_module(package)
    runtime = cupy.cuda.runtime
    versions = {
        "CuPy": str(cupy.__version__),
        "CUDA": cupy_status.version(runtime.runtimeGetVersion()),
        "CUDA driver": cupy_status.version(runtime.driverGetVersion()),
    }
    return tuple(_facts(runtime.getDeviceProperties(i), i, versions) for i in range(runtime.getDeviceCount()))


def _facts(found: Any, index: int, versions: dict[str, str]) -> DeviceFacts:
    multiprocessors = int(found["multiProcessorCount"])
    each = CORES_PER_MULTIPROCESSOR.get(10 * int(found["major"]) + int(found["minor"]))
    return DeviceFacts(
        id=f"cuda:{index}",
        name=bytes(found["name"]).decode(errors="replace"),
        kind="gpu",
        memory=int(found["totalGlobalMem"]),
        cores=None if each is None else each * multiprocessors,
        multiprocessors=multiprocessors,
        versions=versions,
    )


def create(device: str = "") -> CupyBackend:
    """CuPy on a GPU: "cuda:1", or "1" for short; the first one unless told."""
    cupy: Any = import_module(package)
    place = f"cuda:{device}" if device.isdecimal() else {"": "cuda:0", "cuda": "cuda:0"}.get(device, device)
    known = tuple(f"cuda:{index}" for index in range(cupy.cuda.runtime.getDeviceCount()))
    if place not in known:
        raise no_such_device(title, device, known)
    index = known.index(place)
    return CupyBackend(cupy=cupy, xp=build(cupy, index), index=index, device=place, title=f"{title} {index}")


def build(cupy: Any, index: int) -> Any:
    """The standard through array-api-compat; new arrays go to this GPU whatever the current one is."""
    compat: Any = import_module("array_api_compat.cupy")
    there = partial(cupy.cuda.Device, index)
    extra: dict[str, Callable[..., Any]] = {
        "clip": partial(_clip, cupy),
        "einsum": cupy.einsum,
        "erf": import_module("cupyx.scipy.special").erf,
        "errstate": there,
        "pad": partial(extras.pad, cupy.full),
        "scatter_add": partial(_scatter_add, cupy, compat),
        "sign": partial(_sign, cupy),
        "sliding_windows": partial(extras.windows_by_strides, cupy.lib.stride_tricks.as_strided),
    }
    extra |= {made: partial(_made, there, getattr(compat, made)) for made in namespace.ON_DEVICE}
    return namespace.build("graphscope.cupy", compat, extra)


def _made(there: Callable[[], Any], make: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    with there():
        return make(*arguments, **options)


# array-api-compat's clip and sign assign through boolean masks, for which the host must wait.


def _clip(cupy: Any, x: Any, /, min: Any = None, max: Any = None) -> Any:
    return x if min is None and max is None else cupy.clip(x, min, max)


def _sign(cupy: Any, x: Any, /) -> Any:
    return cupy.where(cupy.isnan(x), x, cupy.sign(x))  # CuPy's sign of NaN is 0


def _scatter_add(
    cupy: Any, compat: Any, shape: tuple[int, ...], indices: Any, values: Any, axis: int = 0
) -> Any:
    positions = extras.flat_positions(compat, shape, indices, values, axis)
    whole = values.dtype.kind in "iu"
    added = _as_unsigned(values) if whole else values
    out = cupy.zeros(shape, dtype=added.dtype)
    cupy.add.at(out.reshape(-1), positions, added.reshape(-1))
    return out.view(np.int64).astype(values.dtype) if whole else out


def _as_unsigned(values: Any) -> Any:
    """Atomic addition knows 64-bit integers without a sign only; in two's complement it is the same."""
    return values.astype(np.int64).view(np.uint64)


@dataclass(frozen=True)
class CupyBackend:
    """CuPy on one GPU."""

    cupy: Any
    xp: Any
    index: int
    device: str
    title: str
    name: str = name
    overrides: Overrides = field(default_factory=no_overrides)

    def put(self, array: HostArray) -> Any:
        array = host.checked(array, self.title)
        with self.cupy.cuda.Device(self.index):
            return self.cupy.array(array, copy=True, blocking=True)

    def get(self, array: Any) -> HostArray:
        with self.cupy.cuda.Device(self.index):
            return host.read_only(np.asarray(self.cupy.asnumpy(array)))

    def owns(self, array: Any) -> bool:
        return isinstance(array, self.cupy.ndarray) and array.device.id == self.index

    def synchronize(self) -> None:
        self.cupy.cuda.Device(self.index).synchronize()

    def release(self) -> bool:
        with self.cupy.cuda.Device(self.index):
            self.cupy.get_default_memory_pool().free_all_blocks()
        return True

    def memory(self) -> Memory | None:
        with self.cupy.cuda.Device(self.index) as device:
            free, total = device.mem_info
            kept = self.cupy.get_default_memory_pool().free_bytes()
        return Memory(used=total - free, total=total, free=free + kept)
