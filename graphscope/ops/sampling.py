"""Sampling: a picture read off at any points between its elements, and grids of such points."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any, Literal, NamedTuple

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, promote, same_size
from graphscope.ops.base import Op
from graphscope.ops.places import strides
from graphscope.ops.reduction import open_sizes

_A = -0.75
"""The slope of the cubic kernel's outer part, as in PyTorch."""


class _Tap(NamedTuple):
    """One element along one axis that counts at each point: its place, its weight, and how that changes."""

    place: Any
    weight: Any
    slope: Any


class GridSample(Op):
    """out = x read off at the points of the grid, which reach from −1 to 1 along each axis of the picture.

    Source: ONNX operator ``GridSample`` 22; PyTorch ``grid_sample``.

    Args:
        mode: "nearest" takes one element, "linear" mixes two an axis, "cubic" four.
        padding: what lies outside x: "zeros", its "border", or its "reflection".
        align_corners: whether −1 and 1 are the middles of the outermost elements, else their outer edges.
    """

    mode: Literal["linear", "nearest", "cubic"] = "linear"
    padding: Literal["zeros", "border", "reflection"] = "zeros"
    align_corners: bool = False

    symbol = "grid sample"
    says = "Read {x} off at the points of {grid} to get {out}."
    backward_says = (
        "Each element of {x} gets the gradients of the points that it was mixed into, by its share; each point of "
        "{grid} gets the slope of the picture there."
    )
    backward_parts = {
        "x": "Each element of {x} gets the gradients of the points that it was mixed into, by its share.",
        "grid": "Each point of {grid} gets the slope of the picture there.",
    }
    why = "Each point is a mixture of its neighbours; moving the point changes the shares."
    formulas = {
        "out": "Σ wᵢ(grid) · x[i]",
        "x": "Σ wᵢ(grid) · g[i]",
        "grid": "Σ ∂wᵢ/∂grid · x[i] · g",
    }

    def infer(self, x: TensorSpec, grid: TensorSpec) -> TensorSpec:
        axes = x.rank - 2
        fits = axes >= 1 and grid.rank == x.rank and same_size(grid.shape[-1], axes)
        if not fits or not same_size(x.shape[0], grid.shape[0]) or not x.floating:
            raise ShapeError(
                "{operation}: x ({x}) must be samples of pictures of floating numbers and the grid ({grid}) hold, for "
                "each sample, points with a number for each axis of the picture",
                operation=self.title,
                x=x,
                grid=grid,
            )
        if self.mode not in ("linear", "nearest", "cubic") or self.padding not in _PADDINGS:
            raise ShapeError(
                "{operation}: there is no mode {mode} with padding {padding}",
                operation=self.title,
                mode=str(self.mode),
                padding=str(self.padding),
            )
        samples: Dim = x.shape[0] if isinstance(x.shape[0], int) else grid.shape[0]
        return x.like(shape=(samples, x.shape[1], *grid.shape[1:-1]), dtype=promote(x, grid), axes=())

    # ---- points and taps along one axis -------------------------------------------------------------------

    def _axis(self, xp, numbers, size):
        """The taps along one axis of the picture for points given from −1 to 1."""
        slope = (size - 1) / 2 if self.align_corners else size / 2
        point = (numbers + 1) * slope - (0.0 if self.align_corners else 0.5)
        moves = xp.full_like(point, slope)
        if self.padding != "zeros" and self.mode != "cubic":
            point, turns = self._inside(xp, point, size)
            moves = moves * turns
        return [self._bounded(xp, tap, size, moves) for tap in self._near(xp, point)]

    def _inside(self, xp, point, size):
        """Points brought into the picture, and how they then move: 1, −1, or 0 at the border."""
        turns = xp.ones_like(point)
        if self.padding == "reflection":
            low, span = (0.0, size - 1.0) if self.align_corners else (-0.5, float(size))
            if span == 0:
                return xp.zeros_like(point), xp.zeros_like(point)
            away = xp.abs(point - low)
            times = xp.floor(away / span)
            rest = away - times * span
            odd = times - 2 * xp.floor(times / 2) == 1
            turns = xp.where(odd, -turns, turns) * xp.where(point < low, -turns, turns)
            point = xp.where(odd, span - rest, rest) + low
        within = (point > 0) & (point < size - 1)
        return xp.clip(point, 0.0, size - 1.0), xp.where(within, turns, 0)

    def _near(self, xp, point):
        """The elements that count at each point."""
        if self.mode == "nearest":
            return [_Tap(xp.round(point), None, None)]
        left = xp.floor(point)
        t = point - left
        if self.mode == "linear":
            return [_Tap(left, 1 - t, -xp.ones_like(t)), _Tap(left + 1, t, xp.ones_like(t))]
        outer, inner = (_outer(t + 1), _inner(t)), (_inner(1 - t), _outer(2 - t))
        before = [_Tap(left - 1, *outer[0]), _Tap(left, *outer[1])]
        behind = [_Tap(left + 1 + far, weight, -change) for far, (weight, change) in enumerate(inner)]
        return [*before, *behind]

    def _bounded(self, xp, tap, size, moves):
        """The tap with a place that exists; a weight of 0 where zeros lie outside."""
        place, weight, slope = tap.place, tap.weight, tap.slope
        if self.padding == "zeros":
            there = xp.astype((place >= 0) & (place < size), place.dtype)
            weight = there if weight is None else weight * there
            slope = None if slope is None else slope * there
        elif self.mode == "cubic":
            place = xp.round(self._inside(xp, place, size)[0])
        whole = xp.astype(xp.clip(place, 0, size - 1), xp.int64)
        return _Tap(whole, weight, None if slope is None else slope * moves)

    # ---- all axes together --------------------------------------------------------------------------------

    def _taps(self, xp, x, grid):
        """For each axis of the picture its taps at each point; [samples, points] each."""
        sizes = x.shape[2:]
        points = xp.reshape(grid, (grid.shape[0], prod(grid.shape[1:-1]), len(sizes)))
        return [self._axis(xp, points[:, :, len(sizes) - 1 - axis], size) for axis, size in enumerate(sizes)]

    def _chosen(self, xp, taps, sizes):
        """Each choice of one tap an axis, with the number of the row that it takes."""
        samples = taps[0][0].place.shape[0]
        first = xp.reshape(xp.arange(samples) * prod(sizes), (samples, 1))
        for choice in product(*taps):
            row = first
            for tap, step in zip(choice, strides(sizes), strict=True):
                row = row + tap.place * step
            yield choice, xp.reshape(row, (-1,))

    def forward(self, xp, x, grid):
        rows, sizes = _as_rows(xp, x), x.shape[2:]
        total = None
        for choice, row in self._chosen(xp, self._taps(xp, x, grid), sizes):
            part = xp.take(rows, row, axis=0)
            weight = _product([tap.weight for tap in choice])
            part = part if weight is None else part * xp.reshape(weight, (-1, 1))
            total = part if total is None else total + part
        return _as_pictures(xp, total, (x.shape[0], *grid.shape[1:-1], x.shape[1]))

    def vjp(self, xp, g, out, x, grid):
        rows, sizes = _as_rows(xp, x), x.shape[2:]
        wide = _as_rows(xp, g)
        taps = self._taps(xp, x, grid)
        total, moved = None, [None for _ in sizes]
        for choice, row in self._chosen(xp, taps, sizes):
            weight = _product([tap.weight for tap in choice])
            share = wide if weight is None else wide * xp.reshape(weight, (-1, 1))
            part = xp.scatter_add(rows.shape, row, share, 0)
            total = part if total is None else total + part
            if self.mode != "nearest":
                lit = xp.reshape(xp.sum(xp.take(rows, row, axis=0) * wide, axis=1), taps[0][0].place.shape)
                for axis, tap in enumerate(choice):
                    others = [tap.slope, *(each.weight for k, each in enumerate(choice) if k != axis)]
                    step = lit * _product(others)
                    moved[axis] = step if moved[axis] is None else moved[axis] + step
        back = _as_pictures(xp, total, (x.shape[0], *sizes, x.shape[1]))
        if self.mode == "nearest":
            return back, xp.zeros_like(grid)
        return back, xp.reshape(xp.stack(moved[::-1], axis=-1), grid.shape)


_PADDINGS = ("zeros", "border", "reflection")


def _inner(distance):
    """Keys' cubic up to a distance of 1, and its slope."""
    weight = ((_A + 2) * distance - (_A + 3)) * distance * distance + 1
    return weight, (3 * (_A + 2) * distance - 2 * (_A + 3)) * distance


def _outer(distance):
    """Keys' cubic from a distance of 1 to 2, and its slope."""
    weight = ((_A * distance - 5 * _A) * distance + 8 * _A) * distance - 4 * _A
    return weight, (3 * _A * distance - 10 * _A) * distance + 8 * _A


def _product(factors):
    """The product of the factors that are there."""
    total = None
    for factor in factors:
        if factor is not None:
            total = factor if total is None else total * factor
    return total


def _as_rows(xp, x):
    """Pictures as rows of channels, one for each element of each picture."""
    order = (0, *range(2, x.ndim), 1)
    return xp.reshape(xp.permute_dims(x, order), (x.shape[0] * prod(x.shape[2:]), x.shape[1]))


def _as_pictures(xp, rows, shape):
    """The reverse of `_as_rows`, for the shape with the channels last."""
    last = len(shape) - 1
    return xp.permute_dims(xp.reshape(rows, shape), (0, last, *range(1, last)))


class AffineGrid(Op):
    """out = a grid of points moved, turned and stretched by theta, a matrix for each sample.

    Source: ONNX operator ``AffineGrid`` 20; PyTorch ``affine_grid``.

    Args:
        size: the shape of the pictures that the grid is for: samples, channels, then the axes.
        align_corners: whether −1 and 1 are the middles of the outermost elements, else their outer edges.
    """

    size: tuple[int, ...] = ()
    align_corners: bool = False

    host = ("size",)
    symbol = "affine grid"
    says = "Move a grid of points by {theta} to get {out}."
    backward_says = (
        "Each number of {theta} gets the gradients of all points, by the coordinate that it stretches."
    )
    why = "Every point is a product of the matrix and the place where it started."
    formulas = {"out": "theta · (x, y, 1)ᵀ", "theta": "Σ g · (x, y, 1)"}

    def infer(self, theta: TensorSpec, size: TensorSpec | None = None) -> TensorSpec:
        given: Any = self.size
        if size is not None:
            given = open_sizes(size) if size.value is None else size.value
        axes = len(given) - 2
        shape = theta.shape
        if axes < 1 or theta.rank != 3 or not same_size(shape[1], axes) or not same_size(shape[2], axes + 1):
            raise ShapeError(
                "{operation}: theta ({theta}) must hold a matrix of {rows}×{columns} for each sample",
                operation=self.title,
                theta=theta,
                rows=max(axes, 1),
                columns=max(axes, 1) + 1,
            )
        return theta.like(shape=(shape[0], *given[2:], axes), axes=())

    def _points(self, xp, sizes, like):
        """The points where they started, with a 1 behind each; [points, axes + 1]."""
        lines = [self._line(xp, size, like.dtype) for size in sizes]
        places = xp.meshgrid(*lines, indexing="ij")
        ones = xp.ones_like(places[0])
        return xp.reshape(xp.stack([*places[::-1], ones], axis=-1), (prod(sizes), len(sizes) + 1))

    def _line(self, xp, size, dtype):
        numbers = xp.astype(xp.arange(size), dtype)
        if self.align_corners:
            return numbers * (2 / max(size - 1, 1)) - (1 if size > 1 else 0)
        return (2 * numbers + 1) * (1 / max(size, 1)) - 1

    def forward(self, xp, theta, size=None):
        sizes = tuple((self.size if size is None else size)[2:])
        points = self._points(xp, sizes, theta)
        moved = xp.matmul(points, xp.matrix_transpose(theta))
        return xp.reshape(moved, (theta.shape[0], *sizes, len(sizes)))

    def vjp(self, xp, g, out, theta, size=None):
        sizes = tuple((self.size if size is None else size)[2:])
        points = self._points(xp, sizes, theta)
        rows = xp.reshape(g, (theta.shape[0], prod(sizes), len(sizes)))
        return (xp.matmul(xp.matrix_transpose(rows), points),)
