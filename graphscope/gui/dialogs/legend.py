"""Small pictures of what shapes and colours say, drawn by the code that draws the graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from graphscope.engine.summary import Summary, summarize
from graphscope.errors import Sentence
from graphscope.gui.canvas.painting import paint
from graphscope.view.picture.cards import draw_card
from graphscope.view.picture.edges import draw_edge
from graphscope.view.picture.faces import EdgeFace, Face, RowFace, Sum
from graphscope.view.picture.items import Card, CardKind, Row, RowRole, Stretch
from graphscope.view.picture.look import Look
from graphscope.view.picture.place import Edge
from graphscope.view.picture.rows import draw_row
from graphscope.view.picture.shapes import Shape, moved
from graphscope.view.picture.style import LANE

WIDTH, HEIGHT = 152, 64
Drawing = Callable[[Look], Sequence[Shape]]


@dataclass(frozen=True)
class Sign:
    """One picture and what it says."""

    draw: Drawing
    says: Sentence


class Figure(QWidget):
    """Shows a picture; what it says stands beside it, so screen readers pass it over."""

    def __init__(self, draw: Drawing, look: Look) -> None:
        super().__init__()
        self._shapes = draw(look)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint(painter, self._shapes)


# ---- pieces -----------------------------------------------------------------------------------------------


def _card(title: str, kind: CardKind = "op", symbol: str = "") -> Card:
    return Card(title, kind, title, title, title, symbol, "", 112, 36, ())


def _face(
    *,
    there: bool = True,
    ran: bool = False,
    following: bool = False,
    added: Sum | None = None,
    rows: tuple[RowFace, ...] = (),
    backward: bool = False,
) -> Face:
    return Face("done" if there else "waiting", ran, following, (backward, backward), rows, added)


def _numbers(*numbers: float) -> Summary:
    return summarize(np.array(numbers, dtype=np.float32))


def _row(role: RowRole) -> Row:
    return Row("x", role, "scalar", 34, 18, 80, 28)


def _edge(look: Look, *, stretch: Stretch | None = None) -> list[Shape]:
    """A line to the right, and the dashed one of its gradient below it."""
    top = 26 if stretch else 24
    there = ((8.0, top), (WIDTH - 8.0, top))
    back = ((WIDTH - 8.0, top + LANE), (8.0, top + LANE))
    edge = Edge("x", "a", "b", (("b", 0),), 2, "", there, back)
    return draw_edge(edge, EdgeFace(filled=True, returned=True, ran=False, ran_back=False), stretch, look)


# ---- pictures ---------------------------------------------------------------------------------------------


def _value(look: Look) -> Sequence[Shape]:
    return _two_rows("value", 0.53, look)


def _gradient(look: Look) -> Sequence[Shape]:
    return _two_rows("gradient", -0.17, look)


def _two_rows(role: RowRole, number: float, look: Look) -> Sequence[Shape]:
    """The row as it is when computed, and its hollow sign."""
    there = draw_row(_row(role), RowFace(_numbers(number)), look)
    hollow = draw_row(_row(role), RowFace(None), look)
    return (*moved(there, -2, 0), *moved(hollow[:1], 112, 0))


def _signs(look: Look) -> Sequence[Shape]:
    row = Row("x", "value", "matrix", 8, 22, 136, 20, columns=4, capacity=5)
    return draw_row(row, RowFace(_numbers(-2, -0.5, 0, 2)), look)[1:]


def _ran(look: Look) -> Sequence[Shape]:
    return moved(draw_card(_card("h", symbol="tanh"), _face(ran=True), look), 20, 20)


def _next(look: Look) -> Sequence[Shape]:
    return moved(draw_card(_card("score", symbol="+"), _face(there=False, following=True), look), 20, 20)


def _added(look: Look) -> Sequence[Shape]:
    return moved(draw_card(_card("x", "input"), _face(added=Sum(1, 2)), look), 20, 6)


def _broadcast(look: Look) -> Sequence[Shape]:
    return _edge(look, stretch=Stretch(4, (0,)))


def _parameter(look: Look) -> Sequence[Shape]:
    return moved(draw_card(_card("W1", "parameter"), _face(), look), 20, 14)


def _loss(look: Look) -> Sequence[Shape]:
    return moved(draw_card(_card("loss", "loss"), _face(), look), 20, 14)


def _group(look: Look) -> Sequence[Shape]:
    return moved(draw_card(_card("hidden", "group"), _face(), look), 20, 14)


def _trouble(look: Look) -> Sequence[Shape]:
    broken = RowFace(_numbers(float("nan")))
    return moved(draw_card(_card("log"), _face(rows=(broken,)), look), 20, 20)


SIGNS: tuple[Sign, ...] = (
    Sign(_value, Sentence("A value, made in the forward phase. The ring ○ says: not computed yet.")),
    Sign(
        _gradient,
        Sentence("A gradient: how fast the loss grows with this number. The hollow ◇ says: not there yet."),
    ),
    Sign(_edge, Sentence("Values go forward on solid lines; gradients come back on dashed ones.")),
    Sign(
        _signs,
        Sentence("Orange is negative, blue positive; the stronger the colour, the larger the number."),
    ),
    Sign(_ran, Sentence("▶ The step that just ran. In the backward phase the sign points to the left.")),
    Sign(_next, Sentence("▷ The step that is next. A dashed outline says: nothing is here yet.")),
    Sign(
        _added,
        Sentence("⊕ A value that is used twice gets two gradients, and they are added up."),
    ),
    Sign(
        _broadcast,
        Sentence("⤧ ×4: one number serves four rows. On the way back Σ₀ adds up their gradients."),
    ),
    Sign(
        _parameter,
        Sentence("Two sheets: a parameter. It is kept, and each update changes it."),
    ),
    Sign(_loss, Sentence("A double outline: the loss, where backward begins.")),
    Sign(_group, Sentence("A group of nodes, folded into one card. A click opens it.")),
    Sign(_trouble, Sentence("Red: something is wrong, such as NaN (no number) or an infinite number.")),
)
