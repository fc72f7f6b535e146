"""The Runtime menu: which backends there are, which is used, and with which precision; switches to another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup

from graphscope.backends.base import DeviceFacts
from graphscope.backends.probe import Availability, survey
from graphscope.engine.sizes import shown
from graphscope.errors import Sentence
from graphscope.service.engine import Engine, LostError
from graphscope.service.tasks.survey import AskSurvey, SurveyTold
from graphscope.service.tasks.switching import AskSwitch, Switch, Switched, SwitchTold

if TYPE_CHECKING:
    from graphscope.gui.window import Window

PRECISIONS: Mapping[str, str | None] = {"model": None, "float32": "float32", "float64": "float64"}
SOON = 500
"""Milliseconds until backends are looked for: the first picture comes first."""


class Runtime(QObject):
    """Looks for backends beside the window, and runs the model on the one that is chosen.

    Where the run stands in the middle, it is asked whether it goes on from there or begins anew.
    """

    _found = Signal(object)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._aside: Engine | None = None
        self._menu = window.menus.top["Runtime"]
        self._group = QActionGroup(self)
        precisions = QActionGroup(self)
        optional = QActionGroup.ExclusionPolicy.ExclusiveOptional  # none is used where no model is open
        precisions.setExclusionPolicy(optional)
        for name in PRECISIONS:
            precisions.addAction(window.orders[f"precision_{name}"])
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON)
        self._soon.timeout.connect(self.look)
        self._found.connect(self._surveyed, Qt.ConnectionType.QueuedConnection)
        self._ticked = ""
        self._chosen: AskSwitch | None = None
        window.desk.moved_changed.connect(self._moved)
        window.bridge.listen(SwitchTold, self._offer)
        window.bridge.listen(Switched, self._switched)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does, by command."""
        chosen = {
            f"precision_{name}": (lambda dtype=dtype: self.reopen(dtype=dtype))
            for name, dtype in PRECISIONS.items()
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
        found = self._survey_there() if self._window.bridge.far else survey(unwanted=self._closed.is_set)
        if not self._closed.is_set():
            self._found.emit(found)

    def _survey_there(self) -> tuple[Availability, ...]:
        """What there is on the engine's computer; nothing where a second engine cannot be had."""
        with suppress(LostError), closing(self._window.bridge.another()) as self._aside:
            if self._closed.is_set():  # while it was started, so that nobody could end it
                return ()
            told = list(self._aside.answers(AskSurvey()))
            return next((answer.found for answer in told if isinstance(answer, SurveyTold)), ())
        return ()

    def close(self) -> None:
        """Look no more, and wait until nobody does."""
        self._closed.set()
        self._soon.stop()
        if self._aside is not None:
            self._aside.end()
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
        name = f"{each.name}:{device.id}" if many and device else each.name
        action.setChecked(self._exact(name) == self.used)
        if not each.available:
            told = " ".join(str(text.tell(item)) for item in (each.reason, each.fix) if item is not None)
            action.setText(f"{title} – {text('not available')}")
            action.setToolTip(f"<p>{escape(told)}</p>")  # rich text is broken into lines
            action.setStatusTip(told)
        action.triggered.connect(lambda _=False: self.choose(name))
        return action

    @property
    def used(self) -> str:
        """What computes where the run is, by library and device; "" where no model is open."""
        opened, moved = self._window.desk.opened, self._window.desk.moved
        if moved is not None and moved.moment.backend:
            return self._exact(moved.moment.backend)
        return "" if opened is None else self._exact(opened.backend)

    def _exact(self, name: str) -> str:
        """Library and device; a library's bare name means its first device, or the only one."""
        library, _, device = name.partition(":")
        found = next((each for each in self._window.desk.survey or () if each.name == library), None)
        if found is None or not found.devices:
            return library
        return f"{library}:{device or found.devices[0].id}"

    # ---- another backend ----------------------------------------------------------------------------------

    def choose(self, backend: str) -> None:
        """Run on a backend: from the start where nothing has run, else as the user answers."""
        moved = self._window.desk.moved
        if moved is None or moved.reached == 0 or self._exact(backend) == self.used:
            self.reopen(backend=backend)
            return
        self._window.running.stop()
        self._chosen = AskSwitch(backend)
        self._window.bridge.ask(self._chosen)

    def _offer(self, told: SwitchTold) -> None:
        """Ask how to go on, once it is known what that would copy."""
        if told.request != self._chosen:
            return
        self._chosen = None
        from graphscope.gui.dialogs.switching import SwitchBackend

        name = told.request.backend
        dialog = SwitchBackend(
            self._window.desk,
            self._window,
            told,
            restart=lambda: self.reopen(backend=name),
            go_on=lambda: self._window.bridge.ask(Switch(name)),
        )
        dialog.closed.connect(self.check)
        dialog.open()

    def _switched(self, told: Switched) -> None:
        sentence = Sentence(
            "From here on {title} computes; {n} arrays ({size}) were copied.",
            title=told.title,
            n=told.arrays,
            size=shown(told.size),
        )
        self._window.message.tell(sentence, kind="notice")

    def _moved(self) -> None:
        """Tick what computes here: going back across a switch leads to another backend."""
        if self.used != self._ticked:
            self.check()

    # ---- choosing -----------------------------------------------------------------------------------------

    def reopen(self, *, backend: str | None = None, dtype: str | None = "same") -> None:
        """Run the model from the start on another backend or with another precision, and say so."""
        opened = self._window.desk.opened
        if opened is None:
            return
        changed = replace(
            opened.request,
            backend=backend or self._here(),
            dtype=opened.dtype if dtype == "same" else dtype,
            trust=True,
        )
        if self._exact(changed.backend) == self.used and changed.dtype == opened.dtype:
            self.check()
            return
        self._window.running.stop()
        self._window.bridge.ask(changed)

    def _here(self) -> str:
        """What computes here, as it was opened unless the run has gone on with another."""
        opened = self._window.desk.opened
        as_opened = opened is not None and self._exact(opened.backend) == self.used
        return opened.backend if opened is not None and as_opened else self.used

    def check(self) -> None:
        """Tick what is in use."""
        opened = self._window.desk.opened
        self._ticked = self.used
        for name in PRECISIONS:
            used = opened is not None and (opened.dtype or "model") == name
            self._window.orders[f"precision_{name}"].setChecked(used)
        self.fill()
