"""What the fake CuPy claims of host and device: what may cross, what makes the host wait, and what a device tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.gpu.probes import OURS, UNKNOWN, Probe, kind, numbers


def crossing() -> Iterator[Probe]:
    yield from _mixed()
    yield from _functions_of_the_other()
    yield from _carried_over()
    yield from _not_there()


def _mixed() -> Iterator[Probe]:
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


def _functions_of_the_other() -> Iterator[Probe]:
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


def _carried_over() -> Iterator[Probe]:
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


def _not_there() -> Iterator[Probe]:
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
    yield from _reading()
    yield from _computing()
    yield from _arranging()


def _asked(says: str, call: Callable[[Any, Any], Any], answer: str, *rest: str) -> Probe:
    def ask(cp: Any, instrument: Any) -> str:
        x = cp.asarray(np.linspace(0.0, 1.0, 64))
        return "waits" if instrument.waits(lambda: call(cp, x)) else "goes on"

    return Probe(says, ask, answer, *rest)


def _reading() -> Iterator[Probe]:
    yield _asked("float()", lambda cp, x: float(x[0]), "waits")
    yield _asked("int()", lambda cp, x: int(x[0]), "waits")
    yield _asked("bool()", lambda cp, x: bool(x[0] > 0), "waits")
    yield _asked("item()", lambda cp, x: x[0].item(), "waits")
    yield _asked("tolist()", lambda cp, x: x.tolist(), "waits")
    yield _asked("repr()", lambda cp, x: repr(x), "waits")
    yield _asked("get()", lambda cp, x: x.get(), "waits")
    yield _asked("asnumpy()", lambda cp, x: cp.asnumpy(x), "waits")
    yield _asked("reading through a boolean mask", lambda cp, x: x[x > 0.5], "waits")
    yield _asked("nonzero", lambda cp, x: cp.nonzero(x), "waits")
    yield _asked("flatnonzero", lambda cp, x: cp.flatnonzero(x), "waits")
    yield _asked("argwhere", lambda cp, x: cp.argwhere(x), "waits")
    yield _asked("where with one argument", lambda cp, x: cp.where(x > 0.5), "waits")
    yield _asked("unique", lambda cp, x: cp.unique(x), "waits")
    yield _asked("bincount", lambda cp, x: cp.bincount(x.astype("int64")), "waits")
    yield _asked("compress", lambda cp, x: cp.compress(x > 0.5, x), "waits")
    yield _asked("extract", lambda cp, x: cp.extract(x > 0.5, x), "waits")
    yield _asked("histogram", lambda cp, x: cp.histogram(x, 4), "waits", UNKNOWN)
    yield _asked("union1d", lambda cp, x: cp.union1d(x, x), "waits")
    yield _asked("writing an array through a boolean mask", _write_mask, "waits")
    yield _asked("synchronize()", lambda cp, x: cp.cuda.Device().synchronize(), "waits")


def _computing() -> Iterator[Probe]:
    yield _asked("arithmetic", lambda cp, x: x * 2 + x, "goes on")
    yield _asked("exp", lambda cp, x: cp.exp(x), "goes on")
    yield _asked("a comparison", lambda cp, x: x > 0.5, "goes on")
    yield _asked("where with three", lambda cp, x: cp.where(x > 0.5, x, 0.0), "goes on")
    yield _asked("clip", lambda cp, x: cp.clip(x, 0.0, 1.0), "goes on")
    yield _asked("a sum", lambda cp, x: x.sum(), "goes on")
    yield _asked("argmax", lambda cp, x: x.argmax(), "goes on")
    yield _asked("any", lambda cp, x: cp.any(x > 0.5), "goes on")
    yield _asked("count_nonzero", lambda cp, x: cp.count_nonzero(x), "goes on")
    yield _asked("a cumulative sum", lambda cp, x: cp.cumsum(x), "goes on")
    yield _asked("a variance", lambda cp, x: cp.var(x), "goes on")
    yield _asked("a product of matrices", lambda cp, x: x.reshape(8, 8) @ x.reshape(8, 8), "goes on")
    yield _asked("einsum", lambda cp, x: cp.einsum("ij,jk->ik", x.reshape(8, 8), x.reshape(8, 8)), "goes on")
    yield _asked("sort", lambda cp, x: cp.sort(x), "goes on")


def _arranging() -> Iterator[Probe]:
    yield _asked("a slice", lambda cp, x: x[1:5], "goes on")
    yield _asked("one element", lambda cp, x: x[3], "goes on")
    yield _asked("take by indices", lambda cp, x: cp.take(x, cp.arange(4)), "goes on")
    yield _asked("writing a number to a slice", _write_slice, "goes on")
    yield _asked("adding at indices", _add_at, "goes on")
    yield _asked("joining", lambda cp, x: cp.concatenate([x, x]), "goes on")
    yield _asked("another shape", lambda cp, x: x.reshape(8, 8).T.reshape(-1), "goes on")
    yield _asked("another type", lambda cp, x: x.astype("float32"), "goes on")
    yield _asked("zeros", lambda cp, x: cp.zeros(64), "goes on")
    yield _asked("arange", lambda cp, x: cp.arange(64), "goes on")
    yield _asked("the length", lambda cp, x: len(x), "goes on")
    yield _asked("iterating", lambda cp, x: list(x[:4]), "goes on")
    yield _asked(
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
