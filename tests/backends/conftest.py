"""Every backend that can be tested here, as a fixture."""

from __future__ import annotations

import pytest

from graphscope.backends.base import Backend
from tests.fakes import TESTED, open_tested


@pytest.fixture(params=TESTED)
def backend(request: pytest.FixtureRequest) -> Backend:
    """One backend after the other."""
    return open_tested(request.param)
