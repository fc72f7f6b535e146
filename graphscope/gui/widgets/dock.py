"""A dock with a quiet title."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from graphscope.gui.icons import icon
from graphscope.view.palette import Theme
from graphscope.view.text import Text


class DockTitle(QWidget):
    """The title and a button that closes; dragging it moves the dock."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.setObjectName("dock_title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.label, self.close_button = QLabel(), QToolButton()
        self.close_button.setObjectName("plain")
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.setStyleSheet("padding: 2px;")
        self.close_button.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 0)
        row.addWidget(self.label, 1)
        row.addWidget(self.close_button)


class Dock(QDockWidget):
    """Holds one panel."""

    def __init__(self, identity: str, title: str) -> None:
        super().__init__()
        self.identity, self._title = identity, title
        self.setObjectName(f"dock_{identity}")
        self._bar = DockTitle(self)
        self.setTitleBarWidget(self._bar)

    def retext(self, text: Text) -> None:
        """Tell the title in these words."""
        told = text(self._title)
        self.setWindowTitle(told)
        self._bar.label.setText(told)
        self._bar.close_button.setToolTip(text("Hide this panel"))
        self._bar.close_button.setAccessibleName(text("Hide {panel}", panel=told))

    def retheme(self, theme: Theme) -> None:
        """Draw the button in the ink of a theme."""
        self._bar.close_button.setIcon(icon("close", theme.faint))
