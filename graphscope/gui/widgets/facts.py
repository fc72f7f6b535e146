"""Facts in columns: a quiet caption above each, in the font of numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from graphscope.gui import fonts
from graphscope.view.palette import THEMES, Theme

COLUMNS = 4


class Facts(QWidget):
    """Captions and what they stand for; texts can be selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = THEMES["light"]
        self._told: tuple[tuple[str, str], ...] = ()
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(0)

    def tell(self, told: Sequence[tuple[str, str]], *, alarms: Sequence[str] = ()) -> None:
        """Show facts as (caption, text); those whose caption is among the alarms stand out."""
        self._told = tuple(told)
        while len(self._labels) < len(told):
            self._add()
        for place, (caption, text) in enumerate(self._labels):
            shown = place < len(told)
            caption.setVisible(shown)
            text.setVisible(shown)
            if shown:
                caption.setText(told[place][0])
                text.setText(told[place][1])
                text.setAccessibleName(f"{told[place][0]}: {told[place][1]}")
                alarm = told[place][0] in alarms
                text.setStyleSheet(f"color: {self._theme.alarm if alarm else self._theme.ink};")

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        for caption, text in self._labels:
            caption.setStyleSheet(f"color: {theme.muted};")
            text.setStyleSheet(f"color: {theme.ink};")

    def _add(self) -> None:
        row, column = divmod(len(self._labels), COLUMNS)
        caption, text = QLabel(), QLabel()
        caption.setFont(fonts.text_font(11))
        caption.setStyleSheet(f"color: {self._theme.muted};")
        text.setFont(fonts.number_font(fonts.SMALL))
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        caption.setContentsMargins(0, 8 if row else 0, 0, 0)
        for line, label in enumerate((caption, text)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._grid.addWidget(label, 2 * row + line, column)
        self._labels.append((caption, text))
