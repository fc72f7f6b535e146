"""Asks how to go on with another backend: from the start, or from here with copies of what is there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from graphscope.engine.sizes import shown
from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.dialogs.overlay import Overlay
from graphscope.gui.dialogs.sheet import quiet
from graphscope.service.tasks.switching import SwitchTold


class SwitchBackend(Overlay):
    """Two ways to go on; Enter takes the one that has the focus.

    Args:
        told: which backend it is, and what going on from here would copy.
        restart, go_on: what is done.
    """

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        told: SwitchTold,
        *,
        restart: Callable[[], object],
        go_on: Callable[[], object],
    ) -> None:
        super().__init__(desk, window)
        text = desk.text
        size = shown(told.size)
        where = (
            text("Continue from here (copies {size} to the CPU)", size=size)
            if told.device == "cpu"
            else text("Continue from here (copies {size} to the device)", size=size)
        )
        self.restart = self._choice(text("Re-run from the start"), restart)
        self.go_on = self._choice(where, go_on)
        self.cancel = QPushButton(text("Cancel"))
        self.cancel.clicked.connect(self.close)
        heading = text("Compute on {title}", title=told.title)
        self.setAccessibleName(heading)
        self._arrange(heading, told)
        self.restart.setDefault(True)
        self.restart.setFocus(Qt.FocusReason.PopupFocusReason)

    def _choice(self, told: str, chosen: Callable[[], object]) -> QPushButton:
        button = QPushButton(told)
        button.clicked.connect(lambda: self._take(chosen))
        return button

    def _take(self, chosen: Callable[[], object]) -> None:
        self.close()
        chosen()

    def _arrange(self, heading: str, told: SwitchTold) -> None:
        text = self.desk.text
        label = QLabel(heading)
        label.setFont(fonts.text_font(fonts.LARGE, QFont.Weight.DemiBold))
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(16)
        self.column.addWidget(label)
        self._explain(
            self.restart, text("Everything is computed anew there, and the run begins at position 0.")
        )
        copied = text(
            "{n} arrays go over, each in a step of its own, marked ⇄. What is before stays: going back finds it.",
            n=told.arrays,
        )
        self._explain(self.go_on, copied)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel)
        self.column.addLayout(row)

    def _explain(self, button: QPushButton, told: str) -> None:
        """A choice with a line below it that says what comes of it."""
        remark = quiet(told, self.desk.theme.muted)
        remark.setContentsMargins(2, 0, 2, 0)
        button.setAccessibleDescription(told)
        group = QVBoxLayout()
        group.setSpacing(6)
        group.addWidget(button)
        group.addWidget(remark)
        self.column.addLayout(group)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        listed = (self.restart, self.go_on, self.cancel)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            next((each for each in listed if each.hasFocus()), self.restart).click()
            return
        turn = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if turn:
            at = next((place for place, each in enumerate(listed) if each.hasFocus()), 0)
            listed[(at + turn) % len(listed)].setFocus(Qt.FocusReason.TabFocusReason)
        super().keyPressEvent(event)
