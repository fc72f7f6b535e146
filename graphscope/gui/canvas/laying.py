"""Lays out a graph: small ones at once, large ones in a thread that can be called off."""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QObject, Qt, Signal

from graphscope.view.layout import Layered, LayoutCancelled
from graphscope.view.picture.items import Structure
from graphscope.view.picture.place import Picture, picture, request

AT_ONCE = 500
"""Up to so many cards and edges the window itself lays out; it takes some milliseconds."""
SWITCH = 0.0005
"""Seconds after which Python lets another thread go on: the window stays smooth beside the work."""


class Laying(QObject):
    """Turns structures into pictures; a newer request replaces an older one."""

    finished = Signal(object, object)
    """Structure and picture, in the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = Layered()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    _done = Signal(object, object, object)

    @property
    def busy(self) -> bool:
        """Whether a layout is being worked out beside the window."""
        return self._thread is not None

    def request(self, structure: Structure) -> None:
        """Work out a picture; ``finished`` tells it, before this returns where the graph is small."""
        self.cancel()
        if len(structure.cards) + len(structure.carriers) <= AT_ONCE:
            self.finished.emit(structure, picture(structure, self._engine.layout(request(structure))))
            return
        self._stop = stop = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(structure, stop), name="layout", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Call off what is being worked out, and wait until it has stopped."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        self._thread = None

    def _work(self, structure: Structure, stop: threading.Event) -> None:
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        try:
            made = picture(structure, self._engine.layout(request(structure), cancelled=stop.is_set))
        except LayoutCancelled:
            return
        finally:
            sys.setswitchinterval(before)
        if not stop.is_set():
            self._done.emit(stop, structure, made)

    def _deliver(self, stop: threading.Event, structure: Structure, made: Picture) -> None:
        if stop is not self._stop or stop.is_set():
            return
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.finished.emit(structure, made)


