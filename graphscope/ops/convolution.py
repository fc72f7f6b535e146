"""Convolution over pictures, as matrix products of the windows with the filters."""

from __future__ import annotations

from functools import reduce
from operator import add

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, promote, same_size
from graphscope.ops.base import Op
from graphscope.ops.windows import Pair, fold, padded, places, sides, slices


class Conv2d(Op):
    """out[n,o,i,j] = b[o] + Σ_{c,p,q} w[o,c,p,q] · x[n, c, i·stride + p·dilation, j·stride + q·dilation].

    x is [sample, channel, height, width], w [out channel, channel of its group, height, width], b [out
    channel]. The filter is not turned round, as everywhere in deep learning.

    Source: ONNX operator ``Conv`` 11; PyTorch ``Conv2d``.

    Args:
        stride: how far the window moves, (height, width).
        padding: the border of zeros, (height, width) or (top, left, bottom, right).
        dilation: the distance between the elements of the window, (height, width).
        groups: into how many groups the channels are divided, each with filters of its own.
    """

    stride: Pair = (1, 1)
    padding: tuple[int, ...] = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1

    symbol = "conv"
    says = "Slide each filter of {w} over the picture {x} and add up the products to get {out}."
    backward_says = (
        "Each filter collects the gradient of {out} times what it saw; {x} gets the gradient through every "
        "filter that saw it."
    )
    why = "One filter is used at every place, so its gradient adds up over all places."
    formulas = {"out": "x ⋆ w + b", "x": "g ∗ w", "w": "x ⋆ g", "b": "Σ g over samples, rows and columns"}

    def infer(self, x: TensorSpec, w: TensorSpec, b: TensorSpec | None = None) -> TensorSpec:
        if w.rank != 4:
            raise ShapeError("conv: w ({w}) must have the axes out channel, channel, height, width", w=w)
        size = places("conv", x, w.shape[2:], self.stride, self.padding, self.dilation)
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
        if b is not None and (b.rank != 1 or not same_size(b.shape[0], w.shape[0])):
            raise ShapeError("conv: b ({b}) must have one number per filter of w ({w})", b=b, w=w)
        return TensorSpec((x.shape[0], w.shape[0], *size), promote(x, w), x.axes)

    def forward(self, xp, x, w, b=None):
        out = self._correlate(xp, padded(xp, x, self.padding), w, self.stride)
        return out if b is None else out + xp.reshape(b, (-1, 1, 1))

    def vjp(self, xp, g, out, x, w, b=None, *, needs):
        dx = self._to_picture(xp, g, x, w) if needs[0] else None
        dw = self._to_filters(xp, g, x, w) if needs[1] else None
        db = xp.sum(g, axis=(0, 2, 3)) if b is not None and needs[2] else None
        return dx, dw, db

    def _correlate(self, xp, x, w, stride):
        """Filters over an already padded picture: at stride 1 row by row of the window, else all windows "
        "in one."""
        if stride != (1, 1) or x.shape[1] == self.groups:
            columns, rows, width = self._columns(xp, x, w.shape[2:], stride)
            out = xp.matmul(self._by_group(xp, w), columns)
        else:
            strip, rows, width = self._strip(xp, x, w.shape[2:])
            lines = (self._by_group(xp, w[:, :, p, :]) for p in range(w.shape[2]))
            out = reduce(add, map(xp.matmul, lines, self._lines(strip, rows * width, width, w.shape[2])))
        return xp.reshape(out, (x.shape[0], w.shape[0], rows, width))

    def _by_group(self, xp, w):
        """Filters as one matrix per group: [group, filter, rest]."""
        return xp.reshape(w, (self.groups, w.shape[0] // self.groups, -1))

    def _columns(self, xp, x, window, stride):
        """Every window as a column, [sample, group, channel × window, places], and how many rows and "
        "columns of them."""
        parts = slices(x, window, stride, self.dilation)
        rows, width = parts[0].shape[-2:]
        stacked = xp.stack(parts, axis=2)
        return xp.reshape(stacked, (x.shape[0], self.groups, -1, rows * width)), rows, width

    def _strip(self, xp, x, window):
        """All rows of the picture, with the places of one window row side by side: a factor of its height "
        "less copying."""
        parts = slices(x, (1, window[1]), (1, 1), (1, self.dilation[1]))
        height, width = parts[0].shape[-2:]
        stacked = xp.stack(parts, axis=2)
        rows = height - self.dilation[0] * (window[0] - 1)
        return xp.reshape(stacked, (x.shape[0], self.groups, -1, height * width)), rows, width

    def _lines(self, strip, count, width, height):
        """For each row of the window the part of the strip that it sees."""
        starts = (p * self.dilation[0] * width for p in range(height))
        return [strip[..., start : start + count] for start in starts]

    def _to_filters(self, xp, g, x, w):
        x = padded(xp, x, self.padding)
        by_group = xp.reshape(g, (g.shape[0], self.groups, w.shape[0] // self.groups, -1))
        if self.stride != (1, 1) or x.shape[1] == self.groups:
            columns, _, _ = self._columns(xp, x, w.shape[2:], self.stride)
            return xp.reshape(xp.sum(xp.matmul(by_group, xp.matrix_transpose(columns)), axis=0), w.shape)
        strip, rows, width = self._strip(xp, x, w.shape[2:])
        lines = self._lines(strip, rows * width, width, w.shape[2])
        seen = [xp.sum(xp.matmul(by_group, xp.matrix_transpose(line)), axis=0) for line in lines]
        shape = (w.shape[0], w.shape[1], w.shape[3])
        return xp.stack([xp.reshape(each, shape) for each in seen], axis=2)

    def _to_picture(self, xp, g, x, w):
        if self.stride == (1, 1):
            return self._turned(xp, g, w)
        by_group = xp.reshape(g, (g.shape[0], self.groups, w.shape[0] // self.groups, -1))
        columns = xp.matmul(xp.matrix_transpose(self._by_group(xp, w)), by_group)
        window = w.shape[2:]
        stacked = xp.reshape(columns, (x.shape[0], x.shape[1], window[0] * window[1], *g.shape[2:]))
        (top, bottom), (left, right) = sides(self.padding)
        size = (x.shape[2] + top + bottom, x.shape[3] + left + right)
        parts = [stacked[:, :, place, ...] for place in range(stacked.shape[2])]
        whole = fold(xp, parts, size, window, self.stride, self.dilation)
        return padded(xp, whole, (-top, -left, -bottom, -right))

    def _turned(self, xp, g, w):
        """At stride 1 the gradient of the picture is g, padded, under the filters turned round."""
        out, channels = w.shape[0] // self.groups, w.shape[1]
        spans = [gap * (size - 1) for size, gap in zip(w.shape[2:], self.dilation, strict=True)]
        (top, bottom), (left, right) = sides(self.padding)
        border = (spans[0] - top, spans[1] - left, spans[0] - bottom, spans[1] - right)
        turned = xp.reshape(xp.flip(w, axis=(2, 3)), (self.groups, out, channels, *w.shape[2:]))
        turned = xp.reshape(
            xp.permute_dims(turned, (0, 2, 1, 3, 4)), (self.groups * channels, out, *w.shape[2:])
        )
        return self._correlate(xp, padded(xp, g, border), turned, (1, 1))
