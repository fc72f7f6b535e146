"""Draws keys as the caps of a keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from graphscope.gui import fonts
from graphscope.view.palette import Theme

HEIGHT = 22
PADDING = 6
BETWEEN = 4
"""Between the caps of one key."""
APART = 12
"""Between one key and another that does the same."""


def parts(key: str) -> tuple[str, ...]:
    """The caps of a key: Ctrl and → of ``Ctrl+→``."""
    *held, last = key.split("+") if not key.endswith("+") else [*key[:-2].split("+"), "+"]
    return (*(each for each in held if each), last)


def _font() -> QFont:
    return fonts.text_font(fonts.SMALL, QFont.Weight.Medium)


def _cap_width(cap: str) -> float:
    return max(HEIGHT, QFontMetricsF(_font()).horizontalAdvance(cap) + 2 * PADDING)


def width(keys: Sequence[str]) -> float:
    """How wide the caps of some keys are."""
    one = [sum(_cap_width(cap) + BETWEEN for cap in parts(key)) - BETWEEN for key in keys]
    return sum(one) + APART * max(len(one) - 1, 0)


def draw(painter: QPainter, keys: Sequence[str], at: QPointF, theme: Theme, *, faint: bool = False) -> None:
    """Draw the caps of some keys; ``at`` is the middle of their left side."""
    left = at.x()
    painter.setFont(_font())
    for key in keys:
        for cap in parts(key):
            wide = _cap_width(cap)
            area = QRectF(left + 0.5, at.y() - HEIGHT / 2 + 0.5, wide - 1, HEIGHT - 1)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(area, 5, 5)
            painter.setPen(QColor(theme.faint if faint else theme.ink))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, cap)
            left += wide + BETWEEN
        left += APART - BETWEEN
