"""The fake CuPy forbids what a GPU would not forgive, and lacks what the real CuPy lacks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.fakes import installed, watch
from tests.fakes.fake_cupy import real


@pytest.fixture
def cupy() -> Iterator[ModuleType]:
    """``import cupy`` gives the fake."""
    with installed() as module:
        yield module


REFUSED: dict[str, Callable[[Any], Any]] = {
    "an operator between host and device": lambda cp: cp.ones(2) + np.ones(2),
    "an operator between device and host": lambda cp: np.ones(2) * cp.ones(2),
    "a comparison between host and device": lambda cp: cp.ones(2) < np.ones(2),
    "a function of a host array": lambda cp: cp.exp(np.ones(2)),
    "a host array among several": lambda cp: cp.concatenate([cp.ones(2), np.ones(2)]),
    "a host array as an option": lambda cp: cp.clip(cp.ones(2), np.zeros(2), None),
    "a list where an array belongs": lambda cp: cp.exp([1.0, 2.0]),
    "a number where an array belongs": lambda cp: cp.sum(1.0),
    "a NumPy function of a device array": lambda cp: np.exp(cp.ones(2)),
    "a NumPy reduction of a device array": lambda cp: np.sum(cp.ones(2)),
    "an unasked copy to the host": lambda cp: np.asarray(cp.ones(2)),
    "an unasked copy of several": lambda cp: np.array([cp.ones(2), cp.ones(2)]),
    "a list as an index": lambda cp: cp.ones(3)[[0, 1]],
    "a host array as an index": lambda cp: cp.ones(3)[np.array([0, 1])],
    "where= of a ufunc": lambda cp: cp.add(cp.ones(2), 1.0, where=cp.ones(2) > 0),
    "where= of a reduction": lambda cp: cp.sum(cp.ones(2), where=cp.ones(2) > 0),
    "initial= of a reduction": lambda cp: cp.ones(2).max(initial=0.0),
    "a method's unknown parameter": lambda cp: cp.ones(2).astype("float32", device="cpu"),
    "adding at indices to signed 64-bit integers": lambda cp: cp.add.at(
        cp.zeros(2, int), cp.zeros(1, int), 1
    ),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_a_mistake_raises(cupy: ModuleType, mistake: str) -> None:
    with pytest.raises(TypeError):
        REFUSED[mistake](cupy)


@pytest.mark.parametrize("name", ["vecdot", "unstack", "block", "errstate", "nditer"])
def test_what_the_real_one_lacks_is_not_there(cupy: ModuleType, name: str) -> None:
    with pytest.raises(AttributeError, match=f"cupy.{name} is not in CuPy"):
        getattr(cupy, name)


def test_what_only_the_fake_lacks_says_so(cupy: ModuleType) -> None:
    with pytest.raises(AttributeError, match="is not in the fake: add it"):
        _ = cupy.RawKernel


def test_assigning_to_repeated_indices_raises_but_not_one_number_to_all(cupy: Any) -> None:
    x, twice = cupy.zeros(3), cupy.asarray([1, 1])
    with pytest.raises(IndexError, match="repeated indices"):
        x[twice] = cupy.ones(2)
    x[twice] = 5.0
    x[cupy.asarray([0, 2])] = cupy.ones(2)
    assert x.get().tolist() == [1.0, 5.0, 1.0]


def test_an_index_out_of_range_raises_where_the_real_one_wraps(cupy: Any) -> None:
    with pytest.raises(IndexError):
        cupy.ones(3)[cupy.asarray([3])]
    with pytest.raises(IndexError):
        cupy.take(cupy.ones(3), cupy.asarray([3]))


WAITS: dict[str, Callable[[Any], Any]] = {
    "float()": lambda x: float(x[0]),
    "int()": lambda x: int(x[0]),
    "bool()": lambda x: bool(x[0] > 0),
    "item": lambda x: x[0].item(),
    "tolist": lambda x: x.tolist(),
    "boolean mask": lambda x: x[x > 0],
    "nonzero": lambda x: x.nonzero(),
    "repr()": repr,
}


@pytest.mark.parametrize("why", WAITS)
def test_a_hidden_wait_is_written_down(cupy: Any, why: str) -> None:
    x = cupy.ones(3)
    with watch() as seen:
        WAITS[why](x)
    assert seen.waits == [why]


@pytest.mark.parametrize("name", ["nonzero", "unique", "flatnonzero"])
def test_a_function_whose_result_has_a_size_of_its_own_waits(cupy: Any, name: str) -> None:
    with watch() as seen:
        getattr(cupy, name)(cupy.ones(3))
        cupy.where(cupy.ones(3) > 0)
    assert seen.waits == [name, "where"]


def test_copies_are_written_down_only_while_somebody_watches(cupy: Any) -> None:
    with watch() as seen:
        cupy.asnumpy(cupy.asarray(np.ones(2)))
    cupy.ones(2).get()
    assert (seen.uploads, seen.downloads) == (["asarray"], ["get"])


def test_an_upload_never_shares_memory_with_the_host(cupy: Any) -> None:
    host = np.zeros(2)
    there = cupy.asarray(host)
    host[0] = 1.0
    assert there.get().tolist() == [0.0, 0.0]


def test_a_reduction_gives_an_array_without_axes(cupy: Any) -> None:
    assert isinstance(cupy.ones(3).sum(), cupy.ndarray)
    assert isinstance(cupy.count_nonzero(cupy.ones(3)), cupy.ndarray)


def test_every_public_name_of_an_array_is_one_of_the_real_one(cupy: Any) -> None:
    ours = {name for name in dir(cupy.ndarray) if not name.startswith("_")}
    assert ours <= set(real.methods())


def test_every_name_of_the_module_is_one_of_the_real_one(cupy: Any) -> None:
    ours = {name for name in vars(cupy) if not name.startswith("_")}
    assert ours <= {*real.names("cupy"), "asnumpy", "ndarray", "linalg", "fft", "lib", "cuda"}


def test_the_list_of_names_is_that_of_the_installed_cupy() -> None:
    module = sys.modules.get("cupy")
    if module is None:
        try:
            module = import_module("cupy")
        except ImportError:
            pytest.skip("the real CuPy is not installed")
    if module.__version__ != real.data()["version"]:
        pytest.skip(f"the list is of CuPy {real.data()['version']}, installed is {module.__version__}")
    public = {name for name in dir(module) if not name.startswith("_")}
    assert set(real.names("cupy")) <= public


def test_afterwards_everything_is_as_it_was() -> None:
    before = {name for name in sys.modules if "cupy" in name}
    with installed():
        import_module("array_api_compat.cupy")
    assert {name for name in sys.modules if "cupy" in name} == before
