"""The menu bar and the toolbar, made from the table of commands."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from graphscope.app.command import MENUS, Command, commands
from graphscope.app.settings import BY_KEY
from graphscope.gui.actions import Actions
from graphscope.gui.icons import SIZE, icon
from graphscope.gui.widgets.menu import Menu
from graphscope.view.palette import Theme, ink_on
from graphscope.view.text import Text


class Menus(QObject):
    """The menus of a menu bar; ``submenu`` gives those that are filled while the program runs."""

    def __init__(self, bar: QMenuBar, actions: Actions) -> None:
        super().__init__(bar)
        self._titled: list[tuple[QMenu, str]] = []
        self._submenus: dict[str, QMenu] = {}
        self.top: dict[str, QMenu] = {}
        for menu in MENUS:
            self.top[menu] = self._add(Menu(bar), menu)
            bar.addMenu(self.top[menu])
            self._fill(self.top[menu], [each for each in commands() if each.menu == menu], actions)

    def _add(self, menu: QMenu, title: str) -> QMenu:
        self._titled.append((menu, title))
        return menu

    def _fill(self, menu: QMenu, listed: list[Command], actions: Actions) -> None:
        for section, group in groupby(listed, key=lambda command: command.section):
            if section != listed[0].section:
                menu.addSeparator()
            for command in group:
                target = self.submenu(command.submenu, menu) if command.submenu else menu
                target.addAction(actions[command.id])

    def submenu(self, title: str, inside: QMenu | None = None) -> QMenu:
        """The submenu of that title, made where it is first asked for."""
        if title not in self._submenus:
            made = Menu(inside)
            self._submenus[title] = self._add(made, title)
            if inside is not None:
                inside.addMenu(made)
        return self._submenus[title]

    def retext(self, text: Text) -> None:
        """Tell every title; top menus with a letter for the Alt key."""
        used: set[str] = set()
        for menu, title in self._titled:
            told = text(title)
            if title in self.top:
                letter = next(each for each in title if each.lower() not in used)
                used.add(letter.lower())
                told = (
                    told.replace(letter, f"&{letter}", 1) if letter in told else f"{told}(&{letter.upper()})"
                )
            menu.setTitle(told)


PRIMARY = "step"
"""The command whose button stands out."""


class Toolbar(QToolBar):
    """The buttons of the layout, then whatever the window adds at the right."""

    WIDE = 1180
    """Below this width the buttons show their icons only."""

    def __init__(self, actions: Actions, speeds: QMenu) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setIconSize(QSize(SIZE, SIZE))
        self._buttons: list[tuple[Command, QAction]] = []
        self._speed = self._speed_button(speeds)
        self._speed_action: QAction | None = None
        for command in commands():
            if command.toolbar:
                self._add(command, actions[command.id])
        self.spacer = QWidget()
        self.spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(self.spacer)
        self._icons_only: bool | None = None

    def _add(self, command: Command, action: QAction) -> None:
        if command.id == PRIMARY:
            action = self._primary = self._twin(action)
        self.addAction(action)
        self._buttons.append((command, action))
        button = self.widgetForAction(action)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if command.id == PRIMARY:
            button.setObjectName("primary")
        if command.id == "play":
            self._speed_action = self.addWidget(self._speed)

    def _twin(self, action: QAction) -> QAction:
        """The same command for a button whose ground asks for an icon of another ink than the menu's."""
        twin = QAction(self)
        twin.triggered.connect(action.trigger)

        def follow() -> None:
            twin.setText(action.iconText())
            twin.setToolTip(action.toolTip())
            twin.setStatusTip(action.statusTip())
            twin.setEnabled(action.isEnabled())

        action.changed.connect(follow)
        return twin

    def retheme(self, theme: Theme) -> None:
        """Draw the icon of the button that stands out."""
        drawn = next(command.icon for command, action in self._buttons if action is self._primary)
        self._primary.setIcon(icon(drawn, ink_on(theme.accent), theme.faint))

    def _speed_button(self, speeds: QMenu) -> QToolButton:
        button = QToolButton()
        button.setMenu(speeds)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def buttons(self) -> list[str]:
        """The ids of the commands whose buttons are shown, the speed among them."""
        shown = [command.id for command, action in self._buttons if action in self.actions()]
        place = shown.index("play") + 1
        return [*shown[:place], "speed", *shown[place:]]

    def set_layout(self, layout: str) -> None:
        """Show the buttons of a layout."""
        for command, action in self._buttons:
            shown = layout in command.toolbar
            if shown == (action in self.actions()):
                continue
            if shown:
                self.insertAction(self._after(command), action)
                self.widgetForAction(action).setFocusPolicy(Qt.FocusPolicy.TabFocus)
            else:
                self.removeAction(action)
        self._icons_only = None
        self._fit()

    def _after(self, command: Command) -> QAction:
        """The action before which a command's button belongs."""
        order = [each for each, _ in self._buttons]
        later = (
            action for each, action in self._buttons[order.index(command) + 1 :] if action in self.actions()
        )
        return next(later, next(a for a in self.actions() if self.widgetForAction(a) is self.spacer))

    def resizeEvent(self, event) -> None:  # noqa: ANN001 - Qt's
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < self.WIDE or len(self.buttons()) > 8
        if narrow == self._icons_only:
            return
        self._icons_only = narrow
        for command, action in self._buttons:
            button = self.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(self._style(command, narrow=narrow))

    @staticmethod
    def _style(command: Command, *, narrow: bool) -> Qt.ToolButtonStyle:
        style = Qt.ToolButtonStyle
        worded = command.id == PRIMARY or (not narrow and command.id != "restart")
        return style.ToolButtonTextBesideIcon if worded else style.ToolButtonIconOnly

    def set_speed(self, speed: str, text: Text) -> None:
        """Tell the speed; the other buttons follow their actions."""
        title = next(each.title for each in BY_KEY["speed"].choices if each.stored == speed)
        self._speed.setText(f"{text(title)} ▾")
        self._speed.setToolTip(text("How fast “Play” goes from step to step"))
        self._speed.setAccessibleName(f"{text('Speed of play')}: {text(title)}")
