"""Where everything stands: what a layout is asked for, and the placed picture made from its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from graphscope.graph.scope import Scope
from graphscope.view.layout.request import GroupBox, Item, Layout, Link, Rect, Request, Wire
from graphscope.view.picture import lanes
from graphscope.view.picture.balance import balanced
from graphscope.view.picture.items import Card, Carrier, Dock, Structure
from graphscope.view.picture.lanes import Points
from graphscope.view.picture.shapes import Point
from graphscope.view.picture.style import (
    CHIP_GAP,
    DOCK_GAP,
    HEADER,
    ITEM_GAP,
    LANE,
    LAYER_GAP,
    MARGIN,
    PADDING,
)

FORK = 22
"""How far from its card the contributions of a fan-out meet."""


STACK = 4
"""How far the second sheet of a parameter reaches to the right."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A placed edge, between cards or from a chip to its card.

    Args:
        there: the line of the value, from source to target.
        back: the line of the gradient, from target to source; () where none comes back.
        fork: where its gradient meets those of other readers; None where it is the only one.
    """

    value: str
    source: str
    target: str
    uses: tuple[tuple[str, int], ...]
    weight: float
    shape: str
    there: Points
    back: Points
    fork: Point | None = None
    docked: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """An open group's frame; ``count`` nodes are inside."""

    scope: Scope
    rect: Rect
    count: int


@dataclass(frozen=True)
class Picture:
    """Everything at its place, without the numbers of a moment."""

    structure: Structure
    boxes: Mapping[str, Rect]
    edges: tuple[Edge, ...]
    frames: tuple[Frame, ...]

    @cached_property
    def bounds(self) -> Rect:
        """The rectangle around everything, with a margin."""
        rects = [*self.boxes.values(), *(frame.rect for frame in self.frames)]
        points = [point for edge in self.edges for point in edge.there]
        return grown(around(rects, points), MARGIN)

    @property
    def cards(self) -> Mapping[str, Card]:
        """Every card and chip by its key."""
        return self.structure.by_key

    def home(self, value: str) -> Card | None:
        """The card or chip that is the own place of a value; that of its folded group."""
        return self.cards.get(self.structure.homes.get(value, ""))

    @cached_property
    def leading(self) -> Mapping[tuple[str, int], Edge]:
        """The edge that feeds each operand (node, slot)."""
        return {use: edge for edge in self.edges for use in edge.uses}


def around(rects: list[Rect], points: list[Point] | None = None) -> Rect:
    """The smallest rectangle that holds all."""
    points = points or []
    if not rects and not points:
        return Rect(0, 0, 0, 0)
    left = min([rect.x for rect in rects] + [x for x, _ in points])
    top = min([rect.y for rect in rects] + [y for _, y in points])
    right = max([rect.right for rect in rects] + [x for x, _ in points])
    bottom = max([rect.bottom for rect in rects] + [y for _, y in points])
    return Rect(left, top, right - left, bottom - top)


def grown(rect: Rect, by: float) -> Rect:
    """A rectangle with so much more room on each side."""
    return Rect(rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by)


def request(structure: Structure) -> Request:
    """What the layout engine is asked: each card with its chips is one item."""
    items = tuple(_item(structure, card) for card in structure.cards)
    seen: set[tuple[str, str]] = set()
    links: list[Link] = []
    for carrier in structure.carriers:
        # The second operand of x · x joins from the side, so that the first keeps the line straight.
        pair = (carrier.source, carrier.target)
        links.append(_link(carrier, main=pair not in seen))
        seen.add(pair)
    groups = tuple(GroupBox(group, HEADER, PADDING) for group in structure.open_groups)
    return Request(items, tuple(links), groups, layer_gap=LAYER_GAP, item_gap=ITEM_GAP, lane_gap=LANE * 2 + 8)


def _item(structure: Structure, card: Card) -> Item:
    above, below = _stacks(structure, card)
    width = max(card.width, _row_width(above), _row_width(below))
    top = _row_height(above)
    height = top + card.height + _row_height(below)
    inputs, outputs = structure.ports[card.key]
    ordered = card.kind != "group" and card.symbol not in ("+", "×")
    ports = (max(inputs, 1), max(outputs, 1))
    return Item(card.key, width, height, card.scope, *ports, ordered, (top, card.height))


def _middle(structure: Structure, card: Card) -> float:
    """How far a card's middle is below the top of its item, where chips may hang above it."""
    return _row_height(_stacks(structure, card)[0]) + card.height / 2


def _link(carrier: Carrier, *, main: bool) -> Link:
    return Link(carrier.source, carrier.target, carrier.source_port, carrier.target_port, main)


def _stacks(structure: Structure, card: Card) -> tuple[tuple[Dock, ...], tuple[Dock, ...]]:
    docks = structure.docked.get(card.key, ())
    above = tuple(dock for dock in docks if dock.side == "above")
    return above, tuple(dock for dock in docks if dock.side == "below")


def _row_width(docks: tuple[Dock, ...]) -> float:
    return sum(dock.chip.width for dock in docks) + CHIP_GAP * max(len(docks) - 1, 0)


def _row_height(docks: tuple[Dock, ...]) -> float:
    return max((dock.chip.height + DOCK_GAP for dock in docks), default=0)


def picture(structure: Structure, layout: Layout) -> Picture:
    """The placed picture for a layout's answer to ``request(structure)``."""
    layout = balanced(structure, layout, {card.key: _middle(structure, card) for card in structure.cards})
    boxes: dict[str, Rect] = {}
    edges: list[Edge] = []
    for card in structure.cards:
        item, (above, _) = layout.boxes[card.key], _stacks(structure, card)
        # Whole pixels: borders and type stay sharp at 100 %.
        x, y = round(item.center[0] - card.width / 2), round(item.y + _row_height(above))
        boxes[card.key] = Rect(x, y, card.width, card.height)
        for docks in _stacks(structure, card):
            edges.extend(_dock(docks, boxes, card.key, structure))
    wires = {(wire.link.target, wire.link.target_port): wire for wire in layout.wires}
    named: set[tuple[str, str]] = set()
    for carrier in structure.carriers:
        wire = wires[carrier.target, carrier.target_port]
        # Of several edges between the same cards one tells the shape.
        told = carrier.shape if (carrier.source, carrier.target) not in named else ""
        named.add((carrier.source, carrier.target))
        edges.append(_edge(replace(carrier, shape=told), wire, boxes, layout, structure))
    return Picture(structure, boxes, tuple(edges), _frames(structure, layout))


def _dock(docks: tuple[Dock, ...], boxes: dict[str, Rect], key: str, structure: Structure) -> list[Edge]:
    """Place the chips of one side and draw the short lines that join them to their card."""
    card = boxes[key]
    x = card.center[0] - _row_width(docks) / 2
    made: list[Edge] = []
    for dock in docks:
        chip = dock.chip
        above = dock.side == "above"
        y = card.y - DOCK_GAP - chip.height if above else card.bottom + DOCK_GAP
        boxes[chip.key] = Rect(round(x), round(y), chip.width, chip.height)
        made.append(_dock_edge(dock, boxes[chip.key], card, structure))
        x += chip.width + CHIP_GAP
    return made


def _dock_edge(dock: Dock, chip: Rect, card: Rect, structure: Structure) -> Edge:
    above = dock.side == "above"
    room = max(card.width / 2 - 24, 0)
    end = card.center[0] + min(max(chip.center[0] - card.center[0], -room), room)
    leave, enter = (chip.bottom, card.y) if above else (chip.y, card.bottom)
    bend = (leave + enter) / 2
    corners = ((chip.center[0], leave), (chip.center[0], bend), (end, bend), (end, enter))
    gradient = dock.chip.row("gradient") is not None
    aside = LANE / 2 if gradient else 0
    # The gradient's lane is right of the value's, above and below alike.
    there = lanes.lane(corners, aside if above else -aside)
    back = tuple(reversed(lanes.lane(corners, -aside if above else aside))) if gradient else ()
    uses = tuple((structure.by_key[dock.card].node, slot) for slot in dock.slots)
    return Edge(
        dock.chip.value, dock.chip.key, dock.card, uses, 1.5, dock.chip.shape, there, back, docked=True
    )


def _edge(
    carrier: Carrier, wire: Wire, boxes: Mapping[str, Rect], layout: Layout, structure: Structure
) -> Edge:
    start = _leaving(carrier, boxes, layout, structure)
    end = _entering(carrier, boxes, layout)
    corners = _corners(wire.points, start, end)
    aside = LANE / 2 if carrier.gradient else 0
    there = lanes.lane(corners, -aside)
    back = tuple(reversed(lanes.lane(corners, aside))) if carrier.gradient else ()
    fan = len(structure.contributions.get(carrier.value, ())) > 1
    fork = lanes.at(back, lanes.length(back) - FORK) if back and fan else None
    ends = (carrier.value, carrier.source, carrier.target, carrier.uses)
    return Edge(*ends, carrier.weight, carrier.shape, there, back, fork)


def _leaving(carrier: Carrier, boxes: Mapping[str, Rect], layout: Layout, structure: Structure) -> Point:
    """Where a line leaves its card; a stack of sheets reaches a little further."""
    behind = STACK if structure.by_key[carrier.source].kind in ("parameter", "group") else 0
    port = layout.ports[carrier.source].outputs[carrier.source_port]
    return boxes[carrier.source].right + behind, port[1]


def _entering(carrier: Carrier, boxes: Mapping[str, Rect], layout: Layout) -> Point:
    return boxes[carrier.target].x, layout.ports[carrier.target].inputs[carrier.target_port][1]


def _corners(points: tuple[Point, ...], start: Point, end: Point) -> tuple[Point, ...]:
    """The corners of a wire between its ends on the cards; the first and last pieces run level."""
    inner = [point for point in points[1:-1] if start[0] < point[0] < end[0]]
    if not inner and abs(start[1] - end[1]) >= 1:
        bend = (start[0] + end[0]) / 2
        inner = [(bend, start[1]), (bend, end[1])]
    if inner:
        inner[0] = (inner[0][0], start[1])
        inner[-1] = (inner[-1][0], end[1])
    return (start, *inner, end)


def _frames(structure: Structure, layout: Layout) -> tuple[Frame, ...]:
    """The frames of the open groups; the outermost is drawn first."""
    counts = structure.open_groups.items()
    found = [Frame(group, layout.groups[group], count) for group, count in counts if group in layout.groups]
    return tuple(sorted(found, key=lambda frame: len(frame.scope)))
