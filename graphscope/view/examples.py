"""Runs an op on small made-up arrays, so that its formula can be read off without a model that runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, cast

import numpy as np

from graphscope.backends.base import open_backend
from graphscope.engine.record import Method, Trace, record
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op


def example_trace(
    op: Op, specs: Sequence[TensorSpec | None], method: Method, needs: Sequence[bool] | None = None
) -> tuple[Trace, Mapping[int, str]]:
    """A trace of the op on arrays of these specs.

    Args:
        needs: for a vjp, which operands want a gradient; the floating ones by default.

    Returns:
        The trace, and for each size that stands for a symbolic one its name.
    """
    bound, sizes = _bind(specs)
    xp = open_backend("numpy").xp
    operands = [_array(op, slot, spec) for slot, spec in enumerate(bound)]
    kernel = cast("Any", op)
    drawn: tuple[Any, ...] = kernel.draw(np.random.default_rng(0), *bound) if op.drawn else ()
    if method == "forward":
        return record(op, method, operands, xp=xp, drawn=drawn), sizes
    with xp.errstate():
        made = kernel.forward(xp, *operands, *drawn)
    results: tuple[Any, ...] = made if op.signature.packed else (made,)
    given: dict[str, Any] = {
        "drawn": drawn,
        "gradients": [_gradient(each) for each in results[: len(results) - len(op.saved)]],
        "needs": [bool(spec and spec.floating) for spec in specs] if needs is None else needs,
        "results": results,
    }
    return record(op, method, operands, xp=xp, **given), sizes


def _gradient(output: Any) -> Any:
    return np.full_like(output, 0.5) if output.dtype.kind == "f" else None


def _bind(specs: Sequence[TensorSpec | None]) -> tuple[list[TensorSpec | None], Mapping[int, str]]:
    """Give each symbolic size a number that no other axis has, so that it can be told from the others."""
    shapes = [spec.shape for spec in specs if spec is not None]
    taken = {size for shape in shapes for size in shape}
    free = (number for number in count(3) if number not in taken)
    symbols = {size: next(free) for size in dict.fromkeys(sum(shapes, ())) if not isinstance(size, int)}
    bound = [None if spec is None else _bound(spec, symbols) for spec in specs]
    return bound, {number: size or "?" for size, number in symbols.items()}


def _bound(spec: TensorSpec, symbols: Mapping[Any, int]) -> TensorSpec:
    return replace(spec, shape=tuple(symbols.get(size, cast("int", size)) for size in spec.shape))


def _array(op: Op, slot: int, spec: TensorSpec | None) -> Any:
    """½ everywhere: a number that no logarithm, root or division minds."""
    if spec is None:
        return None
    if op.operand(slot) in op.host or spec.value is not None:
        return spec.value if op.operand(slot) in op.host else np.asarray(spec.value, dtype=spec.dtype)
    fill = 0.5 if spec.floating else 0
    return np.full(cast("tuple[int, ...]", spec.shape), fill, dtype=spec.dtype)
