"""Sliding windows over the last axes of an array: where they lie, cut out, and laid back by adding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import product
from operator import add
from typing import Any, Literal

from graphscope.errors import ShapeError
from graphscope.graph.spec import Dim, TensorSpec, format_shape

Pair = tuple[int, int]
Numbers = tuple[int, ...]
Borders = tuple[Pair, ...]
"""For each axis that the window slides along, what lies before and after it."""

AutoPad = Literal["", "same_upper", "same_lower", "valid"]
"""How the border is chosen: as given; so that stride divides the size, the odd one after or before; none."""


def every(numbers: Numbers, count: int, usual: int) -> Numbers:
    """One number an axis; one for all where there is only one, the usual one where none are given."""
    return numbers * count if len(numbers) == 1 else numbers or (usual,) * count


def sides(padding: Numbers, count: int) -> Borders:
    """A pair an axis from one number an axis, or from all that lie before and then all after, as in ONNX."""
    if len(padding) <= count:
        return tuple((size, size) for size in every(padding, count, 0))
    return tuple(zip(padding[:count], padding[count:], strict=True))


def span(size: int, gap: int) -> int:
    """From the first to the last element of a window whose elements are ``gap`` apart."""
    return gap * (size - 1) + 1


def same_sides(size: int, reach: int, step: int, auto: AutoPad) -> Pair:
    """The border with which ⌈size / step⌉ windows fit."""
    room = max((-(-size // step) - 1) * step + reach - size, 0)
    return (room // 2, room - room // 2) if auto == "same_upper" else (room - room // 2, room // 2)


def borders(
    sizes: Sequence[int], window: Numbers, stride: Numbers, dilation: Numbers, padding: Numbers, auto: AutoPad
) -> Borders:
    """What lies around an array of these sizes."""
    if auto == "valid":
        return ((0, 0),) * len(window)
    if not auto:
        return sides(padding, len(window))
    spans = map(span, window, dilation)
    return tuple(same_sides(*each, auto) for each in zip(sizes, spans, stride, strict=True))


def check_fields(operation: str, count: int, padding: Numbers, **fields: Numbers) -> None:
    """Whether the fields of an op have one number for each axis along which its window slides."""
    for name, numbers in fields.items():
        if numbers and (len(numbers) not in (1, count) or min(numbers) < 1):
            raise ShapeError(
                "{operation}: {field} {numbers} must have one number of at least 1 for each of the {count} "
                "axes that the window slides along",
                operation=operation,
                field=name,
                numbers=numbers,
                count=count,
            )
    if padding and len(padding) not in (1, count, 2 * count):
        raise ShapeError(
            "{operation}: padding {numbers} must have one or two numbers for each of the {count} axes that "
            "the window slides along",
            operation=operation,
            numbers=padding,
            count=count,
        )


def check_picture(operation: str, x: TensorSpec, count: int) -> None:
    """Whether x has the axes sample and channel and those that the window slides along."""
    if x.rank == count + 2:
        return
    if count == 2:
        raise ShapeError(
            "{operation}: x ({x}) must have the axes sample, channel, height, width; reshape it",
            operation=operation,
            x=x,
        )
    raise ShapeError(
        "{operation}: x ({x}) must have the axes sample, channel and {count} more; reshape it",
        operation=operation,
        x=x,
        count=count,
    )


def places(
    operation: str,
    x: TensorSpec,
    window: Sequence[Dim],
    stride: Numbers,
    dilation: Numbers,
    padding: Numbers,
    *,
    auto: AutoPad = "",
    ceil: bool = False,
) -> tuple[Dim, ...]:
    """How many windows fit along each axis.

    Raises:
        ShapeError: x has other axes, or is smaller than the window.
    """
    check_picture(operation, x, len(window))
    spans = [
        span(size, gap) if isinstance(size, int) else None for size, gap in zip(window, dilation, strict=True)
    ]
    given = sides(() if auto else padding, len(window))
    return tuple(
        _places(operation, x, spans, *each, auto=auto, ceil=ceil)
        for each in zip(x.shape[2:], spans, stride, given, strict=True)
    )


def _places(
    operation: str,
    x: TensorSpec,
    spans: Sequence[int | None],
    size: Dim,
    reach: int | None,
    step: int,
    border: Pair,
    *,
    auto: AutoPad,
    ceil: bool,
) -> Dim:
    if auto.startswith("same"):
        return size if step == 1 else -(-size // step) if isinstance(size, int) else None
    if not isinstance(size, int) or reach is None:
        return None
    if size + sum(border) < reach:
        raise ShapeError(
            "{operation}: the window spans {spans} but x ({x}) with its border is smaller; "
            "make the window smaller or pad more",
            operation=operation,
            spans=format_shape(spans),
            x=x,
        )
    return place_count(size, reach, step, border, ceil=ceil)


def place_count(size: int, reach: int, step: int, border: Pair, *, ceil: bool = False) -> int:
    """How many windows fit along an axis.

    Args:
        ceil: whether one that sticks out counts too, unless it begins behind the array.
    """
    room = size + sum(border) - reach
    if not ceil:
        return room // step + 1
    count = -(-room // step) + 1
    return count - 1 if (count - 1) * step >= size + border[0] else count


def padded(xp, x, around: Borders, value: float = 0.0):
    """x with a border along its last axes; x itself where there is none. Negative borders cut off."""
    if not any(map(any, around)):
        return x
    return xp.pad(x, (*(((0, 0),) * (x.ndim - len(around))), *around), value)


def slices(x, window: Numbers, stride: Numbers, dilation: Numbers) -> list[Any]:
    """For each place in the window, row by row, a view of what all windows have there."""
    sizes = x.shape[x.ndim - len(window) :]
    counts = [
        (size - span(width, gap)) // step + 1
        for size, width, step, gap in zip(sizes, window, stride, dilation, strict=True)
    ]
    starts = product(*(range(0, gap * width, gap) for width, gap in zip(window, dilation, strict=True)))
    return [
        x[
            (
                ...,
                *(
                    slice(start, start + step * (count - 1) + 1, step)
                    for start, step, count in zip(place, stride, counts, strict=True)
                ),
            )
        ]
        for place in starts
    ]


def fold(xp, parts: Sequence[Any], sizes: Numbers, window: Numbers, stride: Numbers, dilation: Numbers):
    """The adjoint of `slices`: each part added where it was cut out, in an array of the given sizes.

    With a stride, the places that are hit form interleaved grids, one for each phase of the stride: each is
    summed by itself and then they are woven together, so that nothing is written in place and no zeros are
    multiplied.
    """
    grid = tuple(-(-size // step) for size, step in zip(sizes, stride, strict=True))
    heaps: dict[Numbers, list[Any]] = {phase: [] for phase in product(*map(range, stride))}
    starts = product(*(range(0, gap * width, gap) for width, gap in zip(window, dilation, strict=True)))
    for part, place in zip(parts, starts, strict=True):
        phase = tuple(start % step for start, step in zip(place, stride, strict=True))
        before = tuple(start // step for start, step in zip(place, stride, strict=True))
        heaps[phase].append(_placed(xp, part, before, grid))
    lead = parts[0].shape[: parts[0].ndim - len(window)]
    empty: Any = None
    if not all(heaps.values()):
        empty = xp.zeros((*lead, *grid), dtype=parts[0].dtype)
    sums: dict[Numbers, Any] = {phase: reduce(add, heap) if heap else empty for phase, heap in heaps.items()}
    woven = _woven(xp, sums, stride, ())
    if woven.shape[len(lead) :] == sizes:
        return woven
    return woven[(..., *map(slice, sizes))]


def _placed(xp, part, before: Numbers, grid: Numbers):
    """A part with zeros around it, so that it fills the grid; what would stick out is cut off."""
    sizes = part.shape[part.ndim - len(grid) :]
    around = tuple(
        (first, whole - first - size) for first, whole, size in zip(before, grid, sizes, strict=True)
    )
    return padded(xp, part, around)


def _woven(xp, sums: Mapping[Numbers, Any], stride: Numbers, phase: Numbers):
    """The grids of all phases that begin with these, interleaved along the axes that are left."""
    axis = len(phase)
    if axis == len(stride):
        return sums[phase]
    parts = [_woven(xp, sums, stride, (*phase, step)) for step in range(stride[axis])]
    if len(parts) == 1:
        return parts[0]
    place = parts[0].ndim - len(stride) + axis
    stacked = xp.stack(parts, axis=place + 1)
    shape = parts[0].shape
    return xp.reshape(stacked, (*shape[:place], shape[place] * len(parts), *shape[place + 1 :]))
