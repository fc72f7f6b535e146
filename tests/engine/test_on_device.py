"""Looking at an array on a device: small blocks cross, nothing else makes the host wait, numbers are the host's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphscope.backends.base import Backend
from graphscope.engine import on_device
from graphscope.engine.on_device import WHOLE, binned, histogram_of, plane_of, reduced, summary_of
from graphscope.engine.summary import THUMBNAIL, Summary, summarize
from tests.fakes import TESTED, fake_cupy_backend, open_tested, watch

RANDOM = np.random.default_rng(0)
BLOCK = WHOLE + 8 * 16
"""What one summary may bring to the host, in bytes."""
SHAPES = [(), (1,), (5,), (4, 4), (5, 3), (17, 40), (300, 2), (2, 3, 40, 50), (1, 7, 1)]
DTYPES = ["float64", "float32", "float16", "int64", "int32", "uint8", "bool"]


@pytest.fixture(scope="module", params=[name for name in TESTED if name != "numpy"])
def backend(request: pytest.FixtureRequest) -> Backend:
    return open_tested(request.param)


def assert_same(made: Summary, expected: Summary) -> None:
    assert (made.shape, made.dtype, made.exact) == (expected.shape, expected.dtype, expected.exact)
    np.testing.assert_array_equal(made.cells, expected.cells)
    assert made.cells.dtype == np.float64
    assert (made.low, made.high) == (expected.low, expected.high)
    assert made.norm == pytest.approx(expected.norm, rel=1e-13, abs=1e-300)
    assert made.mean == pytest.approx(expected.mean, rel=1e-12, abs=1e-13 * max(1.0, expected.norm))
    assert (made.zeros, made.nan, made.infinite) == (expected.zeros, expected.nan, expected.infinite)


def put(backend: Backend, array: np.ndarray) -> Any:
    if array.dtype == np.float16 and backend.name == "strict":
        pytest.skip("the array API standard has no float16")
    return backend.put(array)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_summary_made_on_the_device_tells_what_the_host_would(
    backend: Backend, shape: tuple[int, ...], dtype: str
) -> None:
    array = np.asarray(RANDOM.normal(size=shape) * 3).astype(dtype)
    assert_same(reduced(backend, put(backend, array)), summarize(array))


@pytest.mark.parametrize(
    "odd", [[np.nan], [np.inf], [-np.inf], [np.nan, np.inf, -np.inf, 0.0, -0.0]], ids=str
)
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_what_is_not_finite_is_counted_and_left_out(backend: Backend, odd: list[float], dtype: str) -> None:
    array = np.array([*odd, 2.5, -3.0, *odd], dtype=dtype)
    assert_same(reduced(backend, put(backend, array)), summarize(array))
    nothing = np.array([each for each in odd if not np.isfinite(each)] * 3, dtype=dtype)
    assert_same(reduced(backend, put(backend, nothing)), summarize(nothing))


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0, 4)])
def test_an_array_without_numbers_has_a_summary_too(backend: Backend, shape: tuple[int, ...]) -> None:
    array = np.zeros(shape, np.float32)
    assert_same(summary_of(backend, put(backend, array)), summarize(array))


def test_an_array_of_many_chunks_is_summed_chunk_by_chunk(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_device, "CHUNK", 100)
    array = RANDOM.normal(size=(33, 31)).astype(np.float32)
    array[3, 3], array[20, 20], array[32, 30] = np.nan, np.inf, 0
    held = put(backend, array)
    summary = summarize(array)
    assert_same(reduced(backend, held), summary)
    counts, edges = binned(backend, held, (summary.low, summary.high), 48)
    expected = np.histogram(array[np.isfinite(array)].astype(np.float64), 48)
    np.testing.assert_array_equal(counts, expected[0])
    np.testing.assert_array_equal(edges, expected[1])


@pytest.mark.parametrize("values", ["normal", "whole", "same", "odd", "nothing"])
def test_a_histogram_counted_on_the_device_is_that_of_the_host(backend: Backend, values: str) -> None:
    made = {
        "normal": RANDOM.normal(size=2000),
        "whole": RANDOM.integers(0, 49, 2000).astype(np.float64),
        "same": np.full(2000, 3.25),
        "odd": np.where(RANDOM.random(2000) < 0.5, np.nan, RANDOM.normal(size=2000)),
        "nothing": np.full(2000, np.inf),
    }[values]
    summary = summarize(made)
    bounds = (summary.low, summary.high) if np.isfinite(made).any() else (0.0, 1.0)
    counts, edges = binned(backend, put(backend, made), bounds, 48)
    expected, where = np.histogram(made[np.isfinite(made)], bins=48)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_array_equal(edges, where)
    assert counts.dtype == expected.dtype


@pytest.mark.parametrize(
    "shape", [(), (3,), (2, 3), (1030, 3), (3, 2, 5), (2, 3, 4, 1030), (0, 2, 2), (2, 0, 3)]
)
def test_a_plane_is_cut_out_where_the_array_lives(backend: Backend, shape: tuple[int, ...]) -> None:
    array = RANDOM.normal(size=shape)
    matrix, every = plane_of(backend, put(backend, array), (1, 9))
    assert max(matrix.shape) <= 512
    index = tuple(min(at, size - 1) for at, size in zip((1, 9), shape[:-2], strict=False))
    if 0 not in shape:
        np.testing.assert_array_equal(matrix, np.atleast_2d(array[index])[:: every[0], :: every[1]])


@pytest.mark.parametrize(
    "shape", [(), (10,), (256,), (257,), (100, 100), (3, 5, 64, 64), (2_000_000,)], ids=str
)
def test_one_small_copy_and_nothing_else_makes_the_host_wait(shape: tuple[int, ...]) -> None:
    backend = fake_cupy_backend()
    held = backend.put(RANDOM.normal(size=shape))
    with watch() as ledger:
        summary_of(backend, held)
    assert (len(ledger.downloads), ledger.waits, ledger.uploads) == (1, [], [])
    assert ledger.bytes <= BLOCK


def test_the_heat_map_of_a_device_is_as_large_as_that_of_the_host() -> None:
    backend = fake_cupy_backend()
    summary = reduced(backend, backend.put(np.zeros((1000, 1000))))
    assert summary.cells.shape == (THUMBNAIL, THUMBNAIL)
    assert not summary.cells.flags.writeable


def test_a_histogram_brings_its_counts_only() -> None:
    backend = fake_cupy_backend()
    held = backend.put(RANDOM.normal(size=(1000, 1000)))
    summary = summary_of(backend, held)
    with watch() as ledger:
        histogram_of(backend, held, summary)
    assert (len(ledger.downloads), ledger.waits) == (1, [])
    assert ledger.bytes <= BLOCK


def test_a_plane_brings_what_is_shown_only() -> None:
    backend = fake_cupy_backend()
    held = backend.put(np.zeros((8, 4000, 4000), np.float32))
    with watch() as ledger:
        plane_of(backend, held, (3,))
    assert (len(ledger.downloads), ledger.waits) == (1, [])
    assert ledger.bytes <= 512 * 512 * 4
