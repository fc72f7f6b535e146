"""What a row of the table is, and where operands come from."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op

Source = Any
"""An operand: a shape (normal numbers), a function of a generator, a `Host` value, None where absent."""


@dataclass(frozen=True)
class Host:
    """An operand that stays on the host: plain Python numbers."""

    value: Any


@dataclass(frozen=True)
class Case:
    """One op with fields and operands.

    Args:
        operands: where each operand comes from.
        torch: called with the torch module, the operands and the draws; None where PyTorch has no such op.
        variant: what this row shows, where an op has several.
        smooth: False where operands stand at a kink or far out, so that differences tell no slope.
        known: True where the rule needs the numbers of all sizes, so that none may be a name.
        waits: True where the size of the result depends on the numbers, for which a GPU must be waited.
    """

    op: Op
    operands: tuple[Source, ...]
    torch: Callable[..., Any] | None = None
    variant: str = ""
    smooth: bool = True
    known: bool = False
    waits: bool = False

    @property
    def id(self) -> str:
        return f"{self.op.name}-{self.variant}" if self.variant else self.op.name

    def arrays(self, dtype: str) -> list[Any]:
        """The operands, read-only, the same for every dtype up to rounding."""
        rng = np.random.default_rng(zlib.crc32(self.id.encode()))
        return [_array(source, rng, dtype) for source in self.operands]

    def specs(self, arrays: list[Any]) -> list[TensorSpec | None]:
        return [_spec(source, array) for source, array in zip(self.operands, arrays, strict=True)]

    def draws(self, arrays: list[Any]) -> tuple[Any, ...]:
        if not self.op.drawn:
            return ()
        return self.op.draw(np.random.default_rng(7), *self.specs(arrays))  # type: ignore[attr-defined]


def _array(source: Source, rng: np.random.Generator, dtype: str) -> Any:
    if source is None or isinstance(source, Host):
        return source.value if source else None
    made = np.asarray(source(rng) if callable(source) else rng.normal(size=source))
    array = made.astype(dtype) if made.dtype.kind == "f" else made
    array.setflags(write=False)
    return array


def _spec(source: Source, array: Any) -> TensorSpec | None:
    if isinstance(source, Host):
        return TensorSpec(np.shape(array), "int64", value=array)
    return None if source is None else TensorSpec(array.shape, array.dtype.name)


def positive(*shape: int) -> Source:
    return lambda rng: rng.uniform(0.5, 2.0, shape)


def truth(*shape: int) -> Source:
    return lambda rng: rng.random(shape) < 0.5


def whole(high: int, *shape: int, low: int = 0) -> Source:
    return lambda rng: rng.integers(low, high, shape)


def chances(*shape: int) -> Source:
    """Probabilities that sum to 1 along the last axis."""
    return lambda rng: rng.dirichlet(np.ones(shape[-1]), shape[:-1])


def exactly(*values: Any) -> Source:
    return lambda rng: np.array(values)
