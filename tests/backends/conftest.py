"""Every backend whose package is installed here, and the CuPy one on a fake GPU, as a fixture."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from graphscope.backends.base import Backend, backend_file, backend_files
from tests.fakes import fake_cupy_backend

FAKE = "fake cupy"
INSTALLED = tuple(file.name for file in backend_files() if find_spec(file.package) is not None)


@pytest.fixture(params=(*INSTALLED, FAKE))
def backend(request: pytest.FixtureRequest) -> Backend:
    """One backend after the other; one that is installed but of no use is skipped with its own reason."""
    if request.param == FAKE:
        return fake_cupy_backend()
    file = backend_file(request.param)
    reason = file.problem()
    if reason is not None:
        pytest.skip(f"{file.title}: {reason}")
    return file.create("")
