"""The icons, drawn in the ink of the theme."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from graphscope.app import places

SIZE = 18


@cache
def _drawing(name: str) -> str:
    path = places.assets() / "icons" / f"{name}.svg"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


class _InkEngine(QIconEngine):
    """Draws one SVG in one ink for enabled and one for disabled, sharp at every scale."""

    def __init__(self, name: str, ink: str, faint: str) -> None:
        super().__init__()
        self._name, self._ink, self._faint = name, ink, faint

    def paint(self, painter: QPainter, rect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ANN001
        ink = self._faint if mode == QIcon.Mode.Disabled else self._ink
        drawing = _drawing(self._name).replace("#000", ink)
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            self.paint(painter, picture.rect(), mode, state)
        return picture

    def clone(self) -> QIconEngine:
        return _InkEngine(self._name, self._ink, self._faint)


def icon(name: str, ink: str, faint: str | None = None) -> QIcon:
    """The icon of that name in an ink; an empty one where there is no such file."""
    return QIcon(_InkEngine(name, ink, faint or ink)) if name and _drawing(name) else QIcon()


def application_icon() -> QIcon:
    """The icon of the program."""
    return QIcon(str(places.assets() / "icons" / "graphscope.svg"))
