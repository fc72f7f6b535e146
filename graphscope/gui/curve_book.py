"""The curves that have come from the engine so far, and that of the branch which the run was on before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject, Signal

from graphscope.engine.curves import Curves
from graphscope.gui.bridge import Bridge
from graphscope.service.requests import Move, Moved, Opened, Request, Restarted, Seek
from graphscope.service.tasks.curves import AskCurves, CurvesTold, SeekIteration
from graphscope.service.tasks.free_run import FreeRun, Progress

KEEPS: tuple[type[Request], ...] = (Move, Seek, SeekIteration, FreeRun)
"""What goes on from the past that there is; anything else may have changed it."""


@dataclass(frozen=True, eq=False)
class Pages:
    """Rows of curves from iteration 0 on.

    Args:
        loss: at the end of each iteration.
        norms: of the gradient of each parameter.
    """

    loss: np.ndarray = field(default_factory=lambda: np.empty(0))
    norms: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])

    def __len__(self) -> int:
        return len(self.loss)


class CurveBook(QObject):
    """Collects rows as they come, so that only new ones have to cross.

    Signals:
        changed: there are other rows.
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._names: tuple[str, ...] = ()
        self._rows = np.empty((0, 1))
        self._count = 0
        self._doubtful, self._reached, self._asked_at = True, -1, -1
        self.former = Pages()
        """What the run was before the last edit, where it was another."""
        self.target: int | None = None
        """How many iterations there will be when the free run that goes on ends, where that is known."""
        self.live = False
        """Whether a free run goes on."""
        bridge.opened.connect(self._opened)
        bridge.moved.connect(self._moved)
        bridge.failed.connect(lambda _: self._ended())
        bridge.listen(Restarted, lambda _: self._restarted())
        bridge.listen(Progress, self._progress)
        bridge.listen(CurvesTold, lambda told: self._take(told.curves))

    @property
    def pages(self) -> Pages:
        """All rows that there are."""
        rows = self._rows[: self._count]
        return Pages(rows[:, 0], {name: rows[:, at] for at, name in enumerate(self._names, 1)})

    def refresh(self) -> None:
        """Ask for what is missing, for somebody who shows it."""
        if not self.live and (self._doubtful or self._reached != self._asked_at):
            self._asked_at = self._reached
            self._bridge.ask(AskCurves(0 if self._doubtful else self._count))

    # ---- answers ------------------------------------------------------------------------------------------

    def _opened(self, _: Opened) -> None:
        self._names, self._rows, self._count = (), np.empty((0, 1)), 0
        self.former, self._doubtful = Pages(), True
        self._ended()
        self.changed.emit()

    def _moved(self, moved: Moved) -> None:
        self._reached = moved.reached
        if not isinstance(moved.request, KEEPS):
            self._doubtful = True
        if not isinstance(moved.request, FreeRun) or moved.stopped is not None:
            self._ended()

    def _restarted(self) -> None:
        """Another engine has led the run to where it was, and not beyond."""
        self._doubtful = True
        self._ended()

    def _ended(self) -> None:
        self.live, self.target = False, None

    def _progress(self, progress: Progress) -> None:
        self.live = True
        if progress.target is not None:
            self.target = progress.iteration + 1 - progress.done + progress.target
        self._take(progress.curves)

    def _take(self, curves: Curves) -> None:
        """Write rows down; where others stood there, the run has forked."""
        if curves.first > self._count and self._names:
            self._doubtful = True  # rows between were missed
            return
        if not self._names:
            self._names = tuple(curves.norms)
            self._rows = np.empty((64, 1 + len(self._names)))
        new = np.column_stack((curves.loss, *(curves.norms[name] for name in self._names)))
        self._keep_former(curves.first, new)
        until = curves.first + len(new)
        self._make_room(until)
        self._rows[curves.first : until] = new
        self._count = until
        self._doubtful = self._doubtful and curves.first > 0
        self.changed.emit()

    def _keep_former(self, first: int, new: np.ndarray) -> None:
        """Keep what stood there, unless the run merely goes on from it."""
        old = self._rows[first : self._count]
        known = min(len(old), len(new))
        if len(old) and not (len(new) >= len(old) and np.array_equal(old, new[:known], equal_nan=True)):
            rows = self._rows[: self._count].copy()
            self.former = Pages(rows[:, 0], {name: rows[:, at] for at, name in enumerate(self._names, 1)})

    def _make_room(self, count: int) -> None:
        if count > len(self._rows):
            wider = np.empty((max(count, 2 * len(self._rows)), self._rows.shape[1]))
            wider[: self._count] = self._rows[: self._count]
            self._rows = wider
