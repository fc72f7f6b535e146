"""What the fake CuPy claims of places in an array: which indices it takes, and which arrays share their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.gpu.probes import OURS, UNKNOWN, Probe, done, numbers

WRAPS = "the fake refuses on purpose; a GPU cannot tell without making the host wait"
UNDEFINED = "the fake refuses on purpose: which of the numbers wins is not defined"


def indices() -> Iterator[Probe]:
    yield from _out_of_range()
    yield from _kinds_of_indices()
    yield from _repeated()
    yield from _adding_at()
    yield from _several()


def _at(*places: int) -> Callable[[Any], Any]:
    return lambda cp: cp.asarray(np.array(places))


def _out_of_range() -> Iterator[Probe]:
    yield Probe("a Python index out of range", lambda cp, _: cp.ones(3)[3], "raises IndexError")
    yield Probe(
        "an array of indices out of range",
        lambda cp, _: numbers(cp.arange(3)[_at(3, -4)(cp)]),
        "raises IndexError",
        "[0, 2]",
        WRAPS,
    )
    yield Probe(
        "take out of range",
        lambda cp, _: numbers(cp.take(cp.arange(3), _at(4)(cp))),
        "raises IndexError",
        "[1]",
        WRAPS,
    )
    yield Probe(
        "assigning out of range",
        lambda cp, _: _assigned(cp, _at(3)(cp), 7.0),
        "raises IndexError",
        "[7.0, 0.0, 0.0]",
        WRAPS,
    )
    yield Probe(
        "adding at out of range",
        lambda cp, _: _added(cp, _at(3)(cp)),
        "raises IndexError",
        "[1.0, 0.0, 0.0]",
        WRAPS,
    )


def _kinds_of_indices() -> Iterator[Probe]:
    yield Probe("negative indices", lambda cp, _: numbers(cp.arange(3)[_at(-1)(cp)]), "[2]")
    yield Probe("a slice past the end", lambda cp, _: numbers(cp.arange(3)[1:99]), "[1, 2]")
    yield Probe("a slice backwards", lambda cp, _: numbers(cp.arange(3)[::-1]), "[2, 1, 0]")
    yield Probe("a new axis", lambda cp, _: cp.ones(3)[:, None].shape, "(3, 1)")
    yield Probe("too many indices", lambda cp, _: cp.ones(3)[0, 0], "raises IndexError")
    yield Probe("a float as an index", lambda cp, _: cp.ones(3)[1.0], "raises IndexError", UNKNOWN)
    yield Probe("an array of floats as an index", lambda cp, _: cp.ones(3)[cp.ones(1)], "raises IndexError")
    yield Probe(
        "a list as an index", lambda cp, _: numbers(cp.arange(3)[[0, 1]]), "raises TypeError", "[0, 1]", OURS
    )
    yield Probe(
        "a host array as an index",
        lambda cp, _: numbers(cp.arange(3)[np.array([0, 1])]),
        "raises TypeError",
        "[0, 1]",
        OURS,
    )
    yield Probe("a boolean mask", lambda cp, _: numbers(cp.arange(3)[cp.arange(3) > 0]), "[1, 2]")
    yield Probe("a mask of another size", lambda cp, _: cp.arange(3)[cp.ones(2) > 0], "raises IndexError")


def _repeated() -> Iterator[Probe]:
    yield Probe(
        "one number to repeated places", lambda cp, _: _assigned(cp, _at(1, 1)(cp), 7.0), "[0.0, 7.0, 0.0]"
    )
    yield Probe(
        "different numbers to repeated places",
        lambda cp, _: _one_wins(cp, _at(1, 1)(cp)),
        "raises IndexError",
        "one of them",
        UNDEFINED,
    )


def _adding_at() -> Iterator[Probe]:
    yield Probe("adding at repeated places", lambda cp, _: _added(cp, _at(1, 1)(cp)), "[0.0, 2.0, 0.0]")
    yield Probe(
        "adding at places of int64",
        lambda cp, _: cp.add.at(cp.zeros(3, dtype="int64"), _at(1)(cp), 1),
        "raises TypeError",
    )
    yield Probe(
        "adding at places of uint64",
        lambda cp, _: done(cp.add.at(cp.zeros(3, dtype="uint64"), _at(1)(cp), cp.ones(1, dtype="uint64"))),
        "done",
    )
    yield Probe(
        "adding at places of float16",
        lambda cp, _: done(cp.add.at(cp.zeros(3, dtype="float16"), _at(1)(cp), cp.ones(1, dtype="float16"))),
        "done",
    )


def _several() -> Iterator[Probe]:
    yield Probe(
        "two arrays of indices",
        lambda cp, _: numbers(cp.arange(4).reshape(2, 2)[_at(0, 1)(cp), _at(1, 0)(cp)]),
        "[1, 2]",
    )
    yield Probe(
        "take along an axis",
        lambda cp, _: numbers(cp.take_along_axis(cp.arange(4).reshape(2, 2), _at(1, 0)(cp).reshape(2, 1), 1)),
        "[[1], [2]]",
    )


def _assigned(cp: Any, places: Any, value: Any) -> str:
    x = cp.zeros(3)
    x[places] = value
    return numbers(x)


def _one_wins(cp: Any, places: Any) -> str:
    x = cp.zeros(3)
    x[places] = cp.asarray(np.array([5.0, 6.0]))
    return "one of them" if float(x[1]) in (5.0, 6.0) else numbers(x)


def _added(cp: Any, places: Any) -> str:
    x = cp.zeros(3)
    cp.add.at(x, places, cp.ones(places.shape))
    return numbers(x)


def views() -> Iterator[Probe]:
    def shares(view: Callable[[Any, Any], Any]) -> Callable[[Any, Any], str]:
        return lambda cp, _: _shares(cp, view)

    yield Probe("a slice", shares(lambda cp, x: x[1:]), "shares")
    yield Probe("one row", shares(lambda cp, x: x[1]), "shares")
    yield Probe("every second", shares(lambda cp, x: x[::2]), "shares")
    yield Probe("a new axis", shares(lambda cp, x: x[None]), "shares")
    yield Probe("the transpose", shares(lambda cp, x: x.T), "shares")
    yield Probe("another shape", shares(lambda cp, x: x.reshape(-1)), "shares")
    yield Probe("another shape of the transpose", shares(lambda cp, x: x.T.reshape(-1)), "copies")
    yield Probe("ravel", shares(lambda cp, x: x.ravel()), "shares")
    yield Probe("flatten", shares(lambda cp, x: x.flatten()), "copies")
    yield Probe("broadcast_to", shares(lambda cp, x: cp.broadcast_to(x, (2, *x.shape))), "shares")
    yield Probe("expand_dims", shares(lambda cp, x: cp.expand_dims(x, 0)), "shares")
    yield Probe("squeeze", shares(lambda cp, x: cp.squeeze(x[None], axis=0)), "shares")
    yield Probe("swapaxes", shares(lambda cp, x: cp.swapaxes(x, 0, 1)), "shares")
    yield Probe("flip", shares(lambda cp, x: cp.flip(x, 0)), "shares")
    yield Probe("split", shares(lambda cp, x: cp.split(x, 3)[0]), "shares")
    yield Probe(
        "as_strided", shares(lambda cp, x: cp.lib.stride_tricks.as_strided(x, (3, 2), x.strides)), "shares"
    )
    yield Probe("asarray", shares(lambda cp, x: cp.asarray(x)), "shares")
    yield Probe("array", shares(lambda cp, x: cp.array(x)), "copies")
    yield Probe("copy", shares(lambda cp, x: x.copy()), "copies")
    yield Probe("astype of the same type", shares(lambda cp, x: x.astype(x.dtype)), "copies")
    yield Probe("astype without copy", shares(lambda cp, x: x.astype(x.dtype, copy=False)), "shares")
    yield Probe("ascontiguousarray", shares(lambda cp, x: cp.ascontiguousarray(x)), "shares")
    yield Probe("the real part", shares(lambda cp, x: x.real), "shares")
    yield Probe("an array of indices", shares(lambda cp, x: x[cp.asarray(np.array([0, 1]))]), "copies")
    yield Probe("a boolean mask", shares(lambda cp, x: x[cp.ones(3) > 0]), "copies")
    yield Probe("repeat", shares(lambda cp, x: cp.repeat(x, 1, axis=0)), "copies")
    yield Probe("joining one", shares(lambda cp, x: cp.concatenate([x])), "copies")
    yield Probe("the diagonal", shares(lambda cp, x: cp.diagonal(x)), "shares")
    yield Probe(
        "whether it can be written to is told",
        lambda cp, _: hasattr(cp.ones(2).flags, "writeable"),
        "True",
        "False",
        "nothing asks",
    )
    yield Probe("a view written through", lambda cp, _: _written(cp), "[0.0, 5.0, 5.0]")
    yield Probe("adding in place", lambda cp, _: _in_place(cp), "[2.0, 2.0]")
    yield Probe("adding float64 to float32 in place", lambda cp, _: _in_place_wider(cp), "float32")


def _shares(cp: Any, view: Callable[[Any, Any], Any]) -> str:
    """Whether writing to the whole array is seen in what was made of it."""
    x = cp.zeros((3, 2))
    made = view(cp, x)
    x.fill(1.0)
    return "shares" if float(made.sum()) == made.size else "copies"


def _written(cp: Any) -> str:
    x = cp.zeros(3)
    x[1:][:] = 5.0
    return numbers(x)


def _in_place(cp: Any) -> str:
    x = cp.ones(2)
    same = x
    x += 1.0
    return numbers(same)


def _in_place_wider(cp: Any) -> str:
    x = cp.ones(2, dtype="float32")
    x += cp.ones(2)
    return str(x.dtype)
