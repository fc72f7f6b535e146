"""A slider for each axis of an array beyond its last two: which plane of it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from graphscope.gui import fonts
from graphscope.view.palette import THEMES, Theme
from graphscope.view.text import Text


class AxisSliders(QWidget):
    """Sliders for the axes before the last two.

    Signals:
        moved: another plane was chosen by the user.
    """

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = THEMES["light"]
        self._text = Text("en")
        self._sizes: tuple[int, ...] = ()
        self._names: tuple[str, ...] = ()
        self._rows: list[tuple[QLabel, QSlider, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._quiet = False

    @property
    def plane(self) -> tuple[int, ...]:
        """The index on each axis before the last two."""
        return tuple(slider.value() for _, slider, _ in self._rows[: len(self._sizes)])

    def set_shape(self, shape: Sequence[int], names: Sequence[str] = ()) -> None:
        """For an array of this shape, whose axes may have names."""
        sizes, names = tuple(shape[:-2]), tuple(names)
        if (sizes, names) == (self._sizes, self._names):
            return
        self._sizes, self._names = sizes, names
        while len(self._rows) < len(sizes):
            self._add()
        self._quiet = True
        for place, row in enumerate(self._rows):
            for widget in row:
                widget.setVisible(place < len(sizes))
            row[1].setRange(0, sizes[place] - 1 if place < len(sizes) else 0)
        self._quiet = False
        self.setVisible(bool(sizes))
        self._tell()

    def set_plane(self, plane: Sequence[int]) -> None:
        """Show a plane without telling so."""
        self._quiet = True
        for index, (_, slider, _) in zip(plane, self._rows, strict=False):
            slider.setValue(index)
        self._quiet = False
        self._tell()

    def retext(self, text: Text) -> None:
        """Speak another language."""
        self._text = text
        self._tell()

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        for name, _, count in self._rows:
            name.setStyleSheet(f"color: {theme.muted};")
            count.setStyleSheet(f"color: {theme.ink};")

    def _add(self) -> None:
        name, slider, count = QLabel(), QSlider(Qt.Orientation.Horizontal), QLabel()
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setFont(fonts.text_font(fonts.SMALL))
        count.setFont(fonts.number_font(fonts.SMALL))
        slider.setPageStep(1)
        slider.valueChanged.connect(self._changed)
        for column, widget in enumerate((name, slider, count)):
            self._grid.addWidget(widget, len(self._rows), column)
        self._rows.append((name, slider, count))
        self.retheme(self._theme)

    def _changed(self) -> None:
        self._tell()
        if not self._quiet:
            self.moved.emit()

    def _tell(self) -> None:
        for axis, size in enumerate(self._sizes):
            name, slider, count = self._rows[axis]
            told = self._names[axis] if axis < len(self._names) else self._text("axis {n}", n=axis)
            name.setText(told)
            count.setText(f"{slider.value()} / {size - 1}")
            slider.setAccessibleName(self._text("Plane along {axis}", axis=told))
            slider.setAccessibleDescription(count.text())
