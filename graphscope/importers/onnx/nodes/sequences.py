"""ONNX's sequences of tensors, where it is known at opening which tensors they hold; then no node is left of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.graph.spec import TensorSpec
from graphscope.importers.onnx.operand import Operand, Parts
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule


def _sequence(node: OnnxNode, parts: Sequence[Operand]) -> Parts:
    return Parts(node.outputs[0] or node.name, TensorSpec(()), parts=tuple(parts))


def _split(node: OnnxNode) -> Outputs:
    x, given = node.input(0), node.value(1)
    axis: int = node.attribute("axis")
    keeps = node.flag("keepdims") or given is not None
    size = x.shape[axis]
    if given is None or isinstance(given, int):
        if not isinstance(size, int):
            node.refuse(Sentence("the size along its axis must be a number"))
        given = _chunks(size, given or 1)
    if not keeps:
        return _sequence(node, _all(node.call(ops.Unstack(len(given), axis), x)))
    return _sequence(node, _all(node.call(ops.Split(sizes=given, axis=axis), x)))


def _all(made: Any) -> tuple[Operand, ...]:
    return cast("tuple[Operand, ...]", made) if isinstance(made, tuple) else (made,)


def _chunks(size: int, most: int) -> tuple[int, ...]:
    """Parts of equal size, of which the last may be smaller."""
    return tuple(min(most, size - start) for start in range(0, size, most))


def _place(node: OnnxNode, slot: int, first: int, last: int, default: int) -> int:
    """A position in a sequence."""
    place: int = node.value(slot, default)
    if not first <= place <= last:
        node.refuse(
            Sentence("there is no place {place} from {first} to {last}", place=place, first=first, last=last)
        )
    return place


def _at(node: OnnxNode) -> Outputs:
    parts = node.parts(0)
    return parts[_place(node, 1, -len(parts), len(parts) - 1, 0)]


def _insert(node: OnnxNode) -> Outputs:
    parts = [*node.parts(0)]
    parts.insert(_place(node, 2, -len(parts), len(parts), len(parts)), node.input(1))
    return _sequence(node, parts)


def _erase(node: OnnxNode) -> Outputs:
    parts = [*node.parts(0)]
    del parts[_place(node, 1, -len(parts), len(parts) - 1, -1)]
    return _sequence(node, parts)


def _construct(node: OnnxNode) -> Outputs:
    return _sequence(node, node.all_inputs())


def _empty(node: OnnxNode) -> Outputs:
    node.attribute("dtype")  # what is put in later brings its own type
    return _sequence(node, ())


def _length(node: OnnxNode) -> Outputs:
    return node.constant(len(node.parts(0)), "int64", "length")


def _concat(node: OnnxNode) -> Outputs:
    kind = ops.Stack if node.flag("new_axis") else ops.Concat
    return node.call(kind(node.attribute("axis")), *node.parts(0))


NODES: Mapping[str, Rule] = {
    "ConcatFromSequence": _concat,
    "SequenceAt": _at,
    "SequenceConstruct": _construct,
    "SequenceEmpty": _empty,
    "SequenceErase": _erase,
    "SequenceInsert": _insert,
    "SequenceLength": _length,
    "SplitToSequence": _split,
}
