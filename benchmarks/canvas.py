"""Compares a frame of the canvas with one QGraphicsItem a node: python -m benchmarks.canvas [NODES].

CPU time, medians. The items draw the same shapes; at a step every item is told what it shows now, as by a
program that does not know what changed.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from itertools import count

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QApplication, QGraphicsPathItem, QGraphicsScene, QGraphicsView, QWidget

import graphscope as gs
from graphscope.gui.canvas.canvas import CRISP, Canvas
from graphscope.gui.canvas.painting import paint
from graphscope.view.picture.cards import OVERHANG, draw_card
from graphscope.view.picture.place import Picture
from graphscope.view.picture.shapes import Shape

SIZE = (1600, 1000)
FRAMES = 25
SCALES = (1.0, 0.5, 0.2)
BLOCK = 6


def model(nodes: int) -> gs.Model:
    """Residual blocks of six nodes and three parameters, a scope each."""
    g = gs.Builder("blocks")
    h = g.input("x", (4, 8))
    for block in range(max(nodes // BLOCK, 1)):
        with g.scope(f"block {block}"):
            w, v = (g.parameter(f"{name}{block}", np.eye(8) * 0.3) for name in "wv")
            b = g.parameter(f"b{block}", np.zeros(8))
            a = g.call(gs.ops.Tanh(), h @ w + b)
            h = h + (a @ v) * a
    g.loss(g.call(gs.ops.ReduceSum(), h, name="total"))
    g.optimizer(gs.optimizers.SGD(lr=0.01))
    g.feed({"x": np.ones((4, 8))})
    return g.build()


class Peer(QGraphicsView):
    """The same cards, drawn by the same code, one item each."""

    def __init__(self, canvas: Canvas) -> None:
        self.space = QGraphicsScene()
        super().__init__(self.space)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        faces, picture = canvas.stage.faces(), canvas.stage.picture
        if faces is None or picture is None:
            raise SystemExit("the canvas shows nothing")
        self.items_by_key: dict[str, CardItem] = {}
        for key, card in picture.cards.items():
            item = CardItem(draw_card(card, faces.card(card), canvas.look()), card.width, card.height)
            item.setPos(picture.boxes[key].x, picture.boxes[key].y)
            self.space.addItem(item)
            self.items_by_key[key] = item
        self.add_edges(picture)

    def add_edges(self, picture: Picture) -> None:
        """One path item an edge."""
        for edge in picture.edges:
            path = QPainterPath()
            path.moveTo(*edge.there[0])
            for point in edge.there[1:]:
                path.lineTo(*point)
            item = QGraphicsPathItem(path)
            item.setPen(QPen(QColor("#8a939d"), 2))
            item.setBrush(QBrush(Qt.BrushStyle.NoBrush))
            self.space.addItem(item)


class CardItem(QGraphicsPathItem):
    """A card that paints its shapes."""

    def __init__(self, shapes: tuple[Shape, ...], width: float, height: float) -> None:
        super().__init__()
        self.shapes = shapes
        self.area = QRectF(-OVERHANG, -OVERHANG, width + 2 * OVERHANG, height + 2 * OVERHANG)

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        return self.area

    def paint(self, painter: QPainter, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        paint(painter, self.shapes)


def median(work: Callable[[], object], times: int = FRAMES) -> float:
    """The median of CPU milliseconds."""
    taken: list[float] = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


def open_canvas(nodes: int) -> tuple[Canvas, gs.Session]:
    """A canvas in the middle of the backward pass."""
    session = gs.open(model(nodes))
    session.seek(session.bounds[1] * 2 // 3)
    canvas = Canvas()
    canvas.resize(*SIZE)
    canvas.show()
    started = time.perf_counter()
    canvas.set_model(session.model, session.specs)
    shown = time.perf_counter()
    while canvas.stage.picture is None:
        QApplication.processEvents()
    took = time.perf_counter()
    canvas.set_moment(session.moment(), animate=False)
    print(f"{len(session.graph.nodes)} nodes, {len(canvas.stage.picture.cards)} cards and chips")
    waited, laid_out = 1000 * (shown - started), 1000 * (took - started)
    print(f"  opening: the window waits {waited:.0f} ms, layout {laid_out:.0f} ms")
    return canvas, session


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
    """Print medians and their ratio; the two take turns."""
    one, two = median(ours), median(theirs)
    print(f"  {name:28} {one:8.2f} ms {two:8.2f} ms   ratio {one / two if two else 0:.3f}")


def measure(nodes: int) -> None:
    """Print a table for one size of graph."""
    canvas, session = open_canvas(nodes)
    peer = Peer(canvas)
    peer.resize(*SIZE)
    peer.show()
    print(f"  {'':28} {'canvas':>11} {'items':>11}")
    middle = (
        canvas.stage.rect([list(canvas.stage.picture.boxes)[nodes // 2]]) if canvas.stage.picture else None
    )
    for scale in SCALES:
        canvas.zoom_by(scale / canvas.camera.scale)
        wait_until_crisp()
        peer.resetTransform()
        peer.scale(scale, scale)
        if middle is not None:
            canvas.camera = canvas.camera.centred(*middle.center, *SIZE)
            peer.centerOn(*middle.center)
        steps = count()
        compare(f"pan at {scale:.0%}", lambda: pan(canvas), lambda steps=steps: pan_view(peer, next(steps)))
        compare(f"step at {scale:.0%}", lambda: step(canvas, session), lambda: step_items(peer, canvas))
    canvas.close()
    peer.close()


def wait_until_crisp() -> None:
    """Zooming shows a large picture scaled, and paints it anew a little later."""
    until = time.perf_counter() + 2 * CRISP / 1000
    while time.perf_counter() < until:
        QApplication.processEvents()


def pan(canvas: Canvas) -> None:
    canvas.pan_by(-9, 0)
    repaint(canvas)


def pan_view(peer: Peer, number: int) -> None:
    bar = peer.horizontalScrollBar()
    bar.setValue(bar.value() + (9 if number % 50 < 25 else -9))
    repaint(peer.viewport())


def step(canvas: Canvas, session: gs.Session) -> None:
    """Everything that a step costs the window: the faces that changed, and a frame."""
    canvas.stage.moment = None
    canvas.set_follow(False)
    canvas.set_moment(session.moment(), animate=False)
    repaint(canvas)


def step_items(peer: Peer, canvas: Canvas) -> None:
    """The same for items: each is told what it shows now, and the view is painted."""
    faces, picture, look = canvas.stage.faces(), canvas.stage.picture, canvas.look()
    if faces is not None and picture is not None:
        for key, card in picture.cards.items():
            peer.items_by_key[key].shapes = draw_card(card, faces.card(card), look)
    repaint(peer.viewport())


def repaint(widget: QWidget) -> None:
    """A frame, whatever the platform thinks is visible."""
    widget.grab()


def main(arguments: list[str]) -> None:
    """Measure each size."""
    application = QApplication.instance() or QApplication([])
    for nodes in [int(argument) for argument in arguments] or [100, 2000]:
        measure(nodes)
    del application


if __name__ == "__main__":
    main(sys.argv[1:])
