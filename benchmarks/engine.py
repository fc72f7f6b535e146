"""Compares a training iteration, all recorded, with two eager steps of PyTorch: python -m benchmarks."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.cases import Case

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
CORE = "OPENBLAS_CORETYPE"
WAS = "GRAPHSCOPE_BENCHMARK_CORETYPE_WAS"
ROUND = 0.03
"""CPU seconds of one round on one side: long for the clock, short against changes of the machine's speed."""
WARM = 0.6
"""CPU seconds before the first round: the larger models then have filled the memory that a session keeps."""
AGREED = 5
"""So many losses must be the same on all sides."""
FIRST = 100
"""So many first iterations are timed on their own, while that memory is filled with fresh pages."""

Step = Callable[[], object]


@dataclass(frozen=True)
class Measured:
    """CPU time an iteration, in microseconds: medians over rounds, and of the ratio within each round.

    Args:
        pytorch: of each way that PyTorch does it.
        ratios: GraphScope's time by each of these.
        first: GraphScope's mean over the first iterations.
        aim: the first ratio that is wanted.
    """

    case: str
    graphscope: float
    pytorch: tuple[float, ...]
    ratios: tuple[float, ...]
    first: float
    aim: float | None


def main(arguments: list[str]) -> int:
    """Measure every case and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=41, help="interleaved rounds of each case (default 41)")
    parser.add_argument("--only", help="measure the cases whose name holds this")
    parser.add_argument("--plain-malloc", action="store_true", help="leave the C library's allocator alone")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    run_with_one_thread(arguments)
    from benchmarks.cases import CASES
    from graphscope.engine.allocator import keep_freed_memory

    tuned = not options.plain_malloc and keep_freed_memory()
    chosen = [case for case in CASES if options.only is None or options.only in case.name]
    for case in chosen:
        check_agreement(case)
    rows = [
        measure(case.name, *sides(case), rounds=options.rounds, aim=case.aim, first=FIRST) for case in chosen
    ]
    print(as_json(rows, tuned=tuned) if options.json else as_table(rows, tuned=tuned, rounds=options.rounds))
    return 0


def run_with_one_thread(arguments: list[str], module: str = "benchmarks") -> None:
    """Start again with one thread a library, which must be said before they load, and OpenBLAS's own choice.

    OPENBLAS_CORETYPE, where it names an older processor, makes NumPy's matrix products up to twice as slow.
    """
    wanted = dict.fromkeys(THREADS, "1")
    if CORE not in os.environ and all(os.environ.get(name) == one for name, one in wanted.items()):
        return
    environment = {**os.environ, **wanted}
    if CORE in environment:
        environment[WAS] = environment.pop(CORE)
    os.execve(sys.executable, [sys.executable, "-m", module, *arguments], environment)


def sides(case: Case) -> tuple[Step, tuple[Step, Step]]:
    """A case as GraphScope runs it, and as PyTorch does at its cheapest and as usual."""
    from benchmarks.peers import cheapest, ordinary
    from graphscope.app.opening import open as open_model

    model = case.model()
    session = open_model(model, memory=case.memory)
    return session.iterate, (cheapest(case.loss, model), ordinary(case.module(), model))


def check_agreement(case: Case) -> None:
    """Make sure that all sides compute the same: the losses of a few steps are equal, so the gradients are too."""
    import numpy as np

    from benchmarks.peers import cheapest, losses, ordinary
    from graphscope.app.opening import open as open_model

    model = case.model()
    session = open_model(model)
    session.iterate(AGREED)
    ours = np.array(session.losses(), float)
    for step in (cheapest(case.loss, model), ordinary(case.module(), model)):
        np.testing.assert_allclose(list(losses(step, AGREED)), ours, rtol=1e-4, atol=1e-5, err_msg=case.name)


def measure(
    case: str, ours: Step, theirs: Sequence[Step], *, rounds: int, aim: float | None, first: int
) -> Measured:
    """Time all sides in turn, so that what slows the machine down slows all of them."""
    timed(ours, 3)
    early = timed(ours, first)
    steps = (ours, *theirs)
    counts = [per_round(step) for step in steps]
    told = [[timed(step, count) for step, count in zip(steps, counts, strict=True)] for _ in range(rounds)]
    ratios = ([times[0] / times[place] for times in told] for place in range(1, len(steps)))
    own, *others = (statistics.median(side) * 1e6 for side in zip(*told, strict=True))
    return Measured(case, own, tuple(others), tuple(map(statistics.median, ratios)), early * 1e6, aim)


def per_round(step: Step) -> int:
    """How many iterations make a round, found out while warming up."""
    began, count = time.process_time(), 0
    while time.process_time() - began < WARM:
        step()
        count += 1
    return max(1, round(count * ROUND / WARM))


def timed(step: Step, count: int) -> float:
    """CPU seconds of one iteration."""
    began = time.process_time()
    for _ in range(count):
        step()
    return (time.process_time() - began) / count


def facts(*, tuned: bool) -> dict[str, str]:
    """What the figures depend on."""
    import numpy as np
    import torch

    was = os.environ.get(WAS)
    return {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "PyTorch": torch.__version__,
        "threads": str(torch.get_num_threads()),
        "clock": "CPU time of the process",
        "malloc": "keeps freed memory, for both" if tuned else "as the system has it",
        CORE: f"was {was}, unset for this run" if was else "not set",
    }


def as_json(rows: list[Measured], *, tuned: bool) -> str:
    """Everything as one JSON document."""
    return json.dumps({"facts": facts(tuned=tuned), "cases": [vars(row) for row in rows]}, indent=2)


def as_table(rows: list[Measured], *, tuned: bool, rounds: int) -> str:
    """Everything as text."""
    lines = [f"{name}: {value}" for name, value in facts(tuned=tuned).items()]
    lines += [
        "",
        f"microseconds an iteration, medians of {rounds} interleaved rounds; the first {FIRST}: mean",
        "",
    ]
    lines.append(
        f"{'case':42} {'GraphScope':>10} {'cheapest':>9} {'ratio':>6} {'aim':>5} {'usual':>9} {'ratio':>6} {'first':>8}"
    )
    for row in rows:
        aim = "" if row.aim is None else f"{row.aim:.2f}"
        (cheapest, usual), (one, other) = row.pytorch, row.ratios
        lines.append(
            f"{row.case:42} {row.graphscope:10.1f} {cheapest:9.1f} {one:6.2f} {aim:>5} {usual:9.1f} {other:6.2f} "
            f"{row.first:8.1f}"
        )
    return "\n".join(lines)
