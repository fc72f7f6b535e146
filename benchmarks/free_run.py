"""How much showing a free run slows it down: python -m benchmarks.free_run [SAMPLE …].

The window is real (offscreen), with its engine in a process of its own, the graph followed and the training curves
shown. Compared are iterations a second of its engine and of ``session.iterate`` in a process without a window, in turn.
Iterations are counted by seconds of the processor that runs them, and "wall" is the ratio by the clock on the wall,
which depends on what else the computer does; "window" is how much of another processor the window itself takes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphscope.service.requests import Moved

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

SAMPLES = ("xor", "digits_softmax", "digits_cnn")
ROUNDS, SECONDS = 9, 2.0
AIM = 0.8


@dataclass(frozen=True)
class Lap:
    """So many iterations in one way: seconds on the wall, and of the processor that runs them."""

    wall: float
    processor: float


def alone(sample: str, pipe: Connection) -> None:
    """In a process of its own: run as many iterations as are asked for, and tell how long it took."""
    import graphscope as gs

    with gs.open(sample) as session:
        while (count := pipe.recv()) is not None:
            began = time.perf_counter(), time.process_time()
            session.iterate(count)
            pipe.send(Lap(time.perf_counter() - began[0], time.process_time() - began[1]))


class Shown:
    """A window with a sample, its graph followed and its curves shown."""

    def __init__(self, sample: str) -> None:
        from PySide6.QtCore import QEventLoop

        from graphscope.app.settings import Settings
        from graphscope.gui.application import application, wait
        from graphscope.gui.window import Window
        from graphscope.service.requests import Open
        from graphscope.service.tasks.free_run import Progress

        application()
        with TemporaryDirectory() as folder:
            settings = Settings(Path(folder))
        self.window, self.loop, self._wait = Window(settings), QEventLoop(), wait
        self.window.resize(1440, 900)
        self.window.show()
        self.window.docks.show("curves")
        self.window.bridge.ask(Open(sample))
        wait(self.window)
        self.moved = self.told = 0
        self.window.bridge.moved.connect(self._note)
        self.window.bridge.listen(Progress, self._count)
        self._engine = engine_of(os.getpid())

    def _count(self, _: object) -> None:
        self.told += 1

    def _note(self, moved: Moved) -> None:
        self.moved += 1
        if moved.stopped is not None:
            self.loop.quit()

    def run(self, count: int) -> tuple[Lap, float]:
        """Run freely; also what the window itself took of its processor, in seconds."""
        from graphscope.debug.free_run import Goal
        from graphscope.service.tasks.free_run import FreeRun

        self.moved = self.told = 0
        began = time.perf_counter(), processor_of(self._engine), time.process_time()
        self.window.bridge.ask(FreeRun(Goal(iterations=count)))
        self.loop.exec()
        now = time.perf_counter(), processor_of(self._engine), time.process_time()
        self._wait(self.window)
        return Lap(now[0] - began[0], now[1] - began[1]), now[2] - began[2]


def engine_of(process: int) -> int:
    """The engine that a window has started (Linux): its only child that is one."""
    threads = Path(f"/proc/{process}/task").glob("*/children")
    children = [child for thread in threads for child in thread.read_text().split()]
    return next(int(child) for child in children if "graphscope.app.engine" in command_of(child))


def command_of(process: str) -> str:
    """How a process was started (Linux)."""
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def processor_of(process: int) -> float:
    """Seconds of the processor that a process has had (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(sample: str, rounds: int, seconds: float) -> tuple[str, float]:
    """Both in turn: a row of the table, and the ratio that counts."""
    shown = Shown(sample)
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=alone, args=(sample, there), daemon=True)
    process.start()

    def bare(count: int) -> Lap:
        here.send(count)
        return here.recv()

    bare(50)
    shown.run(50)
    count = max(20, round(200 * seconds / bare(200).processor))
    rows = [(bare(count), *shown.run(count), shown.moved, shown.told) for _ in range(rounds)]
    here.send(None)
    process.join()
    shown.window.close()
    middle = statistics.median
    processor = middle(one.processor / other.processor for one, other, *_ in rows)
    wall = middle(one.wall / other.wall for one, other, *_ in rows)
    fields = (
        f"{middle(count / one.processor for one, *_ in rows):10,.0f}",
        f"{middle(count / other.processor for _, other, *_ in rows):10,.0f}",
        f"{processor:7.2f}",
        f"{wall:7.2f}",
        f"{middle(row[3] / row[1].wall for row in rows):8.1f}",
        f"{middle(row[4] / row[1].wall for row in rows):8.1f}",
        f"{middle(row[2] / row[1].wall for row in rows):8.2f}",
    )
    return f"{sample:16}" + "".join(fields), processor


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 where a sample is slowed by more than is allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", nargs="*", default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args(arguments)
    heads = f"{'alone/s':>10}{'shown/s':>10}{'ratio':>7}{'wall':>7}{'graph/s':>8}{'curves/s':>8}{'window':>8}"
    print(f"{'sample':16}{heads}")
    slow = 0
    for sample in options.samples:
        row, ratio = measure(sample, options.rounds, options.seconds)
        slow += ratio < AIM
        print(row, flush=True)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
