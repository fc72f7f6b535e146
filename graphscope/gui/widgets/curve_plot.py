"""Curves on one pair of axes, with a cursor where the run is, and a mouse that goes through the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graphscope.gui import fonts
from graphscope.view.curves import Span, averaged, reach, restless, thinned
from graphscope.view.numbers import number
from graphscope.view.palette import THEMES, Theme, mix

AXIS = 64
"""Pixels for the numbers at the left: equally many in every plot, so that iterations stand below each other."""
BESIDE = 12
"""Pixels at the right for half of the last number below."""
Mark = tuple[float, float, str]
"""A dot: where it is on the axes, and its colour."""
DOT = 4.5
ROOM = 0.02
"""The share of the width that is left free after the last iteration, so that its dot is whole."""
ZOOM = 1.2
NOTCH = 120
STEPS = (1, 2, 5), (1, 3)
"""Numbers of a decade on an axis of logarithms, where there is room for them."""
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


THIN = 3
"""From one point each so many pixels on, a curve is drawn pale, with the mean of some iterations over it."""
CALM = 6
"""Pixels between two points of a mean."""
PALE = 0.3


@dataclass(frozen=True, eq=False, slots=True)
class Stroke:
    """A curve and how it is drawn.

    Args:
        values: one an iteration, from iteration 0 on.
        marked: whether its number at the cursor gets a dot.
    """

    values: np.ndarray
    colour: str
    width: float = 1.5
    style: int = 0
    marked: bool = True


def pen_of(stroke: Stroke, scale: float) -> QPen:
    """How a curve is drawn where a unit has ``scale`` pixels: the width of a cosmetic pen is in pixels."""
    pen = QPen(QColor(stroke.colour), stroke.width * scale, STYLES[stroke.style])
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    return pen


class _Numbers(pyqtgraph.AxisItem):
    """An axis whose numbers are written as everywhere in the window."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        del scale
        if self.logMode:
            return [number(float(f"{10.0**value:.3g}")) for value in values]
        return [
            f"{value:.{max(0, -int(np.floor(np.log10(spacing))))}f}".replace("-", "−") for value in values
        ]

    def tickValues(self, low: float, high: float, size: float) -> list[Any]:
        """Of logarithms whole decades, or 1, 2 and 5 of each where there is room for more."""
        if not self.logMode:
            return super().tickValues(low, high, size)
        room = max(2.0, size / 24)
        every = max(1, round((high - low) / room))
        steps = next((each for each in STEPS if len(each) * (high - low) <= room), (1,))
        first, last = int(np.floor(low / every)) * every, int(np.ceil(high))
        ticks = [decade + np.log10(step) for decade in range(first, last + 1, every) for step in steps]
        return [(float(every), [float(tick) for tick in ticks if low <= tick <= high])]


class _Iterations(pyqtgraph.AxisItem):
    """An axis of whole iterations; there are none before 0."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        del scale, spacing
        return [f"{value:,.0f}" if value >= 0 and float(value).is_integer() else "" for value in values]


class _Dots(pyqtgraph.GraphicsObject):
    """A few dots of one size on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: tuple[Mark, ...] = ()
        self._edge = ""

    def put(self, marks: tuple[Mark, ...], edge: str) -> None:
        """Show these; ``edge`` is the colour of the ground, which sets them off."""
        if (marks, edge) != (self._marks, self._edge):
            self._marks, self._edge = marks, edge
            self.prepareGeometryChange()
            self.update()

    def boundingRect(self) -> QRectF:
        return self.viewRect() or QRectF()

    def paint(self, painter: QPainter, *_: object) -> None:
        transform = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._edge), 1.5))
        for x, y, colour in self._marks:
            painter.setBrush(QColor(colour))
            painter.drawEllipse(transform.map(QPointF(x, y)), DOT, DOT)


class CurvePlot(QWidget):
    """Draws curves and tells what the mouse wants.

    Signals:
        sought: an iteration was clicked or dragged to.
        hovered: the mouse is over an iteration, or None.
        zoomed: another span is wanted; None for the whole run.
    """

    sought = Signal(int)
    hovered = Signal(object)
    zoomed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = THEMES["light"]
        self._strokes: tuple[Stroke, ...] = ()
        self._span, self._numbers, self._logarithmic = Span(-1.0, 10.0), Span(0.0, 1.0), False
        self._pixels = 100
        self._cursor_at: float | None = None
        self._dragged = False
        axes = {"left": _Numbers("left"), "bottom": _Iterations("bottom")}
        self._plot: Any = pyqtgraph.PlotWidget(self, axisItems=axes)
        self._curves: list[Any] = []
        self._pale: list[Any] = []
        self.calm = 1
        """So many iterations have one point of a line: their mean, where it is more than one."""
        self._ghost, self._cursor = pyqtgraph.InfiniteLine(), pyqtgraph.InfiniteLine()
        self._dots = _Dots()
        self._put_together()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)

    def _put_together(self) -> None:
        plot = self._plot
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=False, y=False)
        plot.hideButtons()
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setMouseTracking(True)
        plot.getAxis("left").setWidth(AXIS)
        plot.getPlotItem().layout.setContentsMargins(0, 0, BESIDE, 0)
        plot.showGrid(x=False, y=True, alpha=0.25)
        plot.viewport().installEventFilter(self)
        for depth, item in ((5, self._ghost), (20, self._cursor), (21, self._dots)):
            item.setZValue(depth)
            plot.addItem(item, ignoreBounds=True)
        self._ghost.hide()
        self._cursor.hide()

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self._plot.setBackground(QColor(theme.surface))
        for line, ink, width in ((self._ghost, theme.faint, 1), (self._cursor, theme.accent, 2)):
            pen = QPen(QColor(ink), width * self.devicePixelRatioF())
            pen.setCosmetic(True)
            line.setPen(pen)
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(QColor(theme.line))
            axis.setTextPen(QColor(theme.muted))
            axis.setStyle(
                tickFont=fonts.number_font(11), tickLength=-4, maxTickLevel=0, hideOverlappingLabels=False
            )

    # ---- what is shown ------------------------------------------------------------------------------------

    @property
    def room(self) -> int:
        """How many pixels wide the curves are."""
        return max(self._plot.viewport().width() - AXIS - BESIDE, 100)

    def tell(self, strokes: Sequence[Stroke], span: Span, *, logarithmic: bool, pixels: int) -> None:
        """Draw these curves; the first lies below the others.

        Args:
            pixels: the width for which means are taken, where two plots have the same.
        """
        self._strokes, self._span, self._logarithmic = tuple(strokes), span, logarithmic
        self._pixels = pixels
        first, last = int(np.floor(span.first)), int(np.ceil(span.last))
        parts = [thinned(stroke.values, first, last, self.room) for stroke in strokes]
        self._numbers = reach((y for _, y in parts), logarithmic=logarithmic)
        self._plot.getAxis("left").setLogMode(logarithmic)
        heights = [self._height(y) for _, y in parts]
        dense = max((len(x) for x, _ in parts), default=0) * THIN > pixels
        pale = [dense and restless(height) for height in heights]
        self.calm = max(2, round(CALM * span.length / pixels)) if any(pale) else 1
        for at, stroke in enumerate(strokes):
            x, height = parts[at][0], heights[at]
            if pale[at]:
                self._draw_pale(at, stroke, x, height)
                x, height = self._means(stroke.values, max(first, 0), last)
            self._draw(at, stroke, x, height)
        self._clear(self._curves, range(len(strokes), len(self._curves)))
        self._clear(self._pale, [at for at in range(len(self._pale)) if at >= len(pale) or not pale[at]])
        self._plot.setXRange(span.first, span.last + span.length * ROOM, padding=0)
        self._plot.setYRange(self._numbers.first, self._numbers.last, padding=0.02)

    def _means(self, values: np.ndarray, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        x, mean = averaged(values[first : last + 1], first, self.calm)
        return x, self._height(mean)

    def _draw(self, at: int, stroke: Stroke, x: np.ndarray, y: np.ndarray) -> None:
        """A curve as one line."""
        pen = pen_of(stroke, self.devicePixelRatioF())
        self._item(self._curves, at, 12).setData(x, y, pen=pen, connect="finite")

    def _draw_pale(self, at: int, stroke: Stroke, x: np.ndarray, y: np.ndarray) -> None:
        """Every number of a long curve: as many lines by themselves, which is twenty times quicker than as one."""
        pale = mix(self._theme.surface, stroke.colour, PALE)
        pen = pen_of(Stroke(stroke.values, pale, 1.0), self.devicePixelRatioF())
        there = np.isfinite(y)
        joined = (there & np.append(there[1:], False)).astype(np.int32)
        item = self._item(self._pale, at, 10)
        item.setSegmentedLineMode("on")
        item.setData(x, np.where(there, y, 0.0), pen=pen, connect=joined)

    def _item(self, items: list[Any], at: int, depth: float) -> Any:
        """The item that draws a curve, made where there is none yet."""
        while len(items) <= at:
            items.append(pyqtgraph.PlotCurveItem(antialias=True))
            items[-1].setZValue(depth + len(items) / 100)
            self._plot.addItem(items[-1], ignoreBounds=True)
        return items[at]

    @staticmethod
    def _clear(items: list[Any], places: Iterable[int]) -> None:
        """Draw nothing with some of the items."""
        for item in (items[at] for at in places):
            if item.xData is not None and len(item.xData):
                item.setData([], [])

    def _height(self, values: np.ndarray) -> np.ndarray:
        if not self._logarithmic:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log10(values), np.nan)

    def set_cursor(self, place: float | None) -> None:
        """Where the run is, on the axis of iterations."""
        self._cursor_at = place
        self._cursor.setVisible(place is not None)
        self._dots.put(self._marks(place) if place is not None else (), self._theme.surface)
        if place is not None:
            self._cursor.setPos(place)

    def _marks(self, place: float) -> tuple[Mark, ...]:
        """Where the curves cross the cursor, if it is at the end of an iteration."""
        iteration = round(place) if abs(place - round(place)) < 1e-9 else -1
        marked = [each for each in self._strokes if each.marked and 0 <= iteration < len(each.values)]
        heights = self._height(np.array([each.values[iteration] for each in marked], dtype=np.float64))
        return tuple(
            (float(iteration), y, each.colour)
            for each, y in zip(marked, heights.tolist(), strict=True)
            if np.isfinite(y)
        )

    def set_ghost(self, place: float | None) -> None:
        """Where a click would lead."""
        self._ghost.setVisible(place is not None)
        if place is not None:
            self._ghost.setPos(place)

    # ---- mouse --------------------------------------------------------------------------------------------

    def iteration_at(self, x: float) -> int:
        """The iteration that is nearest to a place in pixels."""
        view = self._plot.getViewBox().mapSceneToView(QPointF(x, 0))
        return max(0, round(view.x()))

    def x_of(self, iteration: float) -> float:
        """Where an iteration is, in pixels."""
        return float(self._plot.getViewBox().mapViewToScene(QPointF(iteration, 0)).x())

    @property
    def paper(self) -> QWidget:
        """What the mouse is over."""
        return self._plot.viewport()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if kind == QEvent.Type.Leave:
            self.hovered.emit(None)
        elif isinstance(event, QWheelEvent):
            turned = event.angleDelta().y() / NOTCH
            at = self._plot.getViewBox().mapSceneToView(event.position()).x()
            self.zoomed.emit(self._span.zoomed(ZOOM**turned, at))
            return True
        elif kind == QEvent.Type.Resize and self._strokes:
            self.tell(self._strokes, self._span, logarithmic=self._logarithmic, pixels=self._pixels)
            self.set_cursor(self._cursor_at)
        return super().eventFilter(watched, event)

    def _mouse(self, event: QMouseEvent) -> bool:
        """The left button seeks, also while it is dragged; a double click shows the whole run."""
        iteration, kind = self.iteration_at(event.position().x()), event.type()
        left = Qt.MouseButton.LeftButton
        if kind == QEvent.Type.MouseButtonDblClick:
            self.zoomed.emit(None)
        elif kind == QEvent.Type.MouseButtonPress and event.button() == left:
            self._dragged = True
            self.sought.emit(iteration)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._dragged = False
        elif kind == QEvent.Type.MouseMove:
            self.hovered.emit(iteration)
            if self._dragged:
                self.sought.emit(iteration)
        return True
