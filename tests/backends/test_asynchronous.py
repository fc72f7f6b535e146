"""A copy between host and device is complete when the backend says that it is: nothing is read early."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from graphscope.backends.base import Backend
from graphscope.debug.session import Session
from tests.engine.examples import ADAM, session, shuffled
from tests.fakes import fake_cupy_backend, installed, page_locked, watch


@pytest.fixture
def cupy() -> Iterator[Any]:
    """``import cupy`` gives the fake."""
    with installed() as module:
        yield module


def test_on_the_fake_a_copy_that_does_not_block_holds_nothing_until_somebody_waits(cupy: Any) -> None:
    there = cupy.arange(4)
    here = cupy.asnumpy(there, blocking=False)
    assert here.tolist() != [0, 1, 2, 3]
    cupy.cuda.Device(0).synchronize()
    assert here.tolist() == [0, 1, 2, 3]


def test_on_the_fake_a_copy_that_does_not_block_is_done_before_one_that_does(cupy: Any) -> None:
    there = cupy.arange(4)
    here = there.get(blocking=False)
    there.get()
    assert here.tolist() == [0, 1, 2, 3]


def test_on_the_fake_the_device_reads_page_locked_memory_when_it_gets_to_it(cupy: Any) -> None:
    host = np.zeros(3)
    with page_locked():
        late, early = cupy.array(host), cupy.array(host, blocking=True)
        host[:] = 7.0
        cupy.cuda.Device(0).synchronize()
    assert late.get().tolist() == [7.0, 7.0, 7.0]
    assert early.get().tolist() == [0.0, 0.0, 0.0]


def test_what_is_put_on_a_device_is_what_was_there_then(backend: Backend) -> None:
    host = np.arange(1000, dtype=np.float64)
    expected = host.copy()
    with page_locked():
        there = backend.put(host)
        host[:] = -1.0
        backend.synchronize()
        assert np.array_equal(backend.get(there), expected)


def test_what_comes_back_is_complete_at_once_and_stays_so(backend: Backend) -> None:
    xp = backend.xp
    with xp.errstate():
        made = backend.put(np.ones((64, 64), np.float32))
        for _ in range(5):
            made = xp.matmul(made, made) / 64
        told = backend.get(made)
        before = told.copy()
        made = made * 0
    backend.synchronize()
    assert np.array_equal(told, before)
    assert np.array_equal(told, np.ones((64, 64)))


def test_reading_back_waits_for_the_copy_and_for_nothing_else() -> None:
    backend = fake_cupy_backend()
    there = backend.put(np.arange(4.0))
    with watch() as ledger:
        backend.get(there)
    assert (ledger.downloads, ledger.waits) == (["get"], [])


def test_a_whole_run_with_switches_reads_nothing_early() -> None:
    reference = session(shuffled(ADAM))
    with page_locked():
        run = Session(shuffled(ADAM), fake_cupy_backend())
        extra = 0
        for name in ("numpy", None, "strict", None):
            run.step(13)
            extra += len(run.switch(name if name is not None else fake_cupy_backend()))
        run.iterate(3)
    reference.seek(run.position - extra)
    for ref in reference.refs():
        np.testing.assert_allclose(run.array(ref), reference.array(ref), rtol=1e-6)  # type: ignore[arg-type]
