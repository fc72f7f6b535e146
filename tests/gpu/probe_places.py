"""What the fake CuPy claims of places: indices, views, host and device, and what makes the host wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.gpu.probes import UNKNOWN, Probe, done, kind, numbers

OURS = "the fake refuses on purpose, so that nothing is copied or computed unseen"
WRAPS = "the fake refuses on purpose; a GPU cannot tell without making the host wait"
UNDEFINED = "the fake refuses on purpose: which of the numbers wins is not defined"


def indices() -> Iterator[Probe]:
    def at(*places: int) -> Callable[[Any], Any]:
        return lambda cp: cp.asarray(np.array(places))

    yield Probe("a Python index out of range", lambda cp, _: cp.ones(3)[3], "raises IndexError")
    yield Probe(
        "an array of indices out of range",
        lambda cp, _: numbers(cp.arange(3)[at(3, -4)(cp)]),
        "raises IndexError",
        "[0, 2]",
        WRAPS,
    )
    yield Probe(
        "take out of range",
        lambda cp, _: numbers(cp.take(cp.arange(3), at(4)(cp))),
        "raises IndexError",
        "[1]",
        WRAPS,
    )
    yield Probe(
        "assigning out of range",
        lambda cp, _: _assigned(cp, at(3)(cp), 7.0),
        "raises IndexError",
        "[7.0, 0.0, 0.0]",
        WRAPS,
    )
    yield Probe(
        "adding at out of range",
        lambda cp, _: _added(cp, at(3)(cp)),
        "raises IndexError",
        "[1.0, 0.0, 0.0]",
        WRAPS,
    )
    yield Probe("negative indices", lambda cp, _: numbers(cp.arange(3)[at(-1)(cp)]), "[2]")
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
    yield Probe(
        "one number to repeated places", lambda cp, _: _assigned(cp, at(1, 1)(cp), 7.0), "[0.0, 7.0, 0.0]"
    )
    yield Probe(
        "different numbers to repeated places",
        lambda cp, _: _one_wins(cp, at(1, 1)(cp)),
        "raises IndexError",
        "one of them",
        UNDEFINED,
    )
    yield Probe("adding at repeated places", lambda cp, _: _added(cp, at(1, 1)(cp)), "[0.0, 2.0, 0.0]")
    yield Probe(
        "adding at places of int64",
        lambda cp, _: cp.add.at(cp.zeros(3, dtype="int64"), at(1)(cp), 1),
        "raises TypeError",
    )
    yield Probe(
        "adding at places of uint64",
        lambda cp, _: done(cp.add.at(cp.zeros(3, dtype="uint64"), at(1)(cp), cp.ones(1, dtype="uint64"))),
        "done",
    )
    yield Probe(
        "adding at places of float16",
        lambda cp, _: done(cp.add.at(cp.zeros(3, dtype="float16"), at(1)(cp), cp.ones(1, dtype="float16"))),
        "done",
    )
    yield Probe(
        "two arrays of indices",
        lambda cp, _: numbers(cp.arange(4).reshape(2, 2)[at(0, 1)(cp), at(1, 0)(cp)]),
        "[1, 2]",
    )
    yield Probe(
        "take along an axis",
        lambda cp, _: numbers(cp.take_along_axis(cp.arange(4).reshape(2, 2), at(1, 0)(cp).reshape(2, 1), 1)),
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


def crossing() -> Iterator[Probe]:
    yield Probe("numpy.asarray of the device", lambda cp, _: np.asarray(cp.ones(2)), "raises TypeError")
    yield Probe("device + host", lambda cp, _: cp.ones(2) + np.ones(2), "raises TypeError")
    yield Probe("host * device", lambda cp, _: np.ones(2) * cp.ones(2), "raises TypeError")
    yield Probe("device < host", lambda cp, _: cp.ones(2) < np.ones(2), "raises TypeError")
    yield Probe("device @ host", lambda cp, _: cp.ones(2) @ np.ones(2), "raises TypeError")
    yield Probe(
        "device * numpy.float32(2)", lambda cp, _: kind(cp.ones(2) * np.float32(2)), "array (2,) float64"
    )
    yield Probe(
        "numpy.float32(2) * device", lambda cp, _: kind(np.float32(2) * cp.ones(2)), "array (2,) float64"
    )
    yield Probe("a function of a host array", lambda cp, _: cp.exp(np.ones(2)), "raises TypeError")
    yield Probe("a function of a list", lambda cp, _: cp.exp([1.0, 2.0]), "raises TypeError")
    yield Probe(
        "a reduction of a host array", lambda cp, _: cp.sum(np.ones(2)), "raises TypeError", UNKNOWN, OURS
    )
    yield Probe(
        "joining with a host array",
        lambda cp, _: cp.concatenate([cp.ones(2), np.ones(2)]),
        "raises TypeError",
    )
    yield Probe(
        "numpy.exp of the device",
        lambda cp, _: kind(np.exp(cp.ones(2))),
        "raises TypeError",
        "array (2,) float64",
        OURS,
    )
    yield Probe(
        "numpy.sum of the device",
        lambda cp, _: kind(np.sum(cp.ones(2))),
        "raises TypeError",
        "array () float64",
        OURS,
    )
    yield Probe("get()", lambda cp, _: kind(cp.ones(2).get()), "ndarray")
    yield Probe("get() of no axes", lambda cp, _: kind(cp.ones(2).sum().get()), "ndarray")
    yield Probe("asnumpy of no axes", lambda cp, _: kind(cp.asnumpy(cp.ones(2).sum())), "ndarray")
    yield Probe("what get() gives can be written to", lambda cp, _: cp.ones(2).get().flags.writeable, "True")
    yield Probe("an array that came from the host stays as it was", lambda cp, _: _kept(cp), "[0.0, 0.0]")
    yield Probe(
        "a host array read in another order",
        lambda cp, _: numbers(cp.asarray(np.arange(4).reshape(2, 2).T)),
        "[[0, 2], [1, 3]]",
    )
    yield Probe("a host array that cannot be written to", lambda cp, _: _read_only(cp), "[1.0, 1.0]")
    yield Probe(
        "numbers of a type that a GPU lacks",
        lambda cp, _: kind(cp.asarray(np.array(["a"]))),
        "array (1,) <U1",
        "raises ValueError",
        "nothing asks for it",
    )
    for name in ("vecdot", "unstack", "block", "errstate", "nditer"):
        yield Probe(f"cupy.{name}", lambda cp, _, name=name: getattr(cp, name), "raises AttributeError")
    yield Probe(
        "where= of a ufunc", lambda cp, _: cp.add(cp.ones(2), 1.0, where=cp.ones(2) > 0), "raises TypeError"
    )
    yield Probe(
        "where= of a reduction", lambda cp, _: cp.sum(cp.ones(2), where=cp.ones(2) > 0), "raises TypeError"
    )
    yield Probe("initial= of a reduction", lambda cp, _: cp.ones(2).max(initial=0.0), "raises TypeError")
    yield Probe(
        "maximum.reduce", lambda cp, _: cp.maximum.reduce(cp.ones(2)), "raises NotImplementedError", UNKNOWN
    )


def _kept(cp: Any) -> str:
    host = np.zeros(2)
    there = cp.asarray(host)
    host[:] = 1.0
    return numbers(there)


def _read_only(cp: Any) -> str:
    host = np.ones(2)
    host.setflags(write=False)
    return numbers(cp.asarray(host))


def waits() -> Iterator[Probe]:
    def asked(says: str, call: Callable[[Any, Any], Any], answer: str, *rest: str) -> Probe:
        def ask(cp: Any, instrument: Any) -> str:
            x = cp.asarray(np.linspace(0.0, 1.0, 64))
            return "waits" if instrument.waits(lambda: call(cp, x)) else "goes on"

        return Probe(says, ask, answer, *rest)

    yield asked("float()", lambda cp, x: float(x[0]), "waits")
    yield asked("int()", lambda cp, x: int(x[0]), "waits")
    yield asked("bool()", lambda cp, x: bool(x[0] > 0), "waits")
    yield asked("item()", lambda cp, x: x[0].item(), "waits")
    yield asked("tolist()", lambda cp, x: x.tolist(), "waits")
    yield asked("repr()", lambda cp, x: repr(x), "waits")
    yield asked("get()", lambda cp, x: x.get(), "waits")
    yield asked("asnumpy()", lambda cp, x: cp.asnumpy(x), "waits")
    yield asked("reading through a boolean mask", lambda cp, x: x[x > 0.5], "waits")
    yield asked("nonzero", lambda cp, x: cp.nonzero(x), "waits")
    yield asked("flatnonzero", lambda cp, x: cp.flatnonzero(x), "waits")
    yield asked("argwhere", lambda cp, x: cp.argwhere(x), "waits")
    yield asked("where with one argument", lambda cp, x: cp.where(x > 0.5), "waits")
    yield asked("unique", lambda cp, x: cp.unique(x), "waits")
    yield asked("bincount", lambda cp, x: cp.bincount(x.astype("int64")), "waits")
    yield asked("compress", lambda cp, x: cp.compress(x > 0.5, x), "waits")
    yield asked("extract", lambda cp, x: cp.extract(x > 0.5, x), "waits")
    yield asked("histogram", lambda cp, x: cp.histogram(x, 4), "waits", UNKNOWN)
    yield asked("union1d", lambda cp, x: cp.union1d(x, x), "waits")
    yield asked("writing an array through a boolean mask", _write_mask, "waits")
    yield asked("synchronize()", lambda cp, x: cp.cuda.Device().synchronize(), "waits")
    yield asked("arithmetic", lambda cp, x: x * 2 + x, "goes on")
    yield asked("exp", lambda cp, x: cp.exp(x), "goes on")
    yield asked("a comparison", lambda cp, x: x > 0.5, "goes on")
    yield asked("where with three", lambda cp, x: cp.where(x > 0.5, x, 0.0), "goes on")
    yield asked("clip", lambda cp, x: cp.clip(x, 0.0, 1.0), "goes on")
    yield asked("a sum", lambda cp, x: x.sum(), "goes on")
    yield asked("argmax", lambda cp, x: x.argmax(), "goes on")
    yield asked("any", lambda cp, x: cp.any(x > 0.5), "goes on")
    yield asked("count_nonzero", lambda cp, x: cp.count_nonzero(x), "goes on")
    yield asked("a cumulative sum", lambda cp, x: cp.cumsum(x), "goes on")
    yield asked("a variance", lambda cp, x: cp.var(x), "goes on")
    yield asked("a product of matrices", lambda cp, x: x.reshape(8, 8) @ x.reshape(8, 8), "goes on")
    yield asked("einsum", lambda cp, x: cp.einsum("ij,jk->ik", x.reshape(8, 8), x.reshape(8, 8)), "goes on")
    yield asked("sort", lambda cp, x: cp.sort(x), "goes on")
    yield asked("a slice", lambda cp, x: x[1:5], "goes on")
    yield asked("one element", lambda cp, x: x[3], "goes on")
    yield asked("take by indices", lambda cp, x: cp.take(x, cp.arange(4)), "goes on")
    yield asked("writing a number to a slice", _write_slice, "goes on")
    yield asked("adding at indices", _add_at, "goes on")
    yield asked("joining", lambda cp, x: cp.concatenate([x, x]), "goes on")
    yield asked("another shape", lambda cp, x: x.reshape(8, 8).T.reshape(-1), "goes on")
    yield asked("another type", lambda cp, x: x.astype("float32"), "goes on")
    yield asked("zeros", lambda cp, x: cp.zeros(64), "goes on")
    yield asked("arange", lambda cp, x: cp.arange(64), "goes on")
    yield asked("the length", lambda cp, x: len(x), "goes on")
    yield asked("iterating", lambda cp, x: list(x[:4]), "goes on")
    yield asked(
        "from the host",
        lambda cp, x: cp.asarray(np.ones(64)),
        "goes on",
        UNKNOWN,
        "the fake notes it as a copy, not as a wait",
    )


def _write_mask(cp: Any, x: Any) -> None:
    x[x > 2.0] = cp.zeros(0)


def _write_slice(cp: Any, x: Any) -> None:
    x[1:5] = 0.0


def _add_at(cp: Any, x: Any) -> None:
    cp.add.at(x, cp.arange(4), 1.0)


def device() -> Iterator[Probe]:
    yield Probe("the device of an array", lambda cp, _: int(cp.ones(1).device.id), "0")
    yield Probe("equal devices", lambda cp, _: cp.ones(1).device == cp.cuda.Device(0), "True")
    yield Probe("a device that is not there", lambda cp, _: _absent(cp), "status 101")
    yield Probe("what is free and what there is", lambda cp, _: _free(cp), "some of all")
    yield Probe("the properties of a device", lambda cp, _: _properties(cp), "bytes int int int int")
    yield Probe(
        "the version of the driver", lambda cp, _: cp.cuda.runtime.driverGetVersion() >= 11000, "True"
    )
    yield Probe(
        "the version of the runtime", lambda cp, _: cp.cuda.runtime.runtimeGetVersion() >= 11000, "True"
    )
    yield Probe("synchronize() gives nothing", lambda cp, _: cp.cuda.Device().synchronize(), "None")
    yield Probe(
        "arrays of two devices",
        _two,
        "raises ValueError",
        UNKNOWN,
        "a real one may copy between them, or there is only one",
    )
    yield Probe("a sum gives the same bits twice", lambda cp, _: _twice(cp, lambda x: x.sum()), "True")
    yield Probe(
        "adding at indices gives the same bits twice",
        lambda cp, _: _twice(cp, lambda x: _scattered(cp, x)),
        "True",
        UNKNOWN,
        "atomic additions come in any order",
    )


def _absent(cp: Any) -> str:
    try:
        with cp.cuda.Device(99):
            return kind(cp.ones(1))
    except cp.cuda.runtime.CUDARuntimeError as error:
        return f"status {error.status}"


def _free(cp: Any) -> str:
    free, total = cp.cuda.Device(0).mem_info
    return "some of all" if 0 < free <= total else f"{free} of {total}"


def _properties(cp: Any) -> str:
    found = cp.cuda.runtime.getDeviceProperties(0)
    names = ("name", "totalGlobalMem", "multiProcessorCount", "major", "minor")
    return " ".join(type(found[name]).__name__ for name in names)


def _two(cp: Any, _: Any) -> str:
    if cp.cuda.runtime.getDeviceCount() < 2:
        return "there is only one"
    with cp.cuda.Device(1):
        there = cp.ones(2)
    return kind(cp.ones(2) + there)


def _twice(cp: Any, compute: Callable[[Any], Any]) -> bool:
    x = cp.asarray(np.random.default_rng(0).normal(size=100_000).astype("float32"))
    return compute(x).get().tobytes() == compute(x).get().tobytes()


def _scattered(cp: Any, x: Any) -> Any:
    out = cp.zeros(8, dtype="float32")
    cp.add.at(out, cp.arange(x.size) % 8, x)
    return out
