"""Recognizes layers in a graph: operations with weights of their own that are written as one call, as in Keras."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import cast

from graphscope.graph.graph import Graph, Node
from graphscope.graph.scope import Scope
from graphscope.model import layers
from graphscope.model.layers import ACTIVATIONS
from graphscope.ops.base import Op
from graphscope.view.code.expression import literal, unusual

PLAIN = ("MaxPool2d", "AvgPool2d", "Flatten", "Dropout")
"""Operations without weights that are written as layers."""
_FIRST = {"MaxPool2d": "window", "AvgPool2d": "window", "Dropout": "rate"}
"""The field that a layer is told without its name."""
_SILENT = ("training",)
"""Fields that say how the model is run, not what it is."""


@dataclass(frozen=True)
class Match:
    """Nodes that are one layer.

    Args:
        call: how the layer is made: ``Dense(4, activation="tanh")``.
        source: the value that it is applied to; ``result`` the value that it gives.
        nodes: in order; ``weights`` the parameters that nobody else reads.
        whole: whether the layer is all that there is in its group.
    """

    call: str
    source: str
    result: str
    nodes: tuple[Node, ...]
    weights: tuple[str, ...]
    whole: bool = False

    @property
    def scope(self) -> Scope:
        """The group around the layer."""
        scope = self.nodes[-1].scope
        return scope[:-1] if self.whole else scope


class Matcher:
    """Looks at each node once; a layer begins at the node with its weights."""

    def __init__(self, graph: Graph, kept: frozenset[str]) -> None:
        self._graph = graph
        self._kept = kept
        self._parameters = frozenset(graph.parameters)
        self._sizes: dict[Scope, int] = {}
        for node in graph.nodes:
            for depth in range(1, len(node.scope) + 1):
                self._sizes[node.scope[:depth]] = self._sizes.get(node.scope[:depth], 0) + 1

    def match(self, node: Node) -> Match | None:
        """The layer that begins with a node, if one does."""
        if not _can_be_told(node.op):
            return None
        if node.op.name in PLAIN:
            return self._made(_call(node.op), node.inputs[0], (node,), ())
        start = _STARTS.get(node.op.name)
        return start(self, node) if start is not None else None

    def _made(
        self, call: str, source: str | None, nodes: Sequence[Node], weights: Sequence[str]
    ) -> Match | None:
        if source is None:
            return None
        scope = nodes[-1].scope
        whole = bool(weights) and self._sizes.get(scope) == len(nodes)
        return Match(call, source, nodes[-1].outputs[0], tuple(nodes), tuple(weights), whole)

    def own(self, name: str | None, rank: int) -> bool:
        """Whether a value is a parameter of that rank that one operation reads, once."""
        if name is None or name not in self._parameters or name in self._kept:
            return False
        return self._rank(name) == rank and len(self._graph.uses[name]) == 1

    def _rank(self, name: str) -> int:
        return self._graph.by_name[name].spec.rank

    def size(self, name: str, axis: int) -> object:
        """A size of a value."""
        return self._graph.by_name[name].spec.shape[axis]

    def following(self, node: Node) -> Node | None:
        """The only operation that reads what a node makes, in the same group; nobody else may look at it."""
        (name,) = node.outputs
        uses = self._graph.uses[name]
        if len(uses) != 1 or name in self._kept or not node.scope:
            return None
        after = self._graph.nodes_by_name[uses[0].node]
        return after if after.scope == node.scope else None

    # ---- the layers with weights --------------------------------------------------------------------------

    def dense(self, node: Node) -> Match | None:
        """Matrix product, bias, activation, in a group of their own."""
        source, weight = node.inputs
        if weight is None or not self.own(weight, 2) or not node.scope:
            return None
        nodes, weights = [node], [weight]
        bias = self._bias(node)
        if bias is not None:
            nodes.append(bias[0])
            weights.append(bias[1])
        told = [literal(self.size(weight, 1)), *self._activated(nodes)]
        told += [] if bias is not None else ["bias=False"]
        return self._made(f"Dense({', '.join(told)})", source, nodes, weights)

    def _bias(self, node: Node) -> tuple[Node, str] | None:
        """The addition of a vector that follows, and the name of the vector."""
        after = self.following(node)
        if after is None or after.op.name != "Add":
            return None
        other = next((name for name in after.inputs if name != node.outputs[0]), None)
        if other is None or not self.own(other, 1):
            return None
        wide = self.size(other, 0) == self.size(node.outputs[0], -1)
        return (after, other) if wide else None

    def _activated(self, nodes: list[Node]) -> list[str]:
        """The activation that follows the last of the nodes, which it joins."""
        after = self.following(nodes[-1])
        name = _activation(after.op) if after is not None else None
        if after is None or name is None:
            return []
        nodes.append(after)
        return [f"activation={literal(name)}"]

    def convolution(self, node: Node) -> Match | None:
        """Convolution with its filters, bias and activation."""
        source, weight, *rest = node.inputs
        bias = rest[0] if rest else None
        if weight is None or not self.own(weight, 4) or (bias is not None and not self.own(bias, 1)):
            return None
        nodes, filters = [node], literal(self.size(weight, 0))
        window = _short((self.size(weight, 2), self.size(weight, 3)))
        told = [filters, window, *_fields(node.op), *self._activated(nodes)]
        told += [] if bias is not None else ["bias=False"]
        weights = (weight, bias) if bias is not None else (weight,)
        return self._made(f"Conv2d({', '.join(told)})", source, nodes, weights)

    def normalization(self, node: Node) -> Match | None:
        """Batch normalization with its scale and bias."""
        source, *weights = node.inputs
        owned = [name for name in weights if name is not None and self.own(name, 1)]
        if len(owned) != len(weights):
            return None
        return self._made(_call(node.op), source, (node,), owned)

    def embedding(self, node: Node) -> Match | None:
        """Rows looked up in a table of its own."""
        table, source = node.inputs
        if table is None or not self.own(table, 2) or node.op.attributes.get("axis"):
            return None
        count, width = (literal(self.size(table, axis)) for axis in (0, 1))
        return self._made(f"Embedding({count}, {width})", source, (node,), (table,))


_STARTS: Mapping[str, Callable[[Matcher, Node], Match | None]] = {
    "MatMul": Matcher.dense,
    "Conv2d": Matcher.convolution,
    "BatchNorm": Matcher.normalization,
    "Gather": Matcher.embedding,
}


def _activation(op: Op) -> str | None:
    """The name by which a layer can be given an activation."""
    return next((name for name, make in ACTIVATIONS.items() if make() == op), None)


def _call(op: Op) -> str:
    """An operation as a layer: ``MaxPool2d(2)``."""
    first = _FIRST.get(op.name)
    told = [] if first is None else [_short(op.attributes[first])]
    return f"{op.name}({', '.join((*told, *_fields(op, without=(first or '', *_SILENT))))})"


def _can_be_told(op: Op) -> bool:
    """Whether the layer of that name can be told what is unusual about the op."""
    layer = getattr(layers, op.name, None)
    known = {item.name for item in fields(layer)} if layer is not None else set(op.attributes)
    return known.issuperset(set(unusual(op)) - {*_SILENT})


def _fields(op: Op, without: Sequence[str] = ()) -> list[str]:
    """The fields that are not as usual: ``padding=1``."""
    return [f"{name}={_short(op.attributes[name])}" for name in unusual(op) if name not in without]


def _short(value: object) -> str:
    """A value; of several that are equal only one."""
    several = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
    return literal(several[0] if len(several) > 1 and len(set(several)) == 1 else value)
