"""The layout of a graph in layers along the flow, groups inside groups, with a straight main line."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from graphscope.view.layout.agreement import agree
from graphscope.view.layout.arrange import Arrangement, Frame, Shape, arrange
from graphscope.view.layout.assemble import Placed, assemble
from graphscope.view.layout.memory import Memory
from graphscope.view.layout.nesting import Border, unnest
from graphscope.view.layout.numbering import Numbered, number
from graphscope.view.layout.plan import Pins, Plan, Slots, fractions, make_plan
from graphscope.view.layout.request import GroupBox, Item, Layout, LayoutCancelled, Path, Request, never
from graphscope.view.layout.topology import Topology

_REMEMBERED = 200_000  # vertices of plans, and nodes and wires of arrangements: about 100 MB
_PASSAGE = Shape(0.0, 0.0, (0.0,), (0.0,))

_PlanKey = tuple[Topology, Pins]
_ArrangementKey = tuple[Topology, Pins, Frame, tuple[Shape, ...]]


class Layered:
    """Lays out requests level by level, and remembers levels: opening a group works out what is around it.

    What depends on the topology of a level alone (layers and orders) is found again whenever the same
    topology comes, open or collapsed, so nothing on screen changes its order when a group is opened.
    """

    def __init__(self) -> None:
        self._plans: Memory[_PlanKey, Plan] = Memory(_REMEMBERED, _plan_weight)
        self._arrangements: Memory[_ArrangementKey, Arrangement] = Memory(_REMEMBERED, _arrangement_weight)

    def layout(self, request: Request, *, cancelled: Callable[[], bool] = never) -> Layout:
        """Place every item, group and link; raises LayoutError, or LayoutCancelled once `cancelled()`."""
        if cancelled():
            raise LayoutCancelled("The layout was cancelled.")
        with _collector_paused():
            return self._layout(request, cancelled)

    def _layout(self, request: Request, cancelled: Callable[[], bool]) -> Layout:
        nest = unnest(request)
        levels = {path: number(level, nest.items) for path, level in nest.levels.items()}
        plans = agree(
            levels,
            lambda topology, pins, hints: self._plans.get(
                (topology, pins), lambda: make_plan(topology, pins, hints, cancelled)
            ),
        )
        boxes = {group.path: group for group in request.groups}
        placed: dict[Path, Placed] = {}
        for path in reversed(levels):
            numbered, plan = levels[path], plans[path]
            shapes = tuple(
                _shape(node, numbered, plan, nest.items, placed, request.flow == "down")
                for node in range(len(numbered.members))
            )
            frame = _frame(request, boxes.get(path, GroupBox(path)) if path else None)
            placed[path] = Placed(numbered, shapes, self._arrange(plan, shapes, frame, cancelled))
        return assemble(request, nest, {path: placed[path] for path in levels})

    def _arrange(
        self, plan: Plan, shapes: tuple[Shape, ...], frame: Frame, cancelled: Callable[[], bool]
    ) -> Arrangement:
        key = plan.topology, plan.pins, frame, shapes
        return self._arrangements.get(key, lambda: arrange(plan, shapes, frame, cancelled))


def _plan_weight(plan: Plan) -> int:
    return sum(len(piece.mesh.rank) for piece in plan.pieces)


def _arrangement_weight(arrangement: Arrangement) -> int:
    return len(arrangement.corners) + len(arrangement.courses)


@contextmanager
def _collector_paused() -> Generator[None]:
    """No search for reference cycles: there are none, and for 10,000 items it would take most of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _frame(request: Request, group: GroupBox | None) -> Frame:
    """Gaps and paddings along and across the flow; a group's title is on top whichever way the flow goes."""
    gaps = request.layer_gap, request.item_gap, request.lane_gap
    if group is None:
        return Frame(*gaps)
    side, top = group.padding, group.header + group.padding
    if request.flow == "down":
        return Frame(*gaps, start=top, end=side, before=side, after=side, title=group.header)
    return Frame(*gaps, start=side, end=side, before=top, after=side)


def _shape(
    node: int,
    numbered: Numbered,
    plan: Plan,
    items: Mapping[str, Item],
    placed: Mapping[Path, Placed],
    down: bool,
) -> Shape:
    member = numbered.members[node]
    if isinstance(member, Border):
        return _PASSAGE
    if isinstance(member, tuple):
        return _group_shape(numbered, node, placed[member])
    item = items[member]
    along, across = (item.height, item.width) if down else (item.width, item.height)
    start, span = item.side or (0.0, across)
    return Shape(
        along,
        across,
        _spread(plan.inputs[node], item.inputs, span, start + span / 2 - across / 2),
        _spread(plan.outputs[node], item.outputs, span, start + span / 2 - across / 2),
    )


def _spread(slots: Slots, count: int, span: float, middle: float) -> tuple[float, ...]:
    """The place of each port from the middle of the item; ports without a link follow those that have one."""
    order = (*slots.order, *range(len(slots.order), count))
    at = fractions(Slots(order, slots.central))
    return tuple(middle + (at[port] - 0.5) * span for port in range(count))


def _group_shape(outer: Numbered, node: int, inner: Placed) -> Shape:
    """A group seen from outside: its ports are where its tensors pass the border."""
    arrangement = inner.arrangement
    found: dict[bool, dict[int, float]] = {True: {}, False: {}}
    for index, member in enumerate(inner.numbered.members):
        if isinstance(member, Border):
            place = arrangement.corners[index][1] - arrangement.breadth / 2
            found[member.entering][inner.numbered.level.passages[member]] = place
    inputs, outputs = found[True], found[False]
    return Shape(
        arrangement.length,
        arrangement.breadth,
        tuple(inputs[own] for own in outer.own_inputs(node, len(inputs))),
        tuple(outputs[own] for own in outer.own_outputs(node, len(outputs))),
    )
