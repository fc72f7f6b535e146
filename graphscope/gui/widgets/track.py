"""The run as a strip: three tracks of equally wide steps, and a play-head between two of them to drag."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from graphscope.engine.step import Step
from graphscope.gui import fonts
from graphscope.gui.widgets import track_painting as painting
from graphscope.gui.widgets.track_painting import BOTTOM, RULER, View
from graphscope.view.palette import THEMES, Theme
from graphscope.view.picture.stops import StopMark
from graphscope.view.timeline import Laps, Scale, fitted

ZOOM = 1.2
"""How much wider a step gets for each notch of the wheel."""
NOTCH = 120
"""What Qt tells for one notch."""


SNAP = 7.0
"""So many pixels beside the mark of a breakpoint still mean it."""


@dataclass(frozen=True)
class PastStop:
    """A breakpoint where the run has already been.

    Args:
        told: what its tip says.
    """

    mark: StopMark
    told: str


class Track(QWidget):
    """Paints the run and tells where it is wished to be.

    Signals:
        sought: a position was clicked or dragged to.
    """

    sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self._theme: Theme = THEMES["light"]
        self._labels: tuple[str, ...] = ("", "", "")
        self._titles: Callable[[Step], Sequence[str]] = lambda step: (str(step),)
        self._iteration: Callable[[int], str] = str
        self._tooltip: Callable[[int], str] = str
        self._laps = Laps()
        self._position = self._reached = 0
        self._problems: Mapping[int, str] = {}
        self._stops: Mapping[int, PastStop] = {}
        self._scale = Scale(0.0, 1.0, 1.0)
        self._fits = True
        self._pressed: float | None = None
        self._drags = False
        self._wanted: int | None = None
        self._hovered: float | None = None

    def sizeHint(self) -> QSize:
        return QSize(640, BOTTOM)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, BOTTOM)

    # ---- what is shown -------------------------------------------------------------------------------

    @property
    def scale(self) -> Scale:
        """Which stretch of the run is shown."""
        return self._scale

    @property
    def left(self) -> float:
        """Where the tracks begin, right of their names."""
        font = QFontMetricsF(fonts.text_font(fonts.SMALL))
        return max(88.0, max(map(font.horizontalAdvance, self._labels)) + 32)

    def set_words(
        self,
        labels: tuple[str, ...],
        iteration: Callable[[int], str],
        titles: Callable[[Step], Sequence[str]],
        tooltip: Callable[[int], str],
    ) -> None:
        """The names of the tracks, of an iteration, of a step (the best first), and what is told of one.

        The last is asked for by the position before it.
        """
        self._labels, self._iteration, self._titles, self._tooltip = labels, iteration, titles, tooltip
        self._fit()
        self.update()

    def retheme(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        self.update()

    def set_laps(self, laps: Laps) -> None:
        """Where the iterations lie, and their steps."""
        if len(laps.usual) != len(self._laps.usual):
            self._fits = True
        self._laps = laps
        self._fit()
        self.update()

    def set_position(self, position: int, reached: int, problems: Mapping[int, str]) -> None:
        """Where the run is, how far it was computed, and which positions have a problem."""
        self._position, self._reached, self._problems = position, reached, problems
        if not self._drags:
            self._wanted = None
            self._scale = self._scale.showing(position, self._laps)
        self.update()

    def set_stops(self, stops: Mapping[int, PastStop]) -> None:
        """Where breakpoints would have stopped."""
        self._stops = stops
        self.update()

    def stop_at(self, place: QPointF) -> int | None:
        """The position of the mark of a breakpoint below the mouse."""
        if not self._stops or not 0 <= place.y() <= RULER or place.x() < self.left - SNAP:
            return None
        nearest = min(self._stops, key=lambda position: abs(self._spot(position) - place.x()))
        return nearest if abs(self._spot(nearest) - place.x()) <= SNAP else None

    def _spot(self, position: int) -> float:
        return self.left + self._scale.x(position)

    def _fit(self) -> None:
        width = max(self.width() - self.left - 16, 1.0)
        if self._fits and self._laps.usual:
            here = self._laps.at(max(0, self._position - 1))[0]
            shown = fitted(len(self._laps.steps(here)), width)
            self._scale = shown.showing(self._position, self._laps)
        else:
            self._scale = Scale(self._scale.first, self._scale.step, width)

    # ---- painting ------------------------------------------------------------------------------------

    @property
    def head(self) -> float:
        """Where the play-head is, in pixels."""
        return self.left + self._scale.x(self._position if self._wanted is None else self._wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        words = (self._labels, self._titles, self._iteration)
        view = View(self._theme, *words, self.left, self._scale)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painting.labels(painter, view)
            if self._laps.usual:
                self._paint_run(painter, view)

    def _paint_run(self, painter: QPainter, view: View) -> None:
        wanted = self._position if self._wanted is None else self._wanted
        handle = painting.handle(view, self.head, wanted)
        painter.save()
        painter.setClipRect(QRectF(self.left - 1, 0, self._scale.width + 2, self.height()))
        painting.ruler(painter, view, self._laps, handle)
        painting.tracks(painter, view, self._laps, wanted, self._reached)
        painting.problems(painter, view, self._problems)
        painting.stops(painter, view, {position: stop.mark for position, stop in self._stops.items()})
        if self._hovered is not None and not self._drags:
            painting.ghost(painter, view, self._scale.position(self._hovered - self.left))
        painter.restore()
        if self._scale.first <= wanted <= self._scale.last + 0.1:
            painting.head(painter, view, self.head, wanted, focus=self.hasFocus())

    # ---- mouse ---------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if event.button() == Qt.MouseButton.LeftButton and self._laps.usual and place.x() >= self.left - 12:
            self._pressed = place.x()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        self._hovered = x if x >= self.left else None
        hand = not self._drags and self.stop_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        if self._pressed is not None and abs(x - self._pressed) >= QApplication.startDragDistance() / 2:
            self._drags = True
        if self._drags:
            inside = min(max(x, self.left), self.left + self._scale.width)
            self._seek(self._scale.position(inside - self.left))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._drags:
            self._seek(self._clicked(event.position()))
        self._pressed, self._drags = None, False
        self._wanted = None if self._wanted == self._position else self._wanted
        self.update()

    def _clicked(self, place: QPointF) -> int:
        """A step that is clicked has just run; on the ruler it is the nearest breakpoint's, or the nearest."""
        stop = self.stop_at(place)
        if stop is not None:
            return stop
        x = max(place.x() - self.left, 0.0)
        return self._scale.position(x) if place.y() < RULER else self._scale.step_at(x) + 1

    def _seek(self, position: int) -> None:
        if position != (self._position if self._wanted is None else self._wanted):
            self._wanted = position
            self.sought.emit(position)

    def give_up(self) -> None:
        """What was wished cannot be reached: show where the run is."""
        self._wanted = None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if not self._laps.usual or not turned:
            return
        self._fits = False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            x = max(event.position().x() - self.left, 0.0)
            self._scale = self._scale.zoomed(ZOOM ** (turned / NOTCH), x)
        else:
            self._scale = self._scale.panned(-turned / NOTCH * max(48.0, self._scale.step))
        event.accept()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the names of the tracks: show one iteration again."""
        if event.position().x() < self.left - 12:
            self._fits = True
            self._fit()
            self.update()
        else:
            self.mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _tip(self, place: QPointF) -> str:
        """What is told of the breakpoint or the step below the mouse."""
        stop, x = self.stop_at(place), place.x() - self.left
        if stop is not None:
            return self._stops[stop].told
        return self._tooltip(self._scale.step_at(x)) if self._laps.usual and x >= 0 else ""
