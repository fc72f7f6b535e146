"""Operations of PyTorch that arrange, cut, join and look up."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from graphscope.capture.lowering import Lowering, Tensor, Unsayable
from graphscope.capture.operands import dtype_of, op, rank_of, shape_of
from graphscope.capture.tape import several


def reshape(g: Lowering, x: Tensor, *_: Any) -> Any:
    """Another shape: the one that came out."""
    wanted = g.now.shapes[0]
    return x if shape_of(x) == wanted else g.call(op("Reshape", shape=wanted, allow_zero=0 in wanted), x)


def flatten(g: Lowering, x: Tensor, start: int = 0, end: int = -1) -> Any:
    """All axes from one on as one."""
    if start == 1 and end in (-1, rank_of(x) - 1):
        return g.call(op("Flatten"), x)
    return reshape(g, x)


def squeeze(g: Lowering, x: Tensor, *_: Any) -> Any:
    """Without the axes of size 1 that went."""
    before, after = shape_of(x), g.now.shapes[0]
    if before == after:
        return x
    chosen = g.now.arguments[1:]
    axes = chosen[0] if chosen else [axis for axis, size in enumerate(before) if size == 1]
    axes = [axes] if isinstance(axes, int) else axes
    gone = tuple(axis for axis in axes if before[axis] == 1)
    return g.call(op("Squeeze", axes=gone), x)


def unsqueeze(g: Lowering, x: Tensor, axis: int) -> Any:
    """With one more axis of size 1."""
    return g.call(op("Unsqueeze", axes=(axis,)), x)


def transpose(g: Lowering, x: Tensor, first: int = 0, second: int = 1) -> Any:
    """Two axes change places."""
    order = list(range(rank_of(x)))
    if rank_of(x) < 2:
        return x
    order[first], order[second] = order[second], order[first]
    return permute(g, x, order)


def permute(g: Lowering, x: Tensor, order: list[int]) -> Any:
    """The axes in another order."""
    plain = tuple(axis % rank_of(x) for axis in order)
    return x if plain == tuple(range(rank_of(x))) else g.call(op("Transpose", order=plain), x)


def reverse(g: Lowering, x: Tensor) -> Any:
    """All axes in the opposite order."""
    return permute(g, x, list(reversed(range(rank_of(x)))))


def move(g: Lowering, x: Tensor, source: Any, destination: Any) -> Any:
    """Axes moved elsewhere, the others in order."""
    rank = rank_of(x)
    at, to = (np.atleast_1d(each) % rank for each in (source, destination))
    placed = dict(zip(to.tolist(), at.tolist(), strict=True))
    left = iter([axis for axis in range(rank) if axis not in placed.values()])
    return permute(g, x, [placed[axis] if axis in placed else next(left) for axis in range(rank)])


def expand(g: Lowering, x: Tensor, *_: Any, **__: Any) -> Any:
    """Repeated along axes of size 1."""
    wanted = g.now.shapes[0]
    return x if shape_of(x) == wanted else g.call(op("Expand", shape=wanted), x)


def copy(g: Lowering, x: Tensor, source: Tensor, *_: Any) -> Any:  # noqa: ARG001 - nothing of it is left
    """All of x replaced: what a program writes as ``x[:] = source``."""
    return expand(g, g.cast(source, g.now.dtypes[0]))


def broadcast_tensors(g: Lowering, xs: list[Tensor]) -> Any:
    """Each in the shape that all have in common."""
    shape = g.now.shapes[0]
    return tuple(x if shape_of(x) == shape else g.call(op("Expand", shape=shape), x) for x in xs)


def concat(g: Lowering, xs: list[Tensor], axis: int = 0) -> Any:
    """Joined along an axis; PyTorch leaves out what is empty and of one axis."""
    kept = [g.cast(x, g.now.dtypes[0]) for x in xs if shape_of(x) != (0,)]
    return kept[0] if len(kept) == 1 else g.call(op("Concat", axis=axis), *kept)


def stack(g: Lowering, xs: list[Tensor], axis: int = 0) -> Any:
    """Joined along a new axis."""
    return g.call(op("Stack", axis=axis), *(g.cast(x, g.now.dtypes[0]) for x in xs))


def split(g: Lowering, x: Tensor, _size: Any, axis: int = 0) -> Any:
    """Cut into the parts that came out."""
    sizes = tuple(shape[axis] for shape in g.now.shapes)
    if len(sizes) == 1:
        return (x,)
    if len(set(sizes)) == 1:
        return g.call(op("Split", parts=len(sizes), axis=axis), x)
    return g.call(op("Split", parts=len(sizes), sizes=sizes, axis=axis), x)


def unbind(g: Lowering, x: Tensor, axis: int = 0) -> Any:
    """One for each place along an axis."""
    made = g.call(op("Unstack", parts=shape_of(x)[axis], axis=axis), x)
    return several(made)


def _select(g: Lowering, x: Tensor, axis: int, place: int) -> Any:
    if shape_of(x)[axis] > 1:
        x = _cut(g, x, axis, slice(place, place + 1, 1))
    return g.call(op("Squeeze", axes=(axis,)), x)


def _cut(g: Lowering, x: Tensor, axis: int, cut: slice) -> Any:
    fields = {"starts": (cut.start,), "ends": (cut.stop,), "axes": (axis % rank_of(x),)}
    if cut.step != 1:
        fields["steps"] = (cut.step,)
    return g.call(op("Slice", **fields), x)


def select(g: Lowering, x: Tensor, axis: int, place: int) -> Any:
    """One place along an axis."""
    return _select(g, x, axis, place % shape_of(x)[axis])


def cut(
    g: Lowering, x: Tensor, axis: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Any:
    """From one place to another."""
    places = range(*slice(start, end, step).indices(shape_of(x)[axis]))
    if len(places) == shape_of(x)[axis] and step == 1:
        return x
    return _cut(g, x, axis, slice(places.start, max(places.stop, places.start), step))


def narrow(g: Lowering, x: Tensor, axis: int, start: int, length: int) -> Any:
    """So many from one place on."""
    start %= shape_of(x)[axis]
    return cut(g, x, axis, start, start + length)


def slice_scatter(
    g: Lowering,
    x: Tensor,
    part: Tensor,
    axis: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
) -> Any:
    """x with a part of it replaced: what a program writes as ``x[:, 2:4] = part``."""
    size = shape_of(x)[axis]
    places = range(*slice(start, end, step).indices(size))
    if step != 1:
        raise Unsayable
    if len(places) == size:
        return part
    before = [_cut(g, x, axis, slice(0, places.start, 1))] if places.start else []
    after = [_cut(g, x, axis, slice(places.stop, size, 1))] if places.stop < size else []
    return g.call(op("Concat", axis=axis), *before, g.cast(part, dtype_of(x)), *after)


def select_scatter(g: Lowering, x: Tensor, part: Tensor, axis: int, place: int) -> Any:
    """x with one place along an axis replaced."""
    place %= shape_of(x)[axis]
    return slice_scatter(g, x, g.call(op("Unsqueeze", axes=(axis,)), part), axis, place, place + 1)


def repeat(g: Lowering, x: Tensor, repeats: list[int]) -> Any:
    """Laid side by side."""
    if rank_of(x) < len(repeats):
        x = g.call(op("Reshape", shape=(*(1,) * (len(repeats) - rank_of(x)), *shape_of(x))), x)
    return g.call(op("Tile", repeats=tuple(repeats)), x)


def flip(g: Lowering, x: Tensor, axes: list[int]) -> Any:
    """Read backwards along some axes."""
    return g.call(op("Flip", axes=tuple(axes)), x)


def roll(g: Lowering, x: Tensor, shifts: list[int], axes: list[int]) -> Any:
    """Moved round along some axes."""
    if not axes:
        raise Unsayable
    return g.call(op("Roll", shifts=tuple(shifts), axes=tuple(axes)), x)


def scatter(reduction: str) -> Any:
    """Elements put, or added, to places along an axis."""

    def rule(g: Lowering, x: Tensor, axis: int, places: Tensor, values: Any) -> Any:
        if isinstance(values, (int, float)):
            values = np.full(shape_of(places), values, dtype_of(x))
        return g.call(op("ScatterElements", axis=axis, reduction=reduction), x, places, values)

    return rule


def index_put(g: Lowering, x: Tensor, indices: list[Any], values: Tensor, accumulate: bool = False) -> Any:
    """Put, or added, at places along the first axes."""
    if any(each is None or dtype_of(each) == "bool" for each in indices):
        raise Unsayable
    wide = np.broadcast_shapes(*(shape_of(each) for each in indices))
    columns = [_spread(g, g.cast(each, "int64"), wide) for each in indices]
    places = columns[0] if len(columns) == 1 else g.call(op("Concat", axis=-1), *columns)
    wanted = (*wide, *shape_of(x)[len(indices) :])
    if shape_of(values) != wanted:
        values = g.call(op("Expand", shape=wanted), values)
    return g.call(op("ScatterND", reduction="add" if accumulate else "none"), x, places, values)


def embedding(g: Lowering, table: Tensor, indices: Tensor, padding: int = -1, *_: Any) -> Any:
    """Rows of a table; the row of the padding gets no gradient."""
    rows = g.call(op("Gather"), table, indices)
    if padding < 0:
        return rows
    there = g.call(op("Equal"), indices, np.asarray(padding, dtype_of(indices)))
    there = g.call(op("Unsqueeze", axes=(-1,)), there)
    return g.call(op("Where"), there, g.call(op("StopGradient"), rows), rows)


def index_select(g: Lowering, x: Tensor, axis: int, indices: Tensor) -> Any:
    """Places along an axis."""
    return g.call(op("Gather", axis=axis), x, indices)


def index(g: Lowering, x: Tensor, indices: list[Any]) -> Any:
    """Whole numbers along one axis, or along the first axes together."""
    given = {axis: each for axis, each in enumerate(indices) if each is not None}
    if any(dtype_of(each) == "bool" for each in given.values()):
        raise Unsayable
    if len(given) == 1:
        ((axis, places),) = given.items()
        return g.call(op("Gather", axis=axis), x, places)
    if _crossing(given):
        for axis, places in given.items():
            known = isinstance(places, np.ndarray)
            x = g.call(
                op("Gather", axis=axis),
                x,
                np.ravel(cast("Any", places)) if known else g.call(op("Reshape"), places),
            )
        return x
    if sorted(given) != list(range(len(given))):
        raise Unsayable
    wide = np.broadcast_shapes(*(shape_of(each) for each in given.values()))
    columns = [_spread(g, g.cast(each, "int64"), wide) for each in given.values()]
    return g.call(op("GatherND"), x, g.call(op("Concat", axis=-1), *columns))


def _crossing(given: dict[int, Any]) -> bool:
    """Whether places of adjacent axes are crossed, as rows and columns of a picture: each varies along its own axis."""
    axes, count = sorted(given), len(given)
    if axes != list(range(axes[0], axes[0] + count)):
        return False
    shapes = [(*(1,) * (count - rank_of(given[axis])), *shape_of(given[axis])) for axis in axes]
    return all(
        len(shape) == count and all(size == 1 or place == own for place, size in enumerate(shape))
        for own, shape in enumerate(shapes)
    )


def _spread(g: Lowering, places: Any, shape: tuple[int, ...]) -> Any:
    """Places in a common shape, with an axis of their own at the end."""
    if isinstance(places, np.ndarray):
        return np.ascontiguousarray(np.broadcast_to(cast("np.ndarray", places), shape)[..., None])
    if shape_of(places) != shape:
        places = g.call(op("Expand", shape=shape), places)
    return g.call(op("Unsqueeze", axes=(-1,)), places)


def gather(g: Lowering, x: Tensor, axis: int, indices: Tensor, *, sparse_grad: bool = False) -> Any:  # noqa: ARG001
    """For each place one element along an axis."""
    return g.call(op("GatherElements", axis=axis), x, indices)


def pad(g: Lowering, x: Tensor, widths: list[int], mode: str = "constant", value: float | None = None) -> Any:
    """A border, the last axis first as PyTorch counts them."""
    rank, pairs = rank_of(x), len(widths) // 2
    before, after = [0] * rank, [0] * rank
    for place in range(pairs):
        before[rank - 1 - place], after[rank - 1 - place] = widths[2 * place], widths[2 * place + 1]
    modes = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    return g.call(op("Pad", pads=(*before, *after), mode=modes[mode], value=float(value or 0)), x)


def constant_pad(g: Lowering, x: Tensor, widths: list[int], value: float = 0) -> Any:
    """A border of one number."""
    return pad(g, x, widths, "constant", value)


def triangle(*, upper: bool) -> Any:
    """What lies on one side of a diagonal."""

    def rule(g: Lowering, x: Tensor, diagonal: int = 0) -> Any:
        return g.call(op("Trilu", upper=upper, k=diagonal), x)

    return rule


def one_hot(g: Lowering, x: Tensor, classes: int = -1) -> Any:  # noqa: ARG001 - as many as came out
    """1 at the place that a number says, 0 elsewhere."""
    numbers = np.arange(g.now.shapes[0][-1], dtype=dtype_of(x))
    same = g.call(op("Equal"), g.call(op("Unsqueeze", axes=(-1,)), x), numbers)
    return g.cast(same, g.now.dtypes[0])


RULES = {
    **dict.fromkeys(("view", "reshape", "_unsafe_view", "unflatten", "_reshape_alias", "view_as"), reshape),
    "flatten": flatten,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "transpose": transpose,
    "t": transpose,
    "numpy_T": reverse,
    "permute": permute,
    "movedim": move,
    "expand": expand,
    "expand_as": expand,
    "broadcast_to": expand,
    "copy": copy,
    "broadcast_tensors": broadcast_tensors,
    "cat": concat,
    "concat": concat,
    "stack": stack,
    **dict.fromkeys(("split", "split_with_sizes", "chunk", "tensor_split"), split),
    "unbind": unbind,
    "select": select,
    "slice": cut,
    "narrow": narrow,
    "slice_scatter": slice_scatter,
    "select_scatter": select_scatter,
    "repeat": repeat,
    "flip": flip,
    "roll": roll,
    "scatter.src": scatter("none"),
    "scatter.value": scatter("none"),
    "scatter_add": scatter("add"),
    "index_put": index_put,
    "embedding": embedding,
    "index_select": index_select,
    "index": index,
    "gather": gather,
    "pad": pad,
    "constant_pad_nd": constant_pad,
    "tril": triangle(upper=False),
    "triu": triangle(upper=True),
    "one_hot": one_hot,
}
