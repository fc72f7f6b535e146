"""What travels when a step is shown: pills along edges, and rows that change when their pill lands."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.engine.moment import Moment
from graphscope.engine.step import Ref, Step
from graphscope.engine.summary import Summary
from graphscope.view.picture import lanes
from graphscope.view.picture.faces import Slot, same
from graphscope.view.picture.items import RowRole
from graphscope.view.picture.lanes import Points
from graphscope.view.picture.place import FORK, Edge, Picture
from graphscope.view.picture.style import EDGE


@dataclass(frozen=True, slots=True)
class Journey:
    """One pill.

    Args:
        path: from where to where.
        lands: the row that takes its numbers over on landing; None for operands on their way into a node.
        start, end: when it leaves and arrives, as shares of the whole.
    """

    role: RowRole
    value: str
    path: Points
    summary: Summary | None
    lands: Slot | None
    start: float = 0.0
    end: float = 1.0


@dataclass(frozen=True, slots=True)
class Show:
    """A step as it is shown.

    Args:
        fresh: rows whose numbers changed, with the share of the time at which the new ones appear.
    """

    journeys: tuple[Journey, ...] = ()
    fresh: tuple[tuple[Slot, float], ...] = ()


def show(picture: Picture, before: Moment, after: Moment) -> Show:
    """How the step from ``before`` to ``after`` is shown; several at once where they pass a folded group."""
    step = after.last
    if step is None or after.position <= before.position:
        return Show()
    if after.position > before.position + 1:
        return _whole_group(picture, step, before, after)
    if step.kind == "forward" and step.node:
        return _forward(picture, step, before, after)
    if step.kind == "backward" and step.node:
        return _backward(picture, step, before, after)
    if step.kind == "accumulate":
        return _accumulate(picture, step, after)
    return Show((), tuple((slot, 0.3) for slot in changed(before, after)))


def _whole_group(picture: Picture, step: Step, before: Moment, after: Moment) -> Show:
    """A folded group was passed as if it were one node: what it reads flows in, its gradients flow out."""
    key = picture.structure.owners.get(step.node or "", "")
    if not key.startswith("group:") or step.kind not in ("forward", "backward", "accumulate"):
        return Show()
    edges = [edge for edge in picture.edges if edge.target == key]
    slots = changed(before, after)
    if step.kind == "forward":
        into = [
            Journey("value", each.value, _into(picture, each), after.values.get(each.value), None)
            for each in edges
        ]
        return Show(tuple(into), tuple((slot, 1.0) for slot in slots))
    back = [each for each in edges if each.back and (each.value, "gradient") in slots]
    journeys = [
        Journey(
            "gradient",
            each.value,
            _home(picture, each),
            after.gradients.get(each.value),
            (each.value, "gradient"),
        )
        for each in back
    ]
    return Show(tuple(journeys), tuple((slot, 1.0) for slot in slots))


def changed(before: Moment, after: Moment) -> tuple[Slot, ...]:
    """The rows whose numbers came or changed (not those that went)."""
    values: list[Slot] = [
        (name, "value") for name, made in after.values.items() if not same(made, before.values.get(name))
    ]
    gradients: list[Slot] = [
        (name, "gradient")
        for name, made in after.gradients.items()
        if not same(made, before.gradients.get(name))
    ]
    return (*values, *gradients)


def written(step: Step, before: Moment, after: Moment) -> tuple[Slot, ...]:
    """The rows that a step writes, whether or not the numbers are others than before."""
    made = [(ref.name, "value") for ref in step.writes if ref.role == "value"]
    return tuple(dict.fromkeys([*made, *changed(before, after)]))  # type: ignore[arg-type]


def _forward(picture: Picture, step: Step, before: Moment, after: Moment) -> Show:
    """Operands flow into the node, then its row fills."""
    edges = {id(edge): edge for use, edge in picture.leading.items() if use[0] == step.node}
    journeys = [
        Journey("value", edge.value, _into(picture, edge), after.values.get(edge.value), None, 0.0, 0.85)
        for edge in edges.values()
    ]
    landing = 0.85 if journeys else 0.4
    return Show(tuple(journeys), tuple((slot, landing) for slot in written(step, before, after)))


def _into(picture: Picture, edge: Edge) -> Points:
    """An edge's line, begun at the numbers in the source's row and continued to the target's."""
    start = _row_point(picture, edge.source, edge.value, "value")
    target = picture.cards[edge.target]
    end = _row_point(picture, edge.target, target.value, "value")
    return (*((start,) if start else ()), *edge.there, *((end,) if end else ()))


def _row_point(picture: Picture, key: str, value: str, role: RowRole) -> tuple[float, float] | None:
    card = picture.cards[key]
    row = card.row(role, value) or card.row(role)
    if row is None:
        return None
    box = picture.boxes[key]
    return box.x + row.x + row.width / 2, box.y + row.y + row.height / 2


def _backward(picture: Picture, step: Step, before: Moment, after: Moment) -> Show:
    """A gradient leaves along each dashed lane and lands in the row of the operand, or waits at the ⊕."""
    journeys: list[Journey] = []
    fresh: dict[Slot, float] = {}
    for ref in step.writes:
        edge = picture.leading.get((step.node or "", ref.slot))
        summary = after.parts.get(Ref("contribution", step.node or "", ref.slot))
        if edge is None or not edge.back:
            continue
        slot: Slot = (edge.value, "gradient")
        first = (
            slot not in fresh
            and after.added.get(edge.value, (0, 0))[0] != before.added.get(edge.value, (0, 0))[0]
        )
        path = _home(picture, edge) if first else _to_fork(edge)
        journeys.append(Journey("gradient", edge.value, path, summary, slot if first else None, 0.0, 0.9))
        if first:
            fresh[slot] = 0.9
    for slot in changed(before, after):
        fresh.setdefault(slot, 0.9 if journeys else 0.4)
    return Show(tuple(journeys), tuple(fresh.items()))


def _home(picture: Picture, edge: Edge) -> Points:
    end = _row_point(picture, edge.source, edge.value, "gradient")
    return (*edge.back, *((end,) if end else ()))


def _to_fork(edge: Edge) -> Points:
    return lanes.cut(edge.back, 0, FORK) if edge.fork else edge.back


def _accumulate(picture: Picture, step: Step, after: Moment) -> Show:
    """The waiting contribution goes on from the ⊕ into the row, where the sum appears."""
    slot: Slot = (step.value or "", "gradient")
    edge = picture.leading.get((step.node or "", step.slot or 0))
    summary = after.parts.get(Ref("contribution", step.node or "", step.slot or 0))
    if edge is None or not edge.back:
        return Show((), ((slot, 0.4),))
    end = _row_point(picture, edge.source, edge.value, "gradient")
    start = edge.fork or lanes.at(edge.back, lanes.length(edge.back) - EDGE)
    path = (start, edge.back[-1], *((end,) if end else ()))
    return Show((Journey("gradient", edge.value, path, summary, slot, 0.0, 0.8),), ((slot, 0.8),))
