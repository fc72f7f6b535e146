"""A matrix as coloured cells, with its numbers in them where there is room; a click selects one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from graphscope.gui.widgets import heat_painting as painting
from graphscope.gui.widgets.heat_painting import Grid
from graphscope.view.palette import THEMES, Theme

Cell = tuple[int, int]
NARROWEST, WIDEST = 3.0, 72.0
TALLEST = 28.0
"""Of a cell that shows a number; smaller cells are square."""
LOWEST = 56
ZOOM = 1.25
NOTCH = 120
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@dataclass(frozen=True, eq=False)
class Matrix:
    """What is shown.

    Args:
        cells: two axes.
        every: of how many rows and columns one is shown.
        limit: the magnitude that has the full colour.
        signs: whether a plus is written before positive numbers.
        vector: it has one axis, so rows have no number.
    """

    cells: np.ndarray
    every: Cell = (1, 1)
    limit: float = 1.0
    signs: bool = True
    vector: bool = False
    texts: dict[object, list[list[str]]] = field(default_factory=dict[object, list[list[str]]])


class HeatMap(QAbstractScrollArea):
    """Shows a matrix.

    Signals:
        chosen: the row and column of a cell that was clicked or gone to by keys.
        activated: the same of a cell that was double-clicked, or on which Enter was pressed.
    """

    chosen = Signal(int, int)
    activated = Signal(int, int)

    def __init__(self, tooltip: Callable[[int, int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tooltip = tooltip
        self._theme: Theme = THEMES["light"]
        self._matrix: Matrix | None = None
        self._chosen: Cell | None = None
        self._zoom: float | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(LOWEST)
        self.viewport().setMouseTracking(True)

    # ---- what is shown -------------------------------------------------------------------------------

    def set_matrix(self, matrix: Matrix | None) -> None:
        """Show other numbers; of the same shape at the same place and size."""
        before = self._matrix.cells.shape if self._matrix is not None else None
        self._matrix = matrix
        if matrix is None or matrix.cells.shape != before:
            self._zoom = None
        self._measure()
        self.viewport().update()

    def set_chosen(self, cell: Cell | None) -> None:
        """Outline a cell, and bring it into sight."""
        self._chosen = cell
        if cell is not None and self._matrix is not None:
            self._reveal(cell)
        self.viewport().update()

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self.viewport().update()

    # ---- sizes ---------------------------------------------------------------------------------------

    @property
    def grid(self) -> Grid | None:
        """Where the cells are now."""
        if self._matrix is None:
            return None
        rows, columns = self._matrix.cells.shape
        every = self._matrix.every
        left = 0.0 if self._matrix.vector else painting.head_width((rows - 1) * every[0])
        width = self._cell_width(columns, left)
        height = min(width, TALLEST) if width >= painting.LEGIBLE else width
        shift = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        return Grid(rows, columns, width, height, left, painting.HEAD, *shift)

    def _cell_width(self, columns: int, left: float) -> float:
        fitting = (self.viewport().width() - left - 1) / max(columns, 1)
        return min(max(self._zoom or fitting, NARROWEST), WIDEST)

    def _measure(self) -> None:
        grid, port = self.grid, self.viewport()
        self.setMaximumHeight(self._tall(grid))
        sideways, down = self.horizontalScrollBar(), self.verticalScrollBar()
        if grid is None:
            sideways.setRange(0, 0)
            down.setRange(0, 0)
            return
        sideways.setRange(0, max(0, round(grid.left + grid.columns * grid.width - port.width())))
        sideways.setPageStep(port.width())
        sideways.setSingleStep(round(grid.width))
        down.setRange(0, max(0, round(grid.top + grid.rows * grid.height - port.height())))
        down.setPageStep(port.height())
        down.setSingleStep(round(grid.height))

    def _tall(self, grid: Grid | None) -> int:
        """How high it is when every row is in sight."""
        if grid is None:
            return LOWEST
        bar = self.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() else 2
        return max(LOWEST, round(grid.top + grid.rows * grid.height) + below)

    def sizeHint(self) -> QSize:
        return QSize(280, min(self._tall(self.grid), 360))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def _reveal(self, cell: Cell) -> None:
        grid = self.grid
        if grid is None:
            return
        box = grid.box(*cell)
        for bar, start, end, head, size in (
            (self.horizontalScrollBar(), box.left(), box.right(), grid.left, self.viewport().width()),
            (self.verticalScrollBar(), box.top(), box.bottom(), grid.top, self.viewport().height()),
        ):
            if start < head:
                bar.setValue(round(bar.value() + start - head))
            elif end > size:
                bar.setValue(round(bar.value() + end - size))

    # ---- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        matrix, grid = self._matrix, self.grid
        if matrix is None or grid is None:
            return
        area = QRectF(self.viewport().rect())
        with QPainter(self.viewport()) as painter:
            painting.heads(painter, grid, self._theme, area, matrix.every, rows=not matrix.vector)
            painter.setClipRect(area.adjusted(grid.left, grid.top, 0, 0))
            shown = grid.seen(area)
            painting.cells(painter, grid, self._theme, matrix.cells, matrix.limit, shown)
            if grid.width >= painting.LEGIBLE:
                texts = self._texts(matrix, grid, shown)
                painting.numbers(painter, grid, self._theme, matrix.cells, matrix.limit, shown, texts)
            if self._chosen is not None:
                painting.outline(painter, grid.box(*self._chosen), self._theme, focus=self.hasFocus())

    def _texts(self, matrix: Matrix, grid: Grid, shown: tuple[slice, slice]) -> list[list[str]]:
        """The numbers in sight as texts, made once for each place and size."""
        rows, columns = shown
        key = rows.start, rows.stop, columns.start, columns.stop, round(grid.width)
        if key not in matrix.texts:
            matrix.texts.clear()
            matrix.texts[key] = painting.texts(matrix.cells[shown], grid.width, signs=matrix.signs)
        return matrix.texts[key]

    # ---- mouse and keys ------------------------------------------------------------------------------

    def _at(self, place: QPoint) -> Cell | None:
        grid = self.grid
        return grid.cell(place.x(), place.y()) if grid is not None else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(*cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self._at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None:
            self.activated.emit(*self._chosen)
            return
        step, matrix = _STEPS.get(Qt.Key(event.key())), self._matrix
        if step is None or matrix is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        row, column = self._chosen or (-step[0], -step[1])
        rows, columns = matrix.cells.shape
        cell = min(max(row + step[0], 0), rows - 1), min(max(column + step[1], 0), columns - 1)
        if cell != self._chosen:
            self.chosen.emit(*cell)

    def wheelEvent(self, event: QWheelEvent) -> None:
        grid = self.grid
        if grid is None or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        factor = ZOOM ** (event.angleDelta().y() / NOTCH)
        place = event.position()
        column = (place.x() - grid.left + grid.across) / grid.width
        row = (place.y() - grid.top + grid.down) / grid.height
        self._zoom = min(max(grid.width * factor, NARROWEST), WIDEST)
        self._measure()
        after = self.grid or grid
        self.horizontalScrollBar().setValue(round(column * after.width + after.left - place.x()))
        self.verticalScrollBar().setValue(round(row * after.height + after.top - place.y()))
        self.viewport().update()
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self._at(event.pos())
            QToolTip.showText(event.globalPos(), self._tooltip(*cell) if cell else "", self.viewport())
            return True
        return super().viewportEvent(event)
