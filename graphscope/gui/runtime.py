"""The Runtime menu: which backends there are, which is used, and with which precision."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup

from graphscope.backends.base import DeviceFacts
from graphscope.backends.probe import Availability, survey

if TYPE_CHECKING:
    from graphscope.gui.window import Window

SOON = 500
"""Milliseconds until backends are looked for: the first picture comes first."""


class Runtime(QObject):
    """Looks for backends beside the window, and opens the model anew on the one that is chosen."""

    _found = Signal(object)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._menu = window.menus.top["Runtime"]
        self._group = QActionGroup(self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON)
        self._soon.timeout.connect(self.look)
        self._found.connect(self._surveyed, Qt.ConnectionType.QueuedConnection)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        precisions = {"model": None, "float32": "float32", "float64": "float64"}
        chosen = {
            f"precision_{name}": (lambda dtype=dtype: self.reopen(dtype=dtype))
            for name, dtype in precisions.items()
        }
        return {"device": self._device, "survey": self.look, **chosen}

    def _device(self) -> None:
        self._window.docks.show("explain")
        self._window.desk.set_depth("device")

    # ---- looking for backends -----------------------------------------------------------------------------

    def look_soon(self) -> None:
        """Try every backend once the window is there."""
        self._soon.start()

    def look(self) -> None:
        """Try every backend, in processes of their own, from a thread of its own."""
        if self._thread is None and not self._closed.is_set():
            self._thread = threading.Thread(target=self._search, name="graphscope survey", daemon=True)
            self._thread.start()

    def _search(self) -> None:
        found = survey(unwanted=self._closed.is_set)
        if not self._closed.is_set():
            self._found.emit(found)

    def close(self) -> None:
        """Look no more, and wait until nobody does."""
        self._closed.set()
        self._soon.stop()
        if self._thread is not None:
            self._thread.join()

    def _surveyed(self, found: tuple[Availability, ...]) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        self._window.desk.set_survey(found)
        self.fill()

    # ---- the menu -----------------------------------------------------------------------------------------

    def fill(self) -> None:
        """List every backend; one that is not there stays visible, greyed, with its reason and what to do."""
        for action in self._group.actions():
            self._menu.removeAction(action)
            self._group.removeAction(action)
            action.deleteLater()
        first = self._menu.actions()[0] if self._menu.actions() else None
        for action in self._actions():
            self._menu.insertAction(first, action)  # type: ignore[arg-type]
        self._group.addAction(self._menu.insertSeparator(first))  # type: ignore[arg-type]

    def _actions(self) -> list[QAction]:
        survey = self._window.desk.survey
        if survey is None:
            waiting = QAction(self._window.desk.text("Looking for devices…"), self._group)
            waiting.setEnabled(False)
            return [waiting]
        return [self._action(each, device) for each in survey for device in each.devices or (None,)]

    def _action(self, each: Availability, device: DeviceFacts | None) -> QAction:
        text = self._window.desk.text
        title = str(text.tell(each.title))
        many = device is not None and len(each.devices) > 1
        action = QAction(f"{title} · {device.name}" if many and device else title, self._group)
        action.setCheckable(True)
        action.setEnabled(each.available)
        exact = f"{each.name}:{device.id}" if device else each.name
        name = exact if many else each.name
        action.setChecked(self._used(exact, each.name if device in (None, *each.devices[:1]) else exact))
        if not each.available:
            told = " ".join(str(text.tell(item)) for item in (each.reason, each.fix) if item is not None)
            action.setText(f"{title} – {text('not available')}")
            action.setToolTip(told)
            action.setStatusTip(told)
        action.triggered.connect(lambda _=False: self.reopen(backend=name))
        return action

    def _used(self, *names: str) -> bool:
        """Whether the model runs on the device of these names; a library's bare name means its first device."""
        opened = self._window.desk.opened
        return opened is not None and opened.backend in names

    # ---- choosing -----------------------------------------------------------------------------------------

    def reopen(self, *, backend: str | None = None, dtype: str | None = "same") -> None:
        """Run the model from the start on another backend or with another precision, and say so."""
        opened = self._window.desk.opened
        if opened is None:
            return
        changed = replace(
            opened.request,
            backend=backend or opened.backend,
            dtype=opened.dtype if dtype == "same" else dtype,
            trust=True,
        )
        if (changed.backend, changed.dtype) == opened.place:
            self.check()
            return
        self._window.running.stop()
        self._window.bridge.ask(changed)

    def check(self) -> None:
        """Tick what is in use."""
        opened = self._window.desk.opened
        for name in ("model", "float32", "float64"):
            used = opened is not None and (opened.dtype or "model") == name
            self._window.orders[f"precision_{name}"].setChecked(used)
        self.fill()
