"""Filters slid over an array, and the two gradients of that: what all convolutions are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod
from operator import add

from graphscope.ops.windows import Borders, Numbers, fold, padded, slices, span


@dataclass(frozen=True)
class Correlation:
    """How filters [filter, channel of its group, window…] move over x [sample, channel, place…].

    Args:
        stride: how far they move along each axis.
        dilation: the distance between the elements of the window.
        around: the border of zeros; the windows must fill it to its end.
        groups: into how many groups the channels are divided.
    """

    stride: Numbers
    dilation: Numbers
    around: Borders
    groups: int

    def forward(self, xp, x, w):
        """out[n,o,p] = Σ w[o,c,q] · x[n, c, p·stride + q·dilation]."""
        return self._slide(xp, x, self.around, w)

    def to_filters(self, xp, g, x, window: Numbers):
        """The gradient of the filters: what each saw, times g."""
        filters, channels = g.shape[1], x.shape[1] // self.groups
        shape = (filters, channels, *window)
        if self._one_each(xp, filters, x):
            return xp.reshape(self._to_taps(xp, g, x, window), shape)
        x = padded(xp, x, self.around)
        by_group = xp.reshape(g, (g.shape[0], self.groups, filters // self.groups, prod(g.shape[2:])))
        if not self._line_by_line(channels):
            columns = self._columns(xp, x, window)
            seen = xp.matmul(by_group, xp.matrix_transpose(columns))
            return xp.reshape(xp.sum(seen, axis=0), shape)
        lines = [xp.matrix_transpose(line) for line in self._lines(xp, x, window, g.shape[2:])]
        seen = [xp.sum(xp.matmul(by_group, line), axis=0) for line in lines]
        if len(seen) == 1:
            return xp.reshape(seen[0], shape)
        parts = [xp.reshape(each, (filters, channels, window[-1])) for each in seen]
        return xp.reshape(xp.stack(parts, axis=2), shape)

    def to_picture(self, xp, g, w, sizes: Numbers):
        """The gradient of x, whose places are so many: through every filter that saw it."""
        if all(step == 1 for step in self.stride):
            return self._turned(xp, g, w)
        window = w.shape[2:]
        by_group = xp.reshape(g, (g.shape[0], self.groups, w.shape[0] // self.groups, prod(g.shape[2:])))
        columns = xp.matmul(xp.matrix_transpose(self._by_group(xp, w)), by_group)
        shape = (g.shape[0], w.shape[1] * self.groups, prod(window), *g.shape[2:])
        stacked = xp.reshape(columns, shape)
        parts = [stacked[:, :, place, ...] for place in range(shape[2])]
        whole = tuple(size + sum(border) for size, border in zip(sizes, self.around, strict=True))
        picture = fold(xp, parts, whole, window, self.stride, self.dilation)
        return padded(xp, picture, tuple((-before, -after) for before, after in self.around))

    def _turned(self, xp, g, w):
        """At stride 1 the gradient of x is g, padded, under the filters turned round."""
        window, filters, channels = w.shape[2:], w.shape[0] // self.groups, w.shape[1]
        spans = [span(size, gap) - 1 for size, gap in zip(window, self.dilation, strict=True)]
        around = tuple(
            (reach - before, reach - after) for reach, (before, after) in zip(spans, self.around, strict=True)
        )
        turned = xp.flip(w, axis=tuple(range(2, w.ndim))) if prod(window) > 1 else w
        turned = xp.reshape(turned, (self.groups, filters, channels, *window))
        order = (0, 2, 1, *range(3, turned.ndim))
        turned = xp.reshape(xp.permute_dims(turned, order), (self.groups * channels, filters, *window))
        return self._slide(xp, g, around, turned)

    def _slide(self, xp, x, around: Borders, w):
        """Filters over an array that gets a border."""
        window, channels = w.shape[2:], x.shape[1] // self.groups
        if self._one_each(xp, w.shape[0], x):
            return self._by_taps(xp, *self._laid_out(xp, x, around), w)
        x = padded(xp, x, around)
        counts = tuple(
            (size - span(width, gap)) // step + 1
            for size, width, step, gap in zip(x.shape[2:], window, self.stride, self.dilation, strict=True)
        )
        if self._line_by_line(channels):
            rows = (w[(slice(None), slice(None), *place, slice(None))] for place in self._leading(window))
            rows = (self._by_group(xp, row) for row in rows)
            out = reduce(add, map(xp.matmul, rows, self._lines(xp, x, window, counts)))
        else:
            out = xp.matmul(self._by_group(xp, w), self._columns(xp, x, window))
        return xp.reshape(out, (x.shape[0], w.shape[0], *counts))

    # ---- one filter for each channel --------------------------------------------------------------------------

    def _one_each(self, xp, filters: int, x) -> bool:
        """Whether each channel has one filter of its own, at stride 1: too little to multiply as matrices.

        Not in half precision, where products of matrices round once and a sum of products each time.
        """
        if not self.groups == filters == x.shape[1] or any(step != 1 for step in self.stride):
            return False
        return not xp.isdtype(x.dtype, "real floating") or xp.finfo(x.dtype).bits > 16

    def _laid_out(self, xp, x, around: Borders):
        """x with its border, the rows of each channel one after the other, and the sizes with the border.

        One row more lies behind, so that a cut for any place of the window finds as much as it needs.
        """
        first, *others = around
        wide = padded(xp, x, ((first[0], first[1] + 1), *others))
        rows, *sizes = wide.shape[2:]
        return xp.reshape(wide, (*x.shape[:2], rows * prod(sizes))), (rows - 1, *sizes)

    def _by_taps(self, xp, flat, sizes: Numbers, w):
        """Place by place of the window: the whole array, shifted, times a number for each channel.

        A shift is a cut; what was computed across the end of a row is dropped.
        """
        window, (samples, channels) = w.shape[2:], flat.shape[:2]
        counts = [size - span(*each) + 1 for size, *each in zip(sizes, window, self.dilation, strict=True)]
        weights = xp.reshape(w, (channels, prod(window)))
        parts = self._cuts(flat, window, sizes, counts[0])
        out = reduce(add, (part * weights[:, place : place + 1] for place, part in enumerate(parts)))
        out = xp.reshape(out, (samples, channels, counts[0], *sizes[1:]))
        return out[(..., *map(slice, counts))]

    def _to_taps(self, xp, g, x, window: Numbers):
        """The gradient of the filters, [channel, place of the window]."""
        flat, sizes = self._laid_out(xp, x, self.around)
        counts = g.shape[2:]
        ends = [(0, size - count) for size, count in zip(sizes[1:], counts[1:], strict=True)]
        wide = xp.pad(g, ((0, 0), (0, 0), (0, 0), *ends))
        wide = xp.reshape(wide, (*g.shape[:2], counts[0] * prod(sizes[1:])))
        seen = [xp.vecdot(cut, wide) for cut in self._cuts(flat, window, sizes, counts[0])]
        return xp.stack([xp.sum(each, axis=0) for each in seen], axis=1)

    def _cuts(self, flat, window: Numbers, sizes: Numbers, rows: int):
        """For each place of the window what is seen there from all places of so many rows."""
        jumps = [gap * prod(sizes[axis + 1 :]) for axis, gap in enumerate(self.dilation)]
        length = rows * prod(sizes[1:])
        for place in product(*map(range, window)):
            start = sum(at * jump for at, jump in zip(place, jumps, strict=True))
            yield flat[:, :, start : start + length]

    # ---- matrices ---------------------------------------------------------------------------------------------

    def _line_by_line(self, channels: int) -> bool:
        """Whether the rows of the window are taken one after the other: less copying, if there is enough to
        multiply."""
        return channels > 1 and all(step == 1 for step in self.stride)

    def _by_group(self, xp, w):
        """Filters as one matrix per group: [group, filter, rest]."""
        return xp.reshape(w, (self.groups, w.shape[0] // self.groups, prod(w.shape[1:])))

    def _columns(self, xp, x, window: Numbers):
        """Every window as a column: [sample, group, channel × window, places]."""
        parts = slices(x, window, self.stride, self.dilation)
        stacked = xp.stack(parts, axis=2) if len(parts) > 1 else parts[0]
        height = x.shape[1] // self.groups * len(parts)
        return xp.reshape(stacked, (x.shape[0], self.groups, height, prod(parts[0].shape[2:])))

    def _leading(self, window: Numbers):
        """The rows of the window, by their place."""
        return product(*map(range, window[:-1]))

    def _lines(self, xp, x, window: Numbers, counts: Numbers):
        """For each row of the window what all windows have there: [sample, group, channel × row, places]."""
        flat = (1,) * (len(window) - 1)
        parts = slices(x, (*flat, window[-1]), (*flat, 1), (*flat, self.dilation[-1]))
        stacked = xp.stack(parts, axis=2) if len(parts) > 1 else parts[0]
        height = x.shape[1] // self.groups * window[-1]
        strip = xp.reshape(stacked, (x.shape[0], self.groups, height, *x.shape[2:-1], counts[-1]))
        shape = (*strip.shape[:3], prod(counts))
        for place in self._leading(window):
            starts = [at * gap for at, gap in zip(place, self.dilation, strict=False)]
            cut = tuple(slice(start, start + count) for start, count in zip(starts, counts, strict=False))
            yield xp.reshape(strip[(..., *cut, slice(None))], shape)
