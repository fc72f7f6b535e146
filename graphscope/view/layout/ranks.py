"""In which layer each node stands, so that edges run forward and are short together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphscope.view.layout.simplex import Arc, shorten
from graphscope.view.layout.topology import Pin

MAIN_WEIGHT = 3
SIDE_WEIGHT = 1


def assign_ranks(
    pins: Sequence[Pin], pairs: Sequence[tuple[int, int, bool]], cancelled: Callable[[], bool]
) -> list[int]:
    """A rank for each node, from 0; tensors that enter are first and alone there, those that leave last.

    Args:
        pins: one for each node.
        pairs: source, target, main; without cycles.
        cancelled: asked often.
    """
    count = len(pins)
    entrance, exit_ = count, count + 1
    place = [
        entrance if pin == "enter" else exit_ if pin == "leave" else node for node, pin in enumerate(pins)
    ]
    present = sorted(set(place))
    number = {node: index for index, node in enumerate(present)}
    arcs = _arcs(pairs, [number[node] for node in place])
    arcs += _fences(len(present), arcs, number.get(entrance), number.get(exit_))
    ranks = shorten(len(present), arcs, cancelled)
    return [ranks[number[node]] for node in place]


def _arcs(pairs: Sequence[tuple[int, int, bool]], place: list[int]) -> list[Arc]:
    weights: dict[tuple[int, int], int] = {}
    for source, target, main in pairs:
        key = place[source], place[target]
        weights[key] = weights.get(key, 0) + (MAIN_WEIGHT if main else SIDE_WEIGHT)
    return [(source, target, weight) for (source, target), weight in weights.items()]


def _fences(count: int, arcs: list[Arc], entrance: int | None, exit_: int | None) -> list[Arc]:
    """Weightless arcs that keep every node between the two borders."""
    fed = {target for _, target, _ in arcs}
    feeding = {source for source, _, _ in arcs}
    fences: list[Arc] = []
    for node in range(count):
        if entrance is not None and node != entrance and node not in fed:
            fences.append((entrance, node, 0))
        if exit_ is not None and node not in {exit_, entrance} and node not in feeding:
            fences.append((node, exit_, 0))
    return fences
