"""Writes a model as plain JSON and arrays, and makes it again: no pickle, no code, every field checked.

A value is written as JSON writes it; what JSON has no word for is an object with one telling key: ``{"is": class,
"with": fields}``, ``{"op": name, "with": fields}``, ``{"map": …}``, ``{"array": number}``, ``{"float": "nan"}``.
Fields that have their default are left out, so that a later version may add some.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

import graphscope.ops  # noqa: F401 - registers every op  # pyright: ignore[reportUnusedImport]
from graphscope.errors import GraphScopeError, ModelError
from graphscope.graph.graph import Carry, Graph, Node, Origin, Value
from graphscope.graph.spec import TensorSpec
from graphscope.model import initializers
from graphscope.model.captured import Captured
from graphscope.model.feed import Feed
from graphscope.model.model import Model
from graphscope.model.note import Note
from graphscope.model.origin import Source
from graphscope.ops.base import Op, registered

KINDS: tuple[type[Any], ...] = (
    *(Model, Graph, Value, Node, Carry, Origin, TensorSpec, Feed, Source, Note, Captured),
    *(each for each in vars(initializers).values() if is_dataclass(each) and isinstance(each, type)),
)
"""Whose objects a file may hold, besides operations."""
DTYPES = "fiub"
"""Kinds of arrays that a file may hold: floating, integers, booleans."""
_FLOATS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


class Plain(NamedTuple):
    """What a model is as plain data.

    Args:
        told: dictionaries, lists, texts and numbers, as JSON has them.
        arrays: what ``{"array": number}`` stands for.
    """

    told: Any
    arrays: tuple[np.ndarray, ...]


def write(value: Any) -> Plain:
    """A model, or another object of ``KINDS``, as plain data.

    Raises:
        ModelError: something in it cannot be written, such as an operation of the user's own program.
    """
    writer = _Writer()
    told = writer.plain(value)
    return Plain(told, tuple(writer.arrays))


def read(plain: Plain) -> Any:
    """What was written.

    Raises:
        ModelError: it is not what `write` writes, or was written by a version that knows more.
    """
    try:
        return _Reader(plain.arrays).value(plain.told)
    except GraphScopeError:
        raise
    except Exception as error:  # whatever data comes, whoever reads must be able to go on
        raise _damaged(f"{type(error).__name__}: {error}") from error


def read_model(plain: Plain) -> Model:
    """The model that was written.

    Raises:
        ModelError: as `read`, or it is something else.
    """
    model = read(plain)
    if not isinstance(model, Model):
        raise _damaged(f"it holds {type(model).__name__}, not a model")
    return model


def _damaged(reason: str) -> ModelError:
    reason = " ".join(reason.split())[:200]
    return ModelError(
        "this is no model that this version of GraphScope can read: {reason}; save it anew, or install the "
        "version that wrote it",
        reason=reason,
    )


class _Writer:
    def __init__(self) -> None:
        self.arrays: list[np.ndarray] = []
        self._numbers: dict[int, int] = {}

    def plain(self, value: Any) -> Any:
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, np.generic):
            value = cast("Any", value).item()
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return float(value) if isfinite(value) else {"float": str(float(value))}
        if isinstance(value, np.ndarray):
            return self._array(cast("Any", value))
        if isinstance(value, Op):
            return self._op(value)
        if type(value) in KINDS:
            return {"is": type(value).__name__, "with": self._fields(value)}
        if isinstance(value, Mapping):
            return {"map": {str(key): self.plain(each) for key, each in cast("Any", value).items()}}
        if isinstance(value, (tuple, list)):
            return [self.plain(each) for each in cast("tuple[Any, ...]", value)]
        raise ModelError(
            "{kind} cannot be written into a file; a model holds numbers, texts, arrays and operations",
            kind=type(value).__name__,
        )

    def _op(self, op: Op) -> Any:
        if registered().get(op.name) is not type(op) or not type(op).__module__.startswith("graphscope."):
            raise ModelError(
                "the operation {name} is known to your program only; keep the model as a .py file",
                name=op.name,
            )
        return {"op": op.name, "with": self._fields(op)}

    def _fields(self, value: Any) -> dict[str, Any]:
        kind = cast("type[Any]", type(value))
        given = {name: getattr(value, name) for name in _hints(kind)}
        defaults = _defaults(kind)
        return {
            name: self.plain(each)
            for name, each in given.items()
            if not _same(each, defaults.get(name, self))
        }

    def _array(self, array: np.ndarray) -> Any:
        if array.dtype.kind not in DTYPES:
            raise ModelError("an array of {dtype} cannot be written into a file", dtype=array.dtype.name)
        if array.size > 1 and not any(array.strides):  # one number everywhere, which takes no memory
            return {"array": self._number(array[(0,) * array.ndim]), "shape": list(array.shape)}
        return {"array": self._number(array)}

    def _number(self, array: Any) -> int:
        """The number of an array; one that is held in two places is written once."""
        if id(array) not in self._numbers:
            self._numbers[id(array)] = len(self.arrays)
            self.arrays.append(np.asarray(array))
        return self._numbers[id(array)]


class _Reader:
    def __init__(self, arrays: tuple[np.ndarray, ...]) -> None:
        self._arrays = arrays

    def value(self, told: Any) -> Any:
        if isinstance(told, list):
            return tuple([self.value(each) for each in cast("list[Any]", told)])
        if not isinstance(told, dict):
            return told
        told = cast("dict[str, Any]", told)
        for sign, reader in _READERS.items():
            if sign in told:
                return reader(self, told)
        raise _damaged(f"there is an object of {', '.join(told) or 'nothing'}")

    def record(self, told: dict[str, Any]) -> Any:
        kind = next((each for each in KINDS if each.__name__ == told["is"]), None)
        return self._make(kind, told["is"], told["with"])

    def op(self, told: dict[str, Any]) -> Any:
        return self._make(registered().get(told["op"]), told["op"], told["with"])

    def _make(self, kind: type[Any] | None, name: Any, told: Any) -> Any:
        """An object by its class, each field of the type that the class declares."""
        if kind is None:
            raise _damaged(f"it holds “{name}”, which is not known")
        hints = _hints(kind)
        given = {field: self.value(each) for field, each in told.items()}
        for field, each in given.items():
            if field not in hints or not fits(each, hints[field]):
                raise _damaged(f"{field} of {name} is {each!r:.60}")
        return kind(**given)

    def array(self, told: dict[str, Any]) -> np.ndarray:
        number, shape = told["array"], told.get("shape")
        if type(number) is not int or not 0 <= number < len(self._arrays):
            raise _damaged(f"it lacks the array {number!r:.20}")
        array = self._arrays[number]
        if shape is not None:
            if array.size != 1 or not all(type(size) is int and size >= 0 for size in shape):
                raise _damaged(f"the array {number} cannot be {shape!r:.60}")
            array = np.broadcast_to(array.reshape(()), tuple(shape))
        array.setflags(write=False)
        return array

    def mapping(self, told: dict[str, Any]) -> dict[str, Any]:
        return {key: self.value(each) for key, each in told["map"].items()}


_READERS: dict[str, Callable[[_Reader, dict[str, Any]], Any]] = {
    "is": _Reader.record,
    "op": _Reader.op,
    "array": _Reader.array,
    "map": _Reader.mapping,
    "float": lambda _, told: _FLOATS[told["float"]],
}


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    """The declared type of each field."""
    names = [item.name for item in fields(kind)] if is_dataclass(kind) else cast("Any", kind)._fields
    hints = get_type_hints(kind)
    return {name: hints[name] for name in names}


@cache
def _defaults(kind: type[Any]) -> Mapping[str, Any]:
    if not is_dataclass(kind):
        return dict(getattr(kind, "_field_defaults", {}))
    return {item.name: item.default for item in fields(kind) if item.default is not MISSING}


def _same(value: Any, default: Any) -> bool:
    """Whether a field has its default: the same type too, since 1 equals 1.0 and True."""
    return type(value) is type(default) and not isinstance(value, np.ndarray) and bool(value == default)


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is of a declared type, looked at to the last element of tuples and mappings."""
    arguments: tuple[Any, ...] = get_args(hint)
    origin = get_origin(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(fits(value, each) for each in arguments)
    if origin is Literal:
        return any(value == each and type(value) is type(each) for each in arguments)
    if origin is tuple:
        return isinstance(value, tuple) and _fit_all(cast("tuple[Any, ...]", value), arguments)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(
            fits(key, arguments[0]) and fits(each, arguments[1]) for key, each in cast("Any", value).items()
        )
    if hint in (int, bool, str) or hint is None or hint is NoneType:
        return type(value) is (NoneType if hint is None else hint)
    if hint is float:
        return type(value) in (float, int)
    if getattr(hint, "_is_protocol", False):
        return type(value) in KINDS
    return isinstance(value, cast("Any", origin or hint))


def _fit_all(values: tuple[Any, ...], hints: tuple[Any, ...]) -> bool:
    if len(hints) == 2 and hints[1] is Ellipsis:
        return all(fits(each, hints[0]) for each in values)
    hints = () if hints == ((),) else hints
    return len(values) == len(hints) and all(map(fits, values, hints))
