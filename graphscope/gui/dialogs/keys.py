"""Every key and what it does, by menu."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QHeaderView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from graphscope.app.command import MENUS, Command, commands, readable
from graphscope.gui import fonts
from graphscope.gui.dialogs import caps
from graphscope.gui.dialogs.palette import title as command_title
from graphscope.gui.dialogs.rows import Index
from graphscope.gui.dialogs.sheet import GAP, MARGIN, Sheet, buttons, quiet, title
from graphscope.gui.theme import highlight
from graphscope.view.palette import Theme
from graphscope.view.text import Text

HEIGHT, HEAD = 48, 44
TIP = Qt.ItemDataRole.UserRole
KEYS = Qt.ItemDataRole.UserRole + 1
COMMAND, GRAPH, EVERYWHERE = 0, 1, 2


class KeysSheet(Sheet):
    """The commands that have keys."""

    SIZE = QSize(944, 760)
    DIMS = False

    def fill(self, text: Text) -> None:
        self.setWindowTitle(text("Keys"))
        column = QVBoxLayout(self.body)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, GAP)
        column.setSpacing(GAP)
        column.addWidget(title(text("Keys")))
        told = text(
            "The keys of the middle column work where the graph, the explanation or the timeline has the "
            "focus. They mean the key at that place of the keyboard, under a Korean input method too."
        )
        column.addWidget(quiet(told, self.desk.theme.muted))
        column.addWidget(self._table(text), 1)
        close = QPushButton(text("Close"))
        close.setObjectName("close")
        close.setDefault(True)
        close.clicked.connect(self.close)
        column.addLayout(buttons(close))

    def _table(self, text: Text) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setObjectName("keys")
        tree.setAccessibleName(text("Keys"))
        tree.setHeaderLabels([text("Command"), text("In the graph"), text("Everywhere")])
        tree.setItemDelegate(KeyPainter(self.desk.theme, tree))
        tree.setRootIsDecorated(False)
        tree.setIndentation(0)
        line = self.desk.theme.line
        tree.setStyleSheet(
            f"QTreeView {{ border-radius: 12px; border: 1px solid {line}; padding: 8px; }}"
            "QTreeView::item:hover { background: transparent; } QHeaderView::section { padding: 4px 4px 8px 12px; }"
        )
        for menu in MENUS:
            listed = [each for each in commands() if each.menu == menu and each.shown_keys]
            if listed:
                self._section(tree, text(menu), listed, text)
        tree.expandAll()
        tree.header().setSectionResizeMode(COMMAND, QHeaderView.ResizeMode.Stretch)
        wide = [caps.width(_readable(keys)) for each in commands() for keys in (each.canvas_keys, each.keys)]
        for side in (GRAPH, EVERYWHERE):
            tree.header().setSectionResizeMode(side, QHeaderView.ResizeMode.Fixed)
            tree.header().resizeSection(side, int(max(wide)) + 24)
        tree.header().setStretchLastSection(False)
        if (first := tree.topLevelItem(0)) is not None:
            tree.setCurrentItem(first)
        tree.setFocus()
        return tree

    def _section(self, tree: QTreeWidget, menu: str, listed: list[Command], text: Text) -> None:
        head = QTreeWidgetItem(tree, [menu])
        head.setFirstColumnSpanned(True)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        for each in listed:
            graph, everywhere = _readable(each.canvas_keys), _readable(each.keys)
            words = [command_title(each, text), ", ".join(graph), ", ".join(everywhere)]
            item = QTreeWidgetItem(head, words)
            item.setData(COMMAND, TIP, text(each.tip))
            item.setData(GRAPH, KEYS, graph)
            item.setData(EVERYWHERE, KEYS, everywhere)
            item.setData(COMMAND, Qt.ItemDataRole.AccessibleDescriptionRole, text(each.tip))


def _readable(keys: tuple[str, ...]) -> list[str]:
    return [readable(key) for key in keys]


class KeyPainter(QStyledItemDelegate):
    """Draws a command in two lines, keys as caps, and the heading of a menu."""

    def __init__(self, theme: Theme, parent: QTreeWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, HEIGHT if index.parent().isValid() else HEAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area, theme = QRectF(option.rect), self._theme  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not index.parent().isValid():
            self._head(painter, area, str(index.data()))
        else:
            if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
                painter.fillRect(area, QColor(highlight(theme)))
            painter.setPen(QPen(QColor(theme.raised if theme.name != "contrast" else theme.line), 1))
            painter.drawLine(area.bottomLeft(), area.bottomRight())
            if index.column() == COMMAND:
                self._words(painter, area.adjusted(12, 6, -12, -6), index)
            else:
                caps.draw(painter, index.data(KEYS), QPointF(area.left() + 12, area.center().y()), theme)
        painter.restore()

    def _head(self, painter: QPainter, area: QRectF, told: str) -> None:
        painter.setFont(fonts.text_font(fonts.LARGE, QFont.Weight.DemiBold))
        painter.setPen(QColor(self._theme.ink))
        painter.drawText(area.adjusted(12, 0, 0, -8), Qt.AlignmentFlag.AlignBottom, told)

    def _words(self, painter: QPainter, area: QRectF, index: Index) -> None:
        painter.setFont(fonts.text_font(fonts.BASE, QFont.Weight.Medium))
        painter.setPen(QColor(self._theme.ink))
        painter.drawText(area, Qt.AlignmentFlag.AlignTop, str(index.data()))
        painter.setFont(fonts.text_font(fonts.SMALL))
        painter.setPen(QColor(self._theme.muted))
        metrics = painter.fontMetrics()
        tip = metrics.elidedText(str(index.data(TIP)), Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom, tip)
