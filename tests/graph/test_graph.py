"""A graph holds to its rules, or says which one it breaks."""

from __future__ import annotations

import pytest

import graphscope as gs
from graphscope.errors import GraphError
from graphscope.graph.graph import Graph, Node, Value
from graphscope.graph.spec import TensorSpec

SPEC = TensorSpec((2,))


def graph(*nodes: tuple[str, str]) -> Graph:
    """Nodes that each read one value and make one of their own name; ``x`` is the input."""
    made = [Node(name, gs.ops.Tanh(), (reads,), (name,)) for name, reads in nodes]
    table = (Value("x", SPEC, "input"), *(Value(name, SPEC) for name, _ in nodes))
    return Graph("g", table, tuple(made), (nodes[-1][0],))


def test_a_circle_is_told_node_by_node() -> None:
    with pytest.raises(
        GraphError, match=r"in a circle: (a → b → c → a|b → c → a → b|c → a → b → c); take one"
    ):
        graph(("a", "c"), ("b", "a"), ("c", "b"), ("d", "x"))


def test_nodes_in_the_wrong_order_are_told_from_a_circle() -> None:
    with pytest.raises(
        GraphError, match="node a reads b before it is made; put the node that makes it first"
    ):
        graph(("a", "b"), ("b", "x"))


def test_nodes_in_order_make_a_graph() -> None:
    assert graph(("a", "x"), ("b", "a")).values == ("x", "a", "b")
