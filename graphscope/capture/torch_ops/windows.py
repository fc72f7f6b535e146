"""Convolutions and poolings of PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphscope.capture.lowering import Lowering, Tensor, Unsayable
from graphscope.capture.operands import op, rank_of, shape_of


def _batched(rule: Callable[..., Any]) -> Callable[..., Any]:
    """A picture without an axis of samples gets one for the while."""

    def wider(g: Lowering, x: Tensor, *given: Any, axes: int, **named: Any) -> Any:
        if rank_of(x) != axes + 1:
            return rule(g, x, *given, axes=axes, **named)
        made = rule(g, g.call(op("Unsqueeze", axes=(0,)), x), *given, axes=axes, **named)
        return g.call(op("Squeeze", axes=(0,)), made)

    return wider


def _every(numbers: Any, count: int) -> tuple[int, ...]:
    """One number for each axis."""
    given = (numbers,) if isinstance(numbers, int) else tuple(numbers)
    return given * count if len(given) == 1 else given


@_batched
def _convolve(
    g: Lowering,
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
    *,
    axes: int,
) -> Any:
    fields: dict[str, Any] = {
        "stride": _every(stride, axes),
        "dilation": _every(dilation, axes),
        "groups": groups,
    }
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise Unsayable
        fields["padding"] = _same(w, fields["dilation"]) if padding == "same" else (0,) * axes
    else:
        fields["padding"] = _every(padding, axes)
    return g.call(op("Conv2d" if axes == 2 else "Conv", **fields), x, w, b)


def _same(w: Tensor, dilation: tuple[int, ...]) -> tuple[int, ...]:
    """A border that keeps the size; the odd one is after."""
    whole = [gap * (size - 1) for size, gap in zip(shape_of(w)[2:], dilation, strict=True)]
    return (*(each // 2 for each in whole), *(each - each // 2 for each in whole))


@_batched
def _convolve_back(
    g: Lowering,
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
    *,
    axes: int,
) -> Any:
    fields = {
        "stride": _every(stride, axes),
        "padding": _every(padding, axes),
        "dilation": _every(dilation, axes),
        "output_padding": _every(output_padding, axes),
    }
    return g.call(op("ConvTranspose", groups=groups, **fields), x, w, b)


def convolution(
    g: Lowering,
    x: Tensor,
    w: Tensor,
    b: Tensor | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
    *_: Any,
) -> Any:
    """What all convolutions are inside."""
    axes = rank_of(w) - 2
    if transposed:
        return _convolve_back(g, x, w, b, stride, padding, output_padding, groups, dilation, axes=axes)
    return _convolve(g, x, w, b, stride, padding, dilation, groups, axes=axes)


def _with(rule: Callable[..., Any], axes: int) -> Callable[..., Any]:
    def bound(g: Lowering, x: Tensor, *given: Any, **named: Any) -> Any:
        return rule(g, x, *given, axes=axes, **named)

    return bound


@_batched
def _max_pool(
    g: Lowering,
    x: Tensor,
    window: Any,
    stride: Any = (),
    padding: Any = 0,
    dilation: Any = 1,
    ceil: bool = False,
    *,
    axes: int,
) -> Any:
    window = _every(window, axes)
    fields = {
        "window": window,
        "stride": _every(stride, axes) if stride else window,
        "padding": _every(padding, axes),
        "dilation": _every(dilation, axes),
    }
    return g.call(op("MaxPool2d" if axes == 2 else "MaxPool", ceil=ceil, **fields), x)


@_batched
def _average_pool(
    g: Lowering,
    x: Tensor,
    window: Any,
    stride: Any = (),
    padding: Any = 0,
    ceil: bool = False,
    border_counts: bool = True,
    divisor: int | None = None,
    *,
    axes: int,
) -> Any:
    if divisor is not None:
        raise Unsayable
    window = _every(window, axes)
    fields = {
        "window": window,
        "stride": _every(stride, axes) if stride else window,
        "padding": _every(padding, axes),
    }
    name = "AvgPool2d" if axes == 2 else "AvgPool"
    return g.call(op(name, ceil=ceil, border_counts=border_counts, **fields), x)


@_batched
def _adaptive(g: Lowering, x: Tensor, size: Any, *, axes: int) -> Any:  # noqa: ARG001 - all of them
    if all(each == 1 for each in size):
        return g.call(op("GlobalAvgPool"), x)
    return g.call(op("AdaptiveAvgPool", size=tuple(size)), x)


@_batched
def _adaptive_max(g: Lowering, x: Tensor, size: Any, *, axes: int) -> Any:  # noqa: ARG001 - all of them
    if any(each != 1 for each in size):
        raise Unsayable
    return g.call(op("GlobalMaxPool"), x)


def _with_places(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The form that also returns where the largest were, which only PyTorch's own backward reads."""

    def both(*given: Any, **named: Any) -> Any:
        return rule(*given, **named), None

    return both


RULES = {
    "convolution": convolution,
    **{f"conv{axes}d": _with(_convolve, axes) for axes in (1, 2, 3)},
    **{
        f"conv_transpose{axes}d{form}": _with(_convolve_back, axes)
        for axes, form in ((1, ""), (2, ".input"), (3, ".input"))
    },
    **{f"max_pool{axes}d": _with(_max_pool, axes) for axes in (1, 2, 3)},
    **{f"max_pool{axes}d_with_indices": _with_places(_with(_max_pool, axes)) for axes in (2, 3)},
    **{f"avg_pool{axes}d": _with(_average_pool, axes) for axes in (1, 2, 3)},
    **{f"{word}adaptive_avg_pool{axes}d": _with(_adaptive, axes) for axes in (1, 2, 3) for word in ("", "_")},
    **{f"adaptive_max_pool{axes}d": _with_places(_with(_adaptive_max, axes)) for axes in (1, 2, 3)},
}
