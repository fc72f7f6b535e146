"""What lies over the still picture: the selection, the glow of changed rows, and the pills that travel."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from graphscope.gui.canvas.camera import Camera
from graphscope.gui.canvas.motion import Motion, Token
from graphscope.gui.canvas.painting import colour, paint
from graphscope.view.layout.request import Rect
from graphscope.view.picture.dealing import short_name
from graphscope.view.picture.faces import Slot
from graphscope.view.picture.halfway import at_level
from graphscope.view.picture.hit import cell_rect, row_rect
from graphscope.view.picture.items import RowRole
from graphscope.view.picture.look import Look
from graphscope.view.picture.pill import draw_pill
from graphscope.view.picture.place import Picture, grown
from graphscope.view.picture.shapes import Line


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected: a value or its gradient, perhaps one number of it."""

    value: str = ""
    role: RowRole = "value"
    index: tuple[int, ...] | None = None


@dataclass
class Overlay:
    """Draws over the layer, every frame."""

    pills: dict[Hashable, QPixmap] = field(default_factory=dict[Hashable, QPixmap])

    def paint(
        self,
        painter: QPainter,
        picture: Picture,
        camera: Camera,
        look: Look,
        motion: Motion,
        selection: Selection,
        hovered: str,
        pointed: tuple[str, ...] = (),
    ) -> None:
        """Everything, in widget coordinates."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.translate(camera.x, camera.y)
        painter.scale(camera.scale, camera.scale)
        if hovered and hovered != selection.value:
            _hovered(painter, picture, hovered, look, camera.scale)
        for key in dict.fromkeys(card.key for name in pointed if (card := picture.home(name)) is not None):
            _ring(painter, picture.boxes[key], look.theme.muted, 2, camera.scale)
        self._selection(painter, picture, look, selection)
        for slot, strength in motion.glowing():
            _glow(painter, picture, slot, strength, look)
        painter.restore()
        for token in motion.tokens():
            self._token(painter, token, camera, look, picture)

    def _selection(self, painter: QPainter, picture: Picture, look: Look, selection: Selection) -> None:
        """Mark the row and the number that are selected; the ring around the card is part of the layer."""
        card = picture.home(selection.value)
        if card is None:
            return
        box = picture.boxes[card.key]
        card = at_level(card, look.level)
        row = card.row(selection.role, selection.value)
        if row is None or look.level not in ("full", "large"):
            return
        bar = row_rect(card, row)
        rect = QRectF(box.x + 3, box.y + bar.y + 2, 3, bar.height - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(look.theme.ink))
        painter.drawRoundedRect(rect, 1.5, 1.5)
        cell = cell_rect(row, selection.index) if selection.index is not None else None
        if cell is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(look.theme.ink), 2))
            painter.drawRoundedRect(QRectF(box.x + cell.x, box.y + cell.y, cell.width, cell.height), 2, 2)

    def _token(self, painter: QPainter, token: Token, camera: Camera, look: Look, picture: Picture) -> None:
        ratio = painter.device().devicePixelRatio()
        journey = token.journey
        key = (journey, round(camera.scale, 4), ratio, look.theme.name)
        if key not in self.pills:
            if len(self.pills) > 64:
                self.pills.clear()
            self.pills[key] = _pill(token, camera.scale, look, ratio, picture)
        pixmap = self.pills[key]
        x, y = camera.to_screen(token.x, token.y)
        painter.setOpacity(token.opacity)
        painter.drawPixmap(QPointF(x - pixmap.width() / ratio / 2, y - pixmap.height() / ratio / 2), pixmap)
        painter.setOpacity(1)


def appearances(picture: Picture, value: str) -> list[str]:
    """The keys of everything that shows a value: its card and every chip."""
    return [key for key, card in picture.cards.items() if card.value == value]


def _hovered(painter: QPainter, picture: Picture, value: str, look: Look, scale: float) -> None:
    """Everything that shows a value, and the lines along which it is used."""
    lines = [edge.there for edge in picture.edges if edge.value == value]
    paint(painter, [Line(points, look.theme.ink, 2 / min(scale, 1)) for points in lines])
    for key in appearances(picture, value):
        _ring(painter, picture.boxes[key], look.theme.faint, 1.25, scale)


def _ring(painter: QPainter, box: Rect, ink: str, weight: float, scale: float) -> None:
    gap = 5
    around = grown(box, gap)
    painter.setPen(QPen(colour(ink), weight / min(scale, 1)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(around.x, around.y, around.width, around.height), 12, 12)


def _glow(painter: QPainter, picture: Picture, slot: Slot, strength: float, look: Look) -> None:
    """Outline the row that has just changed, and let it fade."""
    home = picture.home(slot[0])
    card = at_level(home, look.level) if home else None
    row = card.row(slot[1], slot[0]) if card else None
    if card is None or row is None:
        return
    box, rect = picture.boxes[card.key], row_rect(card, row)
    ink = colour(look.theme.backward if slot[1] == "gradient" else look.theme.accent)
    ink.setAlphaF(strength)
    painter.setPen(QPen(ink, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(box.x + rect.x, box.y + rect.y, rect.width, rect.height), 5, 5)


def _pill(token: Token, scale: float, look: Look, ratio: float, picture: Picture) -> QPixmap:
    journey = token.journey
    card = picture.home(journey.value)
    name = short_name(journey.value, card.scope) if card else journey.value
    shapes, width, height = draw_pill(name, journey.role, journey.summary, look)
    size = max(scale, 0.6)
    made = QPixmap(int((width + 8) * size * ratio) + 1, int((height + 8) * size * ratio) + 1)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        painter.scale(size, size)
        painter.translate(width / 2 + 4, height / 2 + 4)
        paint(painter, shapes)
    return made
