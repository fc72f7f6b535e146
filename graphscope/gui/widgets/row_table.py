"""Rows of words and numbers: a quiet caption on the left, what belongs to it beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from graphscope.gui import fonts
from graphscope.view.palette import THEMES, Theme

CAPTION = 112
"""Pixels that captions take at least, so that tables below each other line up."""


class RowTable(QWidget):
    """Texts in rows; they can be selected and copied.

    Args:
        numbers: whether what stands beside the captions are columns of numbers, to the right.
    """

    def __init__(self, *, numbers: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers, self._theme = numbers, THEMES["light"]
        self._labels: list[list[QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, CAPTION)
        self._grid.setColumnStretch(1, 1)

    def tell(self, rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> None:
        """Show rows, each a caption and its texts, below a head."""
        told = [tuple(head), *map(tuple, rows)] if head else list(map(tuple, rows))
        shape = [len(row) for row in told]
        if shape != [len(row) for row in self._labels]:
            self._lay_out(shape)
        for number, (labels, texts) in enumerate(zip(self._labels, told, strict=True)):
            quiet = bool(head) and number == 0
            for place, (label, text) in enumerate(zip(labels, texts, strict=True)):
                words = place == 0 or quiet
                label.setFont(fonts.text_font(fonts.SMALL) if words else fonts.number_font(fonts.SMALL))
                label.setProperty("quiet", words)
                label.setText(text)
                if place:
                    label.setAccessibleName(f"{texts[0]}: {text}")
        self.retheme(self._theme)

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        for label in (label for row in self._labels for label in row):
            label.setStyleSheet(f"color: {theme.muted if label.property('quiet') else theme.ink};")

    def texts(self) -> list[tuple[str, ...]]:
        """What is shown, row by row."""
        return [tuple(label.text() for label in row) for row in self._labels]

    def _lay_out(self, shape: Sequence[int]) -> None:
        for label in (label for row in self._labels for label in row):
            self._grid.removeWidget(label)
            label.deleteLater()
        self._labels = [
            [self._label(row, column) for column in range(wide)] for row, wide in enumerate(shape)
        ]

    def _label(self, row: int, column: int) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(column > 0 and not self._numbers)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        side = Qt.AlignmentFlag.AlignRight if self._numbers and column else Qt.AlignmentFlag.AlignLeft
        label.setAlignment(side | Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, row, column)
        return label
