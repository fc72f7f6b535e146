"""JAX on whatever it was installed for: a CPU, a GPU or a TPU."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from graphscope.backends import extras, host, machine, namespace, packages
from graphscope.backends.base import DeviceFacts, Memory, Overrides, no_overrides, no_such_device
from graphscope.backends.host import HostArray
from graphscope.errors import Sentence

name = "jax"
title = "JAX"
package = "jax"
order = 40
hidden = False


def problem() -> Sentence | None:
    """Whether JAX is there and can be loaded."""
    return packages.problem(package)


def fix() -> Sentence | None:
    """How to get JAX."""
    return packages.install("pip install jax") if problem() else None


def devices() -> tuple[DeviceFacts, ...]:
    """The devices that JAX lists; it tells no more than their names."""
    jax: Any = import_module(package)
    versions = {"JAX": str(jax.__version__)}
    return tuple(_facts(place, found, versions) for place, found in _found(jax).items())


def _facts(place: str, found: Any, versions: dict[str, str]) -> DeviceFacts:
    if place == "cpu":
        return machine.cpu(versions)
    return DeviceFacts(id=place, name=str(found.device_kind), kind="gpu", versions=versions)


def _found(jax: Any) -> dict[str, Any]:
    """Devices by our ids: "cpu", "cuda:0"."""
    names = {"gpu": "cuda"}
    found = [*jax.devices(), *jax.devices("cpu")]
    return {"cpu" if x.platform == "cpu" else f"{names.get(x.platform, x.platform)}:{x.id}": x for x in found}


def create(device: str = "") -> JaxBackend:
    """JAX with float64 switched on, on its first device or on the one named."""
    jax: Any = import_module(package)
    jax.config.update("jax_enable_x64", True)  # else float64 silently becomes float32
    found = _found(jax)
    place = device or next(iter(found))
    if place not in found:
        raise no_such_device(title, device, tuple(found))
    shown = f"{title} · {place.upper()}"
    return JaxBackend(jax=jax, xp=build(jax, found[place]), home=found[place], device=place, title=shown)


def build(jax: Any, home: Any) -> Any:
    """jax.numpy keeps the standard; its arrays cannot be written to, so the extra functions make new ones."""
    extra = {
        "einsum": jax.numpy.einsum,
        "erf": import_module("jax.scipy.special").erf,
        "errstate": nullcontext,
        "pad": partial(_pad, jax),
        "scatter_add": partial(_scatter_add, jax.numpy),
        "sliding_windows": partial(extras.windows_by_take, jax.numpy),
    }
    return namespace.build("graphscope.jax", jax.numpy, extra, device=home)


def _pad(jax: Any, x: Any, widths: extras.Pairs, value: float = 0.0) -> Any:
    pairs = extras.checked_widths(x.shape, widths)
    return jax.lax.pad(
        x, jax.numpy.asarray(value, dtype=x.dtype), [(before, after, 0) for before, after in pairs]
    )


def _scatter_add(xp: Any, shape: tuple[int, ...], indices: Any, values: Any, axis: int = 0) -> Any:
    positions = extras.flat_positions(xp, shape, indices, values, axis)
    zeros = xp.zeros(shape, dtype=values.dtype)
    return xp.reshape(xp.reshape(zeros, (-1,)).at[positions].add(xp.reshape(values, (-1,))), shape)


@dataclass(frozen=True)
class JaxBackend:
    """JAX on one device."""

    jax: Any
    xp: Any
    home: Any
    device: str
    title: str
    name: str = name
    overrides: Overrides = field(default_factory=no_overrides)

    def put(self, array: HostArray) -> Any:
        return self.jax.device_put(host.private_copy(host.checked(array, self.title)), self.home)

    def get(self, array: Any) -> HostArray:
        return host.read_only(np.asarray(array))

    def owns(self, array: Any) -> bool:
        return isinstance(array, self.jax.Array) and self.home in array.devices()

    def synchronize(self) -> None:
        """A device works through its queue in order, so the newest piece of work is the last one."""
        (self.jax.device_put(np.zeros(()), self.home) + 0).block_until_ready()

    def release(self) -> bool:
        return False

    def memory(self) -> Memory | None:
        facts = self.home.memory_stats() if self.device != "cpu" else None
        if not facts:
            return machine.memory() if self.device == "cpu" else None
        used, total = facts["bytes_in_use"], facts["bytes_limit"]
        return Memory(used=used, total=total, free=total - used)
