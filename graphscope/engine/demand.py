"""Which gradients an iteration needs: those on a path from something trainable to the loss."""

from __future__ import annotations

from graphscope.graph.graph import Graph, Node


def wanted(graph: Graph) -> frozenset[str]:
    """The values that depend on a parameter or a floating input through operations that have a gradient."""
    found = {
        value.name for value in graph.table if value.kind != "node" and value.gradient and value.spec.floating
    }
    for node in graph.nodes:
        if node.op.signature.differentiable and any(name in found for name in node.inputs):
            found.update(name for name in node.outputs if graph.value(name).spec.floating)
    return frozenset(found)


def backward_nodes(graph: Graph, loss: str | None, wants: frozenset[str]) -> tuple[Node, ...]:
    """The nodes that backward visits, from the loss towards the inputs."""
    if loss is None or loss not in wants:
        return ()
    reached = {loss}
    visited: list[Node] = []
    for node in reversed(graph.nodes):
        if node.op.signature.differentiable and reached.intersection(node.outputs):
            slots = [name for name in node.inputs if name is not None and name in wants]
            if slots:
                visited.append(node)
                reached.update(slots)
    return tuple(visited)
