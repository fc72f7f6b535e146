"""Pooling: one number for each window of a picture: the largest, the mean, or a norm."""

from __future__ import annotations

from functools import reduce
from math import inf, prod
from operator import add

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.windows import (
    AutoPad,
    Borders,
    Numbers,
    Pair,
    borders,
    check_fields,
    every,
    fold,
    padded,
    place_count,
    places,
    slices,
    span,
)


class Pool(Op, abstract=True):
    """A window slides over each channel of x [sample, channel, …].

    Args:
        window: the size of the window along each axis.
        stride: how far it moves along each axis; None for the window itself.
        padding: the border, one number an axis, or all before and then all after.
        dilation: the distance between the elements of the window along each axis; 1 where not given.
        ceil: whether a window that sticks out at the end counts too.
        auto_pad: "same_upper" or "same_lower" for a border that keeps the size (divided by the stride), the
            odd one after or before; "valid" for none.
    """

    window: Numbers = (2, 2)
    stride: Numbers | None = None
    padding: Numbers = ()
    dilation: Numbers = ()
    ceil: bool = False
    auto_pad: AutoPad = ""

    def infer(self, x: TensorSpec) -> TensorSpec:
        count = len(self.window)
        check_fields(
            self.title, count, self.padding, window=self.window, stride=self.steps, dilation=self.dilation
        )
        size = places(
            self.title,
            x,
            self.window,
            self.steps,
            self.gaps,
            self.padding,
            auto=self.auto_pad,
            ceil=self.ceil,
        )
        return x.like(shape=(*x.shape[:2], *size))

    @property
    def steps(self) -> Numbers:
        """The stride, or the window where none is given."""
        return every(self.stride or self.window, len(self.window), 1)

    @property
    def gaps(self) -> Numbers:
        """The dilation along each axis."""
        return every(self.dilation, len(self.window), 1)

    def border(self, x) -> Borders:
        """The border that is asked for."""
        return borders(x.shape[2:], self.window, self.steps, self.gaps, self.padding, self.auto_pad)

    def around(self, x) -> Borders:
        """The border up to the end of the last window: less than asked for, or more where it sticks out."""
        spans = map(span, self.window, self.gaps)
        ends = zip(x.shape[2:], spans, self.steps, self.border(x), strict=True)
        return tuple(
            (
                border[0],
                (place_count(size, reach, step, border, ceil=self.ceil) - 1) * step
                + reach
                - size
                - border[0],
            )
            for size, reach, step, border in ends
        )

    def cut(self, xp, x, value=0.0):
        """What all windows have at each place."""
        return slices(padded(xp, x, self.around(x), value), self.window, self.steps, self.gaps)

    def lay_back(self, xp, parts, x):
        """The gradient of x from what each place of the window gets."""
        around = self.around(x)
        sizes = tuple(size + sum(border) for size, border in zip(x.shape[2:], around, strict=True))
        whole = fold(xp, parts, sizes, self.window, self.steps, self.gaps)
        return padded(xp, whole, tuple((-before, -after) for before, after in around))


class MaxPool(Pool):
    """out = the largest of each window; of equal ones the first, row by row, gets the gradient.

    The border counts as −∞.

    Source: ONNX operator ``MaxPool`` 22; PyTorch ``MaxPool1d``, ``MaxPool2d``, ``MaxPool3d``.

    Args:
        window: the size of the window along each axis.
        stride: how far it moves along each axis; None for the window itself.
        padding: the border, one number an axis, or all before and then all after.
        dilation: the distance between the elements of the window along each axis; 1 where not given.
        ceil: whether a window that sticks out at the end counts too.
        auto_pad: "same_upper" or "same_lower" for a border that keeps the size (divided by the stride), the
            odd one after or before; "valid" for none.
    """

    symbol = "max pool"
    says = "Keep the largest element of each window of {x} to get {out}."
    backward_says = "Each window's gradient goes to the element of {x} that was the largest."
    why = "Max is a router: only the winner of a window can move the result."
    formulas = {"out": "max(x[W])", "x": "Σ g ⊙ [i = argmax(x[W])]"}

    def forward(self, xp, x):
        return reduce(xp.maximum, self.cut(xp, x, lowest(xp, x)))

    def vjp(self, xp, g, out, x):
        parts, free = [], None
        for part in self.cut(xp, x, -inf):
            hit = part == out
            parts.append(xp.where(hit if free is None else hit & free, g, 0))
            free = ~hit if free is None else free & ~hit
        return (self.lay_back(xp, parts, x),)


class MaxPool2d(MaxPool):
    """out = the largest of each window; of equal ones the first, row by row, gets the gradient.

    x is [sample, channel, height, width]. The border counts as −∞.

    Source: ONNX operator ``MaxPool`` 22; PyTorch ``MaxPool2d``.

    Args:
        window: the size of the window, (height, width).
        stride: how far it moves, (height, width); None for the window itself.
        padding: the border, (height, width) or (top, left, bottom, right).
        dilation: the distance between the elements of the window, (height, width).
        ceil: whether a window that sticks out at the end counts too.
        auto_pad: "same_upper" or "same_lower" for a border that keeps the size (divided by the stride), the
            odd one after or before; "valid" for none.
    """

    window: Pair = (2, 2)
    stride: Pair | None = None
    padding: Numbers = (0, 0)
    dilation: Pair = (1, 1)


class MaxPoolIndices(MaxPool):
    """out = the largest of each window; indices = where in x they lie, x read row by row.

    Of equal ones the first counts. The border counts as −∞.

    Source: ONNX operator ``MaxPool`` 22 with its second output; PyTorch ``MaxPool2d`` with
    ``return_indices``, whose places count from the beginning of each channel.

    Args:
        window: the size of the window along each axis.
        stride: how far it moves along each axis; None for the window itself.
        padding: the border, one number an axis, or all before and then all after.
        dilation: the distance between the elements of the window along each axis; 1 where not given.
        ceil: whether a window that sticks out at the end counts too.
        auto_pad: "same_upper" or "same_lower" for a border that keeps the size (divided by the stride), the
            odd one after or before; "valid" for none.
        by_channel: whether places count from the beginning of each channel instead of the whole x.
        columns_first: whether the first axis of a picture runs fastest instead of the last.
    """

    by_channel: bool = False
    columns_first: bool = False

    outputs = ("out", "indices")
    says = "Keep the largest element of each window of {x} to get {out}, and in {indices} where it lies."
    backward_says = "Each window's gradient of {out} goes to the element of {x} that was the largest."
    formulas = {
        "out": "max(x[W])",
        "indices": "argmax(x[W])",
        "x": "Σ g ⊙ [i = argmax(x[W])]",
    }

    def infer(self, x: TensorSpec) -> tuple[TensorSpec, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        out = MaxPool.infer(self, x)
        return out, out.like(dtype="int64")

    def forward(self, xp, x):
        out = MaxPool.forward(self, xp, x)
        where = slices(padded(xp, self._places(xp, x), self.around(x)), self.window, self.steps, self.gaps)
        found = xp.zeros(out.shape, dtype=xp.int64)
        parts = list(zip(self.cut(xp, x, lowest(xp, x)), where, strict=True))
        for part, place in reversed(parts):  # the first of equal ones is written last
            found = xp.where(part == out, place, found)
        return out, found

    def vjp(self, xp, g, out, x):
        if g[0] is None:
            return (xp.zeros_like(x),)
        return MaxPool.vjp(self, xp, g[0], out[0], x)

    def _places(self, xp, x):
        """The place of every element."""
        count = prod(x.shape[2:])
        within = xp.arange(count, dtype=xp.int64)
        if self.columns_first:
            backwards = tuple(reversed(range(len(self.window))))
            order = xp.permute_dims(xp.reshape(within, tuple(reversed(x.shape[2:]))), backwards)
        else:
            order = xp.reshape(within, x.shape[2:])
        if self.by_channel:
            return xp.broadcast_to(order, x.shape)
        planes = xp.arange(prod(x.shape[:2]), dtype=xp.int64) * count
        return xp.reshape(planes, (*x.shape[:2], *(1 for _ in self.window))) + order


def raised(x, power: float):
    """x to a power; nothing is written where the power is 1, and 1 where it is 0."""
    return x if power == 1 else x**power if power else 1


def lowest(xp, x) -> float:
    """What is less than every number: −∞, or the smallest whole number."""
    return -inf if xp.isdtype(x.dtype, "real floating") else int(xp.iinfo(x.dtype).min)


class MaxUnpool(Op):
    """out = zeros with each element of x at its place in indices; the largest of a window goes back.

    Source: ONNX operator ``MaxUnpool`` 22; PyTorch ``MaxUnpool2d``, whose places count by channel.

    Args:
        shape: the shape of the result.
        by_channel: whether places count from the beginning of each channel instead of the whole result.
    """

    shape: Numbers = ()
    by_channel: bool = False

    symbol = "max unpool"
    says = "Put each element of {x} back at its place in {indices}, 0 elsewhere, to get {out}."
    backward_says = "Each element of {x} takes the gradient of {out} from the place where it was put."
    why = "Elements only change their places, and what was filled with 0 moves nothing."
    formulas = {"out": "scatter(indices, x)", "x": "g[indices]"}

    def infer(self, x: TensorSpec, indices: TensorSpec) -> TensorSpec:
        if x.shape != indices.shape or len(self.shape) != x.rank or x.dtype == "bool":
            raise ShapeError(
                "{operation}: the numbers x ({x}) and indices ({indices}) must have the same shape, and as many "
                "axes as the result {shape}",
                operation=self.title,
                x=x,
                indices=indices,
                shape=self.shape,
            )
        return x.like(shape=self.shape)

    def forward(self, xp, x, indices):
        flat = (prod(self.shape),)
        out = xp.scatter_add(flat, self._flat(xp, indices), xp.reshape(x, (prod(x.shape),)), 0)
        return xp.reshape(out, self.shape)

    def vjp(self, xp, g, out, x, indices):
        return (
            xp.reshape(xp.take(xp.reshape(g, (prod(self.shape),)), self._flat(xp, indices), axis=0), x.shape),
            None,
        )

    def _flat(self, xp, indices):
        """Places in the whole result, in order."""
        if self.by_channel:
            planes = xp.arange(prod(self.shape[:2]), dtype=indices.dtype) * prod(self.shape[2:])
            indices = indices + xp.reshape(planes, (*self.shape[:2], *(1 for _ in self.shape[2:])))
        return xp.reshape(indices, (prod(indices.shape),))


class AvgPool(Pool):
    """out = the mean of each window; the border counts as 0, or not at all.

    Source: ONNX operator ``AveragePool`` 22; PyTorch ``AvgPool1d``, ``AvgPool2d``, ``AvgPool3d``.

    Args:
        window: the size of the window along each axis.
        stride: how far it moves along each axis; None for the window itself.
        padding: the border, one number an axis, or all before and then all after.
        dilation: the distance between the elements of the window along each axis; 1 where not given.
        ceil: whether a window that sticks out at the end counts too.
        auto_pad: "same_upper" or "same_lower" for a border that keeps the size (divided by the stride), the
            odd one after or before; "valid" for none.
        border_counts: whether the border's zeros count in the mean.
    """

    border_counts: bool = True

    symbol = "avg pool"
    says = "Average each window of {x} to get {out}."
    backward_says = "Each window's gradient is shared evenly among its elements of {x}."
    why = "Each of n elements moves the mean by 1/n of its own move."
    formulas = {"out": "Σ x[W] / n", "x": "Σ g / n"}

    def forward(self, xp, x):
        return reduce(add, self.cut(xp, x)) / self._count(xp, x)

    def vjp(self, xp, g, out, x):
        share = g / self._count(xp, x)
        return (self.lay_back(xp, [share] * prod(self.window), x),)

    def _count(self, xp, x):
        """How many elements each window averages; what lies behind the border never counts."""
        border, around = self.border(x), self.around(x)
        counted = border if self.border_counts else ((0, 0),) * len(border)
        if all(
            last <= asked and first <= before
            for (first, last), (before, asked) in zip(around, counted, strict=True)
        ):
            return prod(self.window)
        sizes = [size + sum(each) for size, each in zip(x.shape[2:], counted, strict=True)]
        ones = xp.ones((1, 1, *sizes), dtype=x.dtype)
        rest = tuple(
            (first - before, last - after)
            for (first, last), (before, after) in zip(around, counted, strict=True)
        )
        return reduce(add, slices(padded(xp, ones, rest), self.window, self.steps, self.gaps))


class AvgPool2d(AvgPool):
    """out = the mean of each window; the border counts as 0, or not at all.

    x is [sample, channel, height, width].

    Source: ONNX operator ``AveragePool`` 22; PyTorch ``AvgPool2d``.

    Args:
        window: the size of the window, (height, width).
        stride: how far it moves, (height, width); None for the window itself.
        padding: the border, (height, width) or (top, left, bottom, right).
        dilation: the distance between the elements of the window, (height, width).
        ceil: whether a window that sticks out at the end counts too.
        auto_pad: "same_upper" or "same_lower" for a border that keeps the size (divided by the stride), the
            odd one after or before; "valid" for none.
        border_counts: whether the border's zeros count in the mean.
    """

    window: Pair = (2, 2)
    stride: Pair | None = None
    padding: Numbers = (0, 0)
    dilation: Pair = (1, 1)


class LpPool(Pool):
    """out = (Σ |x|ᵖ)^(1/p) over each window; the border counts as 0.

    Where a window holds nothing but 0, its elements get no gradient.

    Source: ONNX operator ``LpPool`` 22; PyTorch ``LPPool2d`` for even powers.

    Args:
        window: the size of the window along each axis.
        stride: how far it moves along each axis; None for the window itself.
        padding: the border, one number an axis, or all before and then all after.
        dilation: the distance between the elements of the window along each axis; 1 where not given.
        ceil: whether a window that sticks out at the end counts too.
        auto_pad: "same_upper" or "same_lower" for a border that keeps the size (divided by the stride), the
            odd one after or before; "valid" for none.
        power: p.
    """

    power: int = 2

    symbol = "Lp pool"
    says = "Take the length of each window of {x}, its p-norm, to get {out}."
    backward_says = (
        "Each window's gradient goes to its elements of {x} according to their part in the length."
    )
    why = "A norm lies between mean and max: the larger an element, the more it moves the length."
    formulas = {
        "out": "(Σ |x[W]|ᵖ)^(1/p)",
        "x": "Σ g ⊙ sign(x) ⊙ (|x| / out)ᵖ⁻¹",
    }

    def forward(self, xp, x):
        sums = reduce(add, self.cut(xp, raised(xp.abs(x), self.power)))
        return raised(sums, 1 / self.power)

    def vjp(self, xp, g, out, x):
        share = xp.where(out == 0, 0 * g, g / raised(out, self.power - 1))
        laid = self.lay_back(xp, [share] * prod(self.window), x)
        return (laid * xp.sign(x) * raised(xp.abs(x), self.power - 1),)
