"""The shape, dtype and axis names of a tensor, with symbolic sizes such as "batch"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from graphscope.errors import ShapeError

Dim = int | str | None
"""A size: a number, a name such as "batch" that the data will bind, or None (not known)."""

FLOATING = ("float64", "float32", "float16", "bfloat16")
INTEGER = ("int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8")


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """What is known of a tensor before it is computed.

    Args:
        shape: one size per axis; a number, a name, or None.
        dtype: NumPy's name of the element type.
        axes: a name per axis ("batch", "unit", "row"), or empty.
        value: the value itself as nested tuples where it is a constant on the host (shapes, axes, pads).
    """

    shape: tuple[Dim, ...] = ()
    dtype: str = "float32"
    axes: tuple[str, ...] = ()
    value: Any = None

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def floating(self) -> bool:
        """Whether it can have a gradient."""
        return self.dtype in FLOATING

    @property
    def static(self) -> bool:
        """Whether every size is a number."""
        return all(isinstance(size, int) for size in self.shape)

    @property
    def size(self) -> int | None:
        """The number of elements, or None while a size is open."""
        sizes = [size for size in self.shape if isinstance(size, int)]
        return prod(sizes) if len(sizes) == len(self.shape) else None

    def like(self, **changes: Any) -> TensorSpec:
        """This spec with some fields changed; a known value does not survive a change."""
        return replace(self, **{"value": None, **changes})

    def bind(self, sizes: Mapping[str, int]) -> TensorSpec:
        """This spec with symbolic sizes replaced by the numbers in ``sizes``."""
        shape = tuple(sizes.get(size, size) if isinstance(size, str) else size for size in self.shape)
        return replace(self, shape=shape)

    def __str__(self) -> str:
        return format_shape(self.shape)


def format_shape(shape: Sequence[Dim]) -> str:
    """A shape as people write it: ``4×2``, ``batch×10``, ``scalar``."""
    return "×".join("?" if size is None else str(size) for size in shape) if shape else "scalar"


def broadcast(operation: str, **specs: TensorSpec) -> tuple[Dim, ...]:
    """The shape that NumPy's broadcasting gives the named operands.

    Raises:
        ShapeError: two sizes of one axis differ and neither is 1.
    """
    rank = max((spec.rank for spec in specs.values()), default=0)
    columns = zip(*(((1,) * (rank - spec.rank) + spec.shape) for spec in specs.values()), strict=True)
    try:
        return tuple(_merge(sizes) for sizes in columns)
    except ValueError:
        shown = " and ".join(f"{name} ({spec})" for name, spec in specs.items())
        raise ShapeError(
            "{operation}: {shapes} do not fit together: aligned from the right, two sizes of an axis must be "
            "equal or one of them 1; reshape or transpose one of them",
            operation=operation,
            shapes=shown,
        ) from None


def _merge(sizes: Iterable[Dim]) -> Dim:
    """The size that broadcasting sizes of one axis gives; a name against 1 stays the name."""
    wide = {size for size in sizes if size != 1}
    numbers = {size for size in wide if isinstance(size, int)}
    if len(numbers) > 1:
        raise ValueError
    if numbers:
        return numbers.pop()
    return 1 if not wide else wide.pop() if len(wide) == 1 else None


def same_size(left: Dim, right: Dim) -> bool:
    """Whether two sizes may be equal: an open size may be any number."""
    return left == right or not (isinstance(left, int) and isinstance(right, int))


def promote(*specs: TensorSpec) -> str:
    """The dtype that the operands have in common.

    Raises:
        ShapeError: two different types meet, which models state with a cast.
    """
    types = dict.fromkeys(spec.dtype for spec in specs)
    if len(types) > 1:
        raise ShapeError(
            "operands of different types {dtypes} meet; cast one of them", dtypes=", ".join(types)
        )
    return specs[0].dtype
