"""Commands that move through the run, and play."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QObject, QTimer

from graphscope.service.requests import Motion, Move, Seek

if TYPE_CHECKING:
    from graphscope.gui.window import Window

DWELL = 400
"""Milliseconds that a step stands before play goes on, at speed 1."""


class Running(QObject):
    """Asks the bridge to move; steps travel, jumps do not."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._playing = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._play_on)
        window.desk.settled.connect(self._settled)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        moves = {name: (lambda motion=name: self.move(motion)) for name in get_args(Motion)}
        return {
            **moves,
            "restart": lambda: self.seek(0),
            "play": self.toggle_play,
            "into": self._into,
            "out": self._out,
        }

    def move(self, motion: Motion) -> None:
        """Move once; anything but a step ends play."""
        if motion != "step":
            self.stop()
        self._window.bridge.ask(Move(motion, self._window.canvas.collapsed()))

    def seek(self, position: int) -> None:
        """Jump."""
        self.stop()
        self._window.bridge.ask(Seek(position))

    def _out(self) -> None:
        """Out of the arithmetic inside a step where that is shown, else out of the group."""
        if self._window.desk.depth == "kernel":
            self._window.desk.set_depth("operation")
        else:
            self.move("out")

    def _into(self) -> None:
        """Open the folded group of the next step; of an operation show the arithmetic inside."""
        moved = self._window.desk.moved
        scope = moved.moment.next.scope if moved and moved.moment.next else ()
        folded = [
            scope[:depth]
            for depth in range(1, len(scope) + 1)
            if scope[:depth] in self._window.canvas.collapsed()
        ]
        if folded:
            self._window.canvas.toggle_group(folded[0])
        elif moved is not None:
            self._window.docks.show("explain")
            self._window.desk.set_depth("kernel")

    # ---- play ---------------------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether steps follow one another by themselves."""
        return self._playing

    def toggle_play(self) -> None:
        """Start or stop."""
        if self._playing:
            self.stop()
            return
        self._playing = True
        self._window.orders["play"].setChecked(True)
        self._play_on()

    def stop(self) -> None:
        """Stop playing."""
        self._playing = False
        self._pause.stop()
        self._window.orders["play"].setChecked(False)

    def _settled(self) -> None:
        moved = self._window.desk.moved
        if not self._playing or moved is None:
            return
        if moved.moment.done == moved.moment.length or moved.moment.problem is not None:
            self.stop()
            return
        self._pause.start(0 if self._window.speed is None else round(DWELL / self._window.speed))

    def _play_on(self) -> None:
        if self._playing:
            self._window.bridge.ask(Move("step", self._window.canvas.collapsed()))
