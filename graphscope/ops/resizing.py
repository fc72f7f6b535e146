"""Resizing: pictures made larger or smaller by taking near elements or mixing them."""

from __future__ import annotations

from math import isclose
from typing import Any, Literal, get_args

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.interpolation import Axis, Coordinates, Manner, Mode, Rounding, Taps, reach, taps
from graphscope.ops.padding import ordered_axes
from graphscope.ops.places import along, back_along, put_size, spread

_MOST_TAPS = 256
"""With antialiasing, so many elements may be mixed into one; that is a picture made 1/64 as high."""
Aspect = Literal["stretch", "not_larger", "not_smaller"]
_MODES = {
    "mode": get_args(Mode),
    "coordinates": get_args(Coordinates),
    "nearest": get_args(Rounding),
    "aspect": get_args(Aspect),
}


class Resize(Op):
    """out = x with more or fewer elements along some axes, each taken from the nearest or mixed from the near ones.

    Source: ONNX operator ``Resize`` 19; Keys 1981 for the cubic kernel; PyTorch ``interpolate``.

    Args:
        scales: how many times larger each axis becomes; not used where sizes are given.
        sizes: the new size of each axis.
        axes: the axes that those are for; None for all.
        mode: "nearest" takes one element, "linear" mixes two an axis, "cubic" four.
        coordinates: how places of the result are laid over x, as ONNX names it.
        nearest: how "nearest" rounds.
        cubic_a: the slope of the cubic kernel's outer part.
        exclude_outside: whether elements outside x count nothing, else those at its edge stand for them.
        aspect: "stretch", or with "not_larger" and "not_smaller" one scale for all axes.
        antialias: whether all elements count where the picture shrinks.
        roi: for "tf_crop_and_resize", where the cut-out begins on each axis, then where it ends, from 0 to 1.
        outside: for "tf_crop_and_resize", what stands at places outside x.
    """

    scales: tuple[float, ...] | None = None
    sizes: tuple[int, ...] | None = None
    axes: tuple[int, ...] | None = None
    mode: Mode = "nearest"
    coordinates: Coordinates = "half_pixel"
    nearest: Rounding = "round_prefer_floor"
    cubic_a: float = -0.75
    exclude_outside: bool = False
    aspect: Aspect = "stretch"
    antialias: bool = False
    roi: tuple[float, ...] | None = None
    outside: float = 0.0

    host = ("roi", "scales", "sizes")
    says = "Lay a finer or coarser grid over {x} and read it off there to get {out}."
    backward_says = (
        "Each element of {x} gets the gradients of the places that it was mixed into, by its share."
    )
    why = "Every place of the result is a mixture with fixed shares, so each element answers for its share."
    formulas = {"out": "Σ wᵢ · x[i]", "x": "Σ wᵢ · g[i]"}

    def infer(self, x: TensorSpec, roi=None, scales=None, sizes=None) -> TensorSpec:
        self._check(x)
        axes = ordered_axes(self.title, self.axes, x.rank)
        if any(spec is not None and spec.value is None for spec in (scales, sizes)):
            return x.like(shape=tuple(None if axis in axes else size for axis, size in enumerate(x.shape)))
        values = [spec and spec.value for spec in (scales, sizes)]
        if any(not isinstance(x.shape[axis], int) for axis in axes) and self.aspect != "stretch":
            return x.like(shape=tuple(None if axis in axes else size for axis, size in enumerate(x.shape)))
        made = self._made(x.shape, axes, *values)
        return x.like(shape=tuple(made.get(axis, size) for axis, size in enumerate(x.shape)))

    def _check(self, x: TensorSpec) -> None:
        for name, known in _MODES.items():
            if getattr(self, name) not in known:
                raise ShapeError(
                    "resize: {name} must be one of {known}, not {given}",
                    name=name,
                    known=", ".join(known),
                    given=str(getattr(self, name)),
                )
        if not x.floating and self.mode != "nearest":
            raise ShapeError(
                "resize: x is {dtype}; only floating numbers can be mixed, so cast it or take the nearest",
                dtype=x.dtype,
            )

    def _given(self, axes, scales, sizes) -> tuple[Any, Any]:
        """The scales and the sizes, of which one is there, one number an axis."""
        wanted = (self.sizes if sizes is None else sizes) or None
        factors = (self.scales if scales is None else scales) or None
        given = factors if wanted is None else wanted
        if given is None or len(given) != len(axes) or any(each < 0 for each in given):
            raise ShapeError(
                "resize: it needs scales or sizes, one for each of {count} axes, and none below 0",
                count=len(axes),
            )
        return (factors, None) if wanted is None else (None, wanted)

    def _made(self, shape, axes, scales, sizes) -> dict[int, Any]:
        """The new size of each axis."""
        factors, wanted = self._given(axes, scales, sizes)
        if wanted is not None and self.aspect == "stretch":
            return dict(zip(axes, wanted, strict=True))
        factor = self._factors(shape, axes, factors, wanted)
        rounded = 0.5 if wanted is not None else 0.0
        return {
            axis: int(factor[axis] * shape[axis] + rounded) if isinstance(shape[axis], int) else None
            for axis in axes
        }

    def _factors(self, shape, axes, factors, wanted) -> dict[int, float]:
        """How many times larger each axis becomes."""
        if wanted is None:
            return dict(zip(axes, factors, strict=True))
        each = [size / shape[axis] if shape[axis] else 1.0 for axis, size in zip(axes, wanted, strict=True)]
        if self.aspect != "stretch" and each:
            each = [min(each) if self.aspect == "not_larger" else max(each)] * len(axes)
        return dict(zip(axes, each, strict=True))

    def _plan(self, shape, roi, scales, sizes) -> list[tuple[int, Taps]]:
        """The taps of every axis that changes."""
        axes = ordered_axes(self.title, self.axes, len(shape))
        made = self._made(shape, axes, scales, sizes)
        factors = self._factors(shape, axes, *self._given(axes, scales, sizes))
        cut = (self.roi if roi is None else roi) or (*(0.0 for _ in axes), *(1.0 for _ in axes))
        manner = Manner(
            self.mode,
            self.coordinates,
            self.nearest,
            self.cubic_a,
            self.exclude_outside,
            self.outside,
            self.antialias and self.mode != "nearest",
        )
        found = []
        for number, axis in enumerate(axes):
            one = Axis(shape[axis], made[axis], factors[axis], cut[number], cut[len(axes) + number])
            if not _is_same(one, manner):
                found.append((axis, self._taps(one, manner)))
        return found

    def _taps(self, axis: Axis, manner: Manner) -> Taps:
        if not axis.size or (axis.made and 2 * reach(axis, manner) > _MOST_TAPS):
            raise ShapeError(
                "resize: an axis of {size} cannot become {made} in this way; shrink it in several steps",
                size=axis.size,
                made=axis.made,
            )
        return taps(axis, manner)

    def forward(self, xp, x, roi=None, scales=None, sizes=None):
        for axis, found in self._plan(x.shape, roi, scales, sizes):
            x = _mixed(xp, x, axis, found)
        return x

    def vjp(self, xp, g, out, x, roi=None, scales=None, sizes=None):
        for axis, found in reversed(self._plan(x.shape, roi, scales, sizes)):
            g = _spread_back(xp, g, axis, x.shape[axis], found)
        return (g,)


def _is_same(axis: Axis, manner: Manner) -> bool:
    """Whether an axis stays as it is."""
    whole = manner.coordinates != "tf_crop_and_resize" or (axis.first, axis.last) == (0.0, 1.0)
    return axis.made == axis.size and whole and isclose(axis.scale, 1.0)


def _weight(xp, numbers, axis, like):
    return spread(xp, xp.asarray(numbers, dtype=like.dtype), axis, like.ndim)


def _mixed(xp, x, axis, found):
    """Σ over the taps of weight times element."""
    total = None
    for number, places in enumerate(found.places):
        part = along(xp, x, places, axis)
        if found.weights:
            part = part * _weight(xp, found.weights[number], axis, x)
        total = part if total is None else total + part
    return total + _weight(xp, found.fixed, axis, x) if found.fixed else total


def _spread_back(xp, g, axis, size, found):
    """The gradient of `_mixed`: each tap's share goes back to the element that it took."""
    total = None
    for number, places in enumerate(found.places):
        share = g * _weight(xp, found.weights[number], axis, g) if found.weights else g
        part = back_along(xp, put_size(g.shape, axis, size), places, share, axis)
        total = part if total is None else total + part
    return total
