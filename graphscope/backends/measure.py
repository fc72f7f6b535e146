"""Measures a device in small slices: how long it takes to start a call, to copy, and to multiply matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from graphscope.backends.base import Backend

Clock = Callable[[], float]
BYTES = 16 * 2**20
"""Of what is copied: more than the caches near a core hold, and over in milliseconds."""
SIDE = 512
"""Of the matrices that are multiplied."""
CALLS, COPIES, PRODUCTS = 20, 3, 2
"""In one slice, which takes some hundredths of a second on a processor."""


@dataclass(frozen=True)
class Slice:
    """Seconds that single actions took.

    Args:
        called: an addition of two single numbers, until the caller may go on.
        done: the same, until the sum is there.
        put: copying ``size`` bytes to the device (on a processor, to another place in memory).
        got: copying them back; empty where the device has no memory of its own.
        product: multiplying two square float32 matrices of ``side`` rows.
    """

    called: tuple[float, ...]
    done: tuple[float, ...]
    put: tuple[float, ...]
    got: tuple[float, ...]
    product: tuple[float, ...]
    size: int = BYTES
    side: int = SIDE


@dataclass(frozen=True)
class Figures:
    """Medians over slices.

    Args:
        called, done: seconds.
        put, got: bytes a second; None where there is nothing to copy back from.
        product: floating-point operations a second.
        times: how often each was measured: called and done, put, product.
    """

    called: float
    done: float
    put: float
    got: float | None
    product: float
    times: tuple[int, int, int]


def measure(backend: Backend, clock: Clock, *, size: int = BYTES, side: int = SIDE) -> Slice:
    """Measure each action a few times; the first of each is done once before, unmeasured."""
    xp, host = backend.xp, np.ones(size // 4, dtype="float32")

    def several(times: int, action: Callable[[], Any]) -> list[tuple[float, float]]:
        return [_timed(backend, clock, action) for _ in range(times + 1)][1:]

    with xp.errstate():
        one, matrix = xp.asarray(1.0), xp.ones((side, side), dtype=xp.float32)
        calls = several(CALLS, lambda: xp.add(one, one))
        puts = several(COPIES, lambda: backend.put(host))
        products = several(PRODUCTS, lambda: xp.matmul(matrix, matrix))
        # what a processor computes with is there already
        there = None if backend.device.startswith("cpu") else backend.put(host)
        gets = [] if there is None else several(COPIES, lambda: backend.get(there))
    return Slice(
        called=tuple(called for called, _ in calls),
        done=tuple(done for _, done in calls),
        put=tuple(done for _, done in puts),
        got=tuple(done for _, done in gets),
        product=tuple(done for _, done in products),
        size=host.nbytes,
        side=side,
    )


def _timed(backend: Backend, clock: Clock, action: Callable[[], Any]) -> tuple[float, float]:
    """Seconds until the caller may go on, and until everything is done."""
    backend.synchronize()
    began = clock()
    made = action()
    called = clock()
    backend.synchronize()
    done = clock()
    del made
    return called - began, done - began


def figures(slices: Sequence[Slice]) -> Figures:
    """The medians of one slice or more, all of one size."""
    first = slices[0]

    def middle(pick: Callable[[Slice], tuple[float, ...]]) -> float:
        """The shortest time that a clock can tell, at least."""
        return max(median(each for one in slices for each in pick(one)), 1e-9)

    return Figures(
        called=middle(lambda one: one.called),
        done=middle(lambda one: one.done),
        put=first.size / middle(lambda one: one.put),
        got=first.size / middle(lambda one: one.got) if first.got else None,
        product=2 * first.side**3 / middle(lambda one: one.product),
        times=(
            sum(len(one.done) for one in slices),
            sum(len(one.put) for one in slices),
            sum(len(one.product) for one in slices),
        ),
    )
