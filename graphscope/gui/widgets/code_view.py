"""Code to look at: line numbers, quiet colours, the lines of the last and the next step, breakpoints beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from graphscope.gui import fonts
from graphscope.gui.widgets.code_colours import Colours
from graphscope.gui.widgets.code_gutter import SIDE, Gutter, Marks
from graphscope.view.palette import THEMES, Theme, mix

GAP = 6
"""Pixels between the gutter and the code."""
NO_BREAK = {0x2028: " ", 0x2029: " "}
"""Signs that end a line for Qt, but not for Python."""


class CodeView(QPlainTextEdit):
    """Read-only; the line of the text cursor is the one that keys mean.

    Signals:
        chosen: somebody clicked a line, or pressed Enter on it.
        stop_wanted: somebody wants a breakpoint at a line, or away from it.
        command: somebody pressed a key that means a command.
        pointed: the pointer is over a line, or over none (0).
    """

    chosen = Signal(int)
    stop_wanted = Signal(int)
    command = Signal(str)
    pointed = Signal(int)

    commands: Mapping[int, str] = {
        Qt.Key.Key_Right: "step",
        Qt.Key.Key_Left: "back",
        Qt.Key.Key_Space: "play",
    }
    """Keys that move through the run while the code has the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = THEMES["light"]
        self._marks = Marks()
        self._pressed = QPoint()
        self._over = 0
        self.tip: Callable[[int], str] = lambda _: ""
        """What a tooltip beside a line says."""
        self._colours = Colours(self)
        self.gutter = Gutter(self)
        self.setFont(fonts.number_font(fonts.SMALL))
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.viewport().setMouseTracking(True)
        self.setCursorWidth(0)
        self.setCornerWidget(QWidget())  # Qt's own has a frame
        self.setTabStopDistance(4 * QFontMetrics(self.font()).horizontalAdvance(" "))
        self.setTabChangesFocus(True)
        self.cursorPositionChanged.connect(self._colour)
        self.updateRequest.connect(self._scrolled)

    # ---- for the panel ------------------------------------------------------------------------------------

    def set_code(self, text: str) -> None:
        """Show other code, from its start."""
        self._marks = Marks()
        self.point_at(0)
        self.setPlainText(text.translate(NO_BREAK).removesuffix("\n"))
        self._fit()

    def set_marks(self, marks: Marks) -> None:
        """Mark lines."""
        if marks != self._marks:
            self._marks = marks
            self._colour()
            self.gutter.update()
            self.viewport().update()

    @property
    def marks(self) -> Marks:
        """What is marked."""
        return self._marks

    def retheme(self, theme: Theme) -> None:
        """Draw everything in the colours of a theme."""
        self._theme = theme
        self._colours.retheme(theme)
        self._colour()
        self.gutter.update()

    @property
    def theme(self) -> Theme:
        """The colours."""
        return self._theme

    @property
    def line(self) -> int:
        """The line that keys mean, from 1."""
        return self.textCursor().blockNumber() + 1

    def go_to(self, line: int) -> None:
        """Put the text cursor on a line, and show it."""
        if line != self.line or self.textCursor().hasSelection():
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                self.setTextCursor(QTextCursor(block))
        self.show_line(line)

    def show_line(self, line: int) -> None:
        """Scroll no further than is needed to see a line with some of what is around it."""
        bar, rows = self.verticalScrollBar(), self.rows
        if line - 1 < bar.value() or line > bar.value() + rows:
            bar.setValue(max(0, line - 1 - rows // 2))

    @property
    def rows(self) -> int:
        """How many whole lines are in sight."""
        return max(
            1,
            int(self.viewport().height() / max(self.blockBoundingRect(self.firstVisibleBlock()).height(), 1)),
        )

    # ---- marks ---------------------------------------------------------------------------------------------

    def _colour(self) -> None:
        """Fill the line that keys mean, and that of the step that just ran."""
        theme, marks = self._theme, self._marks
        told: list[QTextEdit.ExtraSelection] = []
        if self.hasFocus():
            told.append(self._fill(self.line, mix(theme.surface, theme.raised, 0.6)))
        if marks.here is not None:
            told.append(self._fill(marks.here, theme.backward_soft if marks.back else theme.accent_soft))
        self.setExtraSelections(told)
        self.gutter.update()

    def _fill(self, line: int, colour: str) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        made.format.setBackground(QColor(colour))
        made.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        made.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        marks = self._marks
        with QPainter(self.viewport()) as painter:
            if marks.chosen is not None:
                self._bar(painter, marks.chosen)
            if marks.ahead is not None:
                self._outline(painter, marks.ahead, back=marks.ahead_back)

    def _bar(self, painter: QPainter, line: int) -> None:
        """What is selected: a bar before the line."""
        place = self.place(line)
        painter.fillRect(0, place.top(), 2, place.height(), QColor(self._theme.positive))

    def _outline(self, painter: QPainter, line: int, *, back: bool) -> None:
        """What comes next: the outline of a line."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.ink(back=back)), 1))
        place = QRectF(self.place(line)).adjusted(3.5, 0.5, -3.5, -0.5)
        painter.drawRoundedRect(place, 4, 4)

    def ink(self, *, back: bool) -> str:
        """The colour of a phase."""
        return self._theme.backward if back else self._theme.accent

    def place(self, line: int) -> QRect:
        """Where a line is in the viewport."""
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return QRect()
        box = self.blockBoundingGeometry(block).translated(self.contentOffset())
        return QRect(0, round(box.top()), self.viewport().width(), round(box.height()))

    def line_at(self, y: int) -> int | None:
        """The line at a height of the viewport, or None below the last."""
        line = self.cursorForPosition(QPoint(0, y)).blockNumber() + 1
        place = self.place(line)
        return line if place.top() <= y <= place.bottom() else None

    # ---- mouse and keys -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        still = (event.position().toPoint() - self._pressed).manhattanLength() < 4
        line = self.line_at(event.position().toPoint().y())
        if event.button() == Qt.MouseButton.LeftButton and still and line is not None:
            self.chosen.emit(line)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.point_at(self.line_at(event.position().toPoint().y()) or 0)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point_at(0)

    def point_at(self, line: int) -> None:
        """The pointer is over a line, here or in the gutter, or over none."""
        if line != self._over:
            self._over = line
            self.pointed.emit(line)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._means(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def _means(self, event: QKeyEvent) -> Callable[[], None] | None:
        """What a key does that is not the text's own."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return lambda: self.chosen.emit(self.line)
        if event.key() == Qt.Key.Key_F9:
            return lambda: self.stop_wanted.emit(self.line)
        command = self.commands.get(event.key())
        return None if command is None else lambda: self.command.emit(command)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._means(event)
        if act is not None:
            act()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event) -> None:  # noqa: ANN001
        super().focusInEvent(event)
        self._colour()

    def focusOutEvent(self, event) -> None:  # noqa: ANN001
        super().focusOutEvent(event)
        self._colour()

    # ---- the gutter ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        there = not self.document().isEmpty()
        width = self.gutter.sizeHint().width() if there else SIDE - GAP
        self.setViewportMargins(width + GAP, 0, 0, 0)
        self.gutter.setVisible(there)
        inside = self.contentsRect()
        self.gutter.setGeometry(inside.left(), inside.top(), width, inside.height())

    def _scrolled(self, _: QRect, dy: int) -> None:
        if dy:
            self.gutter.scroll(0, dy)
        self.gutter.update()
