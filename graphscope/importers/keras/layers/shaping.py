"""Layers that arrange numbers anew or put tensors together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, reduce
from typing import Any, cast

from graphscope import ops
from graphscope.errors import Sentence
from graphscope.importers.keras.layer import Call, Layer, Rule
from graphscope.importers.keras.tensor import Tensor, alike
from graphscope.model.handle import Handle


def flatten(layer: Layer, call: Call) -> Tensor:
    """All numbers of a sample in a row."""
    layer.must_be("data_format", "channels_last", None)
    x = call.x.whole()
    return Tensor(x if x.spec.rank == 2 else layer.call(ops.Flatten(), x))


def reshape(layer: Layer, call: Call) -> Tensor:
    """The numbers of a sample in another shape."""
    told: Any = layer.config.get("target_shape", layer.config.get("newshape"))
    shape = (
        tuple(each for each in cast("list[Any]", told) if type(each) is int) if isinstance(told, list) else ()
    )
    x = call.x.whole()
    size = x.shape[0]
    if shape.count(-1) and isinstance(x.spec.size, int) and isinstance(size, int):
        return Tensor(layer.call(ops.Reshape((size, *shape)), x))
    if -1 in shape:  # the number of samples is open, so this one is worked out here
        rest = [each for each in x.shape[1:] if isinstance(each, int)]
        if len(rest) != x.spec.rank - 1:
            raise layer.refuse(Sentence("a shape that two sizes are left open of is not computed here"))
        whole = reduce(lambda a, b: a * b, rest, 1)
        known = reduce(lambda a, b: a * b, (each for each in shape if each != -1), 1)
        shape = tuple(whole // max(known, 1) if each == -1 else each for each in shape)
    return Tensor(layer.call(ops.Reshape((-1, *shape)), x))


def permute(layer: Layer, call: Call) -> Tensor:
    """The axes behind the samples in another order."""
    x = call.x.whole()
    return Tensor(layer.call(ops.Transpose((0, *layer.sizes("dims", x.spec.rank - 1))), x))


def repeat(layer: Layer, call: Call) -> Tensor:
    """The same row several times."""
    x = layer.call(ops.Unsqueeze((1,)), call.x.whole())
    index = layer.builder.constant(layer.builder.scoped("rows"), (0,) * layer.whole("n"), dtype="int64")
    return Tensor(layer.call(ops.Gather(1), x, index))


def merged(layer: Layer, call: Call, *, by: Callable[[Layer, Handle, Handle], Handle]) -> Tensor:
    """Several tensors, element by element."""
    if call.numbers and len(call.tensors) == 1:
        return _with_number(layer, call, by)
    moved = alike(call.tensors)
    handles = [each.first() if moved else each.whole() for each in call.tensors]
    out = reduce(lambda a, b: by(layer, a, b), handles)
    if layer.kind == "Average":
        out = out * (1 / len(handles))
    return Tensor(moved=out) if moved else Tensor(out)


def _with_number(layer: Layer, call: Call, by: Callable[[Layer, Handle, Handle], Handle]) -> Tensor:
    """A tensor and a number, as ``1 - x`` is written."""
    place, number = next(iter(call.numbers.items()))
    x = call.x
    made = layer.builder.number(float(number) if x.any.spec.floating else number, x.any.spec.dtype)
    return x.same(by(layer, made, x.any) if place == 0 else by(layer, x.any, made))


def concatenate(layer: Layer, call: Call) -> Tensor:
    """Tensors one behind the other along an axis."""
    axis = layer.whole("axis", -1)
    rank = call.x.rank
    if alike(call.tensors) and axis in (-1, rank - 1) and rank > 2:
        return Tensor(moved=layer.call(ops.Concat(1), *(each.first() for each in call.tensors)))
    return Tensor(layer.call(ops.Concat(axis), *(each.whole() for each in call.tensors)))


def dot(layer: Layer, call: Call) -> Tensor:
    """The products of the rows of two tensors, added up."""
    layer.must_be("normalize", False)
    left, right = (each.whole() for each in call.tensors[:2])
    axes = layer.sizes("axes", 2)
    if (left.spec.rank, right.spec.rank) == (2, 2) and {a % 2 for a in axes} == {1}:
        return Tensor(layer.call(ops.ReduceSum((1,), keepdims=True), left * right))
    if (left.spec.rank, right.spec.rank) != (3, 3) or any(axis % 3 == 0 for axis in axes):
        raise layer.refuse(Sentence("products over these axes are not computed here"))
    left = left if axes[0] % 3 == 2 else layer.call(ops.Transpose((0, 2, 1)), left)
    right = right if axes[1] % 3 == 1 else layer.call(ops.Transpose((0, 2, 1)), right)
    return Tensor(left @ right)


def product(layer: Layer, call: Call) -> Tensor:
    """A matrix product written as such."""
    left, right = (each.whole() for each in call.tensors[:2])
    del layer
    return Tensor(left @ right)


_BY: Mapping[str, Callable[[Layer, Handle, Handle], Handle]] = {
    "Add": lambda _, a, b: a + b,
    "Subtract": lambda _, a, b: a - b,
    "Multiply": lambda _, a, b: a * b,
    "Divide": lambda _, a, b: a / b,
    "TrueDivide": lambda _, a, b: a / b,
    "Average": lambda _, a, b: a + b,
    "Maximum": lambda layer, a, b: layer.call(ops.Maximum(), a, b),
    "Minimum": lambda layer, a, b: layer.call(ops.Minimum(), a, b),
}

LAYERS: Mapping[str, Rule] = {
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "RepeatVector": repeat,
    "Concatenate": concatenate,
    "Dot": dot,
    "Matmul": product,
    **{kind: partial(merged, by=by) for kind, by in _BY.items()},
}
