"""Which parameters and constants hang as chips at their operation, and which stand in the flow as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphscope.graph.graph import Graph, Use, Value

FAR = 4
"""A leaf in the flow with more readers than this is drawn again, as a small proxy, at all but the first:
long edges cost a layout far more than nodes do."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """Where the values that no node makes are drawn.

    Args:
        cards: those that stand in the flow, in order.
        docked: by node, the values that hang there as chips, with the operand slots that they feed.
        first: for each value with chips and no card, the node where its own chip is; the others are proxies.
    """

    cards: tuple[str, ...] = ()
    docked: Mapping[str, Mapping[str, tuple[int, ...]]] = field(
        default_factory=dict[str, Mapping[str, tuple[int, ...]]]
    )
    first: Mapping[str, str] = field(default_factory=dict[str, str])


def leaves(graph: Graph, owners: Mapping[str, str]) -> Leaves:
    """Sort the inputs, parameters and constants of a graph.

    A parameter or constant hangs at a node that something else flows into, and so does a label; where nothing
    flows in (``price * count``), it stands in the flow itself. Folded groups hide what only they read.
    """
    cards: list[str] = []
    docked: dict[str, dict[str, tuple[int, ...]]] = {}
    first: dict[str, str] = {}
    for value in graph.table:
        if value.kind == "node":
            continue
        uses = graph.uses[value.name]
        open_uses = [use for use in uses if owners[use.node].startswith("node:")]
        if _folded_away(value, uses, owners):
            continue
        flowing = [use for use in uses if not _hangs(graph, value, use)]
        if flowing or not uses:
            cards.append(value.name)
        hanging = _hanging(open_uses, standing=bool(flowing))
        for use in hanging:
            slots = docked.setdefault(use.node, {})
            slots[value.name] = (*slots.get(value.name, ()), use.slot)
        if hanging and not flowing:
            first[value.name] = hanging[0].node
    return Leaves(tuple(cards), {name: _by_slot(slots) for name, slots in docked.items()}, first)


def _folded_away(value: Value, uses: Sequence[Use], owners: Mapping[str, str]) -> bool:
    """Whether a weight, a buffer or a constant is read in one folded group alone: it is part of what that hides."""
    found = {owners[use.node] for use in uses}
    return value.kind != "input" and len(found) == 1 and not next(iter(found)).startswith("node:")


def _hanging(uses: list[Use], *, standing: bool) -> list[Use]:
    """The uses that get a chip: all of a value without a card, else those far from it."""
    nodes = list(dict.fromkeys(use.node for use in uses))
    if not standing:
        return uses
    return [use for use in uses if use.node != nodes[0]] if len(nodes) > FAR else []


def _hangs(graph: Graph, value: Value, use: Use) -> bool:
    """Whether a value may hang at a reader, as something else flows in there. Data flows, labels hang."""
    others = [
        graph.by_name[name] for name in graph.nodes_by_name[use.node].inputs if name not in (None, value.name)
    ]
    if value.kind == "input":
        return not value.gradient and any(other.kind == "node" for other in others)
    return any(other.kind in ("node", "input") for other in others)


def _by_slot(slots: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return dict(sorted(slots.items(), key=lambda item: item[1]))
