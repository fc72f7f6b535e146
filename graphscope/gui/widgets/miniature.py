"""A small picture of a model's graph: where its nodes stand and what joins them, without words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from graphscope.graph.graph import Graph
from graphscope.view.layout import Item, Layered, Link, Rect, Request
from graphscope.view.palette import Theme

NODE = (30.0, 20.0)
LEAF = (12.0, 12.0)
LARGEST = 1.0
"""A small graph is not blown up beyond its own size."""


@dataclass(frozen=True)
class Miniature:
    """Boxes of nodes and of what they start from, and the lines between them."""

    nodes: tuple[Rect, ...]
    leaves: tuple[Rect, ...]
    wires: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float


def miniature(graph: Graph) -> Miniature:
    """Lay a graph out small."""
    leaves = [value.name for value in graph.table if value.kind != "node" and graph.uses[value.name]]
    items = [Item(f"leaf {name}", *LEAF, inputs=0) for name in leaves]
    items += [
        Item(f"node {node.name}", *NODE, inputs=len(node.inputs), outputs=len(node.outputs))
        for node in graph.nodes
    ]
    layout = Layered().layout(Request(tuple(items), _links(graph), layer_gap=18, item_gap=10, lane_gap=5))
    return Miniature(
        tuple(box for key, box in layout.boxes.items() if key.startswith("node ")),
        tuple(box for key, box in layout.boxes.items() if key.startswith("leaf ")),
        tuple(wire.points for wire in layout.wires),
        layout.width,
        layout.height,
    )


def _links(graph: Graph) -> tuple[Link, ...]:
    links: list[Link] = []
    for node in graph.nodes:
        for slot, name in enumerate(node.inputs):
            if name is None:
                continue
            maker = graph.producers.get(name)
            source = f"leaf {name}" if maker is None else f"node {maker.name}"
            port = 0 if maker is None else maker.outputs.index(name)
            links.append(Link(source, f"node {node.name}", port, slot, main=maker is not None))
    return tuple(links)


def paint(painter: QPainter, drawn: Miniature, area: QRectF, theme: Theme) -> None:
    """Draw it in the middle of an area, as large as fits."""
    scale = min(area.width() / drawn.width, area.height() / drawn.height, LARGEST)
    painter.save()
    painter.translate(
        area.center().x() - drawn.width * scale / 2, area.center().y() - drawn.height * scale / 2
    )
    painter.scale(scale, scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(theme.edge))
    for wire in drawn.wires:
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in wire]))
    painter.setPen(_pen(theme.muted))
    painter.setBrush(QColor(theme.surface))
    for box in drawn.nodes:
        painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), 5, 5)
    painter.setBrush(QColor(theme.accent_soft))
    for box in drawn.leaves:
        painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), 2, 2)
    painter.restore()


def _pen(colour: str) -> QPen:
    """A line of one pixel at every scale."""
    pen = QPen(QColor(colour), 1)
    pen.setCosmetic(True)
    return pen
