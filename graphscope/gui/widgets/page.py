"""A page of words and mathematics that can be selected, copied and clicked, and never scrolls by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from PySide6.QtCore import QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from graphscope.gui import fonts
from graphscope.gui.canvas.painting import plain as printable
from graphscope.gui.theme import highlight
from graphscope.gui.widgets.copying import plain_copy
from graphscope.gui.widgets.equation import plain, together, wrapped
from graphscope.view.notation import Span, SpanKind
from graphscope.view.palette import THEMES, Theme

MARGIN = 16
HANG = 24
"""Pixels by which the lines of an equation after its first are moved in."""
FEWEST = 16
"""Characters that a line is taken to have room for, however narrow it is."""
LEADING = 142
"""Percent of a line's height from one line to the next."""

_PERCENT = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


class Page(QTextBrowser):
    """Words and equations, written from the top; names in them can be clicked.

    Signals:
        clicked: the key of a name or of a link.
        reflowed: a line has room for more or fewer characters, so what is written may be broken elsewhere.
    """

    clicked = Signal(str)
    reflowed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = THEMES["light"]
        self._first = True
        self._columns = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(MARGIN)
        self.anchorClicked.connect(lambda url: self.clicked.emit(url.toString()))
        self.highlighted.connect(self._hovered)

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme for what is written from now on."""
        self._theme = theme

    def begin(self) -> None:
        """Start an empty page."""
        self.setExtraSelections([])
        self.clear()
        self._first = True

    def plain_text(self) -> str:
        """All of the page as text."""
        return plain(self.toPlainText())

    # ---- writing -----------------------------------------------------------------------------------------

    def title(self, told: str, *, gap: int = 0) -> None:
        """What the page is about."""
        self._block(gap, right=32, leading=125)
        self._write(told, self._format(fonts.text_font(17, QFont.Weight.DemiBold), self._theme.ink))

    def heading(self, told: str) -> None:
        """The name of a section, in small capitals."""
        font = fonts.text_font(11, QFont.Weight.DemiBold)
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 108)
        self._block(24)
        self._write(told, self._format(font, self._theme.muted))

    def words(self, told: str, *, gap: int = 8) -> None:
        """A sentence."""
        self._block(gap)
        self._write(told, self._format(fonts.text_font(14), self._theme.ink))

    def note(self, told: str, *, gap: int = 4, key: str = "", ink: str = "") -> None:
        """A quiet remark; a link where it has a key."""
        self._block(gap, right=32 if self._first else 0)
        kind = self._format(fonts.text_font(fonts.SMALL), ink or self._theme.muted)
        if key:
            self._anchor(kind, key, underline=True)
        self._write(told, kind)

    def mathematics(
        self, spans: Sequence[Span], keys: Sequence[str], *, gap: int = 8, indent: int = 0
    ) -> None:
        """An equation; what it has no room for goes to further lines, moved in.

        Args:
            keys: for each span what `clicked` tells, or "".
            indent: pixels by which all of it is moved in.
        """
        self._block(gap, left=indent + HANG, first=-HANG)
        shown = [replace(span, text=printable(span.text)) for span in spans]
        room = self._columns - ceil((indent + HANG) / self._advance())
        for span, key in zip(wrapped(shown, max(room, FEWEST)), keys, strict=True):
            kind = self._look(span.kind)
            if key:
                self._anchor(kind, key)
            self._end().insertText(span.text, kind)

    def _advance(self) -> float:
        return QFontMetricsF(fonts.number_font(fonts.BASE)).horizontalAdvance("0")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Room is kept for the scroll bar, so that its coming and going breaks no line elsewhere.
        inner = self.width() - 2 * MARGIN - self.verticalScrollBar().sizeHint().width()
        columns = int(inner / self._advance())
        if columns != self._columns:
            self._columns = columns
            self.reflowed.emit()

    def _look(self, kind: SpanKind) -> QTextCharFormat:
        theme = self._theme
        weight = QFont.Weight.Bold if kind == "result" else QFont.Weight.Normal
        ink = {"gradient": theme.backward, "shape": theme.muted, "operator": theme.muted}.get(kind, theme.ink)
        return self._format(fonts.number_font(fonts.SMALL if kind == "shape" else fonts.BASE, weight), ink)

    def _format(self, font: QFont, ink: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setFont(font)
        made.setForeground(QBrush(QColor(ink)))
        return made

    def _anchor(self, kind: QTextCharFormat, key: str, *, underline: bool = False) -> None:
        kind.setAnchor(True)
        kind.setAnchorHref(key)
        kind.setFontUnderline(underline)

    def _block(
        self, gap: int, *, left: int = 0, first: int = 0, right: int = 0, leading: int = LEADING
    ) -> None:
        made = QTextBlockFormat()
        made.setTopMargin(0 if self._first else gap)
        made.setLeftMargin(left)
        made.setRightMargin(right)
        made.setTextIndent(first)
        made.setLineHeight(leading, _PERCENT)
        cursor = self._end()
        cursor.setBlockFormat(made) if self._first else cursor.insertBlock(made)
        self._first = False

    def _write(self, told: str, kind: QTextCharFormat) -> None:
        """Plain text: names come from files and may hold anything."""
        self._end().insertText(together(printable(told)), kind)

    def _end(self) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        return cursor

    # ---- reading -----------------------------------------------------------------------------------------

    def _hovered(self, url: QUrl) -> None:
        """Light up every place that stands for the same number."""
        key = url.toString()
        self.setExtraSelections([self._lit(start, end) for start, end in self._places(key)] if key else [])

    def _places(self, key: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        block = self.document().begin()
        while block.isValid():
            pieces = block.begin()
            while not pieces.atEnd():
                piece = pieces.fragment()
                if piece.charFormat().anchorHref() == key:
                    found.append((piece.position(), piece.position() + piece.length()))
                pieces += 1
            block = block.next()
        return found

    def _lit(self, start: int, end: int) -> QTextEdit.ExtraSelection:
        lit = QTextEdit.ExtraSelection()
        lit.cursor = QTextCursor(self.document())  # type: ignore[attr-defined]
        lit.cursor.setPosition(start)  # type: ignore[attr-defined]
        lit.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)  # type: ignore[attr-defined]
        lit.format.setBackground(QColor(highlight(self._theme)))  # type: ignore[attr-defined]
        return lit

    def createMimeDataFromSelection(self) -> QMimeData:
        return plain_copy(super().createMimeDataFromSelection())
