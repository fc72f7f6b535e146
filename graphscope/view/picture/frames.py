"""Draws the frames of open groups: a tint by depth, and a header to click on."""

from __future__ import annotations

from graphscope.view.layout.request import Rect
from graphscope.view.metrics import elide, text_width
from graphscope.view.palette import mix
from graphscope.view.picture.look import Level, Look
from graphscope.view.picture.place import Frame
from graphscope.view.picture.shapes import Box, Polygon, Shape, Words, middle
from graphscope.view.picture.stops import StopMark, draw_stop
from graphscope.view.picture.style import HEADER, SMALL, TITLE

SIZES: dict[Level, float] = {"full": TITLE, "large": 17, "chips": 22}
"""Type of a group's name."""


def draw_frame(frame: Frame, look: Look, stop: StopMark | None = None) -> list[Shape]:
    """Frame, chevron, name and number of nodes, and the mark of a breakpoint on its left border."""
    theme, rect = look.theme, frame.rect
    depth = min(len(frame.scope) - 1, len(theme.group) - 1)
    fill = theme.group[depth]
    shapes: list[Shape] = [
        Box(rect.x, rect.y, rect.width, rect.height, 12, fill, mix(fill, theme.edge, 0.3), 1)
    ]
    y = rect.y + HEADER / 2 + 2
    if stop is not None:
        shapes += draw_stop(stop, rect.x + 1, y, look)
    if look.level == "block":
        return shapes
    size = SIZES[look.level]
    x = rect.x + 14
    shapes.append(Polygon(((x, y - 2.5), (x + 9, y - 2.5), (x + 4.5, y + 3)), theme.muted))
    # Higher where tags are larger, which reach up to here.
    base = middle(rect.y - 2, HEADER, size) if look.level == "large" else middle(rect.y + 2, HEADER, size)
    count = look.text("{n} nodes", n=frame.count) if frame.count > 1 else look.text("1 node")
    room = rect.width - 44 - text_width(count, SMALL)
    name = elide(frame.scope[-1], room, size, "strong")
    shapes.append(Words(x + 16, base, name, size, "strong", theme.ink))
    if look.level == "full":
        after = x + 16 + text_width(name, size, "strong") + 8
        shapes.append(Words(after, base, count, SMALL, "text", theme.muted))
    return shapes


def header(frame: Frame) -> Rect:
    """Where a click folds the group."""
    return Rect(frame.rect.x, frame.rect.y, frame.rect.width, HEADER + 4)
