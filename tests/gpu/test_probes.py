"""The fake CuPy is what the questions say it is, and a real one that differs is found out."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.fakes import installed
from tests.gpu.probe_table import GROUPS
from tests.gpu.probes import (
    SAME,
    UNKNOWN,
    EventInstrument,
    FakeInstrument,
    Probe,
    answer,
    ask_all,
    compare,
    verdict,
)

PROBES = [(group, probe) for group, probes in GROUPS.items() for probe in probes]


@pytest.fixture(scope="module")
def cupy() -> Iterator[ModuleType]:
    with installed() as module:
        yield module


@pytest.mark.parametrize(("group", "probe"), PROBES, ids=[f"{group}: {each.says}" for group, each in PROBES])
def test_the_fake_answers_as_the_table_says(group: str, probe: Probe, cupy: ModuleType) -> None:
    assert answer(probe, cupy, FakeInstrument()) == probe.fake


def test_no_question_is_asked_twice() -> None:
    asked = [(group, probe.says) for group, probe in PROBES]
    assert len(set(asked)) == len(asked) > 200


def test_where_the_fake_differs_on_purpose_there_is_a_reason() -> None:
    assert [
        probe.says for _, probe in PROBES if probe.real not in (SAME, UNKNOWN) and not probe.because
    ] == []


@pytest.mark.parametrize(
    ("real", "answered", "expected"),
    [
        (SAME, "1", "same"),
        (SAME, "2", "new"),
        ("2", "2", "known"),
        ("2", "1", "same"),
        ("2", "3", "new"),
        (UNKNOWN, "3", "known"),
        (UNKNOWN, "1", "same"),
    ],
)
def test_an_answer_is_the_same_known_or_new(real: str, answered: str, expected: str) -> None:
    probe = Probe("?", lambda *_: "1", "1", real)
    assert verdict(probe, "1", answered) == expected


def test_what_differs_from_the_fake_is_listed_with_both_answers(cupy: ModuleType) -> None:
    fake = ask_all(GROUPS, cupy, FakeInstrument())
    real = ["raises MemoryError", *fake[1:]]
    first, *others = compare(GROUPS, fake, real)
    assert (first.fake, first.real, first.verdict) == ("array () float64", "raises MemoryError", "new")
    assert {each.verdict for each in others} == {"same"}


class StubGpu:
    """As much of CuPy as tells whether a call waits: a kernel that runs, and an event that is done after it."""

    def __init__(self) -> None:
        self.running = False
        self.int64 = int
        self.cuda = SimpleNamespace(Device=lambda: self, Event=lambda: self)

    def RawKernel(self, source: str, name: str) -> Any:
        assert "clock64" in source
        return self._start

    def _start(self, *_: Any) -> None:
        self.running = True

    def record(self) -> None:
        assert self.running

    @property
    def done(self) -> bool:
        return not self.running

    def synchronize(self) -> None:
        self.running = False


def test_a_call_waits_if_the_kernel_before_it_is_done_when_it_comes_back() -> None:
    gpu = StubGpu()
    instrument = EventInstrument(gpu)
    assert instrument.waits(gpu.synchronize)
    assert not instrument.waits(lambda: None)
    assert not gpu.running
