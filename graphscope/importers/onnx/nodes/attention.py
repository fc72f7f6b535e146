"""ONNX's attention and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule

PRECISIONS: Mapping[int | None, str] = {1: "float32", 10: "float16", 11: "float64"}
"""Types of numbers, as ONNX counts them."""
STAGES = ("products", "capped", "masked", "weights")


def _attention(node: OnnxNode) -> Outputs:
    flat = node.input(0).rank == 3
    heads = node.attribute("q_num_heads"), node.attribute("kv_num_heads")
    q, k, v = (_by_head(node, slot, heads[min(slot, 1)]) for slot in range(3))
    past = node.optional(4), node.optional(5)
    fields = _fields(node, past[0])
    k, v = (
        each if old is None else node.call(ops.Concat(axis=2), old, each, label=f"present {name}")
        for name, each, old in zip("kv", (k, v), past, strict=True)
    )
    operands = (q, k, v, node.optional(3), node.optional(6))
    scores = None
    if node.wants(3):
        fields["stage"] = STAGES[node.attribute("qk_matmul_output_mode")]
        out, scores = node.call(ops.AttentionScores(**fields), *operands, label="attended")
    else:
        node.attribute("qk_matmul_output_mode")  # says only what that output is
        out = node.call(ops.Attention(**fields), *operands, label="attended" if flat else "")
    out = _flat(node, out) if flat else out
    return out, k, v, scores


def _fields(node: OnnxNode, past: Operand | None) -> dict[str, Any]:
    precision = node.attribute("softmax_precision")
    if precision not in (None, *PRECISIONS):
        node.refuse(Sentence("a softmax in another type of numbers is not computed here"))
    causal, bounds = (
        node.flag("is_causal"),
        (node.attribute("left_window_size"), node.attribute("right_window_size")),
    )
    offset = 0 if past is None else past.shape[2]
    if not isinstance(offset, int):
        if causal or max(bounds) >= 0:
            node.refuse(Sentence("the number of keys that came before must be known"))
        offset = 0
    return {
        "is_causal": causal,
        "scale": node.attribute("scale"),
        "softcap": node.attribute("softcap"),
        "offset": offset,
        "before": bounds[0],
        "after": bounds[1],
        "precision": PRECISIONS.get(precision, ""),
    }


def _by_head(node: OnnxNode, slot: int, heads: int | None) -> Operand:
    """An operand with an axis of heads."""
    x, label = node.input(slot), "qkv"[slot]
    if x.rank != 3:
        return x
    if heads is None:
        node.refuse(Sentence("the number of heads is missing"))
    split = node.call(ops.Reshape((0, 0, heads, -1)), x, label=f"{label} split")
    return node.call(ops.Transpose((0, 2, 1, 3)), split, label=f"{label} by head")


def _flat(node: OnnxNode, x: Operand) -> Operand:
    """The heads one after the other in one axis."""
    turned = node.call(ops.Transpose((0, 2, 1, 3)), x, label="by query")
    return node.call(ops.Reshape((0, 0, -1)), turned, label="joined")


def _rotary(node: OnnxNode) -> Outputs:
    x, places = node.input(0), node.optional(3)
    flat = x.rank == 3
    cos, sin = (
        each if places is None else node.call(ops.Gather(), each, places, label=f"{name} of places")
        for name, each in (("cos", node.input(1)), ("sin", node.input(2)))
    )
    op = ops.RotaryEmbedding(
        size=node.attribute("rotary_embedding_dim"), interleaved=node.flag("interleaved")
    )
    heads = node.attribute("num_heads")
    out = node.call(op, _by_head(node, 0, heads or None), cos, sin, label="turned" if flat else "")
    return _flat(node, out) if flat else out


NODES: Mapping[str, Rule] = {"Attention": _attention, "RotaryEmbedding": _rotary}
