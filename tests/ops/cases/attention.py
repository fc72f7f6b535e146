"""Rows of attention."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from graphscope import ops
from tests.ops.cases.base import Case, Source, exactly, truth

QKV = ((2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 3))


def rows() -> Iterator[Case]:
    yield from _plain()
    yield from _masked()
    yield from _rotary()


def _plain() -> Iterator[Case]:
    yield Case(ops.Attention(), QKV, _torch())
    yield Case(ops.Attention(is_causal=True, scale=0.3), QKV, _torch(is_causal=True, scale=0.3), "causal")
    yield Case(ops.Attention(), ((3, 2, 4), (3, 5, 4), (3, 5, 2)), _torch(), "no samples")
    grouped = ((1, 4, 3, 2), (1, 2, 4, 2), (1, 2, 4, 3))
    yield Case(ops.Attention(), grouped, _torch(enable_gqa=True), "shared heads")
    yield Case(ops.Attention(scale=-0.5, precision="float64"), QKV, _torch(scale=-0.5), "the other way round")
    yield Case(ops.Attention(softcap=0.7), QKV, _definition(softcap=0.7), "softcap")
    yield Case(ops.Attention(is_causal=True, offset=2), QKV, _definition(offset=2), "keys before")
    windowed = ops.Attention(before=1, after=1, offset=1)
    yield Case(windowed, QKV, _definition(seen=lambda i, j: -1 <= j - i - 1 <= 1), "window")


def _masked() -> Iterator[Case]:
    yield Case(ops.Attention(), (*QKV, (3, 5)), _torch(), "added mask")
    yield Case(ops.Attention(), (*QKV, (2, 1, 1, 5)), _torch(), "added mask, broadcast")
    yield Case(ops.Attention(), (*QKV, _nothing_for_one), _torch(), "mask")
    both = ops.Attention(is_causal=True)
    yield Case(both, (*QKV, truth(1, 3, 5)), _definition(offset=0), "mask and causal")
    short = lambda t, q, k, v, m: _definition()(t, q, k, v, t.nn.functional.pad(m, (0, 2), value=-np.inf))  # noqa: E731
    yield Case(ops.Attention(), (*QKV, (3, 3)), short, "short mask")
    lengths: Source = lambda rng: np.array([3, 5])  # noqa: E731
    yield Case(ops.Attention(), (*QKV, None, lengths), _with_lengths, "lengths")
    yield Case(ops.Attention(is_causal=True), (*QKV, None, lengths), None, "lengths and causal")
    scores = ops.AttentionScores(softcap=0.5)
    yield Case(scores, QKV, _definition(softcap=0.5, stage=0))
    for place, stage in ((1, "capped"), (2, "masked"), (3, "weights")):
        op = ops.AttentionScores(softcap=0.5, stage=stage)
        yield Case(op, (*QKV, (3, 5)), _definition(softcap=0.5, stage=place), stage)


def _rotary() -> Iterator[Case]:
    yield Case(ops.RotaryEmbedding(), ((2, 2, 3, 4), (2, 3, 2), (2, 3, 2)), _turned(4, step=False))
    part = ops.RotaryEmbedding(size=4, interleaved=True)
    yield Case(part, ((2, 2, 3, 5), (3, 2), (3, 2)), _turned(4, step=True), "neighbours, some features")
    angle = exactly([[0.6, 0.8]]), exactly([[0.8, 0.6]])
    yield Case(ops.RotaryEmbedding(), ((1, 1, 1, 4), *angle), _turned(4, step=False), "one place")


def _nothing_for_one(rng: np.random.Generator) -> Any:
    seen = rng.random((3, 5)) < 0.5
    seen[0], seen[1, 0] = False, True
    return seen


def _torch(**fields: Any) -> Callable[..., Any]:
    def run(t: Any, q: Any, k: Any, v: Any, mask: Any = None) -> Any:
        return t.nn.functional.scaled_dot_product_attention(q, k, v, mask, **fields)

    return run


def _definition(
    softcap: float = 0.0,
    offset: int | None = None,
    seen: Callable[[int, int], bool] | None = None,
    stage: int | None = None,
) -> Callable[..., Any]:
    def run(t: Any, q: Any, k: Any, v: Any, mask: Any = None) -> Any:
        products = q @ k.mT / q.shape[-1] ** 0.5
        capped = softcap * t.tanh(products / softcap) if softcap else products
        seeing = seen or (lambda i, j: offset is None or j <= i + offset)
        allowed = t.tensor([[seeing(i, j) for j in range(k.shape[-2])] for i in range(q.shape[-2])])
        masked = capped
        if mask is not None and mask.dtype == t.bool:
            allowed = allowed & mask
        elif mask is not None:
            masked = capped + mask
        if not bool(allowed.all()):
            masked = masked.masked_fill(~allowed, -np.inf)
        weights = t.softmax(masked, -1)
        weights = t.where(allowed.any(-1, keepdim=True), weights, 0 * capped)
        out = weights @ v
        return out if stage is None else (out, (products, capped, masked, weights)[stage])

    return run


def _with_lengths(t: Any, q: Any, k: Any, v: Any, mask: Any, lengths: Any) -> Any:
    seen = t.arange(k.shape[-2]) < lengths.reshape(-1, 1, 1, 1)
    return t.nn.functional.scaled_dot_product_attention(q, k, v, seen)


def _turned(size: int, *, step: bool) -> Callable[..., Any]:
    def run(t: Any, x: Any, cos: Any, sin: Any) -> Any:
        cos, sin = cos.unsqueeze(-3), sin.unsqueeze(-3)
        a, b = (
            (x[..., 0:size:2], x[..., 1:size:2]) if step else (x[..., : size // 2], x[..., size // 2 : size])
        )
        pair = (a * cos - b * sin, a * sin + b * cos)
        turned = t.stack(pair, -1).flatten(-2) if step else t.cat(pair, -1)
        return t.cat((turned, x[..., size:]), -1)

    return run
