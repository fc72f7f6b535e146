"""The levels put into each other: one picture, with wires in one piece through the borders of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphscope.view.layout.arrange import Arrangement, Shape
from graphscope.view.layout.nesting import Nest, Step
from graphscope.view.layout.numbering import Numbered
from graphscope.view.layout.request import Layout, Path, Point, Ports, Rect, Request, Wire

_LEVEL = 0.01  # pixels off a line that are no corner


@dataclass(frozen=True, slots=True)
class Placed:
    """A level with its numbering, its shapes and its arrangement."""

    numbered: Numbered
    shapes: Sequence[Shape]
    arrangement: Arrangement


def assemble(request: Request, nest: Nest, levels: Mapping[Path, Placed]) -> Layout:
    """Boxes, frames, ports and wires of the whole request."""
    origins = _origins(levels)
    picture = _Picture(request.flow == "down")
    boxes: dict[str, Rect] = {}
    groups: dict[Path, Rect] = {}
    ports: dict[str, Ports] = {}
    for path, placed in levels.items():
        for node, member in enumerate(placed.numbered.members):
            corner = _moved(placed.arrangement.corners[node], origins[path])
            shape = placed.shapes[node]
            if isinstance(member, tuple):
                groups[member] = picture.rect(corner, shape)
            elif isinstance(member, str):
                boxes[member] = picture.rect(corner, shape)
                ports[member] = picture.ports(corner, shape, placed.numbered, node)
    wires: list[Wire] = []
    for link, steps in zip(request.links, nest.steps, strict=True):
        _, *corners, _ = (picture.point(at) for at in _course(steps, levels, origins))
        ends = ports[link.source].outputs[link.source_port], ports[link.target].inputs[link.target_port]
        wires.append(Wire(link, (ends[0], *corners, ends[1])))  # not a rounding error off the ports
    whole = levels[()].arrangement
    width, height = picture.point((whole.length, whole.breadth))
    return Layout(
        {item.key: boxes[item.key] for item in request.items}, groups, tuple(wires), ports, width, height
    )


def _origins(levels: Mapping[Path, Placed]) -> dict[Path, Point]:
    """Where each level begins; outer levels come first."""
    origins: dict[Path, Point] = {(): (0.0, 0.0)}
    for path, placed in levels.items():
        for node, member in enumerate(placed.numbered.members):
            if isinstance(member, tuple):
                origins[member] = _moved(placed.arrangement.corners[node], origins[path])
    return origins


def _moved(point: Point, origin: Point) -> Point:
    return point[0] + origin[0], point[1] + origin[1]


def _course(
    steps: Sequence[Step], levels: Mapping[Path, Placed], origins: Mapping[Path, Point]
) -> list[Point]:
    """The corners of one link through all its levels, without those that are on a line."""
    points: list[Point] = []
    for path, hop in steps:
        placed = levels[path]
        for point in placed.arrangement.courses[placed.numbered.edge[hop]]:
            _append(points, _moved(point, origins[path]))
    return points


def _append(points: list[Point], point: Point) -> None:
    """Add a corner, dropping the one before it where that is on the way."""
    if points and _near(points[-1][0], point[0]) and _near(points[-1][1], point[1]):
        if len(points) > 1:
            points[-1] = point
        return
    if len(points) > 1:
        (x0, y0), (x1, y1) = points[-2:]
        on_row = _near(y0, y1) and _near(y1, point[1]) and (x1 - x0) * (point[0] - x1) > 0
        on_column = _near(x0, x1) and _near(x1, point[0]) and (y1 - y0) * (point[1] - y1) > 0
        if on_row or on_column:
            points.pop()
    points.append(point)


def _near(one: float, other: float) -> bool:
    return abs(one - other) < _LEVEL


@dataclass(frozen=True, slots=True)
class _Picture:
    """From along and across the flow to x and y."""

    down: bool

    def point(self, at: Point) -> Point:
        return (at[1], at[0]) if self.down else at

    def rect(self, corner: Point, shape: Shape) -> Rect:
        return Rect(*self.point(corner), *self.point((shape.along, shape.across)))

    def ports(self, corner: Point, shape: Shape, numbered: Numbered, node: int) -> Ports:
        along, middle = corner[0], corner[1] + shape.across / 2
        inputs: dict[int, Point] = {}
        outputs: dict[int, Point] = {}
        own_inputs = numbered.own_inputs(node, len(shape.inputs))
        own_outputs = numbered.own_outputs(node, len(shape.outputs))
        for own, port in zip(own_inputs, shape.inputs, strict=True):
            inputs[own] = self.point((along, middle + port))
        for own, port in zip(own_outputs, shape.outputs, strict=True):
            outputs[own] = self.point((along + shape.along, middle + port))
        return Ports(
            tuple(inputs[own] for own in sorted(inputs)), tuple(outputs[own] for own in sorted(outputs))
        )
