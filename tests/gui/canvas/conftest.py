"""A canvas with a model on it, at a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import graphscope as gs
from graphscope.gui.canvas.canvas import Canvas


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A canvas and the session that it shows."""

    def __init__(self, canvas: Canvas, session: gs.Session, clock: Clock) -> None:
        self.canvas, self.session, self.clock = canvas, session, clock

    def seek(self, position: int, *, animate: bool = False) -> None:
        self.session.seek(position)
        self.canvas.set_moment(self.session.moment(), animate=animate)

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds
        self.canvas.advance()

    def painted(self, value: str, role: str) -> str:
        """What the row of a value or gradient says at this moment."""
        picture = self.canvas.stage.picture
        faces = self.canvas.stage.faces(self.canvas._held)
        card = picture.home(value) if picture else None
        if card is None or faces is None:
            return "nothing"
        row = next(i for i, each in enumerate(card.rows) if (each.value, each.role) == (value, role))
        summary = faces.card(card).rows[row].summary
        return "–" if summary is None else f"{summary.cells[0, 0]:g}"


@pytest.fixture
def bench(qtbot) -> Callable[..., Bench]:
    def make(source="apple_shop", width: int = 1100, height: int = 640) -> Bench:
        session = gs.open(source)
        clock = Clock()
        canvas = Canvas()
        qtbot.addWidget(canvas)
        canvas.set_clock(clock)
        canvas.resize(width, height)
        canvas.show()
        canvas.set_model(session.model, session.specs)
        canvas.set_moment(session.moment(), animate=False)
        return Bench(canvas, session, clock)

    return make
