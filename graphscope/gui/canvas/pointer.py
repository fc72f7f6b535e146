"""Mouse, wheel and pinch on the canvas: click, double click, drag, zoom, hover."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from graphscope.gui.canvas.painting import plain
from graphscope.view.picture.hit import Hit
from graphscope.view.picture.tips import tip

if TYPE_CHECKING:
    from graphscope.gui.canvas.canvas import Canvas

NOTCH = 1.2
"""How much one notch of a wheel zooms."""


class Pointer:
    """Turns what the pointer does into what the canvas can do."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._dragging = False

    def press(self, event: QMouseEvent) -> None:
        """Left or middle button: a click begins, or a drag."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = self._last = event.position()
            self._dragging = event.button() == Qt.MouseButton.MiddleButton
        elif event.button() == Qt.MouseButton.RightButton:
            self._click(event.position())

    def move(self, event: QMouseEvent) -> None:
        """Drag the picture, or hover."""
        if self._pressed is None:
            self._hover(event.position())
            return
        far = (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if self._dragging or far:
            self._dragging = True
            delta = event.position() - self._last
            self._canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._canvas.pan_by(delta.x(), delta.y())
            self._last = event.position()

    def release(self, event: QMouseEvent) -> None:
        """The end of a drag, or a click."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and not self._dragging:
            self._click(event.position(), fold=True)
        self._dragging = False
        self._hover(event.position())

    def double_click(self, event: QMouseEvent) -> None:
        """Open what is under the pointer; on nothing, fit."""
        found = self._at(event.position())
        if found.card is not None and found.folds is None:
            self._canvas.activated.emit(found.value, found.role)
        elif found.card is None and found.folds is None:
            self._canvas.fit()

    def wheel(self, event: QWheelEvent) -> None:
        """A wheel zooms at the pointer; two fingers on a touchpad (or Shift) move; with Ctrl they zoom."""
        zoom = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        pixels, notches = event.pixelDelta(), event.angleDelta() / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._canvas.pan_by((notches.y() or notches.x()) * 60, 0)
        elif pixels.isNull() or zoom:
            turned = event.angleDelta().y() / 120
            self._canvas.zoom_by(NOTCH**turned, (event.position().x(), event.position().y()))
        else:
            self._canvas.pan_by(pixels.x(), pixels.y())
        event.accept()

    def gesture(self, event: QNativeGestureEvent) -> bool:
        """Pinch."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._canvas.zoom_by(1 + event.value(), (event.position().x(), event.position().y()))
        return True

    def tip(self, event: QEvent) -> bool:
        """Facts of what is under the pointer, as plain text."""
        if not isinstance(event, QHelpEvent):
            return False
        found = self._at(QPointF(event.pos()))
        stage = self._canvas.stage
        lines = tip(found, stage.picture, stage.moment, stage.specs, stage.text) if stage.picture else ()
        if lines:
            told = "<br>".join(escape(plain(line)) for line in lines)
            QToolTip.showText(event.globalPos(), f"<div style='white-space:pre'>{told}</div>", self._canvas)
        else:
            QToolTip.hideText()
        return True

    def _at(self, position: QPointF) -> Hit:
        return self._canvas.hit(position.x(), position.y())

    def _click(self, position: QPointF, *, fold: bool = False) -> None:
        found = self._at(position)
        if fold and found.folds is not None:
            self._canvas.toggle_group(found.folds)
        elif found.card is not None:
            self._canvas.select(found.value, found.role, found.index)
        elif found.edge is not None:
            self._canvas.select(found.value)

    def _hover(self, position: QPointF) -> None:
        found = self._at(position)
        clickable = found.card is not None or found.folds is not None
        shape = Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor
        self._canvas.setCursor(shape)
        self._canvas.hover(found.value)
