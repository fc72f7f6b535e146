"""The engine tells what its computer and its device are, and measures them, in plain data that can cross."""

from __future__ import annotations

import pytest

import graphscope as gs
from graphscope.backends.base import Backend, open_backend
from graphscope.debug.session import Session
from graphscope.service import codec
from graphscope.service.requests import Answer, Failed, Open, Request
from graphscope.service.tasks import device
from graphscope.service.tasks.device import AskDevice, DeviceMeasured, DeviceTold, MeasureDevice
from graphscope.service.worker import Worker
from tests.fakes import fake_cupy_backend, installed


def worker(backend: Backend | None = None) -> Worker:
    """Has XOR open on a backend, or nothing."""
    with gs.open("xor") as opened:
        model = opened.model
    made = Worker(lambda _: Session(model, backend or open_backend("numpy")))
    if backend is not None:
        list(made.answers(Open("xor")))
    return made


def answer(made: Worker, request: Request) -> Answer:
    (told,) = made.answers(request)
    return told


def test_where_nothing_is_open_the_processor_is_told() -> None:
    told = answer(worker(), AskDevice())
    assert isinstance(told, DeviceTold)
    assert (told.backend, told.device, told.facts.kind) == ("numpy", "cpu", "cpu")
    assert told.processor.name == told.facts.name
    assert set(told.versions) == {"NumPy", "BLAS"}
    assert {"float32", "float64", "bool"} <= set(told.dtypes)


def test_a_gpu_is_told_with_its_memory_beside_the_processor() -> None:
    backend = fake_cupy_backend("cuda:1")
    with installed():
        told = answer(worker(backend), AskDevice())
    assert isinstance(told, DeviceTold)
    assert (told.backend, told.device, told.facts.id) == ("cupy", "cuda:1", "cuda:1")
    assert (told.facts.name, told.facts.cores, told.facts.multiprocessors) == ("Fake GPU", 2560, 20)
    assert told.memory is not None
    assert 0 < told.memory.used < told.memory.total == told.facts.memory
    assert told.processor.usable >= 1


@pytest.mark.parametrize(("which", "place"), [("device", "cuda:0"), ("processor", "cpu")])
def test_the_device_or_the_processor_beside_it_is_measured(
    which: device.Which, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = device.measure
    monkeypatch.setattr(device, "measure", lambda backend, clock: measure(backend, clock, size=4000, side=4))
    told = answer(worker(fake_cupy_backend()), MeasureDevice(which, 3))
    assert isinstance(told, DeviceMeasured)
    assert (told.request.number, told.device) == (3, place)
    assert bool(told.slice.got) == (which == "device")


def test_a_device_without_room_for_it_is_a_sentence_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("Out of memory allocating 16,777,216 bytes")

    monkeypatch.setattr(device, "measure", fail)
    made = worker(fake_cupy_backend())
    told = answer(made, MeasureDevice("device", 0))
    assert isinstance(told, Failed)
    assert str(told.error) == (
        "CuPy · GPU 0 has too little memory left to be measured; close other programs that use it"
    )
    assert made.session is not None


def test_all_of_it_can_cross_to_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    measure = device.measure
    monkeypatch.setattr(device, "measure", lambda backend, clock: measure(backend, clock, size=4000, side=4))
    for request in (AskDevice(), MeasureDevice("device", 0)):
        told = answer(worker(), request)
        text, arrays = codec.encode((request, told))
        assert codec.decode(text, bytearray(b"".join(arrays))) == (request, told)
