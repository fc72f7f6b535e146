"""Indexing: parts of a tensor cut out by position, and rows looked up by number."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec
from graphscope.ops.base import Op
from graphscope.ops.places import check_whole, counted
from graphscope.ops.reduction import normal_axes
from graphscope.ops.shaping import normal_axis

_FAR = 2**31 - 1
"""ONNX writes "to the end" as a very large number."""


class Slice(Op):
    """out = x[start:end:step] along some axes, counted as Python does; a negative step goes backwards.

    Source: ONNX operator ``Slice`` 13.

    Args:
        starts: where to begin, one number per axis.
        ends: where to stop, one number per axis.
        axes: which axes; None for the first ones.
        steps: how far to go each time; None for 1.
    """

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    axes: tuple[int, ...] | None = None
    steps: tuple[int, ...] | None = None

    host = ("starts", "ends", "axes", "steps")
    says = "Cut a part out of {x} by position to get {out}."
    backward_says = "Put the gradient of {out} back where it was cut out; the rest of {x} gets 0."
    why = "What was not taken cannot move the result: its gradient is 0."
    formulas = {"out": "x[start:end:step]", "x": "g where it was cut out, 0 elsewhere"}

    def infer(self, x: TensorSpec, starts=None, ends=None, axes=None, steps=None) -> TensorSpec:
        given = (starts, ends, axes, steps)
        if any(spec is not None and spec.value is None for spec in given):
            return x.like(shape=(None,) * x.rank)
        cuts = self._cuts(x.rank, *(None if spec is None else spec.value for spec in given))
        return x.like(shape=tuple(_length(size, cuts.get(axis)) for axis, size in enumerate(x.shape)))

    def _cuts(self, rank, starts=None, ends=None, axes=None, steps=None) -> dict[int, slice]:
        """The cut along each axis that has one."""
        starts = self.starts if starts is None else starts
        ends = self.ends if ends is None else ends
        axes = self.axes if axes is None else axes
        steps = self.steps if steps is None else steps
        axes = tuple(range(len(starts))) if axes is None else axes
        steps = (1,) * len(starts) if steps is None else steps
        normal_axes("slice", axes, rank)
        if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
            raise ShapeError(
                "slice: starts, ends, axes and steps need one number per axis each, and no step may be 0"
            )
        bounds = zip(axes, starts, ends, steps, strict=True)
        return {axis % rank: slice(start, end, step) for axis, start, end, step in bounds}

    def forward(self, xp, x, *hosts):
        cuts = self._cuts(x.ndim, *hosts)
        back = tuple(axis for axis, cut in cuts.items() if cut.step < 0)
        turned = xp.flip(x, axis=back) if back else x
        return turned[tuple(_forwards(cuts.get(axis), size) for axis, size in enumerate(x.shape))]

    def vjp(self, xp, g, out, x, *hosts):
        cuts = {axis: range(*cut.indices(x.shape[axis])) for axis, cut in self._cuts(x.ndim, *hosts).items()}
        if all(cut.step == 1 for cut in cuts.values()):
            whole = (cuts.get(axis, range(size)) for axis, size in enumerate(x.shape))
            widths = [(cut.start, x.shape[axis] - cut.start - len(cut)) for axis, cut in enumerate(whole)]
            return (xp.pad(g, widths),)
        for axis, cut in cuts.items():
            shape = (*g.shape[:axis], x.shape[axis], *g.shape[axis + 1 :])
            g = xp.scatter_add(shape, xp.arange(len(cut)) * cut.step + cut.start, g, axis)
        return (g,)


def _length(size: Dim, cut: slice | None) -> Dim:
    """How much a cut leaves of an axis."""
    if cut is None or (cut.start == 0 and cut.step == 1 and cut.stop >= _FAR):
        return size
    return len(range(*cut.indices(size))) if isinstance(size, int) else None


def _forwards(cut: slice | None, size: int) -> slice:
    """The same cut of an axis that was turned round if it goes backwards, which not every library can do."""
    if cut is None:
        return slice(None)
    places = range(*cut.indices(size))
    start = size - 1 - places.start if cut.step < 0 else places.start
    return slice(start, min(start + len(places) * abs(cut.step), size), abs(cut.step))


class Gather(Op):
    """out = x taken at the indices along one axis; with a table of vectors as x, an embedding.

    Source: ONNX operator ``Gather`` 13.

    Args:
        axis: the axis along which the indices count; negative indices count from its end.
    """

    axis: int = 0

    says = "Look up the rows of {x} by the numbers in {indices} to get {out}."
    backward_says = (
        "Each row of {x} gets the sum of the gradients wherever it was looked up; the others get 0."
    )
    why = "A row that was looked up twice moves the result in both places, so both gradients add up."
    formulas = {"out": "x[indices]", "x": "Σ g over the places where a row was looked up"}

    def infer(self, x: TensorSpec, indices: TensorSpec) -> TensorSpec:
        axis = normal_axis(self.title, self.axis, x.rank)
        check_whole(self.title, indices)
        return x.like(shape=(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), axes=())

    def forward(self, xp, x, indices):
        axis = self.axis % x.ndim
        taken = xp.take(x, self._flat(xp, x, indices), axis=axis)
        return xp.reshape(taken, (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]))

    def vjp(self, xp, g, out, x, indices):
        axis = self.axis % x.ndim
        flat = self._flat(xp, x, indices)
        rows = xp.reshape(g, (*x.shape[:axis], flat.shape[0], *x.shape[axis + 1 :]))
        return xp.scatter_add(x.shape, flat, rows, axis), None

    def _flat(self, xp, x, indices):
        return counted(xp, xp.reshape(indices, (-1,)), x.shape[self.axis])
