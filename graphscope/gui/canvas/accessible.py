"""Lists the cards of the canvas to screen readers: each is an item with its name, numbers and place."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from PySide6.QtWidgets import QAccessibleWidget

from graphscope.view.picture.spoken import spoken

if TYPE_CHECKING:
    from graphscope.gui.canvas.canvas import Canvas


@cache
def install(kind: type[Canvas]) -> None:
    """Have Qt ask us about canvases; once for each process."""

    def factory(_: str, thing: QObject) -> QAccessibleInterface | None:
        if not isinstance(thing, kind):
            return None
        if thing.spoken is None:
            thing.spoken = CanvasList(thing)
        return thing.spoken

    QAccessible.installFactory(factory)


class CanvasList(QAccessibleWidget):
    """The canvas as a list of its cards."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, QAccessible.Role.List, canvas.accessibleName())
        self._canvas = canvas
        self._items: dict[str, CardItem] = {}

    def listed(self) -> tuple[str, ...]:
        """The keys of the cards, in the order of the list."""
        picture = self._canvas.stage.picture
        return tuple(picture.boxes) if picture else ()

    def childCount(self) -> int:
        return len(self.listed())

    def child(self, index: int) -> QAccessibleInterface:
        key = self.listed()[index]
        if key not in self._items:
            self._items[key] = CardItem(self._canvas, self, key)
        return self._items[key]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        keys = self.listed()
        return keys.index(child.key) if isinstance(child, CardItem) and child.key in keys else -1


class CardItem(QAccessibleInterface):
    """One card."""

    def __init__(self, canvas: Canvas, owner: CanvasList, key: str) -> None:
        super().__init__()
        self._canvas, self._owner, self.key = canvas, owner, key

    def isValid(self) -> bool:
        return self.key in self._owner.listed()

    def object(self) -> QObject | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return None

    def window(self) -> QWindow | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return None

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> QAccessibleInterface | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def parent(self) -> QAccessibleInterface:
        return self._owner

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        return QAccessible.State()

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """A card's name is not edited here."""

    def text(self, kind: QAccessible.Text) -> str:
        stage = self._canvas.stage
        faces = stage.faces()
        if kind != QAccessible.Text.Name or stage.picture is None or faces is None or not self.isValid():
            return ""
        card = stage.picture.cards[self.key]
        return spoken(card, faces.card(card), stage.text)

    def rect(self) -> QRect:
        picture = self._canvas.stage.picture
        if picture is None or not self.isValid():
            return QRect()
        box, camera = picture.boxes[self.key], self._canvas.camera
        x, y = camera.to_screen(box.x, box.y)
        corner = self._canvas.mapToGlobal(QPoint(round(x), round(y)))
        return QRect(
            corner.x(), corner.y(), round(box.width * camera.scale), round(box.height * camera.scale)
        )
