"""The still part of the canvas: a pixmap a little larger than the widget, and a pixmap for each card."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from graphscope.gui.canvas.camera import Camera
from graphscope.gui.canvas.painting import colour, paint
from graphscope.view.layout.request import Rect
from graphscope.view.picture.cards import OVERHANG, draw_card
from graphscope.view.picture.edges import draw_edge
from graphscope.view.picture.faces import Face, Faces
from graphscope.view.picture.frames import draw_frame
from graphscope.view.picture.index import TAG_ROOM, Index, within
from graphscope.view.picture.items import Card
from graphscope.view.picture.look import Look
from graphscope.view.picture.place import grown
from graphscope.view.picture.scene import stretch
from graphscope.view.picture.shapes import Box

RING = 6
"""How far the selection's ring is from its card."""
MARGIN = 256
"""Pixels around the widget that are painted too, so that panning finds them ready."""
ROOM = 96 * 2**20
"""Bytes of card pixmaps that are kept."""


class CardStore:
    """Pixmaps of cards by what they show; the least recently used go first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, QPixmap] = OrderedDict()
        self._bytes = 0

    def pixmap(self, card: Card, face: Face, look: Look, scale: float, ratio: float) -> QPixmap:
        """The card at that scale, for a screen with so many device pixels per pixel."""
        key = (card, face, look.level, look.theme.name, look.text.language, round(scale, 4), ratio)
        made = self._kept.get(key)
        if made is None:
            made = self._draw(card, face, look, scale, ratio)
            self._kept[key] = made
            self._bytes += _bytes(made)
            self._trim()
        self._kept.move_to_end(key)
        return made

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self._bytes = 0

    def _trim(self) -> None:
        while self._bytes > ROOM and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= _bytes(gone)

    def _draw(self, card: Card, face: Face, look: Look, scale: float, ratio: float) -> QPixmap:
        extra = TAG_ROOM if face.ran or face.next or face.sum or face.change else 0
        width = (max(card.width, extra) + 2 * OVERHANG) * scale * ratio
        height = (card.height + 2 * OVERHANG) * scale * ratio
        made = QPixmap(max(int(width) + 1, 1), max(int(height) + 1, 1))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        with QPainter(made) as painter:
            painter.scale(scale, scale)
            painter.translate(OVERHANG, OVERHANG)
            paint(painter, draw_card(card, face, look))
        return made


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


@dataclass(frozen=True)
class Still:
    """Everything that stands still: the picture, what it shows, and how.

    Args:
        store: where card pixmaps are kept; None to draw the cards themselves (for printing).
        ratio: device pixels per pixel.
        selected: the key of the selected card, or "".
    """

    index: Index
    faces: Faces
    look: Look
    store: CardStore | None = None
    ratio: float = 1.0
    selected: str = ""

    def paint(self, painter: QPainter, part: Rect) -> None:
        """Draw what touches a part of the picture, in its coordinates: frames, edges, cards."""
        index, picture = self.index, self.index.picture
        for number in within(index.frames, part):
            frame = picture.frames[number]
            paint(painter, draw_frame(frame, self.look, self.faces.stops.groups.get(frame.scope)))
        edges = [picture.edges[number] for number in within(index.edges, part)]
        drawn = [(edge, self.faces.edge(edge.uses, edge.value)) for edge in edges]
        for edge, face in sorted(drawn, key=lambda pair: pair[1].ran or pair[1].ran_back):
            paint(painter, draw_edge(edge, face, stretch(picture, edge), self.look))
        for number in within(index.cards, part):
            self._card(painter, index.keys[number])

    def _card(self, painter: QPainter, key: str) -> None:
        picture = self.index.picture
        card, box = picture.cards[key], picture.boxes[key]
        face = self.faces.card(card)
        if key == self.selected:
            self._ring(painter, box)
        if self.store is not None:
            scale = painter.transform().m11()
            _stamp(painter, self.store.pixmap(card, face, self.look, scale, self.ratio), box, self.ratio)
            return
        painter.save()
        painter.translate(box.x, box.y)
        paint(painter, draw_card(card, face, self.look))
        painter.restore()

    def _ring(self, painter: QPainter, box: Rect) -> None:
        """The selection: a ring that the card's tags lie over."""
        around = grown(box, RING)
        theme = self.look.theme
        shape = (around.x, around.y, around.width, around.height, 14)
        paint(painter, [Box(*shape, theme.accent_soft, theme.ink, 2 / min(painter.transform().m11(), 1))])


def _stamp(painter: QPainter, pixmap: QPixmap, box: Rect, ratio: float) -> None:
    """Put a card's pixmap on whole device pixels, so that it stays sharp."""
    at = painter.transform().map(QPointF(box.x - OVERHANG, box.y - OVERHANG))
    painter.save()
    painter.resetTransform()
    painter.drawPixmap(QPointF(round(at.x() * ratio) / ratio, round(at.y() * ratio) / ratio), pixmap)
    painter.restore()


class Layer:
    """The pixmap of the still picture."""

    def __init__(self, store: CardStore) -> None:
        self.store = store
        self.pixmap: QPixmap | None = None
        self.camera = Camera()
        self._size = (0, 0)

    def drop(self) -> None:
        """Forget the pixmap: everything is painted anew."""
        self.pixmap = None

    def covers(self, camera: Camera, width: int, height: int, ratio: float) -> bool:
        """Whether the pixmap holds what a camera sees, at its scale and as fine as the screen (or picture) is."""
        if self.pixmap is None or self._size != (width, height) or camera.scale != self.camera.scale:
            return False
        if self.pixmap.devicePixelRatio() != ratio:
            return False
        return abs(camera.x - self.camera.x) <= MARGIN and abs(camera.y - self.camera.y) <= MARGIN

    def refresh(self, still: Still, camera: Camera, size: tuple[int, int]) -> None:
        """Paint everything around the widget."""
        self.camera, self._size = camera, size
        width, height = size[0] + 2 * MARGIN, size[1] + 2 * MARGIN
        self.pixmap = QPixmap(int(width * still.ratio), int(height * still.ratio))
        self.pixmap.setDevicePixelRatio(still.ratio)
        self.pixmap.fill(colour(still.look.theme.canvas))
        x, y = camera.to_scene(-MARGIN, -MARGIN)
        with QPainter(self.pixmap) as painter:
            painter.translate(camera.x + MARGIN, camera.y + MARGIN)
            painter.scale(camera.scale, camera.scale)
            still.paint(painter, Rect(x, y, width / camera.scale, height / camera.scale))

    def blit(self, painter: QPainter, camera: Camera) -> None:
        """Show the pixmap as a camera sees it; scaled until it is painted anew at that scale."""
        if self.pixmap is None:
            return
        if camera.scale == self.camera.scale:
            at = QPoint(round(camera.x - self.camera.x) - MARGIN, round(camera.y - self.camera.y) - MARGIN)
            painter.drawPixmap(at, self.pixmap)
            return
        factor = camera.scale / self.camera.scale
        left = camera.x + (-MARGIN - self.camera.x) * factor
        top = camera.y + (-MARGIN - self.camera.y) * factor
        ratio = self.pixmap.devicePixelRatio()
        target = QRectF(
            left, top, self.pixmap.width() / ratio * factor, self.pixmap.height() / ratio * factor
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, self.pixmap, QRectF(self.pixmap.rect()))
