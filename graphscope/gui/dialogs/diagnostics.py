"""Finds out about this computer beside the window, as text that can be pasted into a report."""

from __future__ import annotations

import json
import threading

from PySide6.QtCore import QObject, Qt, Signal

from graphscope.app import doctor


def as_text() -> str:
    """What ``graphscope doctor --json`` tells."""
    return json.dumps(doctor.plain(doctor.diagnose()), indent=1, ensure_ascii=False)


class Diagnostics(QObject):
    """Looks once at a time, in a thread of its own, because backends take a second to try.

    Signals:
        told: the text.
    """

    told = Signal(str)
    _found = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._found.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def looking(self) -> bool:
        """Whether it is not done yet."""
        return self._thread is not None

    def look(self) -> None:
        """Begin, where it has not begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="graphscope diagnostics", daemon=True)
            self._thread.start()

    def _look(self) -> None:
        try:
            told = as_text()
        except Exception as error:  # noqa: BLE001 - what goes wrong here is what a report is for
            told = f"{type(error).__name__}: {error}"
        self._found.emit(told)

    def _tell(self, told: str) -> None:
        self.close()
        self.told.emit(told)

    def close(self) -> None:
        """Wait until it is done."""
        if self._thread is not None:
            self._thread.join()
        self._thread = None
