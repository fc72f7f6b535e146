"""PyTorch on the CPU or on a CUDA GPU, used as an array library: its own autograd stays off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from graphscope.backends import extras, host, machine, namespace, packages
from graphscope.backends.base import DeviceFacts, Memory, Overrides, no_overrides, no_such_device
from graphscope.backends.host import HostArray
from graphscope.errors import Sentence

name = "torch"
title = "PyTorch"
package = "torch"
order = 30
hidden = False


def problem() -> Sentence | None:
    """Whether PyTorch is there and can be loaded."""
    return packages.problem(package)


def fix() -> Sentence | None:
    """How to get PyTorch."""
    return packages.install("pip install torch") if problem() else None


def devices() -> tuple[DeviceFacts, ...]:
    """The processor, and the GPUs that CUDA shows to PyTorch."""
    torch: Any = import_module(package)
    versions = {"PyTorch": str(torch.__version__)}
    if not torch.cuda.is_available():
        return (machine.cpu(versions),)
    versions["CUDA"] = str(torch.version.cuda)
    gpus = (_gpu(torch, index, versions) for index in range(torch.cuda.device_count()))
    return (machine.cpu(versions), *gpus)


def _gpu(torch: Any, index: int, versions: dict[str, str]) -> DeviceFacts:
    facts = torch.cuda.get_device_properties(index)
    return DeviceFacts(
        id=f"cuda:{index}",
        name=str(facts.name),
        kind="gpu",
        memory=int(facts.total_memory),
        multiprocessors=int(facts.multi_processor_count),
        versions=versions,
    )


def create(device: str = "") -> TorchBackend:
    """PyTorch on "cpu" (the usual one), "cuda" or "cuda:N"."""
    torch: Any = import_module(package)
    place = {"": "cpu", "cuda": "cuda:0"}.get(device, device)
    known = ("cpu", *(f"cuda:{index}" for index in range(torch.cuda.device_count())))
    if place not in known:
        raise no_such_device(title, device, known)
    shown = place.upper().replace("CUDA:", "GPU ")
    return TorchBackend(torch=torch, xp=build(torch, place), device=place, title=f"{title} · {shown}")


def build(torch: Any, device: str) -> Any:
    """The standard through array-api-compat, with float64 wherever NumPy would choose it."""
    compat: Any = import_module("array_api_compat.torch")
    extra: dict[str, Callable[..., Any]] = {
        "asarray": partial(_asarray, torch, device),
        "einsum": torch.einsum,
        "erf": torch.erf,
        "errstate": torch.no_grad,
        "pad": partial(extras.pad, partial(torch.full, device=device)),
        "scatter_add": partial(_scatter_add, torch),
        "sliding_windows": sliding_windows,
        "take_along_axis": partial(_take_along_axis, torch),
    }
    extra |= {made: partial(getattr(compat, made), dtype=torch.float64, device=device) for made in FLOATING}
    extra |= {
        made: partial(_like_numbers, torch, getattr(compat, made), device) for made in ("arange", "full")
    }
    return namespace.build("graphscope.torch", compat, extra, device=device)


FLOATING = ("empty", "eye", "linspace", "ones", "zeros")
"""What makes float64 in NumPy and float32 in PyTorch, unless told otherwise."""


def _like_numbers(torch: Any, make: Callable[..., Any], device: str, *numbers: Any, **options: Any) -> Any:
    if options.get("dtype") is None and any(
        isinstance(x, float) for x in (*numbers, options.get("fill_value"))
    ):
        options["dtype"] = torch.float64
    return make(*numbers, **{"device": device} | options)


def _asarray(
    torch: Any, home: str, x: Any, /, *, dtype: Any = None, device: Any = None, copy: Any = None
) -> Any:
    if not isinstance(x, torch.Tensor):
        x, copy = torch.from_numpy(host.private_copy(np.asarray(x))), None
    return torch.asarray(x, dtype=dtype, device=device or home, copy=copy)


def _scatter_add(torch: Any, shape: tuple[int, ...], indices: Any, values: Any, axis: int = 0) -> Any:
    axis = extras.checked_axis(shape, indices, values, axis)
    if values.device.type == "cpu":
        extras.check_range(indices, shape[axis])
    indices = torch.where(indices < 0, indices + shape[axis], indices).to(torch.int64)
    zeros = torch.zeros(shape, dtype=values.dtype, device=values.device)
    if indices.ndim == 1:
        return zeros.index_add(axis, indices, values)
    return zeros.scatter_add(axis, indices, values)


def _take_along_axis(torch: Any, x: Any, indices: Any, /, *, axis: int = -1) -> Any:
    """The standard's; PyTorch takes an index out of range by its remainder, and says nothing."""
    if x.device.type == "cpu":
        extras.check_range(indices, x.shape[axis])
    return torch.take_along_dim(x, indices, dim=axis)


def sliding_windows(
    x: Any, window: tuple[int, ...], strides: tuple[int, ...], dilations: tuple[int, ...]
) -> Any:
    """The windows as a view: unfold each axis, then leave out the gaps."""
    kept = x.ndim - len(extras.places(x.shape, window, strides, dilations))
    for i, (width, stride, dilation) in enumerate(zip(window, strides, dilations, strict=True)):
        x = x.unfold(kept + i, dilation * (width - 1) + 1, stride)[..., ::dilation]
    return x


@dataclass(frozen=True)
class TorchBackend:
    """PyTorch on one device."""

    torch: Any
    xp: Any
    device: str
    title: str
    name: str = name
    overrides: Overrides = field(default_factory=no_overrides)

    def put(self, array: HostArray) -> Any:
        array = host.private_copy(host.checked(array, self.title))
        return self.torch.from_numpy(array).to(self.device)

    def get(self, array: Any) -> HostArray:
        if not isinstance(array, self.torch.Tensor):
            return host.read_only(np.asarray(array))
        plain = array.detach().resolve_conj().resolve_neg().cpu()
        if plain.dtype == self.torch.bfloat16:  # NumPy has no such dtype
            plain = plain.to(self.torch.float32)
        return host.read_only(plain.numpy())

    def owns(self, array: Any) -> bool:
        return isinstance(array, self.torch.Tensor) and str(array.device) == self.device

    def synchronize(self) -> None:
        if self.device != "cpu":
            self.torch.cuda.synchronize(self.device)

    def release(self) -> bool:
        if self.device == "cpu":
            return False
        self.torch.cuda.empty_cache()
        return True

    def memory(self) -> Memory | None:
        if self.device == "cpu":
            return machine.memory()
        cuda = self.torch.cuda
        free, total = cuda.mem_get_info(self.device)
        kept = cuda.memory_reserved(self.device) - cuda.memory_allocated(self.device)
        return Memory(used=total - free, total=total, free=free + kept)
