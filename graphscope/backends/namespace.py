"""The array functions that a kernel may use: the array API standard's, the extra ones, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import ModuleType
from typing import Any

STANDARD = tuple(
    """
    e inf nan pi newaxis
    arange asarray empty empty_like eye from_dlpack full full_like linspace meshgrid ones ones_like tril triu
    zeros zeros_like
    astype broadcast_arrays broadcast_shapes broadcast_to can_cast finfo iinfo isdtype result_type
    bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128
    abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_invert bitwise_left_shift
    bitwise_or bitwise_right_shift bitwise_xor ceil clip conj copysign cos cosh divide equal exp expm1
    floor floor_divide greater greater_equal hypot imag isfinite isinf isnan less less_equal log log10
    log1p log2 logaddexp logical_and logical_not logical_or logical_xor maximum minimum multiply negative
    nextafter not_equal positive pow real reciprocal remainder round sign signbit sin sinh sqrt square
    subtract tan tanh trunc
    take take_along_axis matmul matrix_transpose tensordot vecdot
    concat expand_dims flip moveaxis permute_dims repeat reshape roll squeeze stack tile unstack
    argmax argmin count_nonzero nonzero searchsorted where
    unique_all unique_counts unique_inverse unique_values
    argsort sort all any cumulative_prod cumulative_sum diff max mean min prod std sum var
    """.split()
)
"""The functions, constants and dtypes of the array API standard 2024.12."""

OPTIONAL = ("float16",)
"""What the standard leaves out and most libraries have."""

EXTRA = ("einsum", "erf", "errstate", "pad", "scatter_add", "sliding_windows")
"""What kernels need and the standard lacks; `extras` says what each does."""

ON_DEVICE = ("arange", "asarray", "empty", "eye", "full", "linspace", "ones", "zeros")
"""The functions that make an array out of nothing, and so must be told where."""


def build(title: str, library: Any, extra: Mapping[str, Callable[..., Any]], *, device: Any = None) -> Any:
    """A namespace with `library`'s own functions as plain attributes, so that a call costs nothing more.

    Args:
        title: what the namespace calls itself in a traceback.
        library: a module that keeps the standard.
        extra: the functions of `EXTRA`; further names replace the library's own.
        device: where new arrays go, or None where the library knows only one place.
    """
    names = (*STANDARD, *(name for name in OPTIONAL if hasattr(library, name)))
    content = {name: getattr(library, name) for name in names}
    if device is not None:
        content |= {name: partial(content[name], device=device) for name in ON_DEVICE}
    namespace = ModuleType(title)
    namespace.__dict__.update(content | dict(extra))
    return namespace
