"""Rows of convolutions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case


def rows() -> Iterator[Case]:
    x = (2, 4, 7, 6)
    yield from (
        Case(ops.Conv2d(**fields), operands, _torch_conv(fields), variant)
        for variant, fields, operands in (
            ("", {}, ((2, 3, 5, 5), (4, 3, 3, 2))),
            ("bias", {"padding": (1, 1)}, ((2, 3, 5, 4), (4, 3, 3, 3), (4,))),
            ("one channel", {}, ((2, 1, 5, 5), (3, 1, 3, 3))),
            ("stride", {"stride": (2, 2), "padding": (1, 0)}, (x, (3, 4, 3, 3))),
            ("stride without overlap", {"stride": (3, 2)}, (x, (3, 4, 2, 1))),
            ("dilation", {"dilation": (2, 1), "padding": (1, 2)}, (x, (3, 4, 3, 3))),
            ("stride and dilation", {"stride": (2, 1), "dilation": (1, 2)}, (x, (3, 4, 3, 3))),
            ("groups", {"groups": 2, "padding": (1, 1)}, (x, (6, 2, 3, 3), (6,))),
            ("depthwise", {"groups": 4}, (x, (8, 1, 3, 3))),
            ("groups and stride", {"groups": 2, "stride": (2, 2)}, (x, (6, 2, 3, 3))),
            ("much padding", {"padding": (3, 3)}, ((1, 2, 3, 3), (2, 2, 2, 2))),
        )
    )
    sided = ops.Conv2d(padding=(1, 0, 2, 3))
    yield Case(sided, ((1, 2, 4, 4), (3, 2, 3, 3)), _torch_sided, "four paddings")


def _torch_conv(fields: dict[str, Any]) -> Callable[..., Any]:
    return lambda t, x, w, b=None: t.nn.functional.conv2d(x, w, b, **fields)


def _torch_sided(t: Any, x: Any, w: Any) -> Any:
    return t.nn.functional.conv2d(t.nn.functional.pad(x, (0, 3, 1, 2)), w)
