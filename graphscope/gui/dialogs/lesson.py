"""The lesson of a sample, set like a page of a book beside the run that it talks about."""

from __future__ import annotations

import re

from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QDesktopServices,
    QFont,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout

from graphscope.app import samples
from graphscope.app.samples import Sample
from graphscope.gui import fonts
from graphscope.gui.desk import Desk
from graphscope.gui.dialogs.sheet import Sheet
from graphscope.gui.widgets.copying import plain_copy
from graphscope.gui.widgets.equation import HARD, plain, together
from graphscope.view.palette import Theme
from graphscope.view.text import Text

COLUMN = 600
"""A line of about 80 characters, which the eye finds its way back from."""
MARGIN = 32
SIZES = {1: 24, 2: 17, 3: 15}
"""Pixels of headings, by level."""
WORDS = 15
LEADING = 150
"""Percent of a line's height from one line to the next."""


def sample_of(desk: Desk) -> Sample | None:
    """The sample that is open, or None."""
    source = desk.opened.request.source if desk.opened is not None else None
    return samples.find(source) if isinstance(source, str) else None


class Lesson(Sheet):
    """Follows the sample that is open; a model without a lesson leaves the last one where it is."""

    SIZE = QSize(720, 800)
    DIMS = False

    def __init__(self, desk: Desk, window: object) -> None:
        self._sample = sample_of(desk)
        super().__init__(desk, window)  # type: ignore[arg-type]
        desk.opened_changed.connect(self._follow)

    def _follow(self) -> None:
        found = sample_of(self.desk)
        if found is not None and found != self._sample:
            self._sample = found
            self._refill()

    def fill(self, text: Text) -> None:
        if self._sample is None:
            return
        name = self._sample.title[text.language]
        self.setWindowTitle(text("Lesson: {title}", title=name))
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        page = LessonPage()
        page.setObjectName("lesson")
        page.setAccessibleName(text("Lesson: {title}", title=name))
        page.write(self._sample.lesson(text.language), self.desk.theme)
        column.addWidget(page)
        page.setFocus()


class LessonPage(QTextBrowser):
    """A column of text in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.anchorClicked.connect(_follow_link)

    def write(self, markdown: str, theme: Theme) -> None:
        """Show a text in the colours of a theme."""
        document = self.document()
        document.setMarkdown(unbroken(markdown), QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        document.setDocumentMargin(MARGIN)
        document.setIndentWidth(24)
        typeset(document, theme)
        self._centre()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def toPlainText(self) -> str:
        return plain(super().toPlainText())

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied can be pasted anywhere: without the signs that only hold a line together."""
        return plain_copy(super().createMimeDataFromSelection())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._centre()

    def _centre(self) -> None:
        """Keep the column as wide as is good to read, in the middle."""
        frame = self.document().rootFrame()
        shape = frame.frameFormat()
        aside = max(MARGIN, (self.viewport().width() - COLUMN) / 2)
        if shape.leftMargin() != aside:
            shape.setLeftMargin(aside)
            shape.setRightMargin(aside)
            frame.setFrameFormat(shape)


def _follow_link(url: QUrl) -> None:
    """Pages of the web open in the user's own browser; other links lead nowhere in a lesson."""
    if url.scheme() in ("http", "https"):
        QDesktopServices.openUrl(url)


def unbroken(markdown: str) -> str:
    """The same with derivatives such as ``∂L/∂x = 7`` kept on one line."""
    return re.sub(r"`[^`\n]*∂[^`\n]*`", lambda found: _glued(found[0]), markdown)


def _glued(code: str) -> str:
    return together(code).replace(" ", HARD)


# ---- setting the text -------------------------------------------------------------------------------------


def typeset(document: QTextDocument, theme: Theme) -> None:
    """Give a document from Markdown the program's own fonts, distances and colours."""
    block = document.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        _space(block, level)
        _letters(block, level, theme)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _table(frame, theme)


def _space(block: QTextBlock, level: int) -> None:
    made = QTextBlockFormat()
    in_table = QTextCursor(block).currentTable() is not None
    leading = 115 if in_table or level else LEADING
    made.setLineHeight(leading, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    listed = block.textList() is not None
    first = block.blockNumber() == 0
    made.setTopMargin(0 if first or in_table else 28 if level == 2 else 4 if listed else 10)
    made.setBottomMargin(0 if in_table else 4)
    QTextCursor(block).mergeBlockFormat(made)


def _letters(block: QTextBlock, level: int, theme: Theme) -> None:
    pieces = []
    walk = block.begin()
    while not walk.atEnd():
        fragment = walk.fragment()
        pieces.append((fragment.position(), fragment.length(), fragment.charFormat()))
        walk += 1
    for start, length, before in pieces:
        cursor = QTextCursor(block)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(_letter(before, level, theme))


def _letter(before: QTextCharFormat, level: int, theme: Theme) -> QTextCharFormat:
    made = QTextCharFormat()
    strong = level > 0 or before.fontWeight() > QFont.Weight.Medium
    weight = QFont.Weight.DemiBold if strong else QFont.Weight.Normal
    if before.fontFixedPitch():
        font = fonts.number_font(WORDS - 1, QFont.Weight.Bold if strong else QFont.Weight.Normal)
        made.setBackground(QBrush(QColor(theme.accent_soft)))
    else:
        font = fonts.text_font(SIZES.get(level, WORDS), weight)
    font.setItalic(before.fontItalic())
    made.setFont(font)
    made.setForeground(QBrush(QColor(theme.positive if before.isAnchor() else theme.ink)))
    return made


def _table(table: QTextTable, theme: Theme) -> None:
    """Lines between the rows, and room to breathe."""
    shape = table.format()
    shape.setBorder(1)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(QBrush(QColor(theme.line)))
    shape.setBorderCollapse(True)
    shape.setCellPadding(7)
    shape.setCellSpacing(0)
    shape.setTopMargin(12)
    shape.setBottomMargin(12)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(shape)
