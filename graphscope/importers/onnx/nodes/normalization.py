"""ONNX's normalization."""

from __future__ import annotations

from collections.abc import Mapping

from graphscope import ops
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule, simple


def _batch_norm(node: OnnxNode) -> Outputs:
    operands = [node.input(slot) for slot in range(5)]
    epsilon, momentum = node.attribute("epsilon"), node.attribute("momentum")
    if node.flag("training_mode"):
        return node.call(ops.RunningBatchNorm(epsilon=epsilon, momentum=momentum), *operands)
    return node.call(ops.BatchNorm(epsilon=epsilon, axis=1, training=False), *operands)


def _layer_norm(node: OnnxNode) -> Outputs:
    x, scale, bias = node.input(0), node.input(1), node.optional(2)
    axis, epsilon = node.attribute("axis"), node.attribute("epsilon")
    op = ops.LayerNorm(axis=axis, epsilon=epsilon)
    wide = _wide(node, x)
    if wide is x:
        out = node.call(op, x, scale, bias, label="normalized" if node.wants(1) or node.wants(2) else "")
    else:
        narrow = node.call(
            ops.Cast(x.dtype), node.call(op, wide, label="wide normalized"), label="normalized"
        )
        out = node.call(ops.Mul(), narrow, scale, label="scaled")
        out = out if bias is None else node.call(ops.Add(), out, bias, label="shifted")
    if not node.wants(1) and not node.wants(2):
        return out
    return (out, *_statistics(node, wide, axis, epsilon))


def _statistics(node: OnnxNode, x: Operand, axis: int, epsilon: float) -> tuple[Operand, Operand]:
    """The mean, and 1 / deviation."""
    axes = tuple(range(axis % x.rank, x.rank))
    average = ops.ReduceMean(axes=axes, keepdims=True)
    mean = node.call(average, x, label="mean")
    d = node.call(ops.Sub(), x, mean, label="distance")
    variance = node.call(average, node.call(ops.Square(), d, label="square"), label="variance")
    more = node.call(ops.Add(), variance, node.constant(epsilon, x.dtype, "epsilon"), label="more")
    one = node.constant(1, x.dtype, "one")
    return mean, node.call(ops.Div(), one, node.call(ops.Sqrt(), more, label="deviation"), label="inverse")


def _rms_norm(node: OnnxNode) -> Outputs:
    x, scale = node.input(0), node.input(1)
    op = ops.RMSNorm(axis=node.attribute("axis"), epsilon=node.attribute("epsilon"))
    wide = _wide(node, x)
    if wide is x:
        return node.call(op, x, scale)
    narrow = node.call(ops.Cast(x.dtype), node.call(op, wide, label="wide normalized"), label="normalized")
    return node.call(ops.Mul(), narrow, scale)


def _wide(node: OnnxNode, x: Operand) -> Operand:
    """x in the type that mean and deviation are computed in: float32 at least, unless the file says otherwise."""
    stash = node.attribute("stash_type")
    if stash == 1 and x.dtype == "float16":
        return node.call(ops.Cast("float32"), x, label="wide")
    node.expect("stash_type", 1, {"float16": 10, "float64": 11}.get(x.dtype, 1))
    return x


def _group_norm(node: OnnxNode) -> Outputs:
    x, scale, bias = (node.input(slot) for slot in range(3))
    op = ops.GroupNorm(groups=node.attribute("num_groups"), epsilon=node.attribute("epsilon"))
    wide = _wide(node, x)
    if wide is x:
        return node.call(op, x, scale, bias)
    scale, bias = (node.call(ops.Cast("float32"), each, label=f"wide {each.name}") for each in (scale, bias))
    return node.call(ops.Cast(x.dtype), node.call(op, wide, scale, bias, label="wide normalized"))


NODES: Mapping[str, Rule] = {
    "BatchNormalization": _batch_norm,
    "GroupNormalization": _group_norm,
    "InstanceNormalization": simple(ops.InstanceNorm, epsilon="epsilon"),
    "LRN": simple(ops.LRN, size="size", alpha="alpha", beta="beta", bias="bias"),
    "LayerNormalization": _layer_norm,
    "LpNormalization": simple(ops.LpNorm, axis="axis", power="p"),
    "MeanVarianceNormalization": simple(ops.MeanVarianceNorm, axes="axes"),
    "RMSNormalization": _rms_norm,
}
