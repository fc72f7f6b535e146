"""Rows of convolutions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case

X = (2, 4, 7, 6)


def rows() -> Iterator[Case]:
    yield from _pictures()
    yield from _other_dimensions()
    yield from _chosen_borders()
    yield from _transposed()


def _pictures() -> Iterator[Case]:
    yield from (
        Case(ops.Conv2d(**fields), operands, _torch_conv(fields), variant)
        for variant, fields, operands in (
            ("", {}, ((2, 3, 5, 5), (4, 3, 3, 2))),
            ("bias", {"padding": (1, 1)}, ((2, 3, 5, 4), (4, 3, 3, 3), (4,))),
            ("one channel", {}, ((2, 1, 5, 5), (3, 1, 3, 3))),
            ("stride", {"stride": (2, 2), "padding": (1, 0)}, (X, (3, 4, 3, 3))),
            ("stride without overlap", {"stride": (3, 2)}, (X, (3, 4, 2, 1))),
            ("dilation", {"dilation": (2, 1), "padding": (1, 2)}, (X, (3, 4, 3, 3))),
            ("stride and dilation", {"stride": (2, 1), "dilation": (1, 2)}, (X, (3, 4, 3, 3))),
            ("groups", {"groups": 2, "padding": (1, 1)}, (X, (6, 2, 3, 3), (6,))),
            ("depthwise", {"groups": 4}, (X, (8, 1, 3, 3))),
            (
                "one filter each",
                {"groups": 4, "padding": (1, 2), "dilation": (2, 1)},
                (X, (4, 1, 3, 2), (4,)),
            ),
            ("depthwise and stride", {"groups": 4, "stride": (2, 2)}, (X, (4, 1, 3, 3), (4,))),
            ("groups and stride", {"groups": 2, "stride": (2, 2)}, (X, (6, 2, 3, 3))),
            ("much padding", {"padding": (3, 3)}, ((1, 2, 3, 3), (2, 2, 2, 2))),
            ("window of one", {}, ((2, 3, 4, 2), (5, 3, 1, 1), (5,))),
            ("window of one and stride", {"stride": (2, 3)}, ((2, 3, 4, 5), (5, 3, 1, 1))),
            ("no sample", {"padding": (1, 1)}, ((0, 3, 4, 4), (2, 3, 3, 3), (2,))),
            ("no sample and stride", {"stride": (2, 2)}, ((0, 3, 4, 4), (2, 3, 3, 3))),
        )
    )
    sided = ops.Conv2d(padding=(1, 0, 2, 3))
    yield Case(sided, ((1, 2, 4, 4), (3, 2, 3, 3)), _torch_sided, "four paddings")
    uneven = ops.Conv2d((2, 2), (1, 0, 2, 3))
    yield Case(uneven, ((1, 2, 5, 4), (3, 2, 3, 3)), _torch_sided_stride, "four paddings and stride")


def _other_dimensions() -> Iterator[Case]:
    yield from (
        Case(ops.Conv(**fields), operands, _torch_conv(fields, count), variant)
        for variant, count, fields, operands in (
            ("", 2, {"padding": (1, 1)}, ((2, 3, 5, 4), (2, 3, 3, 3), (2,))),
            ("sequence", 1, {}, ((2, 3, 7), (4, 3, 3), (4,))),
            ("sequence and all fields", 1, {"stride": (2,), "padding": (2,), "dilation": (2,), "groups": 2},
             ((2, 4, 9), (6, 2, 3), (6,))),
            ("sequence of one channel", 1, {"padding": (1,)}, ((1, 1, 6), (2, 1, 2))),
            ("sequence, one filter each", 1, {"groups": 3, "padding": (2,)}, ((2, 3, 5), (3, 1, 3))),
            ("volume, one filter each", 3, {"groups": 2, "dilation": (1, 2, 1)},
             ((2, 2, 3, 4, 3), (2, 1, 2, 2, 2), (2,))),
            ("volume", 3, {}, ((1, 2, 4, 3, 5), (3, 2, 2, 3, 2), (3,))),
            ("volume and stride", 3, {"stride": (2, 1, 2), "padding": (1, 0, 1)},
             ((1, 2, 4, 3, 5), (2, 2, 3, 2, 3))),
            ("volume, dilation and groups", 3, {"dilation": (1, 2, 1), "padding": (1, 1, 0), "groups": 2},
             ((2, 4, 3, 3, 3), (4, 2, 2, 2, 2), (4,))),
        )
    )  # fmt: skip


def _chosen_borders() -> Iterator[Case]:
    upper = lambda t, x, w: t.nn.functional.conv2d(t.nn.functional.pad(x, (1, 1, 0, 1)), w)  # noqa: E731
    yield Case(ops.Conv(auto_pad="same_upper"), ((1, 2, 5, 4), (3, 2, 2, 3)), upper, "same, odd one after")
    yield Case(
        ops.Conv(auto_pad="same_lower", stride=(2, 2)),
        ((1, 2, 5, 4), (3, 2, 3, 2)),
        lambda t, x, w: t.nn.functional.conv2d(t.nn.functional.pad(x, (0, 0, 1, 1)), w, stride=2),
        "same, odd one before",
    )
    yield Case(
        ops.Conv(auto_pad="valid"),
        ((1, 2, 5), (3, 2, 3)),
        lambda t, x, w: t.nn.functional.conv1d(x, w),
        "valid",
    )


def _transposed() -> Iterator[Case]:
    yield from (
        Case(ops.ConvTranspose(**fields), operands, _torch_transposed(fields, count), variant)
        for variant, count, fields, operands in (
            ("", 2, {}, ((2, 3, 4, 3), (3, 2, 3, 2), (2,))),
            ("stride", 2, {"stride": (2, 3), "padding": (1, 0)}, ((2, 3, 3, 4), (3, 2, 3, 2))),
            ("longer", 2, {"stride": (2, 2), "padding": (1, 1), "output_padding": (1, 0)},
             ((1, 4, 3, 3), (4, 2, 3, 3), (2,))),
            ("dilation", 2, {"dilation": (2, 1), "padding": (0, 1)}, ((1, 2, 3, 4), (2, 3, 2, 3))),
            ("stride and dilation", 2, {"stride": (2, 1), "dilation": (3, 2), "output_padding": (2, 1)},
             ((1, 2, 3, 2), (2, 3, 2, 2))),
            ("sequence", 1, {"stride": (3,), "padding": (2,)}, ((2, 2, 5), (2, 3, 4), (3,))),
            ("volume", 3, {"stride": (1, 2, 1), "padding": (0, 1, 1)}, ((1, 2, 2, 3, 3), (2, 2, 2, 2, 3))),
            ("no sample", 2, {"stride": (2, 2)}, ((0, 2, 3, 3), (2, 3, 2, 2), (3,))),
        )
    )  # fmt: skip
    grouped = {"groups": 2, "stride": (2, 2), "padding": (1, 1)}
    yield Case(
        ops.ConvTranspose(**grouped),
        ((1, 4, 3, 3), (4, 3, 3, 3), (6,)),
        _torch_transposed(grouped, 2),
        "groups",
    )
    sized = lambda t, x, w: t.nn.functional.conv_transpose2d(x, w, stride=2)[:, :, 1:, :-1]  # noqa: E731
    yield Case(
        ops.ConvTranspose(stride=(2, 2), padding=(1, 0, 0, 1)),
        ((1, 2, 3, 3), (2, 1, 2, 3)),
        sized,
        "four paddings",
    )
    wanted = ops.ConvTranspose(stride=(2, 2), output_shape=(5, 6), auto_pad="same_upper")
    shaped = lambda t, x, w: t.nn.functional.conv_transpose2d(x, w, stride=2)[:, :, 1:6, :6]  # noqa: E731
    yield Case(wanted, ((1, 2, 3, 3), (2, 1, 3, 3)), shaped, "shape as wanted")
    same = ops.ConvTranspose(stride=(2, 2), auto_pad="same_lower")
    lower = lambda t, x, w: t.nn.functional.conv_transpose2d(x, w, stride=2)[:, :, 1:, 1:]  # noqa: E731
    yield Case(same, ((1, 2, 3, 3), (2, 1, 3, 3)), lower, "same")


def _torch_conv(fields: dict[str, Any], count: int = 2) -> Callable[..., Any]:
    return lambda t, x, w, b=None: getattr(t.nn.functional, f"conv{count}d")(x, w, b, **fields)


def _torch_transposed(fields: dict[str, Any], count: int) -> Callable[..., Any]:
    def run(t: Any, x: Any, w: Any, b: Any = None) -> Any:
        return getattr(t.nn.functional, f"conv_transpose{count}d")(x, w, b, **fields)

    return run


def _torch_sided(t: Any, x: Any, w: Any) -> Any:
    return t.nn.functional.conv2d(t.nn.functional.pad(x, (0, 3, 1, 2)), w)


def _torch_sided_stride(t: Any, x: Any, w: Any) -> Any:
    return t.nn.functional.conv2d(t.nn.functional.pad(x, (0, 3, 1, 2)), w, stride=2)
