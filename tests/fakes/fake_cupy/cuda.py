"""The fake's devices: two GPUs of the same kind."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Self

from tests.fakes.fake_cupy.ledger import MACHINE

GIGABYTE = 2**30


class CUDARuntimeError(RuntimeError):
    """What CUDA calls fail with."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"cudaError {status}")


class Device:
    """A GPU; as a context, the current one."""

    def __init__(self, device: Any = None) -> None:
        self.id = MACHINE.current[-1] if device is None else int(device)
        if not 0 <= self.id < MACHINE.gpus:
            raise CUDARuntimeError(101)

    mem_info = (6 * GIGABYTE, 8 * GIGABYTE)

    def __int__(self) -> int:
        return self.id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __enter__(self) -> Self:
        MACHINE.current.append(self.id)
        return self

    def __exit__(self, *_: object) -> None:
        MACHINE.current.pop()

    def use(self) -> None:
        MACHINE.current[-1] = self.id

    def synchronize(self) -> None:
        MACHINE.waited("synchronize")


def properties(device: int) -> dict[str, Any]:
    """What CUDA tells about a GPU."""
    return {
        "name": b"Fake GPU",
        "totalGlobalMem": 8 * GIGABYTE,
        "multiProcessorCount": 20,
        "major": 8,
        "minor": 6,
    }


def build() -> dict[str, ModuleType]:
    """The modules cupy.cuda, cupy.cuda.device and cupy.cuda.runtime."""
    runtime = ModuleType("cupy.cuda.runtime")
    runtime.__dict__.update(
        CUDARuntimeError=CUDARuntimeError,
        getDeviceCount=lambda: MACHINE.gpus,
        getDeviceProperties=properties,
        driverGetVersion=lambda: 12080,
        runtimeGetVersion=lambda: 12090,
    )
    device = ModuleType("cupy.cuda.device")
    device.__dict__.update(Device=Device)
    cuda = ModuleType("cupy.cuda")
    cuda.__dict__.update(Device=Device, device=device, runtime=runtime, is_available=lambda: True)
    return {"cupy.cuda": cuda, "cupy.cuda.device": device, "cupy.cuda.runtime": runtime}
