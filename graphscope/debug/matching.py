"""Which steps of an iteration a breakpoint is about, found once for a plan and not while running."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graphscope.debug import conditions
from graphscope.debug.breakpoints import Breakpoint, Where
from graphscope.debug.expression import parse
from graphscope.engine.plan import Plan
from graphscope.engine.step import PHASES, Phase, Ref, Step
from graphscope.errors import InputError
from graphscope.graph.graph import Graph, Node, Origin
from graphscope.graph.scope import Scope, ancestors, title
from graphscope.model.model import Model

if TYPE_CHECKING:
    from graphscope.debug.session import Session

Index = int
"""A step's place in its iteration."""
TRIPS = "[*]"
"""Stands for any trip of a loop."""


def checked(point: Breakpoint, session: Session) -> Breakpoint:
    """The breakpoint with its names as the model writes them.

    Raises:
        InputError: the model has nothing of that name, or no step there.
        ExpressionError: its condition does not fit the model.
    """
    plan = session.history.locate(session.position)[0].plan
    if point.condition:
        conditions.check(parse(point.condition), session)
    match point.where:
        case "op":
            point = replace(point, name=_op_name(point, plan))
        case "group":
            _check_group(point, plan)
        case "node" if TRIPS not in point.name:
            point = replace(point, name=session.graph.node(point.name).name)
        case "value" if not conditions.there(session.model, point.name):
            session.graph.value(point.name)
        case _:
            pass
    if point.where != "nan" and not steps(point, session.model, plan):
        raise InputError("“{text}” never happens: no step of this model matches it", text=str(point))
    return point


def _op_name(point: Breakpoint, plan: Plan) -> str:
    known = dict.fromkeys(step.step.op for step in plan.steps if step.step.op is not None)
    found = next((op for op in known if op.lower() == point.name.lower()), None)
    if found is None:
        raise InputError(
            "this model has no operation {name}; it has {known}", name=point.name, known=", ".join(known)
        )
    return found


def _check_group(point: Breakpoint, plan: Plan) -> None:
    scopes = dict.fromkeys(step.step.scope for step in plan.steps)
    known = dict.fromkeys(title(group) for scope in scopes for group in ancestors(scope))
    if point.name not in known:
        raise InputError(
            "this model has no group {name}; it has {known}",
            name=point.name,
            known=", ".join(known) or "—",
        )


def steps(point: Breakpoint, model: Model, plan: Plan) -> tuple[Index, ...]:
    """Which steps of an iteration it is about, in order; none of a breakpoint on NaN, which is about all."""
    matches = _MATCHES.get(point.where)
    if matches is None:
        return ()
    phase = point.phase
    found = matches(point, model, plan)
    return tuple(index for index in found if phase is None or plan.steps[index].step.phase == phase)


def _told(plan: Plan) -> Iterable[tuple[Index, Step]]:
    return ((index, step.step) for index, step in enumerate(plan.steps))


def _of_node(point: Breakpoint, _: Model, plan: Plan) -> list[Index]:
    names, ran = {node.name for node in _nodes(point.name, plan.graph)}, ("forward", "backward")
    return [i for i, step in _told(plan) if step.node in names and step.kind in ran]


def _nodes(name: str, graph: Graph) -> list[Node]:
    """The node of that name, or those of all trips of a loop: ``loop[*].h``.

    There is none where it is in a frame that is not entered this time.
    """
    if TRIPS in name:
        pattern = re.compile(re.escape(name).replace(re.escape(TRIPS), r"\[\d+\]"))
        return [node for node in graph.nodes if pattern.fullmatch(node.name)]
    found = graph.nodes_by_name.get(name) or graph.producers.get(name)
    return [] if found is None else [found]


def _of_value(point: Breakpoint, _: Model, plan: Plan) -> list[Index]:
    return _writing(plan, (Ref("value", point.name), Ref("gradient", point.name)))


def _writing(plan: Plan, refs: Iterable[Ref]) -> list[Index]:
    """The steps that write one of these arrays."""
    lines = (plan.timelines.get(ref) for ref in refs)
    return sorted({step for line in lines if line is not None for step in line.steps if step >= 0})


def _of_group(point: Breakpoint, _: Model, plan: Plan) -> list[Index]:
    """Where it is entered: the step before lies outside or in another phase."""

    def within(scope: Scope) -> bool:
        return any(title(group) == point.name for group in ancestors(scope))

    found: list[Index] = []
    before: tuple[bool, Phase] = False, PHASES[0]
    for index, step in _told(plan):
        here = within(step.scope), step.phase
        if here[0] and here != before:
            found.append(index)
        before = here
    return found


def _of_op(point: Breakpoint, _: Model, plan: Plan) -> list[Index]:
    kinds = ("forward", "backward", "update")
    return [i for i, step in _told(plan) if step.op == point.name and step.kind in kinds]


def _of_line(point: Breakpoint, model: Model, plan: Plan) -> list[Index]:
    """The nodes that the line made, and the updates of its parameters."""
    file, _, number = point.name.rpartition(":")
    nodes = {node.name for node in plan.graph.nodes if _on_line(node.origin, file, number)}
    made = {value.name for value in model.graph.table if _on_line(value.origin, file, number)}
    return [
        i
        for i, step in _told(plan)
        if (step.kind in ("forward", "backward") and step.node in nodes)
        or (step.kind == "update" and step.value in made)
    ]


def _on_line(origin: Origin | None, file: str, number: str) -> bool:
    return origin is not None and str(origin.line) == number and file in ("", Path(origin.file).name)


def _of_phase(point: Breakpoint, _: Model, plan: Plan) -> list[Index]:
    return [i for i, step in _told(plan) if step.phase == point.name][:1]


def _of_iteration(_: Breakpoint, __: Model, ___: Plan) -> list[Index]:
    """Its first step; which iteration is asked while running, because all share a plan."""
    return [0]


def _of_change(point: Breakpoint, model: Model, plan: Plan) -> list[Index]:
    """The steps that change what its condition reads; the number of the iteration changes with the data."""
    names = parse(point.condition).names
    if "position" in names or not names:
        return list(range(len(plan.steps)))
    refs = [ref for name in names if (ref := conditions.reference(model, name)) is not None]
    return sorted({*_writing(plan, refs), *([0] if "iteration" in names else [])})


_MATCHES: Mapping[Where, Callable[[Breakpoint, Model, Plan], list[Index]]] = {
    "node": _of_node,
    "value": _of_value,
    "group": _of_group,
    "op": _of_op,
    "line": _of_line,
    "phase": _of_phase,
    "iteration": _of_iteration,
    "anywhere": _of_change,
}


# ---- what it is drawn on ----------------------------------------------------------------------------------


def values(point: Breakpoint, model: Model) -> tuple[str, ...]:
    """The values whose cards show it."""
    graph = model.graph
    match point.where:
        case "node":
            return tuple(name for node in _nodes(point.name, graph) for name in node.outputs)
        case "value":
            return (point.name if point.name in graph.by_name else point.name.rpartition("@")[0],)
        case "op":
            return tuple(name for node in graph.nodes if node.op.name == point.name for name in node.outputs)
        case "line":
            file, _, number = point.name.rpartition(":")
            nodes = (node.outputs for node in graph.nodes if _on_line(node.origin, file, number))
            made = (value.name for value in graph.table if _on_line(value.origin, file, number))
            return tuple(dict.fromkeys((*made, *(name for outputs in nodes for name in outputs))))
        case _:
            return ()


def groups(point: Breakpoint, model: Model) -> tuple[Scope, ...]:
    """The groups that show it."""
    if point.where != "group":
        return ()
    scopes = (value.scope for value in model.graph.table)
    every = dict.fromkeys(group for scope in scopes for group in ancestors(scope))
    return tuple(group for group in every if title(group) == point.name)
