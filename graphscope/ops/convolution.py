"""Convolution over sequences, pictures and volumes, and transposed convolution, which goes the other way."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, promote, same_size
from graphscope.ops.base import Op
from graphscope.ops.correlation import Correlation
from graphscope.ops.windows import (
    AutoPad,
    Numbers,
    Pair,
    borders,
    check_fields,
    check_picture,
    every,
    place_count,
    places,
    sides,
    span,
)


class Conv(Op):
    """out[n,o,i,…] = b[o] + Σ_{c,p,…} w[o,c,p,…] · x[n, c, i·stride + p·dilation, …].

    x is [sample, channel, …] with one to three more axes, w [out channel, channel of its group, window…], b
    [out channel]. The filter is not turned round, as everywhere in deep learning.

    Source: ONNX operator ``Conv`` 22; PyTorch ``Conv1d``, ``Conv2d``, ``Conv3d``.

    Args:
        stride: how far the window moves along each axis; 1 where not given.
        padding: the border of zeros, one number an axis, or all before and then all after.
        dilation: the distance between the elements of the window along each axis; 1 where not given.
        groups: into how many groups the channels are divided, each with filters of its own.
        auto_pad: "same_upper" or "same_lower" for a border that keeps the size (divided by the stride), the
            odd one after or before; "valid" for none.
    """

    stride: Numbers = ()
    padding: Numbers = ()
    dilation: Numbers = ()
    groups: int = 1
    auto_pad: AutoPad = ""

    symbol = "conv"
    says = "Slide each filter of {w} over the picture {x} and add up the products to get {out}."
    backward_says = (
        "Each filter collects the gradient of {out} times what it saw; {x} gets the gradient through every "
        "filter that saw it."
    )
    backward_parts = {
        "x": "{x} gets the gradient of {out} through every filter that saw it.",
        "w": "Each filter {w} collects the gradient of {out} times what it saw.",
        "b": "The bias gets the sum of the gradient of {out} over all places of its filter.",
    }
    why = "One filter is used at every place, so its gradient adds up over all places."
    formulas = {"out": "x ⋆ w + b", "x": "g ∗ w", "w": "x ⋆ g", "b": "Σ g"}

    def infer(self, x: TensorSpec, w: TensorSpec, b: TensorSpec | None = None) -> TensorSpec:
        count = self._axes(w)
        check_fields(self.title, count, self.padding, stride=self.stride, dilation=self.dilation)
        stride, dilation = every(self.stride, count, 1), every(self.dilation, count, 1)
        size = places(self.title, x, w.shape[2:], stride, dilation, self.padding, auto=self.auto_pad)
        channels = w.shape[1] * self.groups if isinstance(w.shape[1], int) else None
        if not same_size(x.shape[1], channels):
            raise ShapeError(
                "conv: x has {channels} channels but w wants {wanted} in {groups} group(s) "
                "(x is {x}, w is {w})",
                channels=x.shape[1],
                wanted=channels,
                groups=self.groups,
                x=x,
                w=w,
            )
        if isinstance(w.shape[0], int) and w.shape[0] % self.groups:
            raise ShapeError(
                "conv: the filters of w ({w}) must be divisible into {groups} groups", w=w, groups=self.groups
            )
        if b is not None and (b.rank != 1 or not same_size(b.shape[0], w.shape[0])):
            raise ShapeError("conv: b ({b}) must have one number per filter of w ({w})", b=b, w=w)
        return TensorSpec((x.shape[0], w.shape[0], *size), promote(x, w), x.axes)

    def _axes(self, w: TensorSpec) -> int:
        """Along how many axes the window slides."""
        if not 3 <= w.rank <= 5:
            raise ShapeError(
                "conv: w ({w}) must have the axes out channel, channel and one to three more", w=w
            )
        return w.rank - 2

    def forward(self, xp, x, w, b=None):
        out = self._correlation(x, w).forward(xp, x, w)
        return out if b is None else out + xp.reshape(b, (b.shape[0], *(1 for _ in x.shape[2:])))

    def vjp(self, xp, g, out, x, w, b=None, *, needs):
        by = self._correlation(x, w)
        dx = by.to_picture(xp, g, w, x.shape[2:]) if needs[0] else None
        dw = by.to_filters(xp, g, x, w.shape[2:]) if needs[1] else None
        db = None
        if b is not None and needs[2]:
            db = xp.sum(g, axis=(0, *range(2, g.ndim)))
        return dx, dw, db

    def _correlation(self, x, w) -> Correlation:
        """How the filters move; the border ends where the last window ends."""
        sizes, window = x.shape[2:], w.shape[2:]
        stride, dilation = every(self.stride, len(window), 1), every(self.dilation, len(window), 1)
        around = borders(sizes, window, stride, dilation, self.padding, self.auto_pad)
        exact = tuple(
            (border[0], (place_count(size, reach, step, border) - 1) * step + reach - size - border[0])
            for size, reach, step, border in zip(
                sizes, map(span, window, dilation), stride, around, strict=True
            )
        )
        return Correlation(stride, dilation, exact, self.groups)


class Conv2d(Conv):
    """out[n,o,i,j] = b[o] + Σ_{c,p,q} w[o,c,p,q] · x[n, c, i·stride + p·dilation, j·stride + q·dilation].

    x is [sample, channel, height, width], w [out channel, channel of its group, height, width], b [out
    channel]. The filter is not turned round, as everywhere in deep learning.

    Source: ONNX operator ``Conv`` 22; PyTorch ``Conv2d``.

    Args:
        stride: how far the window moves, (height, width).
        padding: the border of zeros, (height, width) or (top, left, bottom, right).
        dilation: the distance between the elements of the window, (height, width).
        groups: into how many groups the channels are divided, each with filters of its own.
        auto_pad: "same_upper" or "same_lower" for a border that keeps the size (divided by the stride), the
            odd one after or before; "valid" for none.
    """

    stride: Pair = (1, 1)
    padding: Numbers = (0, 0)
    dilation: Pair = (1, 1)

    formulas = {"out": "x ⋆ w + b", "x": "g ∗ w", "w": "x ⋆ g", "b": "Σ g"}

    def _axes(self, w: TensorSpec) -> int:
        if w.rank != 4:
            raise ShapeError("conv: w ({w}) must have the axes out channel, channel, height, width", w=w)
        return 2


class ConvTranspose(Op):
    """out[n,o,j,…] = b[o] + Σ w[c,o,p,…] · x[n,c,i,…] over all i·stride + p·dilation = j + padding.

    x is [sample, channel, …] with one to three more axes, w [channel, out channel of its group, window…], b
    [out channel]. It is the gradient of a convolution, used forward: the stride makes the result larger.

    Source: ONNX operator ``ConvTranspose`` 22; PyTorch ``ConvTranspose1d``, ``2d``, ``3d``.

    Args:
        stride: how far apart the elements of x are laid along each axis; 1 where not given.
        padding: what is cut off, one number an axis, or all before and then all after.
        dilation: the distance between the elements of the window along each axis; 1 where not given.
        groups: into how many groups the channels are divided, each with filters of its own.
        output_padding: how much longer the result is at the end of each axis.
        output_shape: the sizes of the result, from which the padding follows; not asked where empty.
        auto_pad: "same_upper" or "same_lower" for a result of stride times the size, the odd one cut off after
            or before; "valid" for no padding.
    """

    stride: Numbers = ()
    padding: Numbers = ()
    dilation: Numbers = ()
    groups: int = 1
    output_padding: Numbers = ()
    output_shape: Numbers = ()
    auto_pad: AutoPad = ""

    symbol = "conv ᵀ"
    says = "Lay a copy of each filter of {w}, times the element, around every element of {x} to get {out}."
    backward_says = (
        "{x} gets the gradient of {out} seen through the filters, as in a convolution; each filter collects it "
        "times the elements of {x}."
    )
    backward_parts = {
        "x": "{x} gets the gradient of {out} seen through the filters, as in a convolution.",
        "w": "Each filter {w} collects the gradient of {out} times the elements of {x}.",
        "b": "The bias gets the sum of the gradient of {out} over all places of its filter.",
    }
    why = "What backward does to the picture in a convolution is done forward here, and the other way round."
    formulas = {"out": "x ∗ w + b", "x": "g ⋆ w", "w": "g ⋆ x", "b": "Σ g"}

    def infer(self, x: TensorSpec, w: TensorSpec, b: TensorSpec | None = None) -> TensorSpec:
        if not 3 <= w.rank <= 5:
            raise ShapeError(
                "{operation}: w ({w}) must have the axes channel, out channel and one to three more",
                operation=self.title,
                w=w,
            )
        count = w.rank - 2
        check_picture(self.title, x, count)
        check_fields(self.title, count, self.padding, stride=self.stride, dilation=self.dilation)
        check_fields(self.title, count, self.output_padding, output_shape=self.output_shape)
        filters = w.shape[1] * self.groups if isinstance(w.shape[1], int) else None
        if not same_size(x.shape[1], w.shape[0]) or (
            isinstance(w.shape[0], int) and w.shape[0] % self.groups
        ):
            raise ShapeError(
                "{operation}: x ({x}) must have as many channels as w ({w}), in {groups} group(s)",
                operation=self.title,
                x=x,
                w=w,
                groups=self.groups,
            )
        if b is not None and (b.rank != 1 or not same_size(b.shape[0], filters)):
            raise ShapeError("conv: b ({b}) must have one number per filter of w ({w})", b=b, w=w)
        return TensorSpec((x.shape[0], filters, *self._sizes(x, w)), promote(x, w), x.axes)

    def _sizes(self, x: TensorSpec, w: TensorSpec) -> tuple[Dim, ...]:
        found: list[Dim] = []
        for axis, (size, width) in enumerate(zip(x.shape[2:], w.shape[2:], strict=True)):
            if self.output_shape:
                found.append(self.output_shape[axis])
            elif not isinstance(size, int) or not isinstance(width, int):
                found.append(None)
            else:
                whole, (before, after) = (
                    self._whole(axis, size, width, w.rank - 2),
                    self._cut(axis, size, width, w.rank - 2),
                )
                found.append(whole - before - after)
        return tuple(found)

    def _whole(self, axis: int, size: int, width: int, count: int) -> int:
        """The size of the result before anything is cut off."""
        step, gap = every(self.stride, count, 1)[axis], every(self.dilation, count, 1)[axis]
        return step * (size - 1) + span(width, gap) + every(self.output_padding, count, 0)[axis]

    def _cut(self, axis: int, size: int, width: int, count: int) -> Pair:
        """What is cut off before and after."""
        if not self.output_shape and not self.auto_pad.startswith("same"):
            return sides(() if self.auto_pad else self.padding, count)[axis]
        step = every(self.stride, count, 1)[axis]
        wanted = self.output_shape[axis] if self.output_shape else size * step
        room = self._whole(axis, size, width, count) - wanted
        half = room // 2 if self.auto_pad == "same_upper" else room - room // 2
        return half, room - half

    def forward(self, xp, x, w, b=None):
        by, sizes = self._correlation(x, w)
        out = by.to_picture(xp, x, w, sizes)
        return out if b is None else out + xp.reshape(b, (b.shape[0], *(1 for _ in x.shape[2:])))

    def vjp(self, xp, g, out, x, w, b=None, *, needs):
        by, _ = self._correlation(x, w)
        dx = by.forward(xp, g, w) if needs[0] else None
        dw = by.to_filters(xp, x, g, w.shape[2:]) if needs[1] else None
        db = xp.sum(g, axis=(0, *range(2, g.ndim))) if b is not None and needs[2] else None
        return dx, dw, db

    def _correlation(self, x, w) -> tuple[Correlation, Numbers]:
        """The convolution whose gradient this is, and the sizes of what it would look at."""
        window = w.shape[2:]
        count = len(window)
        stride, dilation = every(self.stride, count, 1), every(self.dilation, count, 1)
        around: list[Pair] = []
        sizes: list[int] = []
        for axis, (size, width) in enumerate(zip(x.shape[2:], window, strict=True)):
            before, after = self._cut(axis, size, width, count)
            made = self._whole(axis, size, width, count) - before - after
            reach = stride[axis] * (size - 1) + span(width, dilation[axis])
            around.append((before, reach - before - made))
            sizes.append(made)
        return Correlation(stride, dilation, tuple(around), self.groups), tuple(sizes)
