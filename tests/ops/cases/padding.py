"""Rows of borders and of tensors laid out several times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope import ops
from tests.ops.cases.base import Case, Host


def pad(t: Any, *arguments: Any) -> Any:
    return t.nn.functional.pad(*arguments)


def rows() -> Iterator[Case]:
    yield Case(ops.Pad((1, 0, 0, 2)), ((2, 3),), lambda t, x: pad(t, x, (0, 2, 1, 0)))
    yield Case(
        ops.Pad((-1, 1), value=2.5, axes=(-1,)),
        ((2, 3),),
        lambda t, x: pad(t, x, (-1, 1), "constant", 2.5),
        "cut",
    )
    hosts = (Host((1, 1)), Host(3.0), Host((0,)))
    yield Case(
        ops.Pad(), ((2, 2), *hosts), lambda t, x, *_: pad(t, x, (0, 0, 1, 1), "constant", 3.0), "as operands"
    )
    yield Case(
        ops.Pad((0, 2, 0, 1), "reflect"), ((2, 4),), lambda t, x: pad(t, x, (2, 1), "reflect"), "reflect"
    )
    yield Case(ops.Pad((5, 4), "reflect"), ((3,),), None, "reflect often")
    yield Case(
        ops.Pad((0, 0, 1, 2, 0, 0, 0, 3), "edge"),
        ((1, 2, 2, 3),),
        lambda t, x: pad(t, x, (2, 3, 1, 0), "replicate"),
        "edge",
    )
    yield Case(ops.Pad((0, 2, 0, 1), "wrap"), ((2, 3),), lambda t, x: pad(t, x, (2, 1), "circular"), "wrap")
    yield Case(ops.Pad((4, -1), "wrap"), ((3,),), lambda t, x: x[[0, 1, 0, 1, 0, 1]], "wrap and cut")
    yield Case(ops.Pad((2, 1)), ((0,),), lambda t, x: pad(t, x, (2, 1)), "empty")
    yield Case(ops.CenterCropPad((5, 2)), ((2, 5),), lambda t, x: pad(t, x, (-1, -2, 1, 2)))
    yield Case(
        ops.CenterCropPad(axes=(-1,)), ((2, 4), Host((3,))), lambda t, x, shape: x[:, :3], "shape as operand"
    )
    yield Case(ops.Tile((2, 3)), ((2, 1),), lambda t, x: x.tile(2, 3))
    yield Case(ops.Tile((2, 1, 2)), ((3,),), lambda t, x: x.tile(2, 1, 2), "more axes")
    yield Case(ops.Tile((2,)), ((2, 2),), lambda t, x: x.tile(2), "fewer axes")
    yield Case(ops.Tile(), ((2, 2), Host((0, 2))), lambda t, x, repeats: x.tile(0, 2), "to nothing")
