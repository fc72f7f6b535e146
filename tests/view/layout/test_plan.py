"""Ports are spread over their side, the central ones in the middle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphscope.view.layout.plan import Slots, fractions, make_plan
from graphscope.view.layout.request import never
from graphscope.view.layout.topology import Edge, Topology


@given(st.permutations(range(7)), st.frozensets(st.integers(0, 6)))
def test_ports_keep_their_order_and_stay_on_their_side(order: list[int], central: frozenset[int]) -> None:
    found = fractions(Slots(tuple(order), central))
    places = [found[port] for port in order]
    assert places == sorted(set(places))
    assert places[0] > 0
    assert places[-1] < 1


def test_a_single_central_port_is_exactly_in_the_middle() -> None:
    assert fractions(Slots((0, 1, 2, 3), frozenset({2}))) == {0: 1 / 6, 1: 1 / 3, 2: 0.5, 3: 0.75}


def test_without_a_central_port_all_are_spread_evenly() -> None:
    assert fractions(Slots((0, 1, 2), frozenset())) == {0: 0.25, 1: 0.5, 2: 0.75}


def test_a_node_without_ports_has_none() -> None:
    assert fractions(Slots((), frozenset())) == {}


def test_tensors_that_enter_are_first_and_those_that_leave_are_last() -> None:
    edges = (Edge(1, 0, 0, 0, True), Edge(0, 0, 2, 0, True))
    topology = Topology(("free", "enter", "leave"), (True,) * 3, (1, 0, 1), (1, 1, 0), edges)
    (piece,) = make_plan(topology, (None, None), {}, never).pieces
    assert [[piece.mesh.nodes[vertex] for vertex in layer] for layer in piece.layers] == [[1], [0], [2]]


def test_a_border_order_that_is_wanted_is_kept() -> None:
    edges = (Edge(1, 0, 0, 0, True), Edge(2, 0, 0, 1, True))
    topology = Topology(("free", "enter", "enter"), (True,) * 3, (2, 0, 0), (0, 1, 1), edges)
    assert make_plan(topology, (None, None), {}, never).enter_order == (1, 2)
    pinned = make_plan(topology, ((2, 1), None), {}, never)
    assert pinned.enter_order == (2, 1)
    assert pinned.crossings == 1
