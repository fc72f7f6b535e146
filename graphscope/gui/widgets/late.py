"""A clock that says when an answer about a new position is late: what is shown of an old one would be untrue."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LATE = 600
"""Milliseconds after a move from which on the numbers of another position must not stand there."""


class Late(QTimer):
    """Runs from a move until the answer has come."""

    def __init__(self, parent: QObject, too_late: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(LATE)
        self.timeout.connect(too_late)

    def moved(self) -> None:
        """The run is at another position; a run that goes on and on does not begin the wait anew."""
        if not self.isActive():
            self.start()
