"""The table of names of an expression: what each stands for, its shape and its data, edited in place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from textwrap import wrap

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionFrame,
    QToolTip,
    QWidget,
)

from graphscope.gui import fonts
from graphscope.gui.dialogs.controls import ChoiceBox
from graphscope.gui.widgets.tip import tip
from graphscope.model.expression import ROLES, Cell, Declaration, Leaf
from graphscope.view.palette import Theme
from graphscope.view.text import Text

HEADINGS = ("Name", "Role", "Shape", "Data")
_LONGEST = 2000
"""So many characters of guessed data can be read."""
EDGE = 2
"""Pixels that Qt leaves free left and right of what is typed."""
WIDE, LINES = 80, 16
"""Characters in a line of a tip, and how many lines it has at most."""


class Field(QLineEdit):
    """One cell; what is guessed stands in it as long as nothing is typed.

    What does not fit ends in an ellipsis while one does not type in it, and is told in a tip.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFont(fonts.number_font())

    @property
    def whole(self) -> str:
        """All that it says, or that is guessed."""
        return self.text() or self.placeholderText()

    @property
    def shown(self) -> str:
        """What there is room for."""
        return self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, self._room().width())

    def _option(self) -> QStyleOptionFrame:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        return option

    def _room(self) -> QRect:
        part = QStyle.SubElement.SE_LineEditContents
        inner = self.style().subElementRect(part, self._option(), self)
        return inner.adjusted(EDGE, 0, -EDGE, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus() or not self.text() or self.shown == self.whole:
            super().paintEvent(event)
            return
        with QPainter(self) as painter:
            self.style().drawPrimitive(
                QStyle.PrimitiveElement.PE_PanelLineEdit, self._option(), painter, self
            )
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            painter.drawText(self._room(), Qt.AlignmentFlag.AlignVCenter, self.shown)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            lines = wrap(self.whole, WIDE, max_lines=LINES, placeholder=" …")
            cut = self.shown != self.whole
            QToolTip.showText(event.globalPos(), tip((self.accessibleName(), *lines)) if cut else "", self)
            return True
        return super().event(event)


@dataclass(frozen=True, eq=False)
class _Row:
    """The widgets of one name."""

    name: QLabel
    role: ChoiceBox
    shape: Field
    data: Field

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return (self.name, self.role, self.shape, self.data)


class NameTable(QScrollArea):
    """Keeps what was typed for a name also while the expression lacks it.

    Signals:
        changed: something was typed or chosen.
    """

    changed = Signal()

    def __init__(self, theme: Theme, text: Text, rows: tuple[Declaration, ...]) -> None:
        super().__init__()
        self._theme, self._text = theme, text
        self._typed = {row.name: row for row in rows}
        self._brought = set(self._typed)
        """Names whose row came with an example and was not touched."""
        self._rows: dict[str, _Row] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("names")
        page.setStyleSheet(f"#names {{ background: {theme.surface}; }}")
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(3, 1)
        for column, told in enumerate(HEADINGS):
            self._grid.addWidget(self._heading(told), 0, column)
        self.setWidget(page)

    def _heading(self, told: str) -> QLabel:
        label = QLabel(self._text(told))
        label.setFont(fonts.text_font(fonts.SMALL))
        label.setStyleSheet(f"color: {self._theme.muted};")
        return label

    # ---- what is in it ------------------------------------------------------------------------------------

    def rows(self) -> tuple[Declaration, ...]:
        """What was typed, name by name, those out of sight included."""
        return tuple(self._typed.values())

    def forget_but(self, names: Collection[str]) -> None:
        """Drop what an example brought for names that are no longer written: typed anew, they are others."""
        for name in self._brought - set(names):
            self._brought.discard(name)
            self._typed.pop(name, None)
            if name in self._rows:
                self._rows[name].shape.clear()
                self._rows[name].data.clear()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab goes, row by row."""
        return tuple(widget for row in self._rows.values() for widget in row.widgets[1:])

    def show_leaves(self, leaves: tuple[Leaf, ...]) -> None:
        """Show these names, and what is guessed of them."""
        for name in [name for name in self._rows if all(leaf.name != name for leaf in leaves)]:
            for widget in self._rows.pop(name).widgets:
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        for place, leaf in enumerate(leaves, 1):
            row = self._rows.pop(leaf.name, None) or self._made(leaf.name)
            self._rows[leaf.name] = row  # in the order of reading
            for column, widget in enumerate(row.widgets):
                self._grid.addWidget(widget, place, column)
                widget.show()  # at once, so that Tab finds it
            self._tell(row, leaf)
        self._grid.setRowStretch(len(leaves) + 1, 1)
        for place in range(1, len(leaves) + 1):
            self._grid.setRowStretch(place, 0)

    def _made(self, name: str) -> _Row:
        label = QLabel(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(fonts.number_font(14, QFont.Weight.DemiBold))
        label.setMinimumWidth(36)
        row = _Row(label, ChoiceBox(self._theme), Field(), Field())
        for role, title in ROLES.items():
            row.role.addItem(self._text.tell(title), role)
        row.shape.setMaximumWidth(112)
        row.shape.setMinimumWidth(88)
        typed = self._typed.get(name) or Declaration(name)
        row.shape.setText(typed.shape)
        row.data.setText(typed.data)
        row.data.setCursorPosition(0)
        for widget, told in zip(row.widgets[1:], HEADINGS[1:], strict=True):
            widget.setObjectName(f"{told.lower()} {name}")
            widget.setAccessibleName(self._text("{column} of {name}", column=self._text(told), name=name))
        row.role.activated.connect(lambda _: self._chosen(name, row))
        row.shape.textEdited.connect(lambda _: self._edited(name, row))
        row.data.textEdited.connect(lambda _: self._edited(name, row))
        return row

    def _tell(self, row: _Row, leaf: Leaf) -> None:
        """What is guessed, in the hints of the empty cells."""
        row.role.setCurrentIndex(row.role.findData(leaf.role))
        row.shape.setPlaceholderText(leaf.shape_text)
        told = leaf.data.text
        row.data.setPlaceholderText(told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…")

    def _chosen(self, name: str, row: _Row) -> None:
        self._brought.discard(name)
        typed = self._typed.get(name) or Declaration(name)
        self._typed[name] = Declaration(name, str(row.role.currentData()), typed.shape, typed.data)
        self.changed.emit()

    def _edited(self, name: str, row: _Row) -> None:
        self._brought.discard(name)
        typed = self._typed.get(name) or Declaration(name)
        self._typed[name] = Declaration(name, typed.role, row.shape.text(), row.data.text())
        self.changed.emit()

    # ---- mistakes -----------------------------------------------------------------------------------------

    def mark(self, cell: Cell | None) -> None:
        """Give a cell a red border, or none."""
        for name, row in self._rows.items():
            for column, widget in (("shape", row.shape), ("data", row.data)):
                wrong = cell == Cell(name, column)
                widget.setStyleSheet(f"border-color: {self._theme.alarm};" if wrong else "")
