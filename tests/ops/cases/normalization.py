"""Rows of normalization."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, positive


def rows() -> Iterator[Case]:
    yield from _batches()
    yield from _samples()
    yield from _rows()


def _batches() -> Iterator[Case]:
    yield Case(ops.BatchNorm(), ((4, 3, 2, 2), (3,), (3,)), _torch_norm)
    yield Case(ops.BatchNorm(), ((6, 3), (3,), (3,)), _torch_norm, "rows")
    fixed = ops.BatchNorm(training=False)
    operands = ((4, 3, 2, 2), (3,), (3,), lambda rng: rng.normal(size=3), positive(3))
    yield Case(
        fixed,
        operands,
        lambda t, x, s, b, m, v: _torch_norm(t, x, s, b, m.detach(), v.detach()),
        "not training",
    )
    running = ((4, 3, 2, 2), (3,), (3,), (3,), positive(3))
    yield Case(ops.RunningBatchNorm(), running, _torch_running(0.9, correction=0))
    yield Case(
        ops.RunningBatchNorm(momentum=0.7, unbiased=True),
        running,
        _torch_running(0.7, correction=1),
        "unbiased",
    )
    yield Case(ops.RunningBatchNorm(axis=-1), ((6, 3), (3,), (3,), (3,), positive(3)), None, "rows")


def _samples() -> Iterator[Case]:
    x = (2, 4, 3, 2)
    group = ops.GroupNorm(2, epsilon=1e-3)
    yield Case(group, (x, (4,), (4,)), lambda t, x, s, b: t.nn.functional.group_norm(x, 2, s, b, 1e-3))
    yield Case(ops.GroupNorm(4), (x,), lambda t, x: t.nn.functional.group_norm(x, 4), "neither")
    yield Case(ops.GroupNorm(), ((1, 4), (4,)), lambda t, x, s: t.nn.functional.group_norm(x, 1, s), "row")
    yield Case(
        ops.InstanceNorm(),
        (x, (4,), (4,)),
        lambda t, x, s, b: t.nn.functional.instance_norm(x, weight=s, bias=b),
    )
    yield Case(ops.InstanceNorm(), ((3, 2, 5),), lambda t, x: t.nn.functional.instance_norm(x), "sequence")


def _rows() -> Iterator[Case]:
    x, last = (2, 3, 4), lambda t, x, *given: t.nn.functional.layer_norm(x, (4,), *given)
    yield Case(ops.LayerNorm(), (x, (4,), (4,)), last)
    yield Case(ops.LayerNorm(), (x, (4,)), last, "no bias")
    yield Case(ops.LayerNorm(), (x,), last, "neither")
    yield Case(
        ops.LayerNorm(axis=1, epsilon=1e-2),
        (x, (3, 4), (3, 4)),
        lambda t, x, s, b: t.nn.functional.layer_norm(x, (3, 4), s, b, 1e-2),
        "two axes",
    )
    yield Case(
        ops.LayerNorm(axis=0),
        ((2, 3), (3,), ()),
        lambda t, x, s, b: t.nn.functional.layer_norm(x, (2, 3)) * s + b,
        "all axes",
    )
    yield Case(ops.RMSNorm(), (x, (4,)), lambda t, x, s: t.nn.functional.rms_norm(x, (4,), s, 1e-5))
    yield Case(
        ops.RMSNorm(axis=-2, epsilon=1e-2),
        (x,),
        lambda t, x: t.nn.functional.rms_norm(x, (3, 4), None, 1e-2),
        "two axes",
    )


def _torch_norm(t: Any, x: Any, scale: Any, bias: Any, mean: Any = None, variance: Any = None) -> Any:
    return t.nn.functional.batch_norm(x, mean, variance, scale, bias, training=mean is None)


def _torch_running(momentum: float, *, correction: int) -> Any:
    def run(t: Any, x: Any, scale: Any, bias: Any, mean: Any, variance: Any) -> Any:
        out = t.nn.functional.batch_norm(x, None, None, scale, bias, training=True)
        seen = x.transpose(0, 1).reshape(x.shape[1], -1)
        take = 1 - momentum
        return (
            out,
            momentum * mean + take * seen.mean(1),
            momentum * variance + take * seen.var(1, correction=correction),
        )

    return run
