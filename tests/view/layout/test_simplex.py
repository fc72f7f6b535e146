"""The layers found by network simplex are as short together as any."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from graphscope.view.layout.request import never
from graphscope.view.layout.simplex import Arc, shorten


@st.composite
def connected(draw: st.DrawFn) -> tuple[int, list[Arc]]:
    """A small connected graph whose arcs run from lower to higher numbers."""
    count = draw(st.integers(1, 5))
    weights = st.sampled_from([0, 1, 3])
    arcs = {(draw(st.integers(0, node - 1)), node): draw(weights) for node in range(1, count)}
    for tail in range(count):
        for head in range(tail + 1, count):
            if draw(st.booleans()):
                arcs.setdefault((tail, head), draw(weights))
    return count, [(tail, head, weight) for (tail, head), weight in arcs.items()]


def _length(ranks: tuple[int, ...] | list[int], arcs: list[Arc]) -> int:
    return sum(weight * (ranks[head] - ranks[tail]) for tail, head, weight in arcs)


def _is_valid(ranks: tuple[int, ...] | list[int], arcs: list[Arc]) -> bool:
    return all(ranks[head] > ranks[tail] for tail, head, _ in arcs)


@settings(max_examples=60, deadline=None)
@given(connected())
def test_no_other_layers_make_the_edges_shorter_together(graph: tuple[int, list[Arc]]) -> None:
    count, arcs = graph
    ranks = shorten(count, arcs, never)
    assert _is_valid(ranks, arcs)
    assert min(ranks) == 0
    others = (other for other in product(range(count), repeat=count) if _is_valid(other, arcs))
    assert _length(ranks, arcs) == min(_length(other, arcs) for other in others)


def test_a_constant_stands_next_to_its_consumer_and_not_at_the_start() -> None:
    chain = [(at, at + 1, 3) for at in range(4)]
    assert shorten(6, [*chain, (5, 4, 1)], never) == [0, 1, 2, 3, 4, 3]


def test_a_branch_that_could_be_early_or_late_is_early() -> None:
    ranks = shorten(6, [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 4, 1), (0, 5, 1), (5, 4, 1)], never)
    assert ranks[5] == 1
