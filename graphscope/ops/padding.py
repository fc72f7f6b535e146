"""Padding: borders added to a tensor or cut off it, and a tensor laid out several times."""

from __future__ import annotations

from typing import Any, Literal

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.places import along, back_along, put_size
from graphscope.ops.reduction import open_sizes
from graphscope.ops.shaping import normal_axis

Border = Literal["constant", "reflect", "edge", "wrap"]
Widths = dict[int, tuple[int, int]]


def ordered_axes(operation: str, axes: Any, rank: int) -> tuple[int, ...]:
    """Axes counted from the front, in the order in which they are named; None means all."""
    if axes is None:
        return tuple(range(rank))
    found = tuple(normal_axis(operation, axis, rank) for axis in axes)
    if len(set(found)) < len(found):
        raise ShapeError(
            "{operation}: the axes {axes} name one axis twice; name each once",
            operation=operation,
            axes=", ".join(map(str, axes)),
        )
    return found


class Pad(Op):
    """out = x with a border along some axes; a negative width cuts off instead.

    Source: ONNX operator ``Pad`` 25; PyTorch ``torch.nn.functional.pad``.

    Args:
        pads: how much to add before each axis, then how much behind each, as ONNX writes it.
        mode: "constant" fills with the value; "reflect" mirrors at the outermost elements, which are not
            repeated; "edge" repeats them; "wrap" goes on at the other end.
        value: what to fill with.
        axes: the axes that the widths are for; None for all.
    """

    pads: tuple[int, ...] = ()
    mode: Border = "constant"
    value: float = 0.0
    axes: tuple[int, ...] | None = None

    host = ("pads", "value", "axes")
    says = "Lay a border around {x} to get {out}."
    backward_says = (
        "Cut the border off the gradient of {out}; where it repeats elements of {x}, they get it too."
    )
    why = "A border of fixed numbers is nobody's doing; one that repeats elements moves with them."
    formulas = {"out": "pad(x)", "x": "padᵀ(g)"}

    def infer(self, x: TensorSpec, pads=None, value=None, axes=None) -> TensorSpec:
        if any(spec is not None and spec.value is None for spec in (pads, axes)):
            return x.like(shape=(None,) * x.rank)
        widths = self._widths(x.rank, pads and pads.value, axes and axes.value)
        sizes = [self._size(x, axis, widths.get(axis, (0, 0))) for axis in range(x.rank)]
        return x.like(shape=tuple(sizes))

    def _size(self, x: TensorSpec, axis: int, width: tuple[int, int]) -> Dim:
        size = x.shape[axis]
        if not isinstance(size, int):
            return size if width == (0, 0) else None
        kept = size + min(width[0], 0) + min(width[1], 0)
        if kept < 0 or (kept == 0 and self.mode != "constant" and max(width) > 0):
            raise ShapeError(
                "pad: axis {axis} of x ({x}) cannot get a border of {before} before and {after} behind; "
                "there is too little of it",
                axis=axis,
                x=x,
                before=width[0],
                after=width[1],
            )
        return size + sum(width)

    def _widths(self, rank: int, pads: Any, axes: Any) -> Widths:
        """What to add before and behind each axis that is named."""
        given = self.pads if pads is None else pads
        chosen = ordered_axes(self.title, self.axes if axes is None else axes, rank)
        if len(given) != 2 * len(chosen) or self.mode not in ("constant", "reflect", "edge", "wrap"):
            raise ShapeError(
                "pad: it takes one of the modes constant, reflect, edge, wrap ({mode} given) and two widths for "
                "each of {count} axes ({widths} given)",
                mode=str(self.mode),
                count=len(chosen),
                widths=len(given),
            )
        pairs = zip(given[: len(chosen)], given[len(chosen) :], strict=True)
        return dict(zip(chosen, pairs, strict=True))

    def _places(self, size, width):
        """Which element stands at each place of the padded axis."""
        low, high = max(-width[0], 0), size - max(-width[1], 0) - 1
        first, last = low - max(width[0], 0), high + max(width[1], 0)
        return tuple(_repeated(self.mode, place, low, high) for place in range(first, last + 1))

    def forward(self, xp, x, pads=None, value=None, axes=None):
        widths = self._widths(x.ndim, pads, axes)
        if self.mode == "constant":
            pairs = [widths.get(axis, (0, 0)) for axis in range(x.ndim)]
            return xp.pad(x, pairs, self.value if value is None else _number(value))
        for axis, width in widths.items():
            if width != (0, 0):
                x = along(xp, x, self._places(x.shape[axis], width), axis)
        return x

    def vjp(self, xp, g, out, x, pads=None, value=None, axes=None):
        widths = self._widths(x.ndim, pads, axes)
        if self.mode == "constant":
            pairs = [widths.get(axis, (0, 0)) for axis in range(x.ndim)]
            return (xp.pad(g, [(-before, -after) for before, after in pairs]),)
        for axis, width in reversed(widths.items()):
            if width != (0, 0):
                shape = put_size(g.shape, axis, x.shape[axis])
                g = back_along(xp, shape, self._places(x.shape[axis], width), g, axis)
        return (g,)


def _number(value):
    """A number that may come as a list of one."""
    return value[0] if isinstance(value, tuple) else value


def _repeated(mode: str, place: int, low: int, high: int) -> int:
    """The element from ``low`` to ``high`` that a border of this kind repeats at a place outside."""
    if mode == "edge" or low == high:
        return min(max(place, low), high)
    if mode == "wrap":
        return low + (place - low) % (high - low + 1)
    turn = (place - low) % (2 * (high - low))
    return low + min(turn, 2 * (high - low) - turn)


class CenterCropPad(Op):
    """out = x cut off or filled with zeros evenly on both sides until it has the shape.

    Source: ONNX operator ``CenterCropPad`` 18.

    Args:
        shape: the new sizes of the axes.
        axes: the axes that the sizes are for; None for all.
    """

    shape: tuple[int, ...] = ()
    axes: tuple[int, ...] | None = None

    host = ("shape",)
    symbol = "center crop"
    says = "Cut {x} off or fill it with zeros on both sides to get {out}."
    backward_says = "What is left of {x} gets its gradient back; what was cut off gets 0."
    why = "What was cut off cannot move the result, and zeros that were added are nobody's doing."
    formulas = {"out": "crop(x)", "x": "cropᵀ(g)"}

    def infer(self, x: TensorSpec, shape: TensorSpec | None = None) -> TensorSpec:
        axes = ordered_axes(self.title, self.axes, x.rank)
        given: Any = self.shape
        if shape is not None:
            given = open_sizes(shape) if shape.value is None else shape.value
        if len(given) != len(axes):
            raise ShapeError(
                "{operation}: there are {count} axes, but {given} sizes; give one each",
                operation=self.title,
                count=len(axes),
                given=len(given),
            )
        sizes = dict(zip(axes, given, strict=True))
        return x.like(shape=tuple(sizes.get(axis, size) for axis, size in enumerate(x.shape)))

    def _widths(self, shape, sizes):
        """What to add on both sides of each axis; negative where something is cut off."""
        axes = ordered_axes(self.title, self.axes, len(shape))
        wanted = dict(zip(axes, self.shape if sizes is None else sizes, strict=True))
        more = [wanted.get(axis, size) - size for axis, size in enumerate(shape)]
        before = [each // 2 if each > 0 else -(-each // 2) for each in more]
        return [(first, each - first) for first, each in zip(before, more, strict=True)]

    def forward(self, xp, x, shape=None):
        return xp.pad(x, self._widths(x.shape, shape))

    def vjp(self, xp, g, out, x, shape=None):
        return (xp.pad(g, [(-before, -after) for before, after in self._widths(x.shape, shape)]),)


class Tile(Op):
    """out = x laid out several times along each axis.

    Source: array API standard 2024.12, ``tile``; ONNX operator ``Tile`` 13.

    Args:
        repeats: how many times along each axis; where there are fewer than axes, they are for the last ones.
    """

    repeats: tuple[int, ...] = ()

    host = ("repeats",)
    says = "Lay {x} out several times to get {out}."
    backward_says = "Each element of {x} gets the sum of the gradients of its copies."
    why = "Every copy moves with the original, so their gradients add up."
    formulas = {"out": "tile(x)", "x": "tileᵀ(g)"}

    def infer(self, x: TensorSpec, repeats: TensorSpec | None = None) -> TensorSpec:
        if repeats is not None and repeats.value is None:
            return x.like(shape=(None,) * max(x.rank, len(open_sizes(repeats))), axes=())
        sizes, counts = self._aligned(x.shape, None if repeats is None else repeats.value)
        if any(count < 0 for count in counts):
            raise ShapeError("tile: nothing can be laid out {count} times", count=min(counts))
        pairs = zip(sizes, counts, strict=True)
        return x.like(shape=tuple(_times(size, count) for size, count in pairs), axes=())

    def _aligned(self, shape, repeats):
        """Sizes and repeats with a 1 before the shorter ones, so that there are as many of both."""
        counts = tuple(self.repeats if repeats is None else repeats)
        rank = max(len(shape), len(counts))
        return (1,) * (rank - len(shape)) + tuple(shape), (1,) * (rank - len(counts)) + counts

    def forward(self, xp, x, repeats=None):
        sizes, counts = self._aligned(x.shape, repeats)
        return xp.tile(xp.reshape(x, sizes), counts)

    def vjp(self, xp, g, out, x, repeats=None):
        sizes, counts = self._aligned(x.shape, repeats)
        pairs = zip(counts, sizes, strict=True)
        copies = xp.reshape(g, tuple(each for pair in pairs for each in pair))
        return (xp.reshape(xp.sum(copies, axis=tuple(range(0, 2 * len(sizes), 2))), x.shape),)


def _times(size: Dim, count: int) -> Dim:
    if count in (0, 1):
        return size if count else 0
    return size * count if isinstance(size, int) else None
