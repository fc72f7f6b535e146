"""The fake's devices: two GPUs of the same kind."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Self

from tests.fakes.fake_cupy.ledger import MACHINE


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

    @property
    def mem_info(self) -> tuple[int, int]:
        """Bytes that are free and that there are."""
        return MACHINE.free(), MACHINE.memory

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


class OutOfMemoryError(MemoryError):
    """What the real one raises where neither its pool nor the GPU has room."""

    def __init__(self, size: int, total: int) -> None:
        super().__init__(f"Out of memory allocating {size:,} bytes (allocated so far: {total:,} bytes).")


class MemoryPool:
    """Keeps freed memory for later."""

    def free_all_blocks(self, stream: Any = None) -> None:
        MACHINE.blocks.clear()

    def free_bytes(self) -> int:
        return MACHINE.pool

    def used_bytes(self) -> int:
        return MACHINE.used

    def total_bytes(self) -> int:
        return MACHINE.used + MACHINE.pool


def properties(device: int) -> dict[str, Any]:
    """What CUDA tells about a GPU."""
    return {
        "name": b"Fake GPU",
        "totalGlobalMem": MACHINE.memory,
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
    memory = ModuleType("cupy.cuda.memory")
    memory.__dict__.update(OutOfMemoryError=OutOfMemoryError, MemoryPool=MemoryPool)
    cuda = ModuleType("cupy.cuda")
    cuda.__dict__.update(
        Device=Device, device=device, memory=memory, runtime=runtime, is_available=lambda: True
    )
    return {
        "cupy.cuda": cuda,
        "cupy.cuda.device": device,
        "cupy.cuda.memory": memory,
        "cupy.cuda.runtime": runtime,
    }
