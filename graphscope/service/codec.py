"""Turns what is asked and told into JSON and raw arrays and back: plain data only, never code.

An object is written as the name of its class and its fields. Only frozen dataclasses and named tuples of this
package are made again, field by field, without running anything of theirs.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from importlib import import_module
from math import isfinite
from operator import attrgetter
from pathlib import Path, PurePath
from string import Formatter
from typing import Any, cast

import numpy as np

from graphscope.errors import GraphScopeError, Sentence
from graphscope.ops.base import Op
from graphscope.service.foreign import ForeignOp, foreign, told_of
from graphscope.wire.frames import WireError

FLOORS = (
    "engine",
    "exporters",
    "graph",
    "importers",
    "model",
    "ops",
    "service",
    "view",
    "debug",
    "backends",
    "errors",
)
"""Whose classes may cross; nobody makes a window's or a command's objects from bytes."""
DTYPES = "?bhilqBHILQefdFD"
"""Characters of the array types that may cross: booleans, integers, floats and complex numbers."""
SURROGATES = "surrogatepass"
"""Names of files need not be text: bytes that are none cross as the half characters that Python makes of them."""
LARGE = 2**16
"""Bytes of JSON from which on it is worth while to look for no garbage meanwhile."""
_FIELD = re.compile(r"[A-Za-z_]\w*")
_FORMAT = re.compile(r"[<>^+, ]?\d{0,2},?(\.\d{1,2})?[a-zA-Z%]?")
_FLOATS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


def encode(value: Any, *, foreign_ops: bool = True) -> tuple[bytes, list[memoryview]]:
    """A value as JSON and raw arrays.

    Args:
        foreign_ops: whether operations that the other side does not have may cross, to be looked at but not run.

    Raises:
        WireError: something in it is not plain data.
    """
    writer = _Writer(foreign_ops)
    try:
        body = writer.plain(value)
        frame = {"v": body, "c": list(writer.classes), "a": writer.shapes}
        text = json.dumps(frame, separators=(",", ":"), ensure_ascii=False)
    except (ValueError, RecursionError) as error:  # nested without end, or a number of thousands of digits
        raise WireError("a message cannot be written: {reason}", reason=str(error)) from error
    return text.encode("utf-8", SURROGATES), writer.arrays


def decode(text: bytes, arrays: bytearray) -> Any:
    """The value that was encoded; its arrays are read-only.

    Raises:
        WireError: it is not what `encode` writes.
    """
    try:
        with _uncollected(len(text)):
            frame = json.loads(text.decode("utf-8", SURROGATES))
            return _Reader(frame["c"], _arrays(frame["a"], arrays)).value(frame["v"])
    except WireError:
        raise
    except Exception as error:  # whatever bytes come, whoever reads must be able to go on
        raise WireError("a message cannot be understood: {reason}", reason=str(error)) from error


@contextmanager
def _uncollected(size: int) -> Generator[None]:
    """Look for no garbage while a large message is read: it makes many objects, of which none is garbage.

    Looking took more than half of the time.
    """
    paused = size > LARGE and gc.isenabled()
    if paused:
        gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


class _Writer:
    """Collects classes and arrays while a value is made plain."""

    def __init__(self, foreign_ops: bool) -> None:
        self._foreign_ops = foreign_ops
        self.classes: dict[str, int] = {}
        self.shapes: list[tuple[str, tuple[int, ...]]] = []
        self.arrays: list[memoryview] = []

    def plain(self, value: Any) -> Any:
        return _writer_of(cast("type[Any]", type(value)))(self, value)

    def same(self, value: Any) -> Any:
        return value

    def number(self, value: float) -> Any:
        return float(value) if isfinite(value) else {"f": repr(float(value))}

    def complex_number(self, value: complex) -> Any:
        return {"z": [self.number(value.real), self.number(value.imag)]}

    def sequence(self, value: Any) -> Any:
        return [self.plain(each) for each in value]

    def listed(self, value: list[Any]) -> Any:
        return {"l": self.sequence(value)}

    def kept(self, value: Any) -> Any:
        return {"s": self.sequence(value)}

    def mapping(self, value: Mapping[Any, Any]) -> Any:
        if all(type(key) is str for key in value):
            return {"d": {key: self.plain(each) for key, each in value.items()}}
        return {"m": [[self.plain(key), self.plain(each)] for key, each in value.items()]}

    def ellipsis(self, _: Any) -> Any:
        return {"…": 0}

    def path(self, value: PurePath) -> Any:
        return {"p": str(value)}

    def array(self, value: np.ndarray) -> Any:
        if value.dtype.char not in DTYPES:
            raise WireError("an array of {dtype} cannot cross between processes", dtype=value.dtype.name)
        raw = np.ascontiguousarray(value)
        little = raw.astype(raw.dtype.newbyteorder("<"), copy=False)
        self.shapes.append((little.dtype.str, value.shape))
        self.arrays.append(memoryview(cast("Any", little.reshape(-1).view(np.uint8))))
        return {"a": len(self.shapes) - 1}

    def scalar(self, value: np.generic) -> Any:
        return self.plain(value.item())

    def sentence(self, value: Sentence) -> Any:
        return {"t": [value.template, {key: self._field(each) for key, each in value.fields.items()}]}

    def error(self, value: GraphScopeError) -> Any:
        return {"e": [self._class(type(value)), self.sentence(value.sentence)["t"], value.where]}

    def _field(self, value: Any) -> Any:
        """A field of a sentence; what is not plain data is told as its text, which is all it is for."""
        try:
            return self.plain(value)
        except WireError:
            return str(value)

    def op(self, value: Op) -> Any:
        if isinstance(value, ForeignOp) or not _ours(type(value)):
            if not self._foreign_ops:
                raise WireError(
                    "the operation {name} is known to this program only; save the model as a .py file and open that",
                    name=value.name,
                )
            return {"x": self.plain(told_of(value))}
        return self.record(value)

    def record(self, value: Any) -> Any:
        kind = cast("type[Any]", type(value))
        return {"o": [self._class(kind), *(self.plain(each) for each in _values_of(kind)(value))]}

    def _class(self, kind: type[Any]) -> int:
        name = f"{kind.__module__.removeprefix('graphscope.')}:{kind.__qualname__}"
        return self.classes.setdefault(name, len(self.classes))


_WRITERS: tuple[tuple[type[Any], Callable[[_Writer, Any], Any]], ...] = (
    (bool, _Writer.same),
    (np.generic, _Writer.scalar),
    (int, _Writer.same),
    (float, _Writer.number),
    (complex, _Writer.complex_number),
    (str, _Writer.same),
    (type(None), _Writer.same),
    (list, _Writer.listed),
    (frozenset, _Writer.kept),
    (Sentence, _Writer.sentence),
    (GraphScopeError, _Writer.error),
    (Op, _Writer.op),
    (np.ndarray, _Writer.array),
    (PurePath, _Writer.path),
    (type(...), _Writer.ellipsis),
    (Mapping, _Writer.mapping),
)


@cache
def _writer_of(kind: type[Any]) -> Callable[[_Writer, Any], Any]:
    """How values of a class are written."""
    for base, writer in _WRITERS:
        if issubclass(kind, base):
            return writer
    if _ours(kind) and _plain(kind):
        return _Writer.record
    if issubclass(kind, tuple):
        return _Writer.sequence
    raise WireError("{kind} is no plain data, so it cannot cross between processes", kind=kind.__qualname__)


def _ours(kind: type[Any]) -> bool:
    package, _, rest = kind.__module__.partition(".")
    return package == "graphscope" and rest.partition(".")[0] in FLOORS


@cache
def _names_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind)) if is_dataclass(kind) else cast("Any", kind)._fields


@cache
def _values_of(kind: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads all fields of an object at once."""
    names = _names_of(kind)
    read = attrgetter(*names) if names else None
    if read is None:
        return lambda _: ()
    return read if len(names) > 1 else lambda value: (read(value),)


class _Reader:
    """Makes values again from what `_Writer` wrote."""

    def __init__(self, classes: list[str], arrays: list[np.ndarray]) -> None:
        self._classes: list[Any] = [_class_of(name) for name in classes]
        self._arrays = arrays

    def value(self, told: Any) -> Any:
        if isinstance(told, list):
            return tuple([self.value(each) for each in cast("list[Any]", told)])
        if isinstance(told, dict):
            ((sign, body),) = cast("dict[str, Any]", told).items()
            return _READERS[sign](self, body)
        return told

    def record(self, body: list[Any]) -> Any:
        kind: Any = self._classes[body[0]]
        values = [self.value(each) for each in body[1:]]
        names = _names_of(kind)
        if len(values) != len(names) or issubclass(kind, GraphScopeError):
            raise WireError("{kind} does not have these fields", kind=kind.__qualname__)
        if hasattr(kind, "_fields"):
            return kind._make(values)
        made: Any = object.__new__(kind)
        for name, value in zip(names, values, strict=True):
            object.__setattr__(made, name, value)
        return made

    def error(self, body: list[Any]) -> GraphScopeError:
        kind: Any = self._classes[body[0]]
        sentence, where = self.sentence(body[1]), body[2]
        if not issubclass(kind, GraphScopeError):
            raise WireError("{kind} is no error", kind=kind.__qualname__)
        error = kind(sentence.template, **sentence.fields)
        return error.at(where) if where else error

    def sentence(self, body: list[Any]) -> Sentence:
        template, told = body
        named = {key: self.value(each) for key, each in told.items()}
        if not _fields_of(template) <= named.keys():
            raise WireError("a message cannot be understood: {reason}", reason=template)
        return Sentence(template, **named)

    def mapping(self, body: list[Any]) -> dict[Any, Any]:
        return {self.value(key): self.value(each) for key, each in body}

    def kept(self, body: list[Any]) -> frozenset[Any]:
        return frozenset([self.value(each) for each in body])

    def array(self, body: int) -> np.ndarray:
        return self._arrays[body]

    def named(self, body: dict[str, Any]) -> dict[str, Any]:
        return {key: self.value(each) for key, each in body.items()}


_READERS: dict[str, Callable[[_Reader, Any], Any]] = {
    "f": lambda _, body: _FLOATS[body],
    "z": lambda reader, body: complex(*[reader.value(each) for each in body]),
    "l": lambda reader, body: [reader.value(each) for each in body],
    "s": _Reader.kept,
    "d": _Reader.named,
    "m": _Reader.mapping,
    "p": lambda _, body: Path(body),
    "…": lambda _, body: ...,  # noqa: ARG005 - a place in an index
    "a": _Reader.array,
    "t": _Reader.sentence,
    "e": _Reader.error,
    "x": lambda reader, body: foreign(reader.value(body)),
    "o": _Reader.record,
}


@cache
def _class_of(name: str) -> type[Any]:
    """A class of this package that may cross."""
    module, _, qualified = name.partition(":")
    if module.partition(".")[0] not in FLOORS:
        raise WireError("objects of {name} do not cross between processes", name=name)
    try:
        kind: Any = getattr(import_module(f"graphscope.{module}"), qualified)
    except (ImportError, AttributeError):
        raise WireError(
            "there is no {name} here; install the same version on both sides", name=name
        ) from None
    if not isinstance(kind, type) or (kind.__module__, kind.__name__) != (f"graphscope.{module}", qualified):
        raise WireError("{name} is no plain data", name=name)
    if not _plain(kind) and not issubclass(kind, GraphScopeError):
        raise WireError("{name} is no plain data", name=name)
    return kind


def _plain(kind: type[Any]) -> bool:
    """Whether objects of a class are their fields and nothing more: what can change is part of something that works."""
    if is_dataclass(kind):
        return cast("Any", kind).__dataclass_params__.frozen and not issubclass(kind, ForeignOp)
    return issubclass(kind, tuple) and "_fields" in dir(cast("Any", kind))


@lru_cache(1024)
def _fields_of(template: str) -> frozenset[str]:
    """The names in a template.

    Raises:
        ValueError: it does more than to name what is told: looks inside of it, or writes it a million characters wide.
    """
    named: set[str] = set()
    for _, name, how, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not _FIELD.fullmatch(name) or not _FORMAT.fullmatch(how or "") or conversion:
            raise ValueError(template)
        named.add(name)
    return frozenset(named)


def _arrays(told: list[Any], raw: bytearray) -> list[np.ndarray]:
    """The arrays, laid over the bytes that came."""
    found: list[np.ndarray] = []
    start, view = 0, memoryview(raw).toreadonly()
    for name, shape in told:
        dtype = np.dtype(str(name))
        if dtype.char not in DTYPES or any(type(size) is not int or size < 0 for size in shape):
            raise WireError("an array of {dtype} cannot cross between processes", dtype=str(name))
        count = 1
        for size in shape:
            count *= size
        end = start + count * dtype.itemsize
        if end > len(raw):
            raise WireError("a message holds fewer numbers than it says")
        found.append(np.frombuffer(view[start:end], dtype).reshape(shape))
        start = end
    return found
