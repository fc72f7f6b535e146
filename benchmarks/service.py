"""How long from a key to the picture, with the engine in its own process: python -m benchmarks.service.

Time on the wall, as a user waits: from the press of → to the first paint of the canvas that shows the new position.
A session in the window's own process is the peer, in turn. The last rows time one step and one array over the wire
alone.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.canvas import model
from graphscope.app.engine import Start, start_here, start_process
from graphscope.app.samples import samples
from graphscope.app.settings import Settings
from graphscope.gui.application import application, wait
from graphscope.gui.bridge import Bridge
from graphscope.gui.window import Window
from graphscope.model.model import Model
from graphscope.service.requests import Move, Open

ROUNDS, STEPS = 6, 20
"""So many turns of each side, and key presses in a turn."""
NODES = 2000
WAYS: dict[str, Start] = {"own process": start_process, "here": start_here}


class Painted(QObject):
    """Notes when the canvas has painted a position."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.position = -1
        window.canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and self._window.desk.moved is not None:
            self.position = self._window.desk.moved.moment.position
        return super().eventFilter(watched, event)


def opened(source: str | Model, start: Start) -> Window:
    """A window with a model open, as a user has it."""
    settings = Settings(Path(tempfile.mkdtemp()))
    settings["motion"] = "full"
    window = Window(settings, Bridge(start))
    window.resize(1440, 900)
    window.show()
    window.bridge.ask(Open(source))
    wait(window)
    return window


def press(window: Window, painted: Painted) -> float:
    """Milliseconds from a key to the picture of the next step."""
    moved = window.desk.moved
    if moved is None:
        raise SystemExit("no model is open")
    target = moved.moment.position + 1
    began = time.perf_counter()
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    while painted.position < target:
        QApplication.processEvents()
    return 1e3 * (time.perf_counter() - began)


def latencies(source: str | Model) -> dict[str, list[float]]:
    """Milliseconds from key to picture on both sides, in turn."""
    windows = {name: opened(source, start) for name, start in WAYS.items()}
    watches = {name: Painted(window) for name, window in windows.items()}
    found: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(ROUNDS):
        for name, window in windows.items():
            found[name] += [press(window, watches[name]) for _ in range(STEPS)]
            wait(window)
    for window in windows.values():
        window.close()
    return found


def report(title: str, source: str | Model) -> None:
    """One row."""
    found = latencies(source)
    cells = [
        f"{statistics.median(times):6.1f} {statistics.quantiles(times, n=20)[-1]:6.1f}"
        for times in found.values()
    ]
    print(f"{title:<22} " + "   ".join(cells), flush=True)


def wire(source: str | Model) -> tuple[float, float]:
    """Median microseconds of a step over the wire, with and without the process."""
    times: list[float] = []
    for start in WAYS.values():
        engine = start(lambda: None)
        list(engine.answers(Open(source)))
        took: list[float] = []
        for _ in range(300):
            began = time.perf_counter()
            list(engine.answers(Move("step")))
            took.append(1e6 * (time.perf_counter() - began))
        engine.close()
        times.append(statistics.median(took))
    return times[0], times[1]


def main() -> int:
    """Print a table."""
    application()
    print("key to picture, ms:     " + "   ".join(f"{name}: median, p95" for name in WAYS))
    for sample in samples():
        report(sample.name, sample.name)
    report(f"{NODES} nodes", model(NODES))
    print("\none step without a window, µs (median):   own process, here")
    for name in ("xor", "digits_cnn"):
        print(f"{name:<22} " + "   ".join(f"{each:8.0f}" for each in wire(name)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
