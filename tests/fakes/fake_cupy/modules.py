"""The modules that ``import cupy`` and ``import cupyx`` find while the fake is installed."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import numpy as np

from tests.fakes.fake_cupy import cuda, real
from tests.fakes.fake_cupy.array import ndarray
from tests.fakes.fake_cupy.functions import Ufunc, asnumpy, content, one


@cache
def build() -> dict[str, ModuleType]:
    """All of them, by name."""
    found = cuda.build()
    for name, theirs in (("cupy", np), ("cupy.linalg", np.linalg), ("cupy.fft", np.fft)):
        found[name] = _module(name, content(name, theirs))
    strides = real.names("cupy.lib.stride_tricks")["as_strided"]
    tricks = {"as_strided": one("as_strided", strides, np.lib.stride_tricks.as_strided)}
    found["cupy.lib.stride_tricks"] = _module("cupy.lib.stride_tricks", tricks)
    found["cupyx.scipy.special"] = _module("cupyx.scipy.special", {"erf": Ufunc("erf", _erf)})
    for name in ("cupy.lib", "cupyx", "cupyx.scipy"):
        found[name] = _module(name, {})
    _nest(found)
    pool = cuda.MemoryPool()
    own = {"ndarray": ndarray, "asnumpy": asnumpy, "__version__": real.data()["version"]}
    own["get_default_memory_pool"] = lambda: pool
    found["cupy"].__dict__.update(own)
    return found


def _module(name: str, content: dict[str, Any]) -> ModuleType:
    module = ModuleType(name)
    module.__spec__ = ModuleSpec(name, None, is_package=True)
    module.__path__ = []
    module.__dict__.update(content)
    module.__dict__["__getattr__"] = _missing(name)
    return module


def _missing(module: str) -> Callable[[str], Any]:
    def tell(name: str) -> Any:
        known = name in real.data()["modules"].get(module, {})
        why = "is not in the fake: add it" if known else f"is not in CuPy {real.data()['version']}"
        raise AttributeError(f"{module}.{name} {why}")

    return tell


def _nest(found: dict[str, ModuleType]) -> None:
    for name, module in found.items():
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(found[parent], child, module)


def _erf(x: Any) -> Any:
    """Computed one by one, so that it shares nothing with the function it is compared with."""
    x = np.asarray(x)
    values = [math.erf(each) for each in x.ravel().tolist()]
    return np.array(values, dtype=x.dtype).reshape(x.shape)


@cache
def compat() -> ModuleType:
    """array-api-compat's namespace over the fake."""
    from importlib import import_module

    from tests.fakes.fake_cupy import installed

    with installed():
        return import_module("array_api_compat.cupy")
