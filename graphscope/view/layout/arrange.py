"""One level in pixels along and across the flow: where its nodes stand and where its wires turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graphscope.view.layout.across import Sizes, place_across
from graphscope.view.layout.mesh import LANE
from graphscope.view.layout.packing import Part, pack
from graphscope.view.layout.plan import Piece, Plan
from graphscope.view.layout.request import Point
from graphscope.view.layout.route import Gap, Streets

_ROOMY = (
    1.6  # layers this many times as long as a node: sources then stand at their end, sinks at their start
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A node's size, and where its ports are across the flow, from its middle, by port number."""

    along: float
    across: float
    inputs: tuple[float, ...]
    outputs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The gaps of a request, and the room that a group keeps free inside its border."""

    layer_gap: float
    item_gap: float
    lane_gap: float
    start: float = 0.0
    end: float = 0.0
    before: float = 0.0
    after: float = 0.0
    title: float = 0.0  # the part of `start` that only straight wires may pass


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A level laid out by itself: each node's corner nearest to zero, and each edge from port to port."""

    length: float
    breadth: float
    corners: tuple[Point, ...]
    courses: Mapping[int, tuple[Point, ...]]


@dataclass(slots=True)
class _Draft:
    """A piece laid out by itself, before it is put beside the others."""

    piece: Piece
    length: float
    low: float
    high: float
    corners: dict[int, Point]
    courses: dict[int, list[Point]]


def arrange(plan: Plan, shapes: Sequence[Shape], frame: Frame, cancelled: Callable[[], bool]) -> Arrangement:
    """Give every node and wire of a level its place."""
    drafts = [_draft(plan, piece, shapes, frame, cancelled) for piece in plan.pieces]
    parts = [
        Part(draft.length, draft.high - draft.low, _touches_border(plan, draft.piece)) for draft in drafts
    ]
    inset, gaps = (frame.start, frame.end), (frame.layer_gap / 2, frame.item_gap)
    origins, length, breadth = pack(parts, inset, gaps)
    corners: list[Point] = [(0.0, 0.0)] * len(shapes)
    courses: dict[int, tuple[Point, ...]] = {}
    for draft, (along, across) in zip(drafts, origins, strict=True):
        shift = across + frame.before - draft.low
        for node, (x, y) in draft.corners.items():
            at = length if plan.topology.pins[node] == "leave" else along + x
            corners[node] = (at, y + shift)
        for index, points in draft.courses.items():
            moved = [(along + x, y + shift) for x, y in points]
            if plan.topology.pins[plan.topology.edges[index].target] == "leave":
                moved[-1] = (length, moved[-1][1])
            courses[index] = tuple(moved)
    return Arrangement(length, breadth + frame.before + frame.after, tuple(corners), courses)


def _touches_border(plan: Plan, piece: Piece) -> bool:
    return any(plan.topology.pins[node] != "free" for node in piece.mesh.nodes)


def _draft(
    plan: Plan, piece: Piece, shapes: Sequence[Shape], frame: Frame, cancelled: Callable[[], bool]
) -> _Draft:
    mesh, edges = piece.mesh, plan.topology.edges
    middle = place_across(piece, _sizes(piece, shapes, frame), cancelled)
    streets = Streets(piece, frame.lane_gap)
    ends: dict[int, tuple[float, float]] = {}
    for lane in mesh.lanes:
        source = lane.vertices[0]
        start = middle[source] + shapes[mesh.nodes[source]].outputs[lane.out]
        for index, _, target in lane.arrivals:
            ends[index] = start, middle[target] + shapes[mesh.nodes[target]].inputs[edges[index].slot]
        arrivals = [ends[arrival.edge][1] for arrival in lane.arrivals]
        streets.add(lane, [start, *(middle[vertex] for vertex in lane.vertices[1:])], arrivals)
    stack = _stacked(piece, shapes, streets.lay(_gaps(plan, piece, frame), cancelled))
    streets.stand(stack.gaps)
    corners = _corners(piece, shapes, middle, stack)
    courses: dict[int, list[Point]] = {}
    for index, bends in streets.corners():
        edge = edges[index]
        out = corners[edge.source][0] + shapes[edge.source].along, ends[index][0]
        into = corners[edge.target][0], ends[index][1]
        courses[index] = [out, *bends, into]
    low, high = _extent(piece, shapes, middle)
    return _Draft(piece, stack.length, low, high, corners, courses)


def _sizes(piece: Piece, shapes: Sequence[Shape], frame: Frame) -> Sizes:
    mesh = piece.mesh
    half = [0.0] * len(mesh.rank)
    for vertex, node in enumerate(mesh.nodes):
        half[vertex] = shapes[node].across / 2
    tail_port = [0.0 if s.out == LANE else shapes[mesh.nodes[s.tail]].outputs[s.out] for s in mesh.segments]
    head_port = [0.0 if s.slot == LANE else shapes[mesh.nodes[s.head]].inputs[s.slot] for s in mesh.segments]
    return Sizes(half, tail_port, head_port, frame.item_gap, frame.lane_gap)


def _gaps(plan: Plan, piece: Piece, frame: Frame) -> list[Gap]:
    """The room before each layer and after the last: little at a border, none where nothing is before it."""
    pins = {plan.topology.pins[node] for node in piece.mesh.nodes}
    gaps = [Gap(), *(Gap(frame.layer_gap) for _ in range(piece.mesh.depth - 1)), Gap()]
    if "enter" in pins:
        gaps[1] = Gap(frame.start, lead=frame.title)
    elif pins != {"free"}:
        gaps[0] = Gap(frame.start, lead=frame.title)
    if "leave" in pins:
        gaps[-2] = Gap(frame.end)
    elif pins != {"free"}:
        gaps[-1] = Gap(frame.end)
    return gaps


@dataclass(frozen=True, slots=True)
class _Stack:
    """Gaps and layers one after the other, along the flow: where they start, and how thick layers are."""

    gaps: Sequence[float]
    layers: Sequence[float]
    thickness: Sequence[float]
    length: float


def _stacked(piece: Piece, shapes: Sequence[Shape], widths: Sequence[float]) -> _Stack:
    mesh = piece.mesh
    thickness = [
        max((shapes[mesh.nodes[vertex]].along for vertex in layer if not mesh.is_lane(vertex)), default=0.0)
        for layer in piece.layers
    ]
    gaps: list[float] = []
    layers: list[float] = []
    along = 0.0
    for width, thick in zip(widths, (*thickness, 0.0), strict=True):
        gaps.append(along)
        layers.append(along + width)
        along += width + thick
    return _Stack(gaps, layers, thickness, along)


def _corners(
    piece: Piece, shapes: Sequence[Shape], middle: Sequence[float], stack: _Stack
) -> dict[int, Point]:
    """In the middle of its layer, or in a much longer layer next to its only neighbours."""
    mesh = piece.mesh
    fed = {segment.head for segment in mesh.segments}
    feeding = {segment.tail for segment in mesh.segments}
    corners: dict[int, Point] = {}
    for vertex, node in enumerate(mesh.nodes):
        shape, rank = shapes[node], mesh.rank[vertex]
        share = 0.5
        if stack.thickness[rank] > _ROOMY * shape.along and (vertex in fed) != (vertex in feeding):
            share = 0.0 if vertex in fed else 1.0
        start = stack.layers[rank] + share * (stack.thickness[rank] - shape.along)
        corners[node] = start, middle[vertex] - shape.across / 2
    return corners


def _extent(piece: Piece, shapes: Sequence[Shape], middle: Sequence[float]) -> tuple[float, float]:
    half = [0.0] * len(middle)
    for vertex, node in enumerate(piece.mesh.nodes):
        half[vertex] = shapes[node].across / 2
    lows = (at - part for at, part in zip(middle, half, strict=True))
    highs = (at + part for at, part in zip(middle, half, strict=True))
    return min(lows), max(highs)
