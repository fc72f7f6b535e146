"""What is left without the backward edges has no cycle, and a graph without cycles loses nothing."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from graphscope.view.layout.cycles import backward_edges

PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


@given(PAIRS)
def test_no_cycle_is_left(pairs: list[tuple[int, int]]) -> None:
    backward = backward_edges(8, pairs)
    rest: nx.DiGraph = nx.DiGraph([pair for index, pair in enumerate(pairs) if index not in backward])
    assert nx.is_directed_acyclic_graph(rest)


@given(PAIRS)
def test_a_graph_without_cycles_keeps_every_edge(pairs: list[tuple[int, int]]) -> None:
    upward = [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
    assert backward_edges(8, upward) == set()


def test_the_edge_against_the_way_in_is_the_backward_one() -> None:
    assert backward_edges(3, [(2, 1), (0, 1), (1, 2)]) == {0}
