"""The fake device array: a NumPy array that the host cannot get at without saying so."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from tests.fakes.fake_cupy import real
from tests.fakes.fake_cupy.ledger import MACHINE

Order = Literal["C", "F", "A", "K"]
NUMBERS = (bool, int, float, complex, np.generic)
UNTOUCHED = b"\xcd"
"""What host memory holds until a copy that does not block is done."""
WAITING_METHODS = frozenset({"nonzero", "compress"})


class ndarray:  # noqa: N801 - CuPy's name
    """An array on the current GPU."""

    __array_priority__ = 100
    __array_ufunc__ = None  # numpy.exp of it, and a NumPy array times it, raise
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, shape: Any, dtype: Any = float, order: Literal["C", "F"] = "C") -> None:
        self._host: np.ndarray[Any, Any] = np.empty(shape, dtype, order)
        self._gpu = MACHINE.current[-1]
        MACHINE.take(self._host, self.nbytes)

    shape = property(lambda self: self._host.shape)
    dtype = property(lambda self: self._host.dtype)
    ndim = property(lambda self: self._host.ndim)
    size = property(lambda self: self._host.size)
    itemsize = property(lambda self: self._host.itemsize)
    nbytes = property(lambda self: self._host.nbytes)
    strides = property(lambda self: self._host.strides)
    flags = property(lambda self: self._host.flags)
    T = property(lambda self: wrap(self._host.T))
    mT = property(lambda self: wrap(self._host.mT))  # noqa: N815 - the standard's name
    real = property(lambda self: wrap(self._host.real))
    imag = property(lambda self: wrap(self._host.imag))

    @property
    def device(self) -> Any:
        from tests.fakes.fake_cupy.cuda import Device

        return Device(self._gpu)

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        """Not in the real CuPy, which array-api-compat knows by its module; ours is not left installed."""
        from tests.fakes.fake_cupy.modules import compat

        return compat()

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise TypeError("Implicit conversion to a NumPy array is not allowed. Please use `.get()`.")

    def __array_function__(self, function: Any, *rest: Any) -> Any:
        raise TypeError(f"numpy.{function.__name__} was called with an array of the device")

    def get(self, stream: Any = None, order: Order = "C", out: Any = None, blocking: bool = True) -> Any:
        MACHINE.downloaded("get", self.nbytes)
        there = unwrap(self)
        if blocking:
            MACHINE.complete()
            return np.array(self._host, order=order, copy=True)
        made = np.frombuffer(UNTOUCHED * there.nbytes, there.dtype).reshape(there.shape).copy(order)
        MACHINE.later(lambda: np.copyto(made, self._host))
        return made

    def item(self) -> Any:
        return self._told("item", self._host.item)

    def tolist(self) -> Any:
        return self._told("tolist", self._host.tolist)

    def scatter_add(self, slices: Any, value: Any) -> None:
        add_at(self, slices, value)

    def _told(self, why: str, answer: Callable[[], Any]) -> Any:
        MACHINE.waited(why)
        return answer()

    def __float__(self) -> float:
        return self._told("float()", lambda: float(self._host))

    def __int__(self) -> int:
        return self._told("int()", lambda: int(self._host))

    def __index__(self) -> int:
        return self._told("index", lambda: operator.index(self._host))

    def __complex__(self) -> complex:
        return self._told("complex()", lambda: complex(self._host))

    def __bool__(self) -> bool:
        return self._told("bool()", lambda: bool(self._host))

    def __repr__(self) -> str:
        return self._told("repr()", lambda: f"fake cupy {self._host!r}")

    def __len__(self) -> int:
        return len(self._host)

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> ndarray:
        return wrap(unwrap(self)[host_index(index)])

    def __setitem__(self, index: Any, value: Any) -> None:
        place = host_index(index)
        hits = np.zeros(self.shape, int)
        np.add.at(hits, place, 1)
        if not isinstance(value, NUMBERS) and hits.max(initial=0) > 1:
            raise IndexError("assigning to repeated indices has no defined result on a GPU")
        unwrap(self)[place] = unwrap(value, only=(ndarray, *NUMBERS))


def wrap(result: Any) -> Any:
    """What a NumPy function gave, as the device would hold it: scalars are arrays without axes there."""
    if isinstance(result, np.ndarray | np.generic):
        array = ndarray.__new__(ndarray)
        array._host = np.asarray(result)
        array._gpu = MACHINE.current[-1]
        if array._host.base is None:
            MACHINE.take(array._host, array.nbytes)
        return array
    if hasattr(result, "_make"):  # a named tuple
        return type(result)._make(map(wrap, result))
    if isinstance(result, list | tuple):
        return type(result)(map(wrap, result))
    return result


def unwrap(value: Any, *, only: tuple[type, ...] | None = None) -> Any:
    """What NumPy can compute with; an array of the host is refused, and so is one of another GPU."""
    if isinstance(value, np.ndarray):
        raise TypeError("Unsupported type <class 'numpy.ndarray'>: an array of the host met the device")
    if only is not None and not isinstance(value, only):
        raise TypeError(f"Unsupported type {type(value)}")
    if isinstance(value, ndarray):
        if value._gpu != MACHINE.current[-1]:
            raise ValueError(f"an array of GPU {value._gpu} was used on GPU {MACHINE.current[-1]}")
        return value._host
    if type(value) in (list, tuple):
        return type(value)(unwrap(each) for each in value)
    return value


def host_index(index: Any) -> Any:
    """An index as NumPy takes it; the real CuPy would silently copy lists and NumPy arrays to the device."""
    if isinstance(index, tuple):
        return tuple(host_index(each) for each in index)
    if isinstance(index, list | bool | np.bool_):
        raise TypeError(f"an index of {type(index)} would be copied to the device")
    if isinstance(index, ndarray) and index.dtype == bool:
        MACHINE.waited("boolean mask")
    return unwrap(index)


def add_at(array: ndarray, index: Any, value: Any) -> None:
    """cupy.add.at, with the dtypes that its atomic addition knows."""
    known = (np.int32, np.uint32, np.uint64, np.float16, np.float32, np.float64)
    if array.dtype.type not in known:
        raise TypeError(f"cupy.add.at does not know {array.dtype}")
    np.add.at(unwrap(array), host_index(index), unwrap(value, only=(ndarray, *NUMBERS)))


def _binary(compute: Callable[[Any, Any], Any], *, reflected: bool = False) -> Callable[..., Any]:
    def method(self: ndarray, other: Any) -> Any:
        if not isinstance(other, (ndarray, np.ndarray, *NUMBERS)):
            return NotImplemented
        mine, theirs = unwrap(self), unwrap(other)
        with np.errstate(all="ignore"):
            return wrap(compute(theirs, mine) if reflected else compute(mine, theirs))

    return method


def _in_place(compute: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def method(self: ndarray, other: Any) -> ndarray:
        with np.errstate(all="ignore"):
            compute(unwrap(self), unwrap(other, only=(ndarray, *NUMBERS)))
        return self

    return method


def _unary(compute: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda self: wrap(compute(unwrap(self)))


def _method(name: str, parameters: str) -> Callable[..., Any]:
    def method(self: ndarray, *arguments: Any, **options: Any) -> Any:
        real.check_call(f"ndarray.{name}", parameters, arguments, options)
        if name in WAITING_METHODS:
            MACHINE.waited(name)
        plain = {key: unwrap(value) for key, value in options.items()}
        with np.errstate(all="ignore"):
            return wrap(getattr(unwrap(self), name)(*map(unwrap, arguments), **plain))

    return method


def _complete() -> None:
    """Give the class its operators, and those of NumPy's methods that the real CuPy has."""
    both = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift"
    for name in both.split():
        compute = getattr(operator, f"{name}_" if name in ("and", "or") else name)
        setattr(ndarray, f"__{name}__", _binary(compute))
        if name != "matmul":
            setattr(ndarray, f"__i{name}__", _in_place(getattr(operator, f"i{name}")))
        setattr(ndarray, f"__r{name}__", _binary(compute, reflected=True))
    for name in ("lt", "le", "gt", "ge", "eq", "ne"):
        setattr(ndarray, f"__{name}__", _binary(getattr(operator, name)))
    for name in ("neg", "pos", "abs", "invert"):
        setattr(ndarray, f"__{name}__", _unary(getattr(operator, name)))
    for name, parameters in real.methods().items():
        if (
            parameters not in (real.VALUE, real.TYPE)
            and name not in vars(ndarray)
            and hasattr(np.ndarray, name)
        ):
            setattr(ndarray, name, _method(name, parameters))


_complete()
