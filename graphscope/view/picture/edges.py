"""Draws edges: a solid line for the value, a dashed lane beside it for the gradient on its way back."""

from __future__ import annotations

from itertools import pairwise

from graphscope.view.metrics import text_width
from graphscope.view.picture import lanes
from graphscope.view.picture.cards import plus_in_circle
from graphscope.view.picture.faces import EdgeFace
from graphscope.view.picture.items import Stretch
from graphscope.view.picture.look import Look
from graphscope.view.picture.place import FORK, Edge
from graphscope.view.picture.shapes import Box, Line, Polygon, Shape, Words, disc, middle
from graphscope.view.picture.style import SMALL

BACK_DASH = (5.0, 4.0)
ARROW = 8
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"


def draw_edge(edge: Edge, face: EdgeFace, stretch: Stretch | None, look: Look) -> list[Shape]:
    """The lines of one edge and, when near enough, what is written on them."""
    theme = look.theme
    colour = theme.accent if face.ran else theme.edge if face.filled else look.quiet_edge
    weight = edge.weight + (1 if face.ran else 0)
    far = look.level == "block"
    shapes: list[Shape] = []
    if far:
        return [Line(edge.there, colour, 1.5)]
    size = ARROW + weight
    shapes += [Line(lanes.cut(edge.there, 0, size - 1), colour, weight)]
    shapes += [Polygon(lanes.arrow(edge.there, size), colour), disc(*edge.there[0], weight / 2 + 1.5, colour)]
    if face.returned:
        weight = 2.5 if face.ran_back else 1.5
        size = ARROW + weight
        line = lanes.cut(edge.back, 0, size - 1)
        shapes += [
            Line(line, theme.backward, weight, BACK_DASH),
            Polygon(lanes.arrow(edge.back, size), theme.backward),
        ]
    if look.level == "full":
        shapes += _badges(edge, face, stretch, look)
    return shapes


def _badges(edge: Edge, face: EdgeFace, stretch: Stretch | None, look: Look) -> list[Shape]:
    """What is written on an edge: its shape, ⤧ ×N where it is broadcast, Σ where its gradient is summed."""
    shapes: list[Shape] = []
    if edge.fork is not None and face.returned:
        shapes += plus_in_circle(*edge.fork, 7, look)
    if edge.shape and not edge.docked:
        shapes += _label(edge, look)
    if stretch is not None:
        shapes += _stretch(edge, face, stretch, look)
    return shapes


def _label(edge: Edge, look: Look) -> list[Shape]:
    """The shape above the longest level piece of the line, where it fits."""
    level = [(a, b) for a, b in pairwise(edge.there) if abs(a[1] - b[1]) < 0.5]
    if not level:
        return []
    (left, y), (right, _) = max(level, key=lambda piece: piece[1][0] - piece[0][0])
    crossed = FORK if edge.fork is not None else 0
    if right - left < text_width(edge.shape, SMALL, "mono") + 2 * ARROW + crossed:
        return []
    above = y - 5 - edge.weight / 2
    return [
        Words(
            (left + right - ARROW + crossed) / 2, above, edge.shape, SMALL, "mono", look.theme.muted, "middle"
        )
    ]


def _stretch(edge: Edge, face: EdgeFace, stretch: Stretch, look: Look) -> list[Shape]:
    theme = look.theme
    x, y = lanes.at(edge.there, lanes.length(edge.there) / 2)
    word = f"⤧ ×{stretch.times}"
    width = text_width(word, SMALL, "mono") + 10
    shapes = _pill(
        x - width - 6 if edge.docked else x - width / 2,
        y - 9 if edge.docked else y - 22,
        word,
        width,
        look,
        theme.edge,
    )
    if face.returned:
        back = lanes.at(edge.back, lanes.length(edge.back) / 2)
        word = "Σ" + "".join(SUBSCRIPTS[axis] for axis in stretch.axes if axis < 10)
        width = text_width(word, SMALL, "mono") + 10
        left, top = (back[0] + 6, back[1] - 9) if edge.docked else (back[0] - width / 2, back[1] + 6)
        shapes += _pill(left, top, word, width, look, theme.backward)
    return shapes


def _pill(x: float, y: float, word: str, width: float, look: Look, colour: str) -> list[Shape]:
    theme = look.theme
    return [
        Box(x, y, width, 18, 9, theme.surface, colour, 1.25),
        Words(x + width / 2, middle(y, 18, SMALL), word, SMALL, "mono", theme.ink, "middle"),
    ]
