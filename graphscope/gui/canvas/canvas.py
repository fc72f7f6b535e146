"""The canvas widget: shows the graph at a position, lets numbers travel, and answers mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from graphscope.engine.moment import Moment
from graphscope.graph.scope import Scope
from graphscope.graph.spec import TensorSpec
from graphscope.gui.canvas.accessible import CanvasList, install
from graphscope.gui.canvas.camera import Camera, followed, shown
from graphscope.gui.canvas.fitting import Fitting
from graphscope.gui.canvas.layer import CardStore, Layer, Still
from graphscope.gui.canvas.laying import Laying
from graphscope.gui.canvas.motion import Clock, Glide, Motion
from graphscope.gui.canvas.overlay import Overlay, Selection
from graphscope.gui.canvas.painting import colour, font
from graphscope.gui.canvas.pointer import Pointer
from graphscope.gui.canvas.stage import Stage
from graphscope.model.model import Model
from graphscope.view.layout.request import Rect
from graphscope.view.palette import THEMES, Theme
from graphscope.view.picture.faces import Slot
from graphscope.view.picture.hit import Hit, hit
from graphscope.view.picture.index import Index
from graphscope.view.picture.items import RowRole
from graphscope.view.picture.journeys import show
from graphscope.view.picture.look import Look, level_at
from graphscope.view.picture.place import Picture
from graphscope.view.picture.scene import Scene, scene
from graphscope.view.picture.stops import Stops
from graphscope.view.picture.walk import Direction, first, step_from
from graphscope.view.text import Text

FRAME = 16
"""Milliseconds between frames while something moves."""
CRISP = 90
"""Milliseconds after zooming until a large picture is painted anew; until then it is shown scaled."""
QUICK = 120
"""Up to so many cards in the picture, zooming paints anew at once."""


class Canvas(QWidget):
    """The graph. See ``set_model`` and ``set_moment``; everything else adjusts how it is shown."""

    selected = Signal(str, str)
    """A value's name and "value" or "gradient": a card or row was clicked."""
    activated = Signal(str, str)
    """The same, double-clicked."""
    group_toggled = Signal(tuple)
    """The scope that was folded or opened."""
    settled = Signal()
    """What the last move set going has arrived; at once where nothing travels."""
    hovered = Signal(str)
    """The value under the pointer, or ""."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install(type(self))
        self.spoken: CanvasList | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 150)
        self.stage = Stage()
        self.camera = Camera()
        self._theme = THEMES["light"]
        self._clock: Clock = perf_counter
        self._motion = Motion(self._now)
        self._glide: Glide | None = None
        self._held: frozenset[Slot] = frozenset()
        self._travelled = False
        self._selection = Selection()
        self._hover = ""
        self._pointed: tuple[str, ...] = ()
        self._follow = True
        self._fitting = Fitting()
        self._layer = Layer(CardStore())
        self._overlay = Overlay()
        self._pointer = Pointer(self)
        self._laying = Laying(self)
        self._laying.finished.connect(self._laid_out)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self.advance)
        self._crisp = QTimer(self)
        self._crisp.setSingleShot(True)
        self._crisp.setInterval(CRISP)
        self._crisp.timeout.connect(self._sharpen)
        self.destroyed.connect(self._laying.cancel)

    def sizeHint(self) -> QSize:
        return QSize(1100, 640)

    # ---- what is shown ----------------------------------------------------------------------------

    def set_model(self, model: Model, specs: Mapping[str, TensorSpec]) -> None:
        """Show another model, or the same with other sizes; folded groups that it still has stay folded."""
        stage = self.stage
        if model is not stage.model:
            stage.picture = stage.index = None
        stage.model, stage.specs = model, specs
        stage.moment = stage.before = None
        stage.collapsed = stage.collapsed & frozenset(stage.groups())
        self._motion.finish()
        self._selection, self._hover, self._pointed = Selection(), "", ()
        self._fitting.start(self._size, whole=False)
        self._lay_out()

    def set_laid_out(self, model: Model, specs: Mapping[str, TensorSpec], folded: frozenset[Scope]) -> None:
        """Show the same model laid out otherwise: where it stands, with new groups folded."""
        self.stage.lay_out(model, specs, folded)
        self._motion.finish()
        self._lay_out()

    def set_moment(self, moment: Moment, *, animate: bool) -> None:
        """Show a position. A single step ahead travels when ``animate``; going back and seeking never do."""
        before, self.stage.moment = self.stage.moment, moment
        self.stage.before = before if before is not None and moment.position == before.position + 1 else None
        self._motion.finish()
        self._end_glide()
        moved = before is None or moment.position != before.position  # an edit moves nothing
        delay = self._go_along(first=before is None and self._fitting.on) if moved else 0.0
        if animate and before is not None and self.stage.picture is not None:
            self._motion.begin(show(self.stage.picture, before, moment), delay=delay)
        self._held = self._motion.held()
        self._repaint()
        self._start()
        self._travelled = self._motion.travelling
        if not self._travelled:
            self.settled.emit()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self._layer.store.clear()
        self._overlay.pills.clear()
        self._repaint()

    def set_text(self, text: Text) -> None:
        """Write in another language."""
        self.stage.text = text
        self._layer.store.clear()
        if self.stage.model is not None:
            self._lay_out()

    def set_selection(
        self, name: str | None, role: RowRole = "value", index: tuple[int, ...] | None = None
    ) -> None:
        """Mark a value, or a number of it, without telling anybody."""
        if self._selection.value != (name or ""):
            self._layer.drop()
        self._selection = Selection(name or "", role, index)
        self.update()

    def set_stops(self, stops: Stops) -> None:
        """Mark the breakpoints."""
        if stops != self.stage.stops:
            self.stage.stops = stops
            self._repaint()

    def set_motion(self, *, reduced: bool, speed: float) -> None:
        """Whether nothing may travel, and how fast what does."""
        self._motion.reduced, self._motion.speed = reduced, max(speed, 0.01)

    def set_follow(self, follow: bool) -> None:
        """Whether the view moves to the step that just ran."""
        self._follow = follow

    def set_clock(self, clock: Clock) -> None:
        """Take the time from elsewhere; ``advance()`` then shows it."""
        self._clock = clock

    # ---- folding ----------------------------------------------------------------------------------

    def collapsed(self) -> frozenset[Scope]:
        """The folded groups."""
        return self.stage.collapsed

    def set_collapsed(self, groups: Iterable[Scope]) -> None:
        """Fold these groups and open all others; may be told before the model that has them."""
        wanted = frozenset(tuple(group) for group in groups)
        if wanted != self.stage.collapsed:
            self.stage.collapsed = wanted
            self._lay_out()

    def toggle_group(self, scope: Scope) -> None:
        """Fold an open group, open a folded one."""
        self.set_collapsed(self.stage.collapsed ^ {tuple(scope)})
        self.group_toggled.emit(tuple(scope))

    # ---- the view ---------------------------------------------------------------------------------

    def fit(self, *, whole: bool = False) -> None:
        """Show the whole picture as large as is sensible.

        Args:
            whole: also where its numbers become small; else a small graph that is too wide shows the step.
        """
        self._fitting.start(self._size, whole=whole)
        if self.stage.picture is not None:
            self._look_from(self._fitting.camera(self.stage.picture, self._size, self._focus()))

    @property
    def _size(self) -> tuple[int, int]:
        return self.width(), self.height()

    def _focus(self) -> Rect | None:
        """Where something happens, if the view follows that."""
        return self.stage.focus() if self._follow else None

    def centre(self, name: str | None = None) -> None:
        """Bring a value into the middle, or the step that just ran."""
        picture = self.stage.picture
        home = picture.home(name) if picture and name else None
        focus = self.stage.rect([home.key]) if home else self.stage.focus()
        if focus is not None:
            self._fitting.on = False
            self._look_from(self.camera.centred(*focus.center, self.width(), self.height()))

    def zoom_by(self, factor: float, at: tuple[float, float] | None = None) -> None:
        """Zoom around a point of the widget, its middle by default."""
        self._fitting.on = False
        self._look_from(self.camera.zoomed(factor, *(at or (self.width() / 2, self.height() / 2))))

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture by so many pixels."""
        self._fitting.on = False
        self._look_from(self.camera.panned(dx, dy))

    def _look_from(self, camera: Camera) -> None:
        """See from somewhere else at once, whatever the view was gliding to."""
        self._glide = None
        self._see(camera)

    def _see(self, camera: Camera) -> None:
        rescaled = camera.scale != self.camera.scale
        self.camera = camera
        picture = self.stage.picture
        if rescaled and picture is not None and len(picture.boxes) > QUICK:
            self._crisp.start()
        self.update()

    def _sharpen(self) -> None:
        self._layer.drop()
        self.update()

    def _go_along(self, *, first: bool) -> float:
        """Move the view to where something happens, if it follows; returns the seconds that this takes."""
        focus = self._focus()
        if focus is None or self.stage.picture is None:
            return 0.0
        if first:
            self.fit()
            return 0.0
        bounds = self.stage.picture.bounds
        target = followed(self.camera, focus, bounds, self.width(), self.height())
        if target == self.camera:
            return 0.0
        if self._motion.reduced or not self.isVisible():
            self._look_from(target)
            return 0.0
        self._glide = Glide(self.camera, target, self._clock())
        return Glide.SECONDS

    def _end_glide(self) -> None:
        if self._glide is not None:
            self.camera, self._glide = self._glide.target, None

    # ---- selection --------------------------------------------------------------------------------

    @property
    def selected_index(self) -> tuple[int, ...] | None:
        """The element that is selected, where a number was clicked."""
        return self._selection.index

    @property
    def moving(self) -> bool:
        """Whether pills travel or the view glides."""
        return self._motion.moving or self._glide is not None

    def move_selection(self, direction: Direction) -> None:
        """Select the neighbour in a direction, along the edges."""
        picture = self.stage.picture
        if picture is None:
            return
        home = picture.home(self._selection.value)
        key = first(picture) if home is None else step_from(picture, home.key, direction)
        if key is not None:
            self.select(picture.cards[key].value, self._selection.role)

    def select(self, name: str, role: RowRole = "value", index: tuple[int, ...] | None = None) -> None:
        """Select as a click does: bring it into view and tell it."""
        self.set_selection(name, role, index)
        picture = self.stage.picture
        home = picture.home(name) if picture else None
        if picture is not None and home is not None:
            camera = shown(self.camera, picture.boxes[home.key], self.width(), self.height(), 16)
            if camera != self.camera:
                self._look_from(camera)
        self.selected.emit(name, role)

    def hit(self, x: float, y: float) -> Hit:
        """What is at a point of the widget."""
        index = self.stage.index
        if index is None:
            return Hit()
        return hit(index, *self.camera.to_scene(x, y), level_at(self.camera.scale))

    def hover(self, name: str) -> None:
        """The pointer is over a value, or over none."""
        if name != self._hover:
            self._hover = name
            self.hovered.emit(name)
            self.update()

    def point_at(self, names: tuple[str, ...]) -> None:
        """Ring the cards of values that somebody points at elsewhere, or of none."""
        if names != self._pointed:
            self._pointed = names
            self.update()

    # ---- layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        make = self.stage.maker()
        if make is not None:
            self._laying.request(make, self.stage.size)
            self.update()

    def _laid_out(self, index: Index) -> None:
        anchor = self._anchor(index.picture)
        self._motion.finish()
        self.stage.place(index)
        if anchor is not None and not self._fitting.on:
            self.camera = self.camera.panned(*anchor)
        self._repaint()
        if self._fitting.on:
            self.fit(whole=self._fitting.whole)

    def _anchor(self, picture: Picture) -> tuple[float, float] | None:
        """How far the picture must move so that what is in the middle of the view stays there."""
        old = self.stage.picture
        if old is None:
            return None
        middle = self.camera.to_scene(self.width() / 2, self.height() / 2)
        shared = [key for key in old.boxes if key in picture.boxes]
        if not shared:
            return None
        key = min(
            shared,
            key=lambda each: sum(abs(a - b) for a, b in zip(old.boxes[each].center, middle, strict=True)),
        )
        (x, y), (u, v) = old.boxes[key].center, picture.boxes[key].center
        return (x - u) * self.camera.scale, (y - v) * self.camera.scale

    def _now(self) -> float:
        return self._clock()

    # ---- time -------------------------------------------------------------------------------------

    def _start(self) -> None:
        if self.moving and not self._timer.isActive():
            self._timer.start()

    def advance(self) -> None:
        """Show what the clock says: move what travels, fill rows whose pill has landed."""
        if self._glide is not None:
            self._see(self._glide.at(self._clock()))
            if self._glide.over(self._clock()):
                self._end_glide()
        held = self._motion.held()
        if held != self._held:
            self._held = held
            self._repaint()
        if self._travelled and not self._motion.travelling:
            self._travelled = False
            self.settled.emit()
        if not self.moving:
            self._timer.stop()
        self.update()

    # ---- painting ---------------------------------------------------------------------------------

    def look(self) -> Look:
        """How it is painted at this zoom."""
        return Look(self._theme, self.stage.text, level_at(self.camera.scale))

    def _repaint(self) -> None:
        self._layer.drop()
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour(self._theme.canvas))
            stage = self.stage
            faces = stage.faces(self._held)
            if stage.picture is None or stage.index is None or faces is None:
                self._say(
                    painter, stage.text("Arranging {n} nodes…", n=stage.size) if self._laying.busy else ""
                )
                return
            size, ratio = self._size, painter.deviceTransform().m11()
            if not self._layer.covers(self.camera, *size, ratio) and not self._waits():
                home = stage.picture.home(self._selection.value)
                key = home.key if home else ""
                still = Still(stage.index, faces, self.look(), self._layer.store, ratio, key)
                self._layer.refresh(still, self.camera, size)
            self._layer.blit(painter, self.camera)
            arguments = (stage.picture, self.camera, self.look(), self._motion, self._selection)
            self._overlay.paint(painter, *arguments, self._hover, self._pointed)

    def _say(self, painter: QPainter, words: str) -> None:
        painter.setPen(colour(self._theme.muted))
        painter.setFont(font("text", 15))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)

    def _waits(self) -> bool:
        """Whether a large picture is shown scaled until zooming pauses."""
        return self._crisp.isActive() and self._layer.pixmap is not None

    def image(self, scale: float = 1.0) -> QImage:
        """The whole picture as an image, without selection: for PNG files."""
        stage = self.stage
        faces = stage.faces()
        if stage.picture is None or stage.index is None or faces is None:
            return QImage()
        bounds = stage.picture.bounds
        made = QImage(round(bounds.width * scale), round(bounds.height * scale), QImage.Format.Format_RGB32)
        made.fill(colour(self._theme.canvas))
        look = Look(self._theme, stage.text)
        with QPainter(made) as painter:
            painter.scale(scale, scale)
            painter.translate(-bounds.x, -bounds.y)
            Still(stage.index, faces, look).paint(painter, bounds)
        return made

    def scene(self) -> Scene | None:
        """The whole picture as shapes: for SVG files."""
        faces = self.stage.faces()
        if self.stage.picture is None or faces is None:
            return None
        return scene(self.stage.picture, faces, Look(self._theme, self.stage.text))

    # ---- events -----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        lower, picture = self._fitting.lowered(self.mapTo(self.window(), QPoint()).y()), self.stage.picture
        self._end_glide()
        # A message has come or gone above: nothing moves on the screen.
        camera = self.camera.panned(0, -lower)
        if self._fitting.on and picture is not None:
            camera = self._fitting.resized(camera, picture, self._size, self._focus())
        self._look_from(camera)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pointer.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._pointer.wheel(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hover("")
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and self._pointer.gesture(event):
            return True
        if event.type() == QEvent.Type.ToolTip:
            return self._pointer.tip(event)
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._laying.cancel()
        self._timer.stop()
        super().closeEvent(event)
