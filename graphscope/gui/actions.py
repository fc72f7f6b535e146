"""The commands as Qt actions: one for each row of the table, told in words, tips and keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from graphscope.app.command import REASONS, Command, Rule, commands
from graphscope.app.settings import BY_KEY, Settings
from graphscope.gui.icons import icon
from graphscope.view.palette import Theme
from graphscope.view.text import Text


def menu_keys(command: Command) -> str:
    """The keys that a menu shows: the shortest of the graph, and the one that works everywhere."""
    near, far = command.shown_keys[: len(command.canvas_keys)], command.shown_keys[len(command.canvas_keys) :]
    return "   ".join((*near[:1], *far[:1]))


class Actions(QObject):
    """Every command as an action.

    Signals:
        started: the id of the command that a user started by any way.
    """

    started = Signal(str)

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._groups: dict[str, QActionGroup] = {}
        self._enabled: tuple[frozenset[Rule], Text] | None = None
        """What held when commands were last enabled, and the words in which the others said why not."""
        self._actions = {command.id: self._make(command) for command in commands()}
        settings.on_change(self._setting_changed)
        self.check_choices()

    def __getitem__(self, identity: str) -> QAction:
        return self._actions[identity]

    def __iter__(self) -> Iterator[tuple[Command, QAction]]:
        return ((command, self._actions[command.id]) for command in commands())

    def _make(self, command: Command) -> QAction:
        action = QAction(self)
        action.setObjectName(command.id)
        action.setCheckable(command.checkable)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setMenuRole(QAction.MenuRole.NoRole)
        if command.choice is not None and len(BY_KEY[command.choice[0]].choices) > 1 and command.submenu:
            key = command.choice[0]
            group = self._groups.setdefault(key, QActionGroup(self))
            group.addAction(action)
        action.triggered.connect(lambda _=False, identity=command.id: self.started.emit(identity))
        return action

    def start(self, identity: str) -> bool:
        """Do a command as if its menu entry were clicked; False where it is disabled."""
        action = self._actions[identity]
        if action.isEnabled():
            action.trigger()
        return action.isEnabled()

    def retext(self, text: Text) -> None:
        """Tell every command in these words."""
        for command, action in self:
            title = text(command.title)
            action.setText(f"{title}\t{menu_keys(command)}" if command.shown_keys else title)
            action.setIconText(title.rstrip("…"))
            action.setStatusTip(text(command.tip))
        self._tips(text, self)

    @staticmethod
    def _tips(text: Text, told: Iterable[tuple[Command, QAction]]) -> None:
        for command, action in told:
            title = text(command.title).rstrip("…")
            keys = f"  ({text(' or ').join(command.shown_keys)})" if command.shown_keys else ""
            reason = "" if action.isEnabled() else "\n" + text.tell(REASONS[command.when])
            action.setToolTip(f"{title}{keys}\n{text(command.tip)}{reason}")

    def retheme(self, theme: Theme) -> None:
        """Draw every icon in the ink of a theme."""
        for command, action in self:
            action.setIcon(icon(command.icon, theme.ink, theme.faint))

    def enable(self, holding: frozenset[Rule], text: Text) -> None:
        """Enable what is possible now; what is not says why. Nothing is done where nothing has changed."""
        if (holding, text) == self._enabled:
            return
        self._enabled = holding, text
        possible = [command.when == "always" or command.when in holding for command, _ in self]
        changed = [each for each, can in zip(self, possible, strict=True) if each[1].isEnabled() != can]
        for _, action in changed:
            action.setEnabled(not action.isEnabled())
        self._tips(text, changed)

    def _setting_changed(self, key: str) -> None:
        del key
        self.check_choices()

    def check_choices(self) -> None:
        """Tick the answers that the settings hold."""
        for command, action in self:
            if command.choice is not None:
                key, answer = command.choice
                stored = self._settings[key]
                action.setChecked((stored is True) if answer == "yes" else stored == answer)
