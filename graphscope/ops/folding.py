"""Folding: columns of windows laid back into the picture that they were cut from, adding where they overlap."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, same_size
from graphscope.ops.base import Op
from graphscope.ops.windows import (
    Borders,
    Numbers,
    check_fields,
    every,
    fold,
    padded,
    place_count,
    sides,
    slices,
    span,
)


class Fold(Op):
    """out = Σ of the windows in the columns of x, each laid where it was cut out.

    x is [sample, channel × window, place], one column for each place of the window, row by row.

    Source: ONNX operator ``Col2Im`` 18; PyTorch ``Fold``.

    Args:
        size: the sizes of the picture.
        window: the size of the window along each axis.
        stride: how far it moves along each axis; 1 where not given.
        padding: the border that is cut off, one number an axis, or all before and then all after.
        dilation: the distance between the elements of the window along each axis; 1 where not given.
    """

    size: Numbers = ()
    window: Numbers = (2, 2)
    stride: Numbers = ()
    padding: Numbers = ()
    dilation: Numbers = ()

    host = ("size", "window")
    symbol = "fold"
    says = "Lay the windows in the columns of {x} back into the picture {out} and add up where they overlap."
    backward_says = "Each column of {x} gets the part of the gradient of {out} that its window covers."
    why = "Every element of a window is added to one place, so it takes the gradient from there."
    formulas = {"out": "fold(x)", "x": "foldᵀ(g)"}

    def infer(
        self, x: TensorSpec, size: TensorSpec | None = None, window: TensorSpec | None = None
    ) -> TensorSpec:
        late = [spec for spec in (size, window) if spec is not None and spec.value is None]
        if late:
            count = late[0].shape[0] if late[0].rank == 1 else None
            if not isinstance(count, int):
                raise ShapeError(
                    "{operation}: size and window must be vectors of known length", operation=self.title
                )
            return x.like(shape=(x.shape[0], None, *(None for _ in range(count))))
        known = self._with(size and size.value, window and window.value)
        known.check(x)
        each = prod(known.window)
        channels = x.shape[1] // each if isinstance(x.shape[1], int) else None
        return x.like(shape=(x.shape[0], channels, *known.size))

    def check(self, x: TensorSpec) -> None:
        """Whether x has the columns of such windows."""
        count = len(self.size)
        if len(self.window) != count:
            raise ShapeError(
                "{operation}: the window {window} must have one number for each size of the picture {size}",
                operation=self.title,
                window=self.window,
                size=self.size,
            )
        check_fields(self.title, count, self.padding, stride=self.stride, dilation=self.dilation)
        columns, each = prod(self._counts()), prod(self.window)
        fits = x.rank == 3 and same_size(x.shape[2], columns)
        if not fits or (isinstance(x.shape[1], int) and x.shape[1] % each):
            raise ShapeError(
                "{operation}: x ({x}) must have the axes sample, channel times {each} and place, and {columns} "
                "places",
                operation=self.title,
                x=x,
                each=each,
                columns=columns,
            )

    def _with(self, size: Numbers | None, window: Numbers | None) -> Fold:
        """The op with the numbers that it is handed while it runs."""
        if size is None and window is None:
            return self
        return replace(self, size=size or self.size, window=window or self.window)

    def forward(self, xp, x, size=None, window=None):
        return self._with(size, window).folded(xp, x)

    def vjp(self, xp, g, out, x, size=None, window=None):
        return (self._with(size, window).cut(xp, g, x.shape), None, None)

    def folded(self, xp, x):
        """The picture."""
        each = prod(self.window)
        cut = xp.reshape(x, (x.shape[0], x.shape[1] // each, each, *self._counts()))
        around = self._around()
        whole = tuple(size + sum(border) for size, border in zip(self.size, around, strict=True))
        parts = [cut[:, :, place, ...] for place in range(each)]
        made = fold(xp, parts, whole, self.window, *self._moves())
        return padded(xp, made, tuple((-before, -after) for before, after in around))

    def cut(self, xp, picture, shape: Numbers):
        """The windows of a picture as columns."""
        parts = slices(padded(xp, picture, self._around()), self.window, *self._moves())
        return xp.reshape(xp.stack(parts, axis=2), shape)

    def _moves(self) -> tuple[Numbers, Numbers]:
        """Stride and dilation."""
        return every(self.stride, len(self.size), 1), every(self.dilation, len(self.size), 1)

    def _counts(self) -> Numbers:
        """How many windows there are along each axis."""
        stride, dilation = self._moves()
        spans = map(span, self.window, dilation)
        return tuple(map(place_count, self.size, spans, stride, sides(self.padding, len(self.size))))

    def _around(self) -> Borders:
        """The border up to the end of the last window."""
        stride, dilation = self._moves()
        ends = zip(self.size, self._counts(), stride, map(span, self.window, dilation), strict=True)
        reached = [(count - 1) * step + reach - size for size, count, step, reach in ends]
        borders = sides(self.padding, len(self.size))
        return tuple((before, more - before) for (before, _), more in zip(borders, reached, strict=True))
