"""Small questions on how CuPy behaves, asked of the fake one and of a real one, and how their answers compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tests.fakes import watch

Verdict = Literal["same", "known", "new"]
"""The real one answers as the fake does; differs as foreseen; or differs as nobody has foreseen."""

SAME, UNKNOWN = "as the fake", "not known"
OURS = "the fake refuses on purpose, so that nothing is copied or computed unseen"


class Instrument(Protocol):
    """Finds out whether the host waits for the device."""

    def waits(self, action: Callable[[], Any]) -> bool:
        """Whether the call comes back only once the device has done all that was asked of it before."""
        ...


Ask = Callable[[Any, Instrument], Any]


@dataclass(frozen=True)
class Probe:
    """One question.

    Args:
        says: what is asked about.
        ask: called with the module and an instrument; what it raises counts as its answer.
        fake: what the fake answers.
        real: what a real CuPy is believed to answer, from its documentation and its source.
        because: why the fake is stricter or different on purpose.
    """

    says: str
    ask: Ask
    fake: str
    real: str = SAME
    because: str = ""

    @property
    def believed(self) -> str:
        """What a real CuPy is believed to answer."""
        return self.fake if self.real == SAME else self.real


Groups = Mapping[str, tuple[Probe, ...]]


@dataclass(frozen=True)
class Answered:
    """The answers of both to one question."""

    group: str
    says: str
    fake: str
    real: str
    believed: str
    because: str
    verdict: Verdict


class FakeInstrument:
    """The fake writes down where the host would wait."""

    def waits(self, action: Callable[[], Any]) -> bool:
        with watch() as seen:
            action()
        return bool(seen.waits or seen.downloads)


SPIN = """
extern "C" __global__ void spin(long long cycles) {
    long long start = clock64();
    while (clock64() - start < cycles) {}
}
"""
CYCLES = 300_000_000
"""More than a tenth of a second on every GPU of today: far longer than any call that does not wait."""


class EventInstrument:
    """Keeps the GPU busy, makes the call, and looks whether the GPU is still busy afterwards."""

    def __init__(self, cupy: Any) -> None:
        self._cupy = cupy
        self._spin = cupy.RawKernel(SPIN, "spin")

    def waits(self, action: Callable[[], Any]) -> bool:
        action()  # compiles its kernels and fills the pool of memory, both of which take long
        self._cupy.cuda.Device().synchronize()
        busy = self._cupy.cuda.Event()
        self._spin((1,), (1,), (self._cupy.int64(CYCLES),))
        busy.record()
        action()
        waited = bool(busy.done)
        self._cupy.cuda.Device().synchronize()
        return waited


def answer(probe: Probe, cupy: Any, instrument: Instrument) -> str:
    """What a CuPy answers; an exception by its name."""
    try:
        return str(probe.ask(cupy, instrument))
    except Exception as error:  # noqa: BLE001 - whatever it raises is the answer
        return f"raises {type(error).__name__}"


def verdict(probe: Probe, fake: str, real: str) -> Verdict:
    """How the two answers compare."""
    if fake == real:
        return "same"
    return "known" if real == probe.believed or probe.real == UNKNOWN else "new"


def ask_all(groups: Groups, cupy: Any, instrument: Instrument) -> tuple[str, ...]:
    """The answers of one CuPy, in order; it must be the one that ``import cupy`` gives meanwhile."""
    return tuple(answer(probe, cupy, instrument) for probes in groups.values() for probe in probes)


def compare(groups: Groups, fake: Iterable[str], real: Iterable[str]) -> tuple[Answered, ...]:
    """The answers of both, side by side."""
    asked = ((name, probe) for name, probes in groups.items() for probe in probes)
    return tuple(
        Answered(name, probe.says, one, other, probe.believed, probe.because, verdict(probe, one, other))
        for (name, probe), one, other in zip(asked, fake, real, strict=True)
    )


# ---- how answers are written ------------------------------------------------------------------------------


def kind(thing: Any) -> str:
    """An array of the device by its shape and dtype, anything else by its type."""
    if hasattr(thing, "get") and hasattr(thing, "dtype"):
        return f"array {thing.shape} {thing.dtype}"
    return type(thing).__name__


def numbers(array: Any) -> str:
    """The numbers of an array of the device."""
    return str(array.get().tolist())


def done(*_: Any) -> str:
    """It went through."""
    return "done"
