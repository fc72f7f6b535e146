"""Memory that runs out: foreseen where a result would be too large, and told in a sentence where it happens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from traceback import clear_frames
from typing import Any, NamedTuple, cast

import numpy as np

from graphscope.backends import machine
from graphscope.backends.base import Backend
from graphscope.engine.kernels import Cells, Kernel, plain
from graphscope.engine.plan import PlanStep
from graphscope.engine.sizes import shown
from graphscope.errors import KernelError, Sentence
from graphscope.graph.spec import TensorSpec

LARGE = 32 * 2**20
"""Bytes: whoever makes less is not asked whether there is room, which costs a quarter of a millisecond on Linux."""
VIEWS = frozenset(
    (
        "Flatten",
        "Identity",
        "Reshape",
        "Slice",
        "Split",
        "Squeeze",
        "StopGradient",
        "Transpose",
        "Unsqueeze",
        "Unstack",
    )
)
"""Ops whose result is a view of what they read: it takes no memory of its own."""
RAN_OUT = re.compile(
    r"out of memory|can(?:'t|not) allocate memory|not enough memory|RESOURCE_EXHAUSTED|ALLOC_FAILED",
    re.IGNORECASE,
)
"""What libraries say that have no class of their own for it."""
ASKED = re.compile(r"allocat\w*(?: of)? ([\d,.]+) ?(B|bytes|KiB|MiB|GiB|TiB)\b")
UNITS = {"B": 1, "bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


class NoRoomError(MemoryError):
    """A result that is larger than what is free; it has not been tried."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class LackError(KernelError):
    """A step that got no memory: how much it needs, how much there is, and what to do."""


class Lack(NamedTuple):
    """Memory that could not be had, in bytes; None where nobody told how much."""

    size: int | None


# ---- before a kernel runs ---------------------------------------------------------------------------------


def guarded(kernel: Kernel, step: PlanStep, specs: Mapping[str, TensorSpec], backend: Backend) -> Kernel:
    """The kernel of a step, which asks for room first where its result is large or of a size not known yet."""
    if step.op is not None and step.op.name in VIEWS:
        return kernel
    size = _planned(step, specs)
    if size is not None and size < LARGE:
        return kernel

    def run(cells: Cells) -> None:
        require(_of_arrays(step, cells, backend) if size is None else size, backend)
        kernel(cells)

    return run


def require(size: int, backend: Backend) -> None:
    """Make sure that so many bytes can be had.

    Raises:
        NoRoomError: there are not so many.
    """
    if size < LARGE:
        return
    free = free_on(backend)
    if free is not None and size > free:
        raise NoRoomError(size)


def free_on(backend: Backend) -> int | None:
    """Bytes that can still be taken on a device; where nobody tells, all that the computer has."""
    found = backend.memory()
    if found is None:
        return machine.total()
    return found.total if found.free is None else found.free


def _planned(step: PlanStep, specs: Mapping[str, TensorSpec]) -> int | None:
    """How many bytes a step makes by the shape rule; None where that is not known before it runs."""
    match step.step.kind:
        case "forward":
            return _bytes(specs[ref.name] for ref in step.step.writes if ref.role == "value")
        case "backward":
            return _bytes(_wanted(step, step.specs))
        case "accumulate" | "clip":
            return _bytes(specs[ref.name] for ref in step.step.writes if ref.role == "gradient")
        case "update":
            parameter = specs[step.step.value or ""]
            return _bytes((parameter, *cast("Any", step.op).start(parameter)))
        case "transfer":
            return 0 if step.step.transfer is None else step.step.transfer.size
        case _:
            return 0


def _bytes(specs: Iterable[TensorSpec]) -> int | None:
    sizes = [None if spec.size is None else spec.size * _itemsize(spec.dtype) for spec in specs]
    return None if None in sizes else sum(size for size in sizes if size is not None)


def _itemsize(dtype: str) -> int:
    return np.dtype(dtype).itemsize


def _of_arrays(step: PlanStep, cells: Cells, backend: Backend) -> int:
    """The same, by the arrays that are there."""
    if step.op is None or step.step.kind not in ("forward", "backward"):
        return 0
    bound = [
        _bound(step, slot, spec, cell, cells, backend)
        for slot, (spec, cell) in enumerate(zip(step.specs, step.operands, strict=True))
    ]
    return _bytes(_wanted(step, bound) if step.step.kind == "backward" else step.op.specs(*bound)) or 0


def _wanted(step: PlanStep, operands: Sequence[TensorSpec | None]) -> Iterator[TensorSpec]:
    """The specs of the operands that a backward makes gradients for."""
    pairs = zip(operands, step.writes, strict=True)
    return (spec for spec, cell in pairs if spec is not None and cell is not None)


def _bound(
    step: PlanStep, slot: int, spec: TensorSpec | None, cell: int | None, cells: Cells, backend: Backend
) -> TensorSpec | None:
    """An operand's spec with the sizes of its array, and with its numbers where the op takes those."""
    if spec is None or cell is None:
        return None
    array = cells[cell]
    op = cast("Any", step.op)
    value = plain(backend.get(array).tolist()) if op.operand(slot) in op.host else None
    return spec.like(shape=tuple(array.shape), value=value)


# ---- when it has happened ---------------------------------------------------------------------------------


def ran_out(error: BaseException) -> bool:
    """Whether an error of a library says that memory ran out."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, (RuntimeError, OSError)) and RAN_OUT.search(str(error)) is not None


def asked_for(error: BaseException) -> int | None:
    """How many bytes could not be had, where the error tells."""
    if isinstance(error, NoRoomError):
        return error.size
    shape, dtype = getattr(error, "shape", None), getattr(error, "dtype", None)
    if isinstance(shape, tuple) and isinstance(dtype, np.dtype):  # NumPy's own
        return prod(cast("tuple[int, ...]", shape)) * dtype.itemsize
    found = ASKED.search(str(error))
    return None if found is None else int(float(found[1].replace(",", "")) * UNITS[found[2]])


def let_go(error: BaseException) -> None:
    """Free what the calls that failed had made so far; an error keeps it as long as it lives."""
    clear_frames(error.__traceback__)
    error.__traceback__ = None


def failure(step: PlanStep, lack: Lack, backend: Backend) -> LackError:
    """The error for a step that got no memory."""
    told = step.step
    fields = {
        "op": told.op or Sentence(told.kind),
        "node": told.node or told.value or "-",
        "kind": Sentence(told.kind),
        "device": backend.title,
        "advice": ADVICE,
    }
    size, free = lack.size, free_on(backend)
    if size is None or free is None:
        return LackError(
            "{device} ran out of memory: {op} at {node}, {kind} step; {advice}; the run so far is kept",
            **fields,
        )
    return LackError(
        "{op} at {node} needs {needed} in its {kind} step, and {free} is free on {device}; {advice}; the run so "
        "far is kept",
        needed=shown(size),
        free=shown(free),
        **fields,
    )


ADVICE = Sentence(
    "make the batch or the layers smaller, choose a smaller floating type, or let less be kept of the history"
)


def put(backend: Backend, array: np.ndarray, name: str) -> Any:
    """Copy an array of the host to a device.

    Raises:
        LackError: there is no room for it.
    """
    try:
        if backend.device != "cpu":  # on the CPU it may be shared
            require(array.nbytes, backend)
        return backend.put(array)
    except Exception as error:
        if not ran_out(error):
            raise
    free = free_on(backend)
    raise LackError(
        "{name} needs {needed}, and {free} is free on {device}; {advice}",
        name=name,
        needed=shown(array.nbytes),
        free="?" if free is None else shown(free),
        device=backend.title,
        advice=ADVICE,
    )
