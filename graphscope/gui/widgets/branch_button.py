"""The name of the branch that the run is in: the last edit that can be taken back."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton

from graphscope.errors import Sentence
from graphscope.gui.canvas.painting import plain
from graphscope.gui.desk import Desk
from graphscope.gui.icons import icon
from graphscope.gui.widgets.tip import tip

SIZE = 14
LISTED = 8
"""So many edits are listed in its tooltip."""


class BranchButton(QToolButton):
    """Shows itself while there are edits; a click tells again what the last one did."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._titles: tuple[Sentence, ...] = ()
        self.setObjectName("plain")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(SIZE, SIZE))
        desk.look_changed.connect(self._say)
        self.hide()

    def tell(self, titles: tuple[Sentence, ...]) -> None:
        """Name the last of these edits."""
        self._titles = titles
        self._say()
        self.setVisible(bool(titles))

    def _say(self) -> None:
        text = self._desk.text
        self.setIcon(icon("pencil", self._desk.theme.ink))
        told = [str(text.tell(title)) for title in self._titles]
        self.setText(plain(told[-1]) if told else "")
        newest = [plain(each) for each in reversed(told[-LISTED:])]
        self.setToolTip(tip((*newest, text("{key} takes the last edit back", key="Ctrl+Z"))))
        self.setAccessibleName(self.text())
