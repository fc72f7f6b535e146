"""How arrays cross between the host and a device: never shared with somebody who may write to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphscope.errors import BackendError

HostArray = np.ndarray[Any, Any]

FLOATING = ("float16", "float32", "float64", "complex64", "complex128")
WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
DTYPES = frozenset(("bool", *WHOLE, *FLOATING))
"""What a host array may hold to be put on a device."""


def nobody_writes(array: HostArray) -> bool:
    """Whether neither the array nor any array that it is a view of can be written to."""
    owner: Any = array
    while isinstance(owner, np.ndarray):
        if owner.flags.writeable:
            return False
        owner = owner.base
    return owner is None or isinstance(owner, bytes)


def checked(array: HostArray, title: str, *, dtypes: frozenset[str] = DTYPES) -> HostArray:
    """The array in this machine's byte order, or a sentence about the dtype that `title` cannot hold."""
    array = np.asarray(array)
    if array.dtype.name not in dtypes:
        raise BackendError(
            "{title} cannot hold an array of {dtype}; it can hold {known}.",
            title=title,
            dtype=array.dtype.name,
            known=", ".join(sorted(dtypes)),
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def private_copy(array: HostArray) -> HostArray:
    """A contiguous copy that nobody else knows."""
    return np.array(array, order="C", copy=True, subok=False)


def read_only(array: HostArray) -> HostArray:
    """A view that cannot be written to; the array itself where it is one already."""
    if not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view
