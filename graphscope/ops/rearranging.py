"""Rearranging: elements turned round, shifted, masked above or below the diagonal, moved between axes."""

from __future__ import annotations

from typing import Literal

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, same_size
from graphscope.ops.base import Op
from graphscope.ops.functions import Unary
from graphscope.ops.padding import ordered_axes
from graphscope.ops.places import check_whole, spread


class Flip(Unary):
    """out = x turned round along some axes.

    Source: array API standard 2024.12, ``flip``.

    Args:
        axes: the axes to turn round; None for all.
    """

    axes: tuple[int, ...] | None = None

    says = "Turn {x} round along some axes to get {out}."
    backward_says = "Turn the gradient of {out} round again to get that of {x}."
    why = "Nothing is computed, only rearranged: every element keeps its own gradient."

    def infer(self, x: TensorSpec) -> TensorSpec:
        ordered_axes(self.title, self.axes, x.rank)
        return x.like()

    def forward(self, xp, x):
        return xp.flip(x, axis=ordered_axes(self.title, self.axes, x.ndim))

    def vjp(self, xp, g, out, x):
        return (xp.flip(g, axis=ordered_axes(self.title, self.axes, x.ndim)),)


class Roll(Unary):
    """out = x shifted along some axes; what is pushed out at one end comes in at the other.

    Source: array API standard 2024.12, ``roll``.

    Args:
        shifts: how far, one number an axis.
        axes: the axes to shift along; None for the elements read in order.
    """

    shifts: tuple[int, ...] = (1,)
    axes: tuple[int, ...] | None = None

    says = "Shift {x} along some axes, round the ends, to get {out}."
    backward_says = "Shift the gradient of {out} back to get that of {x}."
    why = "Nothing is computed, only rearranged: every element keeps its own gradient."

    def infer(self, x: TensorSpec) -> TensorSpec:
        wanted = 1 if self.axes is None else len(ordered_axes(self.title, self.axes, x.rank))
        if len(self.shifts) != wanted:
            raise ShapeError(
                "roll: it needs {wanted} shifts, one an axis, but there are {count}",
                wanted=wanted,
                count=len(self.shifts),
            )
        return x.like()

    def _rolled(self, xp, x, sign):
        if self.axes is None:
            return xp.roll(x, sign * self.shifts[0])
        axes = ordered_axes(self.title, self.axes, x.ndim)
        return xp.roll(x, tuple(sign * shift for shift in self.shifts), axis=axes)

    def forward(self, xp, x):
        return self._rolled(xp, x, 1)

    def vjp(self, xp, g, out, x):
        return (self._rolled(xp, g, -1),)


class Trilu(Op):
    """out = x on one side of a diagonal of its last two axes, 0 on the other.

    Source: ONNX operator ``Trilu`` 14; array API standard 2024.12, ``triu`` and ``tril``.

    Args:
        upper: whether the upper right side stays, else the lower left one; the diagonal stays in either case.
        k: which diagonal: 0 the main one, above it counted upwards.
    """

    upper: bool = True
    k: int = 0

    host = ("k",)
    symbol = "◹"
    says = "Keep {x} on one side of the diagonal and put 0 on the other to get {out}."
    backward_says = "The gradient of {out} passes where {x} was kept and is 0 elsewhere."
    why = "What was replaced by 0 cannot move the result."

    def infer(self, x: TensorSpec, k: TensorSpec | None = None) -> TensorSpec:
        if x.rank < 2:
            raise ShapeError("trilu: x ({x}) must have two axes or more to have a diagonal", x=x)
        return x.like()

    def _kept(self, xp, x, k):
        given = self.k if k is None else k
        diagonal = given[0] if isinstance(given, tuple) else given
        reach = max(x.shape[-2:])
        diagonal = min(max(diagonal, -reach - 1), reach + 1)
        return xp.triu(x, k=diagonal) if self.upper else xp.tril(x, k=diagonal)

    def forward(self, xp, x, k=None):
        return self._kept(xp, x, k)

    def vjp(self, xp, g, out, x, k=None):
        return (self._kept(xp, g, k),)


class _Blocks(Op, abstract=True):
    """Pictures whose channels become blocks of neighbours, or the other way round."""

    blocksize: int = 2
    order: Literal["DCR", "CRD"] = "DCR"

    backward_says = "Move the gradient of {out} back to where each element of {x} was."
    why = "Nothing is computed, only rearranged: every element keeps its own gradient."

    def _check(self, x: TensorSpec, *divided: Dim, by: int) -> None:
        if x.rank != 4:
            raise ShapeError(
                "{operation}: x ({x}) must have the axes sample, channel, height, width; reshape it",
                operation=self.title,
                x=x,
            )
        if self.order not in ("DCR", "CRD"):
            raise ShapeError(
                "{operation}: the order must be DCR or CRD, not {given}",
                operation=self.title,
                given=str(self.order),
            )
        if self.blocksize < 1 or any(isinstance(size, int) and size % by for size in divided):
            raise ShapeError(
                "{operation}: blocks of {size}×{size} do not fit x ({x}); its sizes must be multiples",
                operation=self.title,
                size=self.blocksize,
                x=x,
            )


def _divided(size: Dim, by: int) -> Dim:
    return size // by if isinstance(size, int) else size if by == 1 else None


def _multiplied(size: Dim, by: int) -> Dim:
    return size * by if isinstance(size, int) else size if by == 1 else None


def _to_space(xp, x, block, order):
    """Channels to blocks of neighbours; ``order`` says which part of the channel is the block."""
    n, c, h, w = x.shape
    inner = c // block**2
    split = (n, block, block, inner, h, w) if order == "DCR" else (n, inner, block, block, h, w)
    axes = (0, 3, 4, 1, 5, 2) if order == "DCR" else (0, 1, 4, 2, 5, 3)
    return xp.reshape(xp.permute_dims(xp.reshape(x, split), axes), (n, inner, h * block, w * block))


def _to_depth(xp, x, block, order):
    """The reverse of `_to_space`."""
    n, c, h, w = x.shape
    split = xp.reshape(x, (n, c, h // block, block, w // block, block))
    axes = (0, 3, 5, 1, 2, 4) if order == "DCR" else (0, 1, 3, 5, 2, 4)
    return xp.reshape(xp.permute_dims(split, axes), (n, c * block**2, h // block, w // block))


class DepthToSpace(_Blocks):
    """out = x with blocks of channels laid out as neighbours in the picture.

    Source: ONNX operator ``DepthToSpace`` 28; with the order "CRD" PyTorch ``pixel_shuffle``.

    Args:
        blocksize: how many times higher and wider the picture becomes.
        order: "DCR": neighbours are far apart in the channels; "CRD": they are next to each other.
    """

    symbol = "depth to space"
    says = "Lay channels of {x} out as neighbours to get the larger picture {out}."
    formulas = {"out": "depth_to_space(x)", "x": "space_to_depth(g)"}

    def infer(self, x: TensorSpec) -> TensorSpec:
        self._check(x, *x.shape[1:2], by=self.blocksize**2)
        n, c, h, w = x.shape
        block = self.blocksize
        sizes = (_divided(c, block**2), _multiplied(h, block), _multiplied(w, block))
        return x.like(shape=(n, *sizes))

    def forward(self, xp, x):
        return _to_space(xp, x, self.blocksize, self.order)

    def vjp(self, xp, g, out, x):
        return (_to_depth(xp, g, self.blocksize, self.order),)


class SpaceToDepth(_Blocks):
    """out = x with neighbours in the picture laid on top of each other as channels.

    Source: ONNX operator ``SpaceToDepth`` 28; with the order "CRD" PyTorch ``pixel_unshuffle``.

    Args:
        blocksize: how many times lower and narrower the picture becomes.
        order: "DCR": neighbours end far apart in the channels; "CRD": next to each other.
    """

    symbol = "space to depth"
    says = "Lay neighbours in {x} on top of each other as channels to get the smaller picture {out}."
    formulas = {"out": "space_to_depth(x)", "x": "depth_to_space(g)"}

    def infer(self, x: TensorSpec) -> TensorSpec:
        self._check(x, *x.shape[2:], by=self.blocksize)
        n, c, h, w = x.shape
        block = self.blocksize
        sizes = (_multiplied(c, block**2), _divided(h, block), _divided(w, block))
        return x.like(shape=(n, *sizes))

    def forward(self, xp, x):
        return _to_depth(xp, x, self.blocksize, self.order)

    def vjp(self, xp, g, out, x):
        return (_to_space(xp, g, self.blocksize, self.order),)


class ReverseSequence(Op):
    """out = x with the first so many steps of each sequence turned round; the steps behind them stay.

    Source: ONNX operator ``ReverseSequence`` 10.

    Args:
        batch_axis: the axis of the samples.
        time_axis: the axis of the steps.
    """

    batch_axis: int = 1
    time_axis: int = 0

    symbol = "reverse sequence"
    says = "Turn the first steps of each sequence in {x} round, as many as {lengths} says, to get {out}."
    backward_says = "Turn the same steps of the gradient of {out} round again to get that of {x}."
    why = "Nothing is computed, only rearranged: every element keeps its own gradient."
    formulas = {"out": "reverse(x, lengths)", "x": "reverse(g, lengths)"}

    def infer(self, x: TensorSpec, lengths: TensorSpec) -> TensorSpec:
        check_whole(self.title, lengths)
        samples, _ = ordered_axes(self.title, (self.batch_axis, self.time_axis), x.rank)
        if lengths.rank != 1 or not same_size(lengths.shape[0], x.shape[samples]):
            raise ShapeError(
                "{operation}: the lengths ({lengths}) must be one number per sample of x ({x})",
                operation=self.title,
                lengths=lengths,
                x=x,
            )
        return x.like()

    def _turned(self, xp, x, lengths):
        samples, times = self.batch_axis % x.ndim, self.time_axis % x.ndim
        step = spread(xp, xp.arange(x.shape[times]), times, x.ndim)
        length = spread(xp, xp.astype(lengths, xp.int64), samples, x.ndim)
        places = xp.where(step < length, length - 1 - step, step)
        return xp.take_along_axis(x, xp.broadcast_to(places, x.shape), axis=times)

    def forward(self, xp, x, lengths):
        return self._turned(xp, x, lengths)

    def vjp(self, xp, g, out, x, lengths):
        return self._turned(xp, g, lengths), None
