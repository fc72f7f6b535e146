"""Lays out a graph: small ones at once, large ones in a thread that can be called off."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from graphscope.view.layout import Layered, LayoutCancelled
from graphscope.view.layout.request import never
from graphscope.view.picture.index import Index
from graphscope.view.picture.items import Structure
from graphscope.view.picture.place import picture, request

Maker = Callable[[], Structure]

AT_ONCE = 300
"""Up to so many nodes (twice as many cards and edges) the window itself lays out, in some milliseconds."""
SWITCH = 0.0005
"""Seconds after which Python lets another thread go on: the window stays smooth beside the work."""


class Laying(QObject):
    """Turns structures into pictures; a newer request replaces an older one."""

    finished = Signal(object)
    """The picture with its index, in the window's thread."""
    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = Layered()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a layout is being worked out beside the window."""
        return self._thread is not None

    def request(self, make: Maker, size: int) -> None:
        """Work out the picture of what ``make`` gives; ``finished`` tells it, at once for a small graph.

        Args:
            size: how many nodes the graph has.
        """
        self.cancel()
        if size <= AT_ONCE:
            self.finished.emit(self._make(make, never))
            return
        self._stop = stop = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(make, stop), name="layout", daemon=True)
        self._thread.start()

    def _make(self, make: Maker, cancelled: Callable[[], bool]) -> Index:
        made = make()
        return Index(picture(made, self._engine.layout(request(made), cancelled=cancelled)))

    def cancel(self) -> None:
        """Call off what is being worked out, and wait until it has stopped."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        self._thread = None

    def _work(self, make: Maker, stop: threading.Event) -> None:
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        try:
            made = self._make(make, stop.is_set)
        except LayoutCancelled:
            return
        finally:
            sys.setswitchinterval(before)
        if not stop.is_set():
            self._done.emit(stop, made)

    def _deliver(self, stop: threading.Event, made: Index) -> None:
        if stop is not self._stop or stop.is_set():
            return
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.finished.emit(made)
