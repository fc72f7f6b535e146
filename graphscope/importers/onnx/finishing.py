"""Makes a graph of what was read: without what folding left over."""

from __future__ import annotations

from collections.abc import Collection

from graphscope.graph.graph import Graph, Node
from graphscope.ops.unknown import Unknown


def pruned(graph: Graph, kept: Collection[str]) -> Graph:
    """Without the nodes that nothing needs any more, and without numbers that no node reads.

    Those that are not computed stay, to be seen.

    Args:
        kept: values that nothing reads in the file either, so that they are meant to be seen.
    """
    needed = {*graph.outputs, *kept}
    nodes: list[Node] = []
    for node in reversed(graph.nodes):
        if not needed.isdisjoint(node.outputs) or isinstance(node.op, Unknown):
            nodes.append(node)
            needed.update(name for name in node.inputs if name is not None)
    made = {name for node in nodes for name in node.outputs}
    table = tuple(value for value in graph.table if value.kind == "input" or value.name in needed | made)
    return Graph(graph.name, table, tuple(reversed(nodes)), graph.outputs)
