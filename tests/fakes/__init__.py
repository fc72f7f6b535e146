"""Stand-ins for what a test machine lacks: a GPU."""

from __future__ import annotations

from graphscope.backends.base import Backend
from tests.fakes.fake_cupy import installed, watch

__all__ = ["fake_cupy_backend", "installed", "watch"]


def fake_cupy_backend(device: str = "cuda:0") -> Backend:
    """The CuPy backend itself, on a CuPy that computes with NumPy and forbids what a GPU forbids."""
    from graphscope.backends import cupy_gpu

    with installed():
        return cupy_gpu.create(device)
