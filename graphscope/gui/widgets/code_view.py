"""Code to look at: line numbers, quiet colours, the lines of the last and the next step, breakpoints beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from graphscope.gui import fonts
from graphscope.view.code.tokens import Kind, Quote, tokens
from graphscope.view.palette import THEMES, Theme, mix

DOT = 9
"""The diameter of a breakpoint in pixels."""
SIDE = 20
"""The width of the columns of breakpoints and of the signs of steps."""
GAP = 6
"""Pixels between the gutter and the code."""
NO_BREAK = {0x2028: " ", 0x2029: " "}
"""Signs that end a line for Qt, but not for Python."""
_LONG: Mapping[int, Quote] = {1: "'''", 2: '"""'}
"""The state of a line that ends inside a string."""


@dataclass(frozen=True)
class Marks:
    """What is marked beside the lines, by their numbers from 1.

    Args:
        here: the line of the step that just ran, ``sign`` its phase, ``back`` whether that is backward.
        ahead: the line of the step that comes next.
        chosen: the line of what is selected.
        stops: lines with a breakpoint; ``idle`` those whose breakpoint is switched off.
        active: lines that make something.
    """

    here: int | None = None
    sign: str = ""
    back: bool = False
    ahead: int | None = None
    ahead_sign: str = ""
    ahead_back: bool = False
    chosen: int | None = None
    stops: frozenset[int] = frozenset()
    idle: frozenset[int] = frozenset()
    active: frozenset[int] = frozenset()


class Colours(QSyntaxHighlighter):
    """Weights and greys: hues are kept for numbers, gradients and errors."""

    def __init__(self, view: QPlainTextEdit) -> None:
        super().__init__(view.document())
        self._formats: dict[Kind, QTextCharFormat] = {}

    def retheme(self, theme: Theme) -> None:
        """Write everything in the inks of a theme."""
        soft = mix(theme.ink, theme.muted, 0.7)
        inks: dict[Kind, tuple[str, QFont.Weight]] = {
            "keyword": (theme.ink, QFont.Weight.Bold),
            "definition": (theme.ink, QFont.Weight.Bold),
            "call": (theme.ink, QFont.Weight.Normal),
            "string": (soft, QFont.Weight.Normal),
            "number": (theme.ink, QFont.Weight.Normal),
            "comment": (theme.muted, QFont.Weight.Normal),
        }
        self._formats = {kind: _format(*each) for kind, each in inks.items()}
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        found, inside = tokens(text, _LONG.get(self.previousBlockState(), ""))
        for token in found:
            if token.kind in self._formats:
                self.setFormat(token.start, token.length, self._formats[token.kind])
        self.setCurrentBlockState(next((state for state, quote in _LONG.items() if quote == inside), 0))


def _format(ink: str, weight: QFont.Weight) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(ink))
    made.setFontWeight(weight)
    return made


class CodeView(QPlainTextEdit):
    """Read-only; the line of the text cursor is the one that keys mean.

    Signals:
        chosen: somebody clicked a line, or pressed Enter on it.
        stop_wanted: somebody wants a breakpoint at a line, or away from it.
        command: somebody pressed a key that means a command.
    """

    chosen = Signal(int)
    stop_wanted = Signal(int)
    command = Signal(str)

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


class Gutter(QWidget):
    """Beside the code: breakpoints to click on, numbers, and the signs of steps."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view
        self._over: int | None = None
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        digits = max(2, len(str(self._view.blockCount())))
        wide = QFontMetrics(self._view.font()).horizontalAdvance("0") * digits
        return QSize(SIDE + 2 + wide + SIDE, 0)

    # ---- mouse ---------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._view.line_at(event.position().toPoint().y())
        if event.button() == Qt.MouseButton.LeftButton and line is not None:
            self._view.stop_wanted.emit(line)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._view.line_at(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, line: int | None) -> None:
        if line != self._over:
            self._over = line
            stops = line in self._view.marks.active
            self.setCursor(Qt.CursorShape.PointingHandCursor if stops else Qt.CursorShape.ArrowCursor)
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            line = self._view.line_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self._view.tip(line) if line is not None else "", self)
            return True
        return super().event(event)

    # ---- painting ------------------------------------------------------------------------------------------

    def paintEvent(self, _: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self._view.font())
            block = self._view.firstVisibleBlock()
            while block.isValid():
                place = self._view.place(block.blockNumber() + 1)
                if place.top() > self.height():
                    break
                self._paint_line(painter, block, place)
                block = block.next()

    def _paint_line(self, painter: QPainter, block: QTextBlock, place: QRect) -> None:
        line, marks, theme = block.blockNumber() + 1, self._view.marks, self._view.theme
        self._paint_stop(painter, line, place)
        near = line in (marks.here, marks.chosen)
        ink = theme.ink if near else theme.muted if line in marks.active else theme.faint
        painter.setPen(QColor(ink))
        numbers = QRect(SIDE + 2, place.top(), self.width() - 2 * SIDE - 2, place.height())
        painter.drawText(numbers, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line))
        signs = QRect(self.width() - SIDE, place.top(), SIDE, place.height())
        if line == marks.here:
            painter.setPen(QColor(self._view.ink(back=marks.back)))
            painter.drawText(signs, Qt.AlignmentFlag.AlignCenter, marks.sign)
        elif line == marks.ahead:
            painter.setPen(QColor(self._view.ink(back=marks.ahead_back)))
            painter.drawText(signs, Qt.AlignmentFlag.AlignCenter, marks.ahead_sign)

    def _paint_stop(self, painter: QPainter, line: int, place: QRect) -> None:
        """A breakpoint is a red dot, hollow where it is switched off; a faint ring says that there can be one."""
        marks, theme = self._view.marks, self._view.theme
        hover = line == self._over and line in marks.active
        if line not in marks.stops | marks.idle and not hover:
            return
        set_here = line in marks.stops | marks.idle
        painter.setPen(QPen(QColor(theme.alarm if set_here else theme.faint), 1.5))
        painter.setBrush(QColor(theme.alarm) if line in marks.stops else Qt.BrushStyle.NoBrush)
        middle = QRectF(place).center()
        painter.drawEllipse(QRectF((SIDE - DOT) / 2, middle.y() - DOT / 2, DOT, DOT))
