"""A dock with a quiet title, and the bars of tabs where docks lie on one another."""

from __future__ import annotations

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QTabBar, QToolButton, QWidget

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

    def enable_inside(self, *, enabled: bool) -> None:
        """Let what is in it work, or rest: Qt itself lets a dock behind others take the keyboard, out of sight."""
        for part in (self._bar, self.widget()):
            if part is not None:
                part.setEnabled(enabled)

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


class DockTabs(QObject):
    """Looks after the bars of tabs that Qt makes by itself: an empty one is out of sight, not out of Tab's reach."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window, self._name = window, ""
        window.installEventFilter(self)

    def retext(self, text: Text) -> None:
        """Tell screen readers what the tabs are, in these words."""
        self._name = text("Panels")
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setAccessibleName(self._name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QTabBar):
            if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show):
                policy = Qt.FocusPolicy.TabFocus if watched.count() else Qt.FocusPolicy.NoFocus
                watched.setFocusPolicy(policy)
        elif isinstance(event, QChildEvent) and event.type() == QEvent.Type.ChildPolished:
            child = event.child()
            if isinstance(child, QTabBar):
                child.setAccessibleName(self._name)
                child.installEventFilter(self)
        return False
