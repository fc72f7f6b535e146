"""Runs the whole check on one device: facts, numbers, behaviour, times, and a run to record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from time import perf_counter
from typing import Any, TypeVar

import graphscope
from graphscope.app.opening import find_model
from graphscope.app.samples import samples
from graphscope.backends import numpy_cpu
from graphscope.backends.base import Backend, DeviceFacts, backend_file
from graphscope.backends.measure import Figures, figures, measure
from graphscope.backends.probe import survey
from graphscope.debug.recording import record
from graphscope.engine.recorded import RecordedRun
from tests.fakes import FAKE, fake_cupy_backend, installed
from tests.gpu import correctness, timings
from tests.gpu.correctness import Agreement
from tests.gpu.probe_table import GROUPS
from tests.gpu.probes import Answered, EventInstrument, FakeInstrument, ask_all, compare
from tests.gpu.timings import Timing
from tests.ops.cases import CASES, Case
from tests.ops.running import NUMPY

RECORDED = "digits_cnn"
SLICES = 10
PATIENCE = 300
"""Seconds in which a GPU must have been found: compiling for the first time may take long."""

Say = Callable[[str], None]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Report:
    """All that was seen.

    Args:
        rehearsal: what stood in for the device; "" where it was one.
        searches: seconds that looking for the device took, in a process of its own, at first and again.
        faults: parts of the check that could not be done at all.
    """

    date: str
    version: str
    rehearsal: str
    title: str
    facts: DeviceFacts
    host: DeviceFacts
    searches: tuple[float, ...] = ()
    ops: tuple[Agreement, ...] = ()
    samples: tuple[Agreement, ...] = ()
    probes: tuple[Answered, ...] = ()
    figures: Figures | None = None
    host_figures: Figures | None = None
    timings: tuple[Timing, ...] = ()
    recorded: RecordedRun | None = None
    faults: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[str, ...]:
        """What must be looked into, a sentence each."""
        wrong = [each for each in (*self.ops, *self.samples) if not each.agrees]
        new = [each for each in self.probes if each.verdict == "new"]
        return (
            *self.faults,
            *(f"{each.what} ({each.dtype}) differs from NumPy. {each.error}".strip() for each in wrong),
            *(f"“{each.says}”: the fake answers “{each.fake}”, CuPy “{each.real}”." for each in new),
        )


@dataclass(frozen=True)
class Thoroughness:
    """How much of everything.

    Args:
        iterations: each sample is trained for so many on both, and so many are recorded.
        seconds: for the measuring of one op.
        samples, cases, large: what is trained, computed, and timed at a size where a GPU has something to do.
        size, side: of what is copied, in bytes, and of the matrices that are multiplied.
    """

    iterations: int = 20
    seconds: float = 0.4
    samples: tuple[str, ...] = tuple(sample.name for sample in samples())
    cases: tuple[Case, ...] = CASES
    large: tuple[Case, ...] = tuple(timings.large())
    size: int = 64 * 2**20
    side: int = 1024


@dataclass
class Stages:
    """Does part after part; one that fails is noted, and the others go on."""

    say: Say
    faults: list[str] = field(default_factory=list[str])

    def do(self, what: str, part: Callable[[], Made], otherwise: Made) -> Made:
        """Do a part and say so."""
        self.say(what)
        try:
            return part()
        except Exception as error:  # noqa: BLE001 - what was seen so far must not be lost
            self.faults.append(f"{what}: {type(error).__name__}: {error}")
            return otherwise


def check(name: str, thorough: Thoroughness, say: Say) -> Report:
    """Check a backend that can be used; `FAKE` is a rehearsal."""
    stages = Stages(say)
    searches = stages.do("looking for the device", lambda: _searches(name), ())
    backend = (
        fake_cupy_backend()
        if name == FAKE
        else backend_file(name.partition(":")[0]).create(name.partition(":")[2])
    )
    facts, host = _facts(name, backend), numpy_cpu.devices()[0]
    say(f"{backend.title}: {facts.name}; compared with {host.name}")
    ops = stages.do(
        "every op, forward and backward", lambda: tuple(correctness.every_op(backend, thorough.cases)), ()
    )
    trained = stages.do(
        "every sample",
        lambda: tuple(correctness.every_sample(backend, thorough.samples, thorough.iterations)),
        (),
    )
    probes = stages.do("how it behaves", lambda: _probes(name), ())
    measured = stages.do("copies and calls", lambda: _figures(backend, thorough), None)
    measured_here = stages.do("the same on the processor", lambda: _figures(NUMPY, thorough), None)
    times = stages.do("times", lambda: tuple(_timed(backend, thorough)), ())
    recorded = stages.do(
        f"recording {RECORDED}", lambda: _recorded(name, backend, facts, host, thorough.iterations), None
    )
    return Report(
        date=today(), version=graphscope.__version__, rehearsal=rehearsal(name), title=backend.title,
        facts=facts, host=host, searches=searches, ops=ops, samples=trained, probes=probes, figures=measured,
        host_figures=measured_here, timings=times, recorded=recorded, faults=tuple(stages.faults),
    )  # fmt: skip


def rehearsal(name: str) -> str:
    """What stands in for a GPU; "" where there is one."""
    if name == FAKE:
        return "a fake CuPy that computes with NumPy"
    return "" if name.partition(":")[0] == "cupy" else f"the backend {name}"


def today() -> str:
    """The date, everywhere the same."""
    return datetime.now(UTC).date().isoformat()


def _searches(name: str) -> tuple[float, ...]:
    """Seconds until a search in a process of its own has an answer; the first one may compile."""
    found: list[float] = []
    for _ in range(0 if name == FAKE else 2):
        began = perf_counter()
        survey(timeout=PATIENCE, only=(name.partition(":")[0],))
        found.append(perf_counter() - began)
    return tuple(found)


def _facts(name: str, backend: Backend) -> DeviceFacts:
    if name == FAKE:
        with installed():
            known = backend_file("cupy").devices()
    else:
        known = backend_file(backend.name).devices()
    return next((each for each in known if each.id == backend.device), known[0])


def _probes(name: str) -> tuple[Answered, ...]:
    """Asked of the fake, and of what is checked, if that is a CuPy."""
    with installed() as module:
        fake = ask_all(GROUPS, module, FakeInstrument())
    if name == FAKE:
        return compare(GROUPS, fake, fake)
    if name.partition(":")[0] != "cupy":
        return ()
    cupy: Any = import_module("cupy")
    return compare(GROUPS, fake, ask_all(GROUPS, cupy, EventInstrument(cupy)))


def _figures(backend: Backend, thorough: Thoroughness) -> Figures:
    size, side = thorough.size, thorough.side
    return figures([measure(backend, perf_counter, size=size, side=side) for _ in range(SLICES)])


def _timed(backend: Backend, thorough: Thoroughness) -> Iterator[Timing]:
    yield from timings.every_op(thorough.cases, "tiny", backend, thorough.seconds)
    yield from timings.every_op(thorough.large, "large", backend, thorough.seconds)


def _recorded(
    name: str, backend: Backend, facts: DeviceFacts, host: DeviceFacts, iterations: int
) -> RecordedRun:
    model = find_model(RECORDED)
    losses, steps, transfers = record(model, backend, iterations=iterations, clock=perf_counter)
    dtype = next(iter(model.graph.parameters), "")
    return RecordedRun(
        model=RECORDED, backend=backend.name, title=backend.title, device=backend.device, facts=facts, host=host,
        date=today(), version=graphscope.__version__, dtype=model.graph.value(dtype).spec.dtype if dtype else "",
        seed=0, losses=losses, steps=steps, transfers=transfers, rehearsal=bool(rehearsal(name)),
    )  # fmt: skip
