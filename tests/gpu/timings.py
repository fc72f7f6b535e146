"""How long ops take on a backend and on NumPy: tiny ones, where the start of a kernel counts, and large ones."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

import numpy as np

from graphscope import ops
from graphscope.backends.base import Backend
from tests.gpu.correctness import as_run
from tests.ops.cases import Case, whole
from tests.ops.running import NUMPY, forward, graph_outputs, is_tensor, vjp, weights

ROUNDS, LEAST = 30, 5
SECONDS = 0.4
"""So long an op is measured at most, but at least `LEAST` times."""

Call = Callable[[], Any]
Size = Literal["tiny", "large"]


@dataclass(frozen=True)
class Timing:
    """Microseconds of one op, medians.

    Args:
        numpy: on NumPy.
        done: on the backend, until the result is there.
        called: on the backend, until the host may go on.
        rounds: how often it was measured on the backend.
    """

    op: str
    size: Size
    kernel: Literal["forward", "backward"]
    numpy: float
    done: float
    called: float
    rounds: int


def large(shrink: int = 1) -> Iterator[Case]:
    """Sizes at which a GPU has something to do; a test makes them small."""
    rows, side = 4096 // shrink, 2048 // shrink
    many, image = (rows, 1024), (32, 16, 56 // min(shrink, 7), 56)
    for op in (ops.Add(), ops.Mul(), ops.Maximum()):
        yield Case(op, (many, many))
    for op in (ops.Exp(), ops.Tanh(), ops.Sigmoid(), ops.Relu(), ops.Gelu(), ops.Softmax(), ops.LogSoftmax()):
        yield Case(op, (many,))
    yield Case(ops.Add(), (many, (1024,)), variant="broadcast")
    yield Case(ops.MatMul(), ((side, side), (side, side)))
    yield Case(ops.MatMul(), ((64, side // 8, side // 8), (64, side // 8, side // 8)), variant="batched")
    yield Case(ops.ReduceSum(), (many,))
    yield Case(ops.ReduceMean(axes=(0,)), (many,))
    yield Case(ops.ReduceMax(axes=(1,)), (many,))
    yield Case(ops.Transpose(), (many,))
    yield Case(ops.Concat(axis=0), (many, many))
    yield Case(ops.Gather(), ((10_000, 256), whole(10_000, 32, 128)))
    yield Case(ops.Dropout(0.4), (many,))
    yield Case(ops.Conv2d(), (image, (32, 16, 3, 3)))
    yield Case(ops.MaxPool2d(), (image,))
    yield Case(ops.AvgPool2d(), (image,))
    yield Case(ops.BatchNorm(), (image, (16,), (16,)))
    yield Case(ops.SoftmaxCrossEntropy(), ((rows, 1000), whole(1000, rows)))
    yield Case(ops.SGD(lr=0.1), (many, many))


def every_op(
    cases: Iterable[Case], size: Size, backend: Backend, seconds: float = SECONDS
) -> Iterator[Timing]:
    """The first case of each op, or each of the large ones; forward and backward in float32."""
    chosen = {case.op.name if size == "tiny" else case.id: case for case in reversed(tuple(cases))}
    for case in reversed(chosen.values()):
        yield from of(case, size, backend, seconds)


def of(case: Case, size: Size, backend: Backend, seconds: float = SECONDS) -> Iterator[Timing]:
    """Forward and backward of one case."""
    here, there = kernels(case, NUMPY), kernels(case, backend)
    for kernel, call in here.items():
        slow, _, _ = measure(call, NUMPY, seconds)
        done, called, rounds = measure(there[kernel], backend, seconds)
        yield Timing(case.id, size, kernel, slow, done, called, rounds)


def kernels(case: Case, backend: Backend) -> dict[Literal["forward", "backward"], Call]:
    """The calls of a case, its operands already on the device."""
    case = as_run(case, backend)
    arrays = [*case.arrays("float32"), *case.draws(case.arrays("float32"))]
    put = [backend.put(np.asarray(each)) if is_tensor(each) else each for each in arrays]
    made: dict[Literal["forward", "backward"], Call] = {"forward": lambda: forward(case.op, backend.xp, put)}
    if case.op.signature.differentiable:
        out = forward(case.op, backend.xp, put)
        host = tuple(np.asarray(backend.get(each)) for each in out)
        weighted = weights(graph_outputs(case.op, host))
        g = tuple(None if each is None else backend.put(each) for each in weighted)
        needs = tuple(is_tensor(each) and each.dtype.kind == "f" for each in case.arrays("float32"))
        if any(needs) and any(each is not None for each in g):
            made["backward"] = lambda: vjp(case.op, backend.xp, g, out, put, needs)
    return made


def measure(call: Call, backend: Backend, seconds: float = SECONDS) -> tuple[float, float, int]:
    """Microseconds until done, and until the host may go on: medians; and how often that was measured."""
    for _ in range(2):  # compiles kernels, fills the pool of memory
        call()
    backend.synchronize()
    done: list[float] = []
    called: list[float] = []
    until = perf_counter() + seconds
    while len(done) < LEAST or (len(done) < ROUNDS and perf_counter() < until):
        began = perf_counter()
        result = call()
        returned = perf_counter()
        backend.synchronize()
        done.append(perf_counter() - began)
        called.append(returned - began)
        del result
    return 1e6 * statistics.median(done), 1e6 * statistics.median(called), len(done)
