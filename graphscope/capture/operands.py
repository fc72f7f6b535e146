"""What rules ask of the tensors that they are handed: type, shape, and the type that several have in common."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import numpy as np

from graphscope.capture.lowering import Unsayable
from graphscope.model.handle import Handle
from graphscope.ops.base import Op, registered


def op(name: str, /, **fields: Any) -> Op:
    """An operation by its name.

    Raises:
        Unsayable: there is none of that name, or it has no such field.
    """
    kind = registered().get(name)
    if kind is None or not fields.keys() <= {each.name for each in dataclasses.fields(kind)}:  # type: ignore[arg-type]
        raise Unsayable
    return kind(**fields)


def shape_of(tensor: Any) -> tuple[int, ...]:
    """Sizes, which are numbers: a tape is of one batch."""
    return tuple(cast("Any", tensor).shape) if isinstance(tensor, (Handle, np.ndarray)) else ()


def rank_of(tensor: Any) -> int:
    """How many axes it has."""
    return len(shape_of(tensor))


def dtype_of(tensor: Any) -> str:
    """NumPy's name of its type."""
    if isinstance(tensor, Handle):
        return tensor.spec.dtype
    return np.asarray(tensor).dtype.name


def common(*operands: Any) -> str:
    """The type that PyTorch brings operands to: tensors before scalars, scalars before numbers."""
    tiers: tuple[list[str], list[str], list[str]] = ([], [], [])
    for operand in operands:
        tensor = isinstance(operand, (Handle, np.ndarray))
        tiers[0 if tensor and rank_of(operand) else 1 if tensor else 2].append(_weak(operand, tensor))
    found = ""
    for tier in tiers:
        best = _widest(tier)
        if best and (not found or _category(best) > _category(found)):
            found = best
    return found


def _weak(operand: Any, tensor: bool) -> str:
    """A bare floating number is of the usual type."""
    return "float32" if not tensor and isinstance(operand, float) else dtype_of(operand)


def _category(dtype: str) -> int:
    return "bif".index(np.dtype(dtype).kind.replace("u", "i"))


def _widest(dtypes: list[str]) -> str:
    if not dtypes:
        return ""
    top = max(map(_category, dtypes))
    return np.result_type(*(each for each in dtypes if _category(each) == top)).name
