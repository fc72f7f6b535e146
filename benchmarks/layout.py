"""Times the layout of graphs of several sizes beside networkx's simplest one: python -m benchmarks.layout."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import networkx as nx

from graphscope.view.layout import Layered, Request
from tests.view.layout.graphs import Sketch, lstm, residual, transformer, without_groups, xor


@dataclass(frozen=True)
class Measured:
    """Medians of CPU time in seconds: a first layout, the same once more, and networkx's multipartite layout.

    The latter puts given layers side by side, without order, sizes or wires: a yardstick, not a rival.
    """

    case: str
    items: int
    links: int
    first: float
    again: float
    networkx: float
    ratio: float


def tangle(items: int) -> Sketch:
    """Each item fed by one or two of the forty before it, at random."""
    chance = random.Random(1)
    sketch = Sketch()
    for at in range(items):
        near = (
            [f"n{chance.randrange(max(0, at - 40), at)}" for _ in range(chance.randrange(1, 3))] if at else []
        )
        sketch.add(f"n{at}", *near)
    return sketch


CASES: dict[str, Callable[[], Sketch]] = {
    "xor, 2 groups": xor,
    "lstm, 8 cells": lambda: lstm(8),
    "residual, 16 blocks": lambda: residual(16),
    "transformer, 12 blocks in groups": lambda: transformer(12),
    "transformer, 12 blocks flat": lambda: without_groups(transformer(12)),
    "transformer, 100 blocks in groups": lambda: transformer(100),
    "transformer, 100 blocks flat": lambda: without_groups(transformer(100)),
    "tangle of 500": lambda: tangle(500),
    "tangle of 2,000": lambda: tangle(2000),
}
LARGE: dict[str, Callable[[], Sketch]] = {
    "transformer, 500 blocks flat": lambda: without_groups(transformer(500)),
    "tangle of 10,000": lambda: tangle(10000),
}


def seconds(work: Callable[[], object]) -> float:
    """CPU time of this thread, so that a busy machine disturbs less."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def layers_of(request: Request) -> nx.DiGraph:
    """The request as networkx wants it: each node with its layer, which networkx does not find itself."""
    graph: nx.DiGraph = nx.DiGraph([(link.source, link.target) for link in request.links])
    for layer, nodes in enumerate(nx.topological_generations(graph)):
        for node in nodes:
            graph.nodes[node]["subset"] = layer
    return graph


def measure(case: str, request: Request, rounds: int) -> Measured:
    """Both sides in turn, so that a slow moment hits both."""
    first: list[float] = []
    again: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        engine = Layered()
        first.append(seconds(partial(engine.layout, request)))
        again.append(seconds(partial(engine.layout, request)))
        theirs.append(seconds(lambda: nx.multipartite_layout(layers_of(request))))
    ratio = statistics.median(one / other for one, other in zip(first, theirs, strict=True))
    middle = statistics.median
    return Measured(
        case, len(request.items), len(request.links), middle(first), middle(again), middle(theirs), ratio
    )


def opening(blocks: int, rounds: int) -> float:
    """Median CPU time of opening one attention group of a transformer whose other groups are known."""
    closed = tuple((f"layer {block}", "attention") for block in range(blocks))
    all_closed = transformer(blocks, closed).request()
    one_open = transformer(blocks, closed[1:]).request()
    times: list[float] = []
    for _ in range(rounds):
        engine = Layered()
        engine.layout(all_closed)
        times.append(seconds(partial(engine.layout, one_open)))
    return statistics.median(times)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.layout", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="10,000 items too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    cases = {**CASES, **LARGE} if options.large else CASES
    if not options.json:
        print(f"{'case':36}{'items':>7}{'links':>7}{'first':>10}{'again':>10}{'networkx':>10}{'ratio':>7}")
    found: list[Measured] = []
    for case, make in cases.items():
        found.append(measure(case, make().request(), options.rounds))
        row = found[-1]
        if not options.json:
            times = "".join(f"{value * 1000:8.1f}ms" for value in (row.first, row.again, row.networkx))
            print(f"{row.case:36}{row.items:7}{row.links:7}{times}{row.ratio:7.2f}", flush=True)
    opened = opening(12, options.rounds)
    if options.json:
        print(json.dumps({"cases": [asdict(row) for row in found], "opening": opened}))
    else:
        print(f"opening one attention group of 12 blocks: {opened * 1000:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
