"""Shape rules of what indexes, pads, joins, sorts and resizes: what stays known, and what is refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from graphscope import ops
from graphscope.errors import InputError, ShapeError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from tests.ops.running import NUMPY


def spec(*shape: Any, dtype: str = "float32") -> TensorSpec:
    return TensorSpec(shape, dtype)


def whole(*shape: Any) -> TensorSpec:
    return TensorSpec(shape, "int64")


def named(item: Any) -> str:
    return item.name if isinstance(item, Op) else ""


BATCH = spec("batch", 3)
PICTURE = spec("batch", 3, 8, 6)


@pytest.mark.parametrize(
    ("op", "operands", "shape"),
    [
        (ops.Stack(axis=1), (BATCH, BATCH), ("batch", 2, 3)),
        (ops.Unstack(3, axis=1), (BATCH,), ("batch",)),
        (ops.Split(axis=1), (spec("batch", 6), whole(2)), ("batch", None)),
        (ops.GatherElements(axis=1), (BATCH, whole("batch", 2)), ("batch", 2)),
        (ops.GatherND(), (BATCH, whole("found", 2)), ("found",)),
        (ops.GatherND(batch_dims=1), (BATCH, whole("batch", 1)), ("batch",)),
        (ops.ScatterND(), (BATCH, whole("found", 1), spec("found", 3)), ("batch", 3)),
        (ops.NonZero(), (BATCH,), (2, None)),
        (ops.Compress(axis=1), (BATCH, TensorSpec((3,), "bool")), ("batch", None)),
        (ops.Pad((0, 1, 0, 2)), (BATCH,), ("batch", 6)),
        (ops.Pad(), (BATCH, whole(4)), (None, None)),
        (ops.Tile((1, 2)), (BATCH,), ("batch", 6)),
        (ops.Tile((2, 1)), (BATCH,), (None, 3)),
        (ops.Tile(), (BATCH, whole(2)), (None, None)),
        (ops.CenterCropPad(axes=(1,)), (BATCH, whole(1)), ("batch", None)),
        (ops.DepthToSpace(), (spec("batch", 8, "h", 2),), ("batch", 2, None, 4)),
        (ops.Range(), (whole(), None, None), (None,)),
        (ops.ConstantOfShape(), (whole(2),), (None, None)),
        (ops.OneHot(4), (whole("batch"),), ("batch", 4)),
        (ops.OneHot(), (whole("batch"), whole()), ("batch", None)),
        (ops.Shape(), (BATCH,), (2,)),
        (ops.TopK(2), (BATCH,), ("batch", 2)),
        (ops.TopK(), (BATCH, whole(1)), ("batch", None)),
        (ops.Unique(axis=0), (BATCH,), (None, 3)),
        (ops.Einsum("bi,oi->bo"), (BATCH, spec(5, 3)), ("batch", 5)),
        (ops.Einsum("...i->..."), (PICTURE,), ("batch", 3, 8)),
        (ops.Resize(scales=(2.0, 0.5), axes=(2, 3)), (PICTURE,), ("batch", 3, 16, 3)),
        (ops.Resize(axes=(2, 3)), (PICTURE, None, None, whole(2)), ("batch", 3, None, None)),
        (ops.GridSample(), (PICTURE, spec("batch", 5, 4, 2)), ("batch", 3, 5, 4)),
        (ops.AffineGrid((7, 1, 5, 4)), (spec("batch", 2, 3),), ("batch", 5, 4, 2)),
    ],
    ids=named,
)
def test_what_is_known_of_a_size_stays_known(op: Op, operands: Any, shape: Any) -> None:
    assert op.specs(*operands)[0].shape == shape


def test_sizes_that_are_known_are_told_as_numbers() -> None:
    assert ops.Shape().specs(spec(2, 3))[0].value == (2, 3)
    assert ops.Shape(1).specs(BATCH)[0].value == (3,)
    assert ops.Shape().specs(BATCH)[0].value is None
    assert ops.Size().specs(spec(2, 3))[0].value == 6
    assert ops.Size().specs(BATCH)[0].value is None


@pytest.mark.parametrize(
    ("op", "operands", "sentence"),
    [
        (ops.Stack(), (spec(2), spec(3)), "one operand or more of the same shape, not 2, 3"),
        (ops.Unstack(2), (spec(3),), "axis 0 of x (3) has 3 layers, but 2 are wanted"),
        (ops.Gather(), (BATCH, spec(2)), "the indices must be integers, but they are float32"),
        (ops.GatherElements(), (spec(2, 3), whole(2, 4)), "must have the axes of x (2×3) and be no larger"),
        (ops.GatherND(), (spec(2, 3), whole(4, 3)), "its size must be a number and no more than x has axes"),
        (ops.GatherND(), (spec(2, 3), whole(4, "n")), "its size must be a number"),
        (ops.GatherND(batch_dims=1), (spec(2, 3), whole(3, 1)), "the first 1 axes of x (2×3)"),
        (ops.ScatterElements(), (spec(3), whole(2), spec(3)), "the updates (3) do not fit the indices (2)"),
        (
            ops.ScatterND(reduction="mean"),
            (spec(3), whole(2, 1), spec(2)),
            "none, add, mul, max or min, not mean",
        ),  # type: ignore[arg-type]
        (
            ops.ScatterND(reduction="add"),
            (spec(3, dtype="bool"), whole(1, 1), spec(1, dtype="bool")),
            "truth values cannot be joined, only replaced",
        ),
        (ops.Compress((True, True)), (spec(1),), "the condition has 2 places, but there are only 1"),
        (ops.Pad((1,)), (spec(2),), "two widths for each of 1 axes (1 given)"),
        (ops.Pad((-2, -1)), (spec(2),), "cannot get a border of -2 before and -1 behind"),
        (ops.Pad((1, 0), "edge"), (spec(0),), "there is too little of it"),
        (ops.Pad((0, 0, 0, 0), axes=(0, -2)), (spec(2, 2),), "the axes 0, -2 name one axis twice"),
        (ops.Tile((-1,)), (spec(2),), "nothing can be laid out -1 times"),
        (ops.CenterCropPad((1,)), (spec(2, 2),), "there are 2 axes, but 1 sizes"),
        (ops.Roll((1, 2), (0,)), (spec(2, 2),), "it needs 1 shifts, one an axis, but there are 2"),
        (ops.Trilu(), (spec(2),), "must have two axes or more to have a diagonal"),
        (ops.DepthToSpace(), (spec(1, 6, 2, 2),), "blocks of 2×2 do not fit x (1×6×2×2)"),
        (ops.SpaceToDepth(), (spec(1, 6, 2),), "must have the axes sample, channel, height, width"),
        (ops.SpaceToDepth(2, "DRC"), (spec(1, 1, 2, 2),), "the order must be DCR or CRD, not DRC"),  # type: ignore[arg-type]
        (ops.ReverseSequence(), (spec(2, 3), whole(2)), "the lengths (2) must be one number per sample"),
        (ops.Range(0, 1, 0), (), "from 0 to 1 in steps of 0 never ends"),
        (ops.Range(0, float("inf")), (), "never ends; give finite numbers and a step"),
        (ops.ConstantOfShape((2, -1)), (), "no size may be -1"),
        (ops.EyeLike(), (spec(2),), "x (2) must be a matrix"),
        (ops.OneHot(), (whole(2), None, spec(3)), "the values for off and on are two numbers"),
        (ops.OneHot(), (whole(2), None, spec()), "the values for off and on are two numbers"),
        (ops.TopK(4), (spec(2, 3),), "4 elements cannot be taken of 3, the size of axis 1"),
        (ops.Einsum("ij,jk"), (spec(2, 3),), "the equation “ij,jk” does not fit operands with 2 axes"),
        (ops.Einsum("i->k"), (spec(2),), "letters of the result that stand there"),
        (ops.Einsum("i->ii"), (spec(2),), "letters of the result that stand there"),
        (ops.Einsum("i.->i"), (spec(2),), "one an axis"),
        (
            ops.Einsum("ij,jk->ik"),
            (spec(2, 3), spec(2, 3)),
            "einsum (j): x (3) and y (2) do not fit together",
        ),
        (ops.Resize(), (PICTURE,), "it needs scales or sizes, one for each of 4 axes"),
        (
            ops.Resize(scales=(2.0,), mode="area"),
            (spec(2),),
            "mode must be one of nearest, linear, cubic, not area",
        ),  # type: ignore[arg-type]
        (ops.Resize(scales=(2.0,), mode="linear"), (whole(2),), "only floating numbers can be mixed"),
        (
            ops.GridSample(),
            (PICTURE, spec("batch", 2, 2, 3)),
            "points with a number for each axis of the picture",
        ),
        (
            ops.GridSample(padding="wrap"),
            (PICTURE, spec("batch", 2, 2, 2)),
            "no mode linear with padding wrap",
        ),  # type: ignore[arg-type]
        (ops.AffineGrid((1, 1, 2, 2)), (spec(1, 3, 3),), "must hold a matrix of 2×3 for each sample"),
    ],
    ids=named,
)
def test_operands_that_do_not_fit_are_told_with_their_shapes(op: Op, operands: Any, sentence: str) -> None:
    with pytest.raises(ShapeError) as caught:
        op.specs(*operands)
    assert sentence in str(caught.value)


def test_a_picture_that_shrinks_too_much_at_once_is_refused() -> None:
    xp, op = NUMPY.xp, ops.Resize(scales=(1 / 1000,), mode="linear", antialias=True)
    with pytest.raises(ShapeError, match="an axis of 2000 cannot become 2 in this way"):
        op.forward(xp, xp.zeros(2000))
    with pytest.raises(ShapeError, match="an axis of 0 cannot become 2"):
        ops.Resize(sizes=(2,)).forward(xp, xp.zeros(0))


@pytest.mark.parametrize("place", [-4, 3])
def test_an_index_that_is_not_there_raises_instead_of_taking_another_element(place: int) -> None:
    xp = NUMPY.xp
    x, one = xp.arange(3.0), xp.asarray([place])
    kernels = (
        lambda: ops.Gather().forward(xp, x, one),
        lambda: ops.GatherElements().forward(xp, x, one),
        lambda: ops.GatherND().forward(xp, x, xp.asarray([[place]])),
        lambda: ops.ScatterElements().forward(xp, x, one, xp.ones(1)),
        lambda: ops.ScatterND(reduction="add").forward(xp, x, xp.asarray([[place]]), xp.ones(1)),
    )
    for kernel in kernels:
        with pytest.raises((IndexError, InputError)):
            kernel()
