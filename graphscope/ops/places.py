"""Places in a tensor by number: indices counted from the front, and what is looked up or added there."""

from __future__ import annotations

from math import prod

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec


def check_whole(operation: str, indices: TensorSpec) -> None:
    """Make sure that indices are integers.

    Raises:
        ShapeError: they are not.
    """
    if indices.floating or indices.dtype == "bool":
        raise ShapeError(
            "{operation}: the indices must be integers, but they are {dtype}",
            operation=operation,
            dtype=indices.dtype,
        )


def counted(xp, indices, size):
    """Indices counted from the front; one below the first place becomes one behind the last, which raises."""
    wide = xp.astype(indices, xp.int64, copy=False)
    front = xp.where(wide < 0, wide + size, wide)
    return xp.where(front < 0, size, front)


def checked(xp, indices, size):
    """Indices counted from the front, of which each is there: looking them up in 0, 1, … raises else."""
    front = xp.reshape(counted(xp, indices, size), (-1,))
    return xp.reshape(xp.take(xp.arange(size), front, axis=0), indices.shape)


def spread(xp, numbers, axis, rank):
    """One number for each place along an axis, as an array with ``rank`` axes that broadcasts."""
    return xp.reshape(numbers, (1,) * axis + (-1,) + (1,) * (rank - axis - 1))


def along(xp, x, places, axis):
    """x at some places of an axis, which are Python numbers."""
    return xp.take(x, xp.asarray(places, dtype=xp.int64), axis=axis)


def back_along(xp, shape, places, g, axis):
    """The gradient of `along`: what was taken several times gets the sum."""
    return xp.scatter_add(shape, xp.asarray(places, dtype=xp.int64), g, axis)


def put_size(shape, axis, size):
    """A shape with another size along one axis."""
    return (*shape[:axis], size, *shape[axis + 1 :])


def strides(sizes):
    """How far apart neighbours along each axis lie in an array that is read in order."""
    return tuple(prod(sizes[axis + 1 :]) for axis in range(len(sizes)))
