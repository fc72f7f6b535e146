"""The main window: the graph in the middle, panels around it, one table of commands behind everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from graphscope.app.command import Rule
from graphscope.app.language import system_language, words
from graphscope.app.settings import Settings
from graphscope.errors import Sentence
from graphscope.graph.scope import groups
from graphscope.gui.actions import Actions
from graphscope.gui.bridge import Bridge
from graphscope.gui.canvas.canvas import Canvas
from graphscope.gui.conductor import conductors
from graphscope.gui.desk import Desk
from graphscope.gui.docks import Docks
from graphscope.gui.editing import Editing
from graphscope.gui.files import Files
from graphscope.gui.header import Header
from graphscope.gui.helping import Helping
from graphscope.gui.keyboard import CanvasKeys
from graphscope.gui.menus import Menus, Toolbar
from graphscope.gui.panel import Panel, panels
from graphscope.gui.running import Running
from graphscope.gui.runtime import Runtime
from graphscope.gui.theme import palette, stylesheet, system_reduces_motion, system_theme, theme_of
from graphscope.gui.viewing import Viewing
from graphscope.gui.widgets.coach import Coach
from graphscope.gui.widgets.message_bar import MessageBar
from graphscope.service.requests import Failed, LaidOut, Moved, Opened
from graphscope.view.frames import frame_groups
from graphscope.view.palette import ThemeName
from graphscope.view.text import Text

SIZE = QSize(1440, 900)
FRAME = QSize(16, 48)
"""What a desktop puts around a window, about."""
SLOW = 300
"""Milliseconds after which a computation is told in the status bar."""
MANY = 60
"""From so many nodes on a model opens with its groups closed."""


class Window(QMainWindow):
    """Puts the parts together and passes the bridge's answers on."""

    def __init__(self, settings: Settings, bridge: Bridge | None = None) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAcceptDrops(True)
        self.settings = settings
        self.bridge = bridge or Bridge()
        self.bridge.setParent(self)
        self.desk = Desk(self.bridge, settings, self)
        self.orders = Actions(settings, self)
        """Every command as an action."""
        self.menus = Menus(self.menuBar(), self.orders)
        self.toolbar = Toolbar(self.orders, self.menus.submenu("Speed"))
        self.addToolBar(self.toolbar)
        self.canvas, self.message = Canvas(), MessageBar()
        self.coach = Coach(self.canvas)
        self.docks = Docks(self, self.desk)
        self.running, self.viewing, self.files = Running(self), Viewing(self), Files(self)
        self.runtime, self.helping, self.editing = Runtime(self), Helping(self), Editing(self)
        self.header = Header(self)
        self._long = False
        """Whether something is being computed for longer than one would like to wait."""
        self._system_theme: ThemeName = system_theme()
        self._arrange()
        self._connect()
        self._restore()
        self.relook()
        self.refresh()

    @property
    def speed(self) -> float | None:
        """How fast play is; None for at once."""
        stored = self.settings.choice("speed")
        return None if stored == "instant" else float(stored)

    # ---- putting together ---------------------------------------------------------------------------------

    def _arrange(self) -> None:
        page, self._samples = QWidget(), self._gallery()
        top = QWidget()
        top.setObjectName("header")
        row = QHBoxLayout(top)
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self.header.breadcrumb, 1)
        row.addWidget(self._samples_button())
        self._stack = QStackedWidget()
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self._samples)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._top = top
        for widget in (top, self.message):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(page)
        for _, action in self.orders:
            self.addAction(action)

    def _samples_button(self) -> QWidget:
        """Other samples are one click away, always."""
        button = QToolButton()
        button.setObjectName("plain")
        button.setDefaultAction(self.orders["gallery"])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _gallery(self) -> QWidget:
        """The samples take turns with the graph; they are there while no model is open."""
        made = next(kind for kind in panels() if kind.area == "middle")(self.desk)
        away = QShortcut(
            QKeySequence(Qt.Key.Key_Escape), made, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        away.activated.connect(self.toggle_gallery)
        return made

    def toggle_gallery(self) -> None:
        """Show the samples in place of the graph, or the graph again."""
        shown = self._stack.currentWidget() is self._samples and self.desk.opened is not None
        self._show(self.canvas if shown else self._samples)

    def _show(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        self.orders["gallery"].setChecked(page is self._samples)
        page.setFocus()

    def _connect(self) -> None:
        bridge, desk = self.bridge, self.desk
        bridge.opened.connect(self._opened)
        bridge.moved.connect(self._moved)
        bridge.failed.connect(self._failed)
        bridge.closed.connect(self._closed)
        bridge.busy.connect(self._busy)
        self.canvas.selected.connect(self._canvas_selected)
        self.canvas.activated.connect(self.editing.activate)
        self.canvas.group_toggled.connect(lambda _: self.refresh())
        self.canvas.settled.connect(self._settled)
        desk.selection.changed.connect(self._selected)
        desk.pointed.connect(self.canvas.point_at)
        desk.wanted.connect(self.orders.start)
        desk.open_wanted.connect(self.files.open)
        self.docks.changed.connect(self._check_panels)
        self.docks.made.connect(self._listen)
        self.settings.on_change(self._setting)
        first = (self.running, self.viewing, self.files, self.runtime, self.helping, self.editing)
        found = tuple(conductor(self) for conductor in conductors())
        self._doers: dict[str, Callable[[], object]] = {}
        for conductor in (*first, *found):
            self._doers.update(conductor.commands)
        self.orders.started.connect(self.do)
        self._keys = CanvasKeys(self.editing.start_key, self)
        for widget in (self.canvas, self):
            widget.installEventFilter(self._keys)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW)
        self._slow.timeout.connect(self._tell_busy)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._desktop_changed)

    def do(self, identity: str) -> None:
        """Do a command."""
        self._doers[identity]()

    def _listen(self, panel: Panel) -> None:
        """The keys of the canvas work in the explanation and the timeline too."""
        if panel.identity in ("explain", "timeline"):
            for widget in (panel, *panel.findChildren(QWidget)):
                widget.installEventFilter(self._keys)

    # ---- answers ------------------------------------------------------------------------------------------

    def _opened(self, opened: Opened) -> None:
        before = self.desk.opened
        again = before is not None and before.request.source == opened.request.source
        self.message.hide()
        self.desk.set_opened(opened)
        if not again:
            nodes = opened.model.graph.nodes
            every = groups(node.scope for node in nodes) if len(nodes) >= MANY else ()
            self.canvas.set_collapsed({*every, *frame_groups(opened.model.graph)})
        self.canvas.set_model(opened.model, opened.specs)
        self._show(self.canvas)
        self.setWindowTitle(f"{opened.model.name} – GraphScope")
        if before is not None and again and opened.place != before.place:
            told = Sentence(
                "Opened anew on {title} with {dtype}; the run begins at its start.",
                title=opened.title,
                dtype=opened.floating,
            )
            self.message.tell(told, kind="notice")
        self.runtime.check()

    def _moved(self, moved: Moved) -> None:
        if moved.laid_out is not None:
            self._lay_out(moved.laid_out)
        self.desk.set_moved(moved)
        if moved.before != moved.moment.position:
            self.message.outdate()
        self.coach.setVisible(moved.moment.position == 0)
        self.canvas.set_moment(moved.moment, animate=moved.stepped and self.speed is not None)
        if moved.moment.problem is not None:
            self.message.tell(moved.moment.problem.sentence)
        self.header.announce()
        self.refresh()

    def _lay_out(self, laid_out: LaidOut) -> None:
        """Bodies of operations may be laid out otherwise in this iteration."""
        before = self.desk.graph
        self.desk.set_laid_out(laid_out)
        opened = self.desk.opened
        if opened is not None and before is not None and opened.model.graph is not before:
            fresh = frame_groups(laid_out.graph) - frame_groups(before)
            self.canvas.set_laid_out(opened.model, opened.specs, fresh)

    def _settled(self) -> None:
        self.desk.settled.emit()

    def _failed(self, failed: Failed) -> None:
        self.running.stop()
        self.runtime.check()
        if self.desk.opened is None:
            self._show(self._samples)
        if not self.files.refused(failed):
            self.message.tell(failed.error, details=failed.details)

    def _closed(self) -> None:
        self.desk.set_opened(None)
        self._show(self._samples)
        self.setWindowTitle("GraphScope")
        self.refresh()

    def _busy(self, busy: bool) -> None:
        if busy:
            if not self._slow.isActive() and not self._long:
                self._slow.start()
            return
        self._slow.stop()
        self.statusBar().clearMessage()
        if self._long:
            self._long = False
            self.refresh()

    def _tell_busy(self) -> None:
        """What takes long can be stopped."""
        self._long = True
        self.statusBar().showMessage(self.desk.text("Computing… ({key} stops a jump)", key="Esc"))
        self.refresh()

    def _canvas_selected(self, name: str, role: str) -> None:
        self.desk.selection.select(name, role, self.canvas.selected_index)  # type: ignore[arg-type]

    def _selected(self) -> None:
        selection = self.desk.selection
        self.canvas.set_selection(selection.name, selection.role, selection.index)
        self.refresh()

    # ---- what can be done ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Tell where we are and enable what is possible."""
        self.orders.enable(self._holding(), self.desk.text)
        self.header.tell()
        self._top.setVisible(self.desk.opened is not None)

    def _holding(self) -> frozenset[Rule]:
        moved, selection = self.desk.moved, self.desk.selection
        rules: set[Rule] = {"always", "busy"} if self._long else {"always"}
        if self.settings.recent():
            rules.add("recent")
        if moved is None:
            return frozenset(rules)
        rules.add("model")
        rules |= {"back"} if moved.moment.position else set()
        rules |= {"edited"} if moved.edits else set()
        rules |= {"scope"} if self.desk.scope() else set()
        if selection.name is not None:
            rules.add("selection")
            there = moved.moment.gradients if selection.role == "gradient" else moved.moment.values
            rules |= {"value"} if selection.name in there else set()
            fresh = selection.role == "value" or selection.name in moved.moment.added
            rules |= {"element"} if fresh and selection.name in there else set()
        return frozenset(rules)

    # ---- looks --------------------------------------------------------------------------------------------

    def _setting(self, key: str) -> None:
        """Follow an answer; new words or colours reach every widget and take a moment."""
        if key in ("theme", "language"):
            self.relook()
        elif key == "layout":
            self._set_layout()
        else:
            self._set_pace()

    def _desktop_changed(self, scheme: Qt.ColorScheme) -> None:
        """Follow the desktop; where it does not say, our own colours would be taken for its."""
        if scheme != Qt.ColorScheme.Unknown:
            self._system_theme = system_theme()
            self.relook()

    def relook(self) -> None:
        """Take words, colours and motion from the settings."""
        theme = theme_of(self.settings.choice("theme"), self._system_theme)
        language = self.settings.choice("language")
        text: Text = words(system_language() if language == "system" else language)  # type: ignore[arg-type]
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(palette(theme))
            if application.styleSheet() != (style := stylesheet(theme)):  # styles every widget anew
                application.setStyleSheet(style)
        self.canvas.set_theme(theme)
        self.canvas.set_text(text)
        self.desk.set_look(text, theme)
        self._retell()
        self._set_pace()

    def _set_pace(self) -> None:
        """Take motion and speed from the settings."""
        motion = self.settings.choice("motion")
        reduced = motion == "reduced" or (motion == "system" and system_reduces_motion())
        self.canvas.set_motion(reduced=reduced, speed=self.speed or 8.0)
        self.canvas.set_follow(self.settings.flag("follow"))
        self.toolbar.set_speed(self.settings.choice("speed"), self.desk.text)

    def _retell(self) -> None:
        text, theme = self.desk.text, self.desk.theme
        self.orders.retext(text)
        self.orders.retheme(theme)
        self.toolbar.retheme(theme)
        self.menus.retext(text)
        self.docks.retext()
        self.docks.retheme()
        self.message.retext(text)
        self.coach.retheme(theme)
        self.coach.tell(text("Press {key} to take the first step", key="{key}"), "→")
        self.header.retheme()
        self.runtime.fill()
        self.refresh()

    # ---- layouts and places -------------------------------------------------------------------------------

    def _set_layout(self) -> None:
        layout = self.settings.choice("layout")
        self.docks.arrange(layout)
        self.toolbar.set_layout(layout)

    def _check_panels(self) -> None:
        for identity, dock in self.docks:
            name = f"panel_{identity}"
            self.orders[name].setChecked(not dock.isHidden())

    def _restore(self) -> None:
        room = self.screen().availableSize() - FRAME
        self.resize(SIZE.boundedTo(room))
        stored = self.settings.window("geometry")
        if stored:
            self.restoreGeometry(QByteArray.fromBase64(stored.encode()))
        self._set_layout()
        self.docks.restore(self.settings.window("docks"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.canvas.setFocus()
        if self.desk.opened is None and self.bridge.idle:
            self._show(self._samples)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.running.stop()
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.settings.keep_window(geometry=geometry, docks=self.docks.store())
        self.hide()  # at once; a kernel that still runs is waited for out of sight
        self.runtime.close()
        self.canvas.close()
        self.bridge.close(patience=5)
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            self.relook()
        elif event.type() == QEvent.Type.WindowStateChange:
            self.orders["full_screen"].setChecked(self.isFullScreen())

    # ---- dropping files -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = next((url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()), None)
        if path:
            event.acceptProposedAction()
            self.files.open(Path(path))
