"""The array in a coat that a kernel is handed while it is recorded: it tells what is done with it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn, Protocol

import numpy as np

from graphscope.engine.record.trace import ArrayRef
from graphscope.errors import KernelError


class Recorder(Protocol):
    """Who runs a primitive call on the arrays themselves and writes it down."""

    def call(
        self, name: str, function: Callable[..., Any], args: tuple[Any, ...], options: Mapping[str, Any]
    ) -> Any:
        """Run ``function`` and return what it made, in a coat."""
        ...

    @property
    def namespace(self) -> Namespace:
        """The array namespace whose calls are written down."""
        ...


class Namespace:
    """An array namespace whose functions write down that they were called."""

    def __init__(self, recorder: Recorder, target: Any, prefix: str = "") -> None:
        self._recorder, self._target, self._prefix = recorder, target, prefix

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if type(found).__name__ == "module":
            return Namespace(self._recorder, found, f"{self._prefix}{name}.")
        if not callable(found) or isinstance(found, type) or _is_dtype(found):
            return found
        full = self._prefix + name

        def run(*args: Any, **options: Any) -> Any:
            return self._recorder.call(full, found, args, options)

        return run


def _is_dtype(value: Any) -> bool:
    """JAX's dtypes are objects that can be called."""
    return hasattr(value, "dtype") and not hasattr(value, "__code__")


def _refuse(how: str) -> Callable[[Recorded], NoReturn]:
    def refuse(_: Recorded) -> NoReturn:
        raise KernelError(
            "a kernel turned an array into a Python {how}; keep it an array (where instead of if), so that "
            "it can be recorded and need not wait for a GPU",
            how=how,
        )

    return refuse


class Recorded:
    """A real array in a coat; it cannot be written into, and no Python number can be made of it."""

    __array_ufunc__ = None
    """Lets NumPy's own arrays hand ``array * recorded`` over to us."""
    __hash__ = object.__hash__

    def __init__(self, recorder: Recorder, raw: Any, ref: ArrayRef) -> None:
        self.recorder, self.raw, self.ref = recorder, raw, ref

    def __array_namespace__(self, api_version: str | None = None) -> Namespace:
        return self.recorder.namespace

    @property
    def shape(self) -> tuple[int, ...]:
        """As of the array."""
        return tuple(self.raw.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.raw.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def dtype(self) -> Any:
        """As of the array."""
        return self.raw.dtype

    @property
    def device(self) -> Any:
        """As of the array."""
        return self.raw.device

    @property
    def mT(self) -> Recorded:  # noqa: N802 - the array API's name
        """The last two axes exchanged."""
        return self.recorder.namespace.matrix_transpose(self)

    T = mT

    def __getitem__(self, key: Any) -> Recorded:
        keys: tuple[Any, ...] = key if isinstance(key, tuple) else (key,)  # pyright: ignore[reportUnknownVariableType]
        return self.recorder.call("getitem", _getitem, (self, *keys), {})

    def __setitem__(self, key: Any, value: Any) -> None:
        raise KernelError(
            "a kernel wrote into an array in place; make a new one (where, concat, scatter_add), because the "
            "old one is shared with the recorded run"
        )

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Recorded]:
        return (self[row] for row in range(len(self)))

    __bool__ = _refuse("bool")
    __float__ = _refuse("float")
    __int__ = _refuse("int")
    __index__ = _refuse("index")
    __complex__ = _refuse("complex")


def _getitem(array: Any, *key: Any) -> Any:
    return array[key if len(key) != 1 else key[0]]


def _binary(name: str, function: Callable[[Any, Any], Any]) -> Callable[[Recorded, Any], Any]:
    def run(self: Recorded, other: Any) -> Any:
        return self.recorder.call(name, function, (self, other), {})

    return run


def _reflected(name: str, function: Callable[[Any, Any], Any]) -> Callable[[Recorded, Any], Any]:
    def run(self: Recorded, other: Any) -> Any:
        return self.recorder.call(name, function, (other, self), {})

    return run


def _unary(name: str, function: Callable[[Any], Any]) -> Callable[[Recorded], Any]:
    def run(self: Recorded) -> Any:
        return self.recorder.call(name, function, (self,), {})

    return run


_BINARY = {
    "add": "add",
    "and": "bitwise_and",
    "floordiv": "floor_divide",
    "lshift": "bitwise_left_shift",
    "matmul": "matmul",
    "mod": "remainder",
    "mul": "multiply",
    "or": "bitwise_or",
    "pow": "pow",
    "rshift": "bitwise_right_shift",
    "sub": "subtract",
    "truediv": "divide",
    "xor": "bitwise_xor",
}
_COMPARISONS = {
    "eq": "equal",
    "ge": "greater_equal",
    "gt": "greater",
    "le": "less_equal",
    "lt": "less",
    "ne": "not_equal",
}
_UNARY = {"abs": "abs", "invert": "bitwise_invert", "neg": "negative", "pos": "positive"}


def _give_operators() -> None:
    for name, told in {**_BINARY, **_COMPARISONS}.items():
        setattr(Recorded, f"__{name}__", _binary(told, getattr(operator, f"__{name}__")))
    for name, told in _BINARY.items():
        setattr(Recorded, f"__r{name}__", _reflected(told, getattr(operator, f"__{name}__")))
    for name, told in _UNARY.items():
        setattr(Recorded, f"__{name}__", _unary(told, getattr(operator, f"__{name}__")))


_give_operators()
