"""Measures long runs and large graphs: seeks, memory, steps and curves: python -m benchmarks.history."""

from __future__ import annotations

import argparse
import gc
import os
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np

import graphscope as gs
from graphscope.app.opening import open as open_model
from graphscope.app.opening import parse_size
from graphscope.debug.session import Session
from graphscope.engine.curves import CurveLog
from graphscope.graph.graph import Graph, Node, Value
from graphscope.graph.spec import TensorSpec
from graphscope.model.feed import feed
from graphscope.model.model import Model

SMALL = ("apple_shop", "fan_out", "linear_regression", "xor")
STEPS, SEEKS = 100_000, 300
NODES = (100, 1_000, 10_000, 100_000)
LAYER = 10
"""Of so many nodes of a generated model one has a parameter."""
LOOKED = 200
"""So many steps are timed in each size."""

Made = TypeVar("Made")


def main(arguments: list[str]) -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--only", choices=tuple(PARTS), help="one part")
    parser.add_argument("--memory", default="64 MB", help="the ceiling of the long run (default 64 MB)")
    parser.add_argument("--sample", default="digits_cnn", help="the model of the long run")
    parser.add_argument("--iterations", type=int, default=1000, help="of the long run (default 1000)")
    options = parser.parse_args(arguments)
    for name, part in PARTS.items():
        if options.only in (None, name):
            for line in part(options):
                print(line, flush=True)
            print()
    return 0


# ---- seeking ----------------------------------------------------------------------------------------------


def seeking(_options: argparse.Namespace) -> Iterator[str]:
    """How long it takes to be anywhere in a run of many steps and to gather what a window shows there."""
    yield f"{SEEKS} random seeks in {STEPS:,} steps, each with session.moment(), in milliseconds"
    yield f"{'sample':20} {'ceiling':>8} {'median':>8} {'p95':>8} {'largest':>8} {'stride':>7}"
    for sample in SMALL:
        for memory in ("0 MB", "1 MB", "64 MB", "512 MB"):
            session = open_model(sample, memory=memory)
            session.seek(STEPS)
            times = sorted(seek_times(session))
            yield (
                f"{sample:20} {memory:>8} {statistics.median(times):8.2f} {times[int(0.95 * SEEKS)]:8.2f} "
                f"{times[-1]:8.2f} {session.history.shelf.stride:7}"
            )


def seek_times(session: Session) -> Iterator[float]:
    """Milliseconds of one seek and one look, at places drawn by a fixed seed."""
    chance = random.Random(0)
    for _ in range(SEEKS):
        position = chance.randrange(STEPS)
        began = time.perf_counter()
        session.seek(position)
        session.moment()
        yield 1e3 * (time.perf_counter() - began)


# ---- large graphs -----------------------------------------------------------------------------------------


def sizes(_options: argparse.Namespace) -> Iterator[str]:
    """What one step costs in graphs of several sizes, and what is paid once an iteration or once an opening."""
    yield "generated models: microseconds and bytes a step, medians; milliseconds once an iteration, an opening"
    yield (
        f"{'nodes':>8} {'step µs':>8} {'moment µs':>10} {'bytes':>7} {'data ms':>8} {'zero ms':>8} "
        f"{'iterate ms':>11} {'open ms':>8}"
    )
    for nodes in NODES:
        model = generated(nodes)
        opened, session = timed(lambda model=model: open_model(model))
        iterated, _ = timed(session.iterate)
        session.moment()
        data, _ = timed(lambda session=session: (session.step(), session.moment()))
        zero, _ = timed(lambda session=session: (session.step(), session.moment()))
        steps, moments = step_times(session, min(LOOKED, nodes - 10))
        held = step_memory(session, 50)
        yield (
            f"{nodes:8,} {1e6 * steps:8.1f} {1e6 * moments:10.1f} {held:7.0f} {1e3 * data:8.1f} "
            f"{1e3 * zero:8.1f} {1e3 * iterated:11.1f} {1e3 * opened:8.0f}"
        )


def timed(do: Callable[[], Made]) -> tuple[float, Made]:
    """Seconds, and what came of it."""
    began = time.perf_counter()
    made = do()
    return time.perf_counter() - began, made


def step_times(session: Session, count: int) -> tuple[float, float]:
    """Median seconds of a step and of a look after it."""
    steps, moments = [], []
    for _ in range(count):
        steps.append(timed(session.step)[0])
        moments.append(timed(session.moment)[0])
    return statistics.median(steps), statistics.median(moments)


def step_memory(session: Session, count: int) -> float:
    """Bytes that a step with a look leaves behind, on average; the last moment is dropped as a window does."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(count):
            session.step()
            session.moment()
        gc.collect()
        return (tracemalloc.get_traced_memory()[0] - before) / count
    finally:
        tracemalloc.stop()


def generated(nodes: int) -> Model:
    """Layers of a product with a parameter and smooth functions after it, on vectors of four numbers."""
    vector, scalar = TensorSpec((4,), "float32"), TensorSpec((), "float32")
    leaves, values, made, before = [Value("x", vector, "input", gradient=False)], [], [], "x"
    for place in range(nodes - 1):
        weight, after = f"w{place}", f"h{place}"
        if place % LAYER == 0:
            leaves.append(Value(weight, vector, "parameter"))
            made.append(Node(after, gs.ops.Mul(), (before, weight), (after,)))
        else:
            made.append(Node(after, gs.ops.Tanh(), (before,), (after,)))
        values.append(Value(after, vector, "node"))
        before = after
    made.append(Node("loss", gs.ops.ReduceMean(), (before,), ("loss",)))
    values.append(Value("loss", scalar, "node"))
    graph = Graph(f"{nodes} nodes", (*leaves, *values), tuple(made), ("loss",))
    arrays = {leaf.name: np.full(4, 1.5) for leaf in leaves if leaf.kind == "parameter"}
    return Model(graph, arrays, feed({"x": [0.1, 0.2, 0.3, 0.4]}), "loss", gs.optimizers.SGD(lr=0.1))


# ---- memory -----------------------------------------------------------------------------------------------


def ceiling(options: argparse.Namespace) -> Iterator[str]:
    """The memory of the process in a long run under a ceiling."""
    limit = parse_size(options.memory) / 2**20
    session = open_model(options.sample, memory=options.memory)
    empty, began = resident(), time.perf_counter()
    yield f"{options.sample}, ceiling {limit:.0f} MB, resident memory in MB; {empty:.0f} before the run"
    yield f"{'iterations':>10} {'resident':>9} {'counted':>8} {'stride':>7} {'minutes':>8}"
    highest, shelf = 0.0, session.history.shelf
    for number in range(1, options.iterations + 1):
        session.iterate()
        highest = max(highest, resident()) if number % 10 == 0 else highest
        if number % max(1, options.iterations // 10) == 0:
            minutes = (time.perf_counter() - began) / 60
            yield (
                f"{number:10,} {resident():9.0f} {shelf.bytes / 2**20:8.0f} {shelf.stride:7} {minutes:8.1f}"
            )
    allowed = limit + 200
    yield f"highest {highest:.0f} MB, allowed {allowed:.0f} MB: {'kept' if highest < allowed else 'BROKEN'}"


def resident() -> float:
    """The resident memory of this process in MB."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - read thousands of times
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


# ---- curves -----------------------------------------------------------------------------------------------


def curves(_options: argparse.Namespace) -> Iterator[str]:
    """What noting the loss and the norms adds to an iteration: with and without, in turn."""
    yield "CPU microseconds an iteration, medians of 41 interleaved rounds, with the curves and without"
    yield f"{'sample':20} {'without':>9} {'with':>9} {'more':>7}"
    note = CurveLog.note
    for sample in (*SMALL, "digits_cnn"):
        sides = open_model(sample, memory="64 MB"), open_model(sample, memory="64 MB")
        count = 4 if sample == "digits_cnn" else 256
        pairs: list[tuple[float, float]] = []
        for _ in range(41):
            CurveLog.note = lambda *_: None  # type: ignore[method-assign]
            without = cpu(sides[0], count)
            CurveLog.note = note  # type: ignore[method-assign]
            pairs.append((without, cpu(sides[1], count)))
        more = statistics.median(one / other - 1 for other, one in pairs)
        yield (
            f"{sample:20} {1e6 * statistics.median(each for each, _ in pairs):9.1f} "
            f"{1e6 * statistics.median(each for _, each in pairs):9.1f} {more:7.1%}"
        )


def cpu(session: Session, count: int) -> float:
    """CPU seconds of an iteration."""
    began = time.process_time()
    session.iterate(count)
    return (time.process_time() - began) / count


PARTS: dict[str, Callable[[argparse.Namespace], Iterator[str]]] = {
    "seek": seeking,
    "nodes": sizes,
    "memory": ceiling,
    "curves": curves,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
