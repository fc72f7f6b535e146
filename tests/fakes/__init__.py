"""Backends to test with: all that are installed here, and a stand-in for the GPU that test machines lack."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from graphscope.backends.base import Backend, backend_file, backend_files
from tests.fakes.fake_cupy import installed, little_memory, page_locked, watch

__all__ = ["TESTED", "fake_cupy_backend", "installed", "little_memory", "open_tested", "page_locked", "watch"]

FAKE = "fake cupy"
TESTED = (*(file.name for file in backend_files() if find_spec(file.package) is not None), FAKE)
"""The backends whose package is installed, a real CuPy included, and the fake one."""


def fake_cupy_backend(device: str = "cuda:0") -> Backend:
    """The CuPy backend itself, on a CuPy that computes with NumPy and forbids what a GPU forbids."""
    with installed():
        return backend_file("cupy").create(device)


def open_tested(name: str) -> Backend:
    """One of `TESTED`; one that is installed but cannot be used skips the test, with its own reason."""
    if name == FAKE:
        return fake_cupy_backend()
    file = backend_file(name)
    reason = file.problem()
    if reason is not None:
        pytest.skip(f"{file.title}: {reason}")
    return file.create("")
