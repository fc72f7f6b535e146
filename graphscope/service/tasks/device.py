"""Questions on the devices of the engine's computer: what they are, and how fast they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Literal

from graphscope.backends.base import Backend, DeviceFacts, Memory, backend_file, open_backend
from graphscope.backends.measure import Slice, measure
from graphscope.backends.processor import Processor, processor
from graphscope.errors import BackendError
from graphscope.service.requests import Answer, Request

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker

Which = Literal["device", "processor"]
"""The device that the model runs on, or the processor of its computer."""
DTYPES = "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 complex64 complex128 bool".split()


@dataclass(frozen=True)
class AskDevice(Request):
    """What the engine's computer is, and the device that the model runs on."""

    glance: ClassVar[bool] = True


@dataclass(frozen=True)
class DeviceTold(Answer):
    """The answer to `AskDevice`.

    Args:
        backend, title, device: where the model runs; on the processor, with NumPy, where none is open.
        facts: about that device.
        memory: of the device that the model runs on; of a processor, what the engine's process holds.
        versions: of NumPy and what it multiplies matrices with.
    """

    backend: str
    title: str
    device: str
    facts: DeviceFacts
    memory: Memory | None
    dtypes: tuple[str, ...]
    processor: Processor
    host_memory: Memory | None
    versions: Mapping[str, str]


@dataclass(frozen=True)
class MeasureDevice(Request):
    """Measure a device a few times, for some hundredths of a second; ask again for more.

    Args:
        number: tells the answers to a row of such requests apart.
    """

    glance: ClassVar[bool] = True

    which: Which
    number: int


@dataclass(frozen=True)
class DeviceMeasured(Answer):
    """The answer to `MeasureDevice`."""

    request: MeasureDevice
    device: str
    slice: Slice


def _ask(worker: Worker, _: AskDevice) -> Iterator[Answer]:
    backend = _backend(worker)
    found = {facts.id: facts for facts in backend_file(backend.name).devices()}
    numpy = open_backend("numpy")
    yield DeviceTold(
        backend=backend.name,
        title=backend.title,
        device=backend.device,
        facts=found.get(backend.device) or next(iter(found.values())),
        memory=backend.memory(),
        dtypes=tuple(name for name in DTYPES if hasattr(backend.xp, name)),
        processor=processor(),
        host_memory=numpy.memory(),
        versions=backend_file("numpy").devices()[0].versions,
    )


def _measure(worker: Worker, request: MeasureDevice) -> Iterator[Answer]:
    backend = _backend(worker) if request.which == "device" else open_backend("numpy")
    try:
        made = measure(backend, perf_counter)
    except MemoryError as error:
        raise BackendError(
            "{title} has too little memory left to be measured; close other programs that use it",
            title=backend.title,
        ) from error
    yield DeviceMeasured(request, backend.device, made)


def _backend(worker: Worker) -> Backend:
    return open_backend("numpy") if worker.session is None else worker.session.backend


TASKS: Mapping[type[Request], Task] = {AskDevice: _ask, MeasureDevice: _measure}
