"""Attention: rows that look at other rows."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.keras.layer import Call, Layer, Rule
from graphscope.importers.keras.tensor import Tensor
from graphscope.model.handle import Handle

FAR = -1e9
"""What is added to a score that must not count; Keras takes a number as large."""


def multi_head(layer: Layer, call: Call) -> Tensor:
    """Several heads side by side, each with queries, keys and values of its own."""
    layer.must_be("use_gate", False)
    layer.must_be("sliding_window", None)
    layer.must_be("output_shape", None)
    query, value, key = _three(layer, call)
    if any(each.spec.rank != 3 for each in (query, value, key)):
        raise layer.refuse(Sentence("attention over several axes is not computed here"))
    heads, width = layer.whole("num_heads"), layer.whole("key_dim")
    value_width = layer.whole("value_dim") if layer.config.get("value_dim") is not None else width
    q = _projected(layer, query, "query_dense", heads, width)
    k = _projected(layer, key, "key_dense", heads, width)
    v = _projected(layer, value, "value_dense", heads, value_width)
    scores = (q * (1 / sqrt(width))) @ layer.call(ops.Transpose((0, 1, 3, 2)), k)
    weights = _dropped(layer, layer.call(ops.Softmax(), _masked(layer, call, scores)))
    together = layer.call(ops.Transpose((0, 2, 1, 3)), weights @ v)
    flat = layer.call(ops.Reshape((0, 0, heads * value_width)), together)
    kernel = layer.weight("kernel", 0, at=("output_dense",))
    out = flat @ layer.call(ops.Reshape((heads * value_width, int(kernel.shape[-1]))), kernel)
    if layer.flag("use_bias", True):
        out = out + layer.weight("bias", 1, at=("output_dense",))
    return Tensor(out)


def _three(layer: Layer, call: Call) -> tuple[Handle, Handle, Handle]:
    """Query, value and key, however they were handed over; the key is the value where there is none."""
    given: list[Any] = [*call.tensors]
    names = ("query", "value", "key")
    found = dict(zip(names, given, strict=False))
    found.update({name: call.keywords[name] for name in names if isinstance(call.keywords.get(name), Tensor)})
    if "query" not in found or "value" not in found:
        raise layer.refuse(Sentence("query or value is missing"))
    if any(
        call.keywords.get(name) is not None
        for name in ("attention_mask", "query_mask", "value_mask", "key_mask")
    ):
        raise layer.refuse(Sentence("a mask that is computed is not used here"))
    return found["query"].whole(), found["value"].whole(), found.get("key", found["value"]).whole()


def _projected(layer: Layer, x: Handle, place: str, heads: int, width: int) -> Handle:
    """[sample, row, feature] as [sample, head, row, feature of the head]."""
    kernel = layer.weight("kernel", 0, at=(place,), kept=(int(x.shape[-1]), heads, width))
    flat = layer.call(ops.Reshape((int(x.shape[-1]), heads * width)), kernel)
    out = layer.call(ops.Reshape((0, 0, heads, width)), x @ flat)
    if layer.flag("use_bias", True):
        out = out + layer.weight("bias", 1, at=(place,))
    return layer.call(ops.Transpose((0, 2, 1, 3)), out)


def _masked(layer: Layer, call: Call, scores: Handle) -> Handle:
    if not call.keywords.get("use_causal_mask"):
        return scores
    rows, columns = scores.shape[-2:]
    if not isinstance(rows, int) or not isinstance(columns, int):
        raise layer.refuse(Sentence("a causal mask over an open number of rows is not computed here"))
    return scores + layer.builder.constant(
        layer.builder.scoped("mask"), np.triu(np.full((rows, columns), FAR), 1)
    )


def _dropped(layer: Layer, weights: Handle) -> Handle:
    rate = float(layer.number("dropout", 0.0))
    return layer.call(ops.Dropout(rate, layer.training), weights) if rate else weights


def dot_product(layer: Layer, call: Call) -> Tensor:
    """Attention without weights of its own."""
    layer.must_be("use_scale", False)
    layer.must_be("score_mode", "dot")
    query, value, key = _three(layer, call)
    scores = query @ layer.call(ops.Transpose((0, 2, 1)), key)
    return Tensor(_dropped(layer, layer.call(ops.Softmax(), _masked(layer, call, scores))) @ value)


LAYERS: Mapping[str, Rule] = {"MultiHeadAttention": multi_head, "Attention": dot_product}
