"""What a backend is, which ones there are, and how to open one by name."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Protocol, cast

import numpy as np

from graphscope.errors import BackendError, Sentence

Overrides = Mapping[tuple[str, str], Callable[..., Any]]


def no_overrides() -> Overrides:
    """For a backend that runs every kernel as its op has it."""
    return MappingProxyType({})


@dataclass(frozen=True)
class Memory:
    """Bytes in use and bytes there are, of the process (CPU) or of the whole device (GPU).

    Args:
        free: bytes that can still be taken, or None where nobody tells.
    """

    used: int
    total: int
    free: int | None = None


@dataclass(frozen=True)
class DeviceFacts:
    """What is known about one device without running a graph on it; None where the library does not tell."""

    id: str
    name: str
    kind: Literal["cpu", "gpu"]
    memory: int | None = None
    cores: int | None = None
    multiprocessors: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict[str, str])


class Backend(Protocol):
    """One open device of one array library.

    Attributes:
        name: what it is opened by: "numpy", "cupy", "torch", "jax", "strict".
        device: "cpu", "cuda:0".
        title: what a menu calls it: "NumPy · CPU".
        xp: the array API standard's namespace, bound to the device, and the extra functions of `extras`.
        overrides: faster kernels by (op name, "forward" or "vjp"), called as ``(op, xp, *arrays)``.
    """

    @property
    def name(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def xp(self) -> Any: ...
    @property
    def overrides(self) -> Overrides: ...

    def put(self, array: np.ndarray[Any, Any]) -> Any:
        """Copy a host array to the device; it shares memory only with an array that nobody can write to.

        The copy is done when it returns: the host array may change at once.
        """
        ...

    def get(self, array: Any) -> np.ndarray[Any, Any]:
        """Bring a device array, or a scalar that a reduction gave, to the host: read-only, 0-d too.

        It waits for the kernels that make the array, and the copy is done when it returns.
        """
        ...

    def owns(self, array: Any) -> bool:
        """Whether an array is one of this library on this device."""
        ...

    def synchronize(self) -> None:
        """Wait until everything that was asked of the device is done."""
        ...

    def release(self) -> bool:
        """Give back memory that the library keeps for later; False where it keeps none."""
        ...

    def memory(self) -> Memory | None:
        """How much memory is used and there is, or None where that cannot be found out."""
        ...


class BackendFile(Protocol):
    """What a file in this folder must offer to be found as a backend."""

    name: str
    title: str
    package: str
    order: int
    hidden: bool

    def problem(self) -> Sentence | None:
        """Why it cannot be used here, or None. Imports the library, and tries the device."""
        ...

    def fix(self) -> Sentence | None:
        """What to do about the problem, or None where nothing can be done."""
        ...

    def devices(self) -> tuple[DeviceFacts, ...]:
        """The devices that can be opened, when there is no problem."""
        ...

    def create(self, device: str) -> Backend:
        """Open a device by its id; the empty string means the usual one."""
        ...


@cache
def backend_files() -> tuple[BackendFile, ...]:
    """The backends in this folder, in menu order; looking imports none of their libraries."""
    folder = str(Path(__file__).parent)
    modules = [import_module(f"{__package__}.{found.name}") for found in pkgutil.iter_modules([folder])]
    files = [cast("BackendFile", module) for module in modules if hasattr(module, "create")]
    return tuple(sorted(files, key=lambda file: file.order))


def names() -> tuple[str, ...]:
    """The names that `open_backend` understands, in menu order."""
    return tuple(file.name for file in backend_files())


def backend_file(name: str) -> BackendFile:
    """The file of the backend called `name`, without a device."""
    for file in backend_files():
        if file.name == name:
            return file
    raise BackendError(
        "There is no backend called “{name}”; choose one of {names}.", name=name, names=", ".join(names())
    )


def open_backend(name: str = "numpy") -> Backend:
    """Open a backend: "numpy", "cupy", "cupy:1", "torch", "torch:cuda:0", "jax", "strict".

    Raises:
        BackendError: no backend has that name, or it cannot be used here; the sentence says why.
    """
    library, _, device = name.partition(":")
    file = backend_file(library)
    reason = file.problem()
    if reason is not None:
        raise unavailable(file.title, reason, file.fix())
    return file.create(device)


def unavailable(title: str, reason: Sentence, fix: Sentence | None) -> BackendError:
    """The error for a backend that cannot be used; its fields are sentences themselves."""
    if fix is None:
        return BackendError("{title} cannot be used: {reason}", title=title, reason=reason)
    return BackendError("{title} cannot be used: {reason} {fix}", title=title, reason=reason, fix=fix)


def no_such_device(title: str, device: str, known: tuple[str, ...]) -> BackendError:
    """The error for a device that a library does not have."""
    return BackendError(
        "{title} has no device “{device}”; choose one of {known}.",
        title=title,
        device=device,
        known=", ".join(known),
    )
