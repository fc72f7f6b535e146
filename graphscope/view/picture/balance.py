"""Evens out a small tree: a node in the middle of what it combines, as textbooks draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from graphscope.view.layout.request import Layout, Ports, Rect, Wire
from graphscope.view.picture.items import Structure


def balanced(structure: Structure, layout: Layout, middle: Mapping[str, float]) -> Layout:
    """The layout with every card half way between its operands, if the graph is a tree with room for it.

    An engine keeps one operand in line with its node and lets others join from the side: right for a chain
    with skips, but lopsided where two equal branches meet.

    Args:
        middle: how far each card's middle is below the top of its item.
    """
    if structure.open_groups or not _tree(structure) or any(len(wire.points) > 4 for wire in layout.wires):
        return layout
    middles = _middles(structure, layout, middle)
    boxes = {key: replace(box, y=middles[key] - middle[key]) for key, box in layout.boxes.items()}
    if _overlap(boxes):
        return layout
    ports = {key: _ports(layout.ports[key], boxes[key].y - layout.boxes[key].y) for key in boxes}
    wires = tuple(_wire(wire, ports) for wire in layout.wires)
    return replace(layout, boxes=boxes, ports=ports, wires=wires)


def _tree(structure: Structure) -> bool:
    sources = [carrier.source for carrier in structure.carriers]
    return len(sources) == len(set(sources)) and len(structure.carriers) > 1


def _middles(structure: Structure, layout: Layout, middle: Mapping[str, float]) -> dict[str, float]:
    """The height of each card's middle; cards come in an order in which operands are before their nodes."""
    middles = {key: box.y + middle[key] for key, box in layout.boxes.items()}
    for card in structure.cards:
        operands = [middles[carrier.source] for carrier in structure.carriers if carrier.target == card.key]
        if operands:
            middles[card.key] = sum(operands) / len(operands)
    return middles


def _overlap(boxes: Mapping[str, Rect]) -> bool:
    columns: dict[float, list[Rect]] = {}
    for box in boxes.values():
        columns.setdefault(round(box.center[0]), []).append(box)
    ordered = (sorted(column, key=lambda box: box.y) for column in columns.values())
    return any(one.bottom + 8 > two.y for column in ordered for one, two in pairwise(column))


def _ports(ports: Ports, by: float) -> Ports:
    return Ports(tuple((x, y + by) for x, y in ports.inputs), tuple((x, y + by) for x, y in ports.outputs))


def _wire(wire: Wire, ports: Mapping[str, Ports]) -> Wire:
    """A new line between the moved ports, bent where the old one was or half way."""
    start = ports[wire.link.source].outputs[wire.link.source_port]
    end = ports[wire.link.target].inputs[wire.link.target_port]
    bend = wire.points[1][0] if len(wire.points) > 2 else (start[0] + end[0]) / 2
    return Wire(wire.link, (start, (bend, start[1]), (bend, end[1]), end))
