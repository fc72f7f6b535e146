"""The rows of a list to choose from: icon, title with the letters that were asked for, note, and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from graphscope.gui import fonts
from graphscope.gui.dialogs import caps
from graphscope.gui.theme import highlight
from graphscope.view.palette import Theme

Index = QModelIndex | QPersistentModelIndex
HEIGHT = 36
GAP = 12
ICON = 18
ROW = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, eq=False)
class Row:
    """One thing to choose.

    Args:
        title: what it is called; ``places`` are the characters that were asked for.
        note: quiet words after the title; of a row that is not possible, why.
        lead: a short sign or number before the title, where there is no icon.
        tail: quiet words at the right.
        keys: key caps at the right.
        opens: whether a thin line above it says that another kind of rows begins.
        act: what choosing it does.
    """

    title: str
    act: Callable[[], None]
    note: str = ""
    lead: str = ""
    tail: str = ""
    keys: tuple[str, ...] = ()
    icon: QIcon | None = None
    places: tuple[int, ...] = ()
    possible: bool = True
    opens: bool = False

    @property
    def spoken(self) -> str:
        """The row as a screen reader tells it."""
        parts = (self.lead, self.title, self.note, self.tail, *self.keys)
        return ", ".join(part for part in parts if part)


class Rows(QAbstractListModel):
    """Rows for a list view."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: int) -> Row:
        return self._rows[place]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        return row.spoken if role == Qt.ItemDataRole.AccessibleTextRole else None


class RowPainter(QStyledItemDelegate):
    """Draws rows in the colours of a theme."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        area = QRectF(option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, area, option.state, opens=row.opens)  # type: ignore[attr-defined]
        inner = area.adjusted(GAP, 0, -GAP, 0)
        inner.setLeft(self._lead(painter, row, inner))
        inner.setRight(self._tail(painter, row, inner))
        inner.setLeft(self._title(painter, row, inner))
        self._write(painter, inner, row.note, fonts.text_font(fonts.SMALL), self._theme.muted)
        painter.restore()

    def _ground(self, painter: QPainter, area: QRectF, state: QStyle.StateFlag, *, opens: bool) -> None:
        theme = self._theme
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if opens:
            painter.setPen(QColor(theme.line))
            painter.drawLine(area.topLeft(), area.topRight())
        if not chosen and not state & QStyle.StateFlag.State_MouseOver:
            return
        edged = chosen and theme.name == "contrast"
        painter.setPen(QPen(QColor(theme.ink), 1.5) if edged else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(highlight(theme) if chosen else theme.raised))
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 8, 8)

    def _lead(self, painter: QPainter, row: Row, area: QRectF) -> float:
        """The icon or sign; returns where the title begins."""
        if row.icon is not None:
            place = QRectF(area.left(), area.center().y() - ICON / 2, ICON, ICON)
            mode = QIcon.Mode.Normal if row.possible else QIcon.Mode.Disabled
            row.icon.paint(painter, place.toRect(), Qt.AlignmentFlag.AlignCenter, mode)
            return place.right() + GAP
        if not row.lead:
            return area.left()
        font = fonts.number_font(fonts.SMALL)
        wide = max(float(ICON), QFontMetricsF(font).horizontalAdvance(row.lead))
        place = QRectF(area.left(), area.top(), wide, area.height())
        self._write(painter, place, row.lead, font, self._theme.muted, Qt.AlignmentFlag.AlignRight)
        return place.right() + GAP

    def _tail(self, painter: QPainter, row: Row, area: QRectF) -> float:
        """Keys and words at the right; returns where the middle ends."""
        right = area.right()
        if row.keys:
            right -= caps.width(row.keys)
            caps.draw(
                painter, row.keys, QPointF(right, area.center().y()), self._theme, faint=not row.possible
            )
            right -= GAP
        if row.tail:
            font = fonts.number_font(fonts.SMALL)
            place = QRectF(area.left(), area.top(), right - area.left(), area.height())
            self._write(painter, place, row.tail, font, self._theme.muted, Qt.AlignmentFlag.AlignRight)
            right -= QFontMetricsF(font).horizontalAdvance(row.tail) + GAP
        return right

    def _title(self, painter: QPainter, row: Row, area: QRectF) -> float:
        """The title, the letters that were asked for heavier; returns where the note begins."""
        ink = self._theme.ink if row.possible else self._theme.faint
        left = area.left()
        for asked, run in groupby(enumerate(row.title), key=lambda pair: pair[0] in row.places):
            told = "".join(character for _, character in run)
            font = fonts.text_font(fonts.BASE, QFont.Weight.DemiBold if asked else QFont.Weight.Normal)
            self._write(
                painter, QRectF(left, area.top(), area.right() - left, area.height()), told, font, ink
            )
            left += QFontMetricsF(font).horizontalAdvance(told)
            if left > area.right():
                break
        return min(left, area.right()) + GAP

    def _write(
        self,
        painter: QPainter,
        area: QRectF,
        told: str,
        font: QFont,
        ink: str,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        if not told or area.width() < ICON:
            return
        painter.setFont(font)
        painter.setPen(QColor(ink))
        shown = QFontMetricsF(font).elidedText(told, Qt.TextElideMode.ElideRight, area.width() + 1)
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
