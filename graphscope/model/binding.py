"""Finds out which input of a model each array of a file is for: by its name, else by its shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import prod

import numpy as np

from graphscope.errors import InputError
from graphscope.graph.graph import Value
from graphscope.graph.spec import FLOATING, format_shape
from graphscope.model.model import Model

TARGETS = ("label", "labels", "target", "targets", "class", "y")
"""What a column or an array may be called that holds what is right, however the model calls it."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a file of data holds.

    Args:
        file: its name.
        name: the input that it is for, or "" where that is to be found out.
        member: which of its arrays is meant, or "".
        arrays: by their names; "" for the only one of a file that names none.
        columns: for a table the name of each column of its only array, or empty where it has no head.
        picture: whether it is a picture: [height, width, 3], from 0 to 255.
    """

    arrays: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    columns: tuple[str, ...] = ()
    picture: bool = False
    file: str = ""
    name: str = ""
    member: str = ""


def bound(model: Model, files: Iterable[Found]) -> dict[str, np.ndarray]:
    """Data by input name.

    Raises:
        InputError: a file fits no input; the sentence says what the inputs are.
    """
    given: dict[str, np.ndarray] = {}
    for found in files:
        given.update(_named(model, found) if found.name else _found(model, found, given))
    return given


def _inputs(model: Model) -> list[Value]:
    return [model.graph.by_name[name] for name in model.graph.inputs]


def _named(model: Model, found: Found) -> dict[str, np.ndarray]:
    """The data of one input, whose name the user gave."""
    name = found.name
    value = next((each for each in _inputs(model) if each.name == name), None)
    if value is None:
        raise InputError(
            "{name} is not an input of {model}; its inputs are {inputs}",
            name=name,
            model=model.name,
            inputs=", ".join(model.graph.inputs) or "-",
        )
    wanted = found.member or (name if name in found.arrays else "")
    arrays = list(found.arrays.values())
    if wanted not in found.arrays and (found.member or len(arrays) != 1):
        raise InputError(
            "{file} holds the arrays {names}; say which one input {name} takes: {name}={file}::{first}",
            file=found.file,
            names=", ".join(found.arrays),
            name=name,
            first=next(iter(found.arrays), ""),
        )
    array = found.arrays.get(wanted, arrays[0] if arrays else np.zeros(0))
    return {name: _picture(value, array) if found.picture else _shaped(value, array)}


def _found(model: Model, found: Found, given: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Data for the inputs that a file fits; those that have data already are left out."""
    free = [value for value in _inputs(model) if value.name not in given]
    if found.picture:
        taken = [(value, _picture(value, found.arrays[""])) for value in free if _takes_picture(value)][:1]
        result = {value.name: array for value, array in taken}
    elif _is_table(found, free):
        result = _columns(free, found.arrays[""], found.columns)
    else:
        result = _arrays(free, found.arrays)
    if not result:
        raise InputError(
            "{file} holds {given}, which fits no input of {model} ({inputs}); name the input: NAME={file}",
            file=found.file,
            given=", ".join(
                f"{name} {format_shape(array.shape)}".strip() for name, array in found.arrays.items()
            ),
            model=model.name,
            inputs=", ".join(f"{value.name} {value.spec}" for value in _inputs(model)),
        )
    return result


def _is_table(found: Found, free: list[Value]) -> bool:
    """Whether the columns of a file go to several inputs: they have names, or no input takes all of them."""
    array = found.arrays.get("")
    if array is None or array.ndim != 2:
        return False
    return bool(found.columns) or (len(free) > 1 and not any(_fits(value, array.shape) for value in free))


def _arrays(free: list[Value], arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """By name, what is right by its usual names, and the rest by shape."""
    left = dict(arrays)
    result: dict[str, np.ndarray] = {}
    for value in free:
        names = (value.name, *(() if value.gradient else TARGETS))
        name = next((each for each in names if each in left), None)
        if name is not None:
            result[value.name] = _shaped(value, left.pop(name))
    for value in free:
        fitting = [name for name, array in left.items() if _fits(value, array.shape)]
        if value.name not in result and fitting:
            result[value.name] = _shaped(value, left.pop(fitting[0]))
    return result


def _columns(free: list[Value], table: np.ndarray, columns: tuple[str, ...]) -> dict[str, np.ndarray]:
    """A table's columns: those of an input's name, then the rest from the left to the right."""
    result: dict[str, np.ndarray] = {}
    left = list(range(table.shape[1]))
    for value in free:
        names = (value.name, *(() if value.gradient else TARGETS))
        mine = [i for i in left if i < len(columns) and columns[i] in names]
        if mine and _width(value) == len(mine):
            result[value.name] = _shaped(value, table[:, mine])
            left = [i for i in left if i not in mine]
    rest = [value for value in free if value.name not in result]
    widths = [_width(value) for value in rest]
    if sum(widths) != len(left) or 0 in widths:
        return result if not rest else {}
    for value, width in zip(rest, widths, strict=True):
        result[value.name] = _shaped(value, table[:, left[:width]])
        left = left[width:]
    return result


def _width(value: Value) -> int:
    """How many numbers a sample has; 0 where that is open."""
    sizes = value.spec.shape[1:]
    return (
        prod(size for size in sizes if isinstance(size, int)) if all(isinstance(s, int) for s in sizes) else 0
    )


def _fits(value: Value, shape: tuple[int, ...]) -> bool:
    wanted = value.spec.shape
    return len(wanted) == len(shape) and all(
        not isinstance(size, int) or size == given for size, given in zip(wanted, shape, strict=True)
    )


def _shaped(value: Value, array: np.ndarray) -> np.ndarray:
    """The array in the shape of its input, where it has as many numbers a sample; whole numbers as such."""
    if not _fits(value, array.shape) and array.ndim and array.size == len(array) * _width(value):
        array = array.reshape(len(array), *(size for size in value.spec.shape[1:] if isinstance(size, int)))
    whole = value.spec.dtype not in FLOATING and array.dtype.kind == "f"
    return array.astype(value.spec.dtype) if whole and np.all(array == np.floor(array)) else array


# ---- pictures ------------------------------------------------------------------------------------------------


def _takes_picture(value: Value) -> bool:
    return value.spec.floating and value.gradient and value.spec.rank in (2, 3, 4)


def _picture(value: Value, pixels: np.ndarray) -> np.ndarray:
    """A picture as one sample: resized, in grey where the input has one channel, from 0 to 1.

    Raises:
        InputError: the input takes no picture.
    """
    sizes = value.spec.shape[1:]
    if not all(isinstance(size, int) for size in sizes):
        sizes = tuple(
            size if isinstance(size, int) else side
            for size, side in zip(sizes, _open(sizes, pixels), strict=True)
        )
    known = [size for size in sizes if isinstance(size, int)]
    layout = _layout(known)
    if layout is None:
        raise InputError(
            "input {name} ({shape}) takes no picture; it would be channels × height × width",
            name=value.name,
            shape=str(value.spec),
        )
    channels, height, width = layout
    from PIL import Image

    picture = Image.fromarray(pixels).convert("L" if channels == 1 else "RGB").resize((width, height))
    array = np.asarray(picture, np.float64).reshape(height, width, channels) / 255
    if len(known) == 3 and known[0] == channels:
        array = array.transpose(2, 0, 1)
    return array.reshape(1, *known)


def _open(sizes: tuple[object, ...], pixels: np.ndarray) -> tuple[int, ...]:
    """What stands in for open sizes: those of the picture itself."""
    height, width = pixels.shape[:2]
    return (3, height, width) if len(sizes) == 3 else (height, width)


def _layout(sizes: list[int]) -> tuple[int, int, int] | None:
    """Channels, height and width of a sample."""
    match sizes:
        case [channels, height, width] if channels in (1, 3):
            return channels, height, width
        case [height, width, channels] if channels in (1, 3):
            return channels, height, width
        case [height, width]:
            return 1, height, width
        case [length] if round(length**0.5) ** 2 == length:
            return 1, round(length**0.5), round(length**0.5)
        case _:
            return None
