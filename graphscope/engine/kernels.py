"""Binding a step to its arrays: one closure a step over the list of cells, so that dispatch costs little."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any, cast

from graphscope.backends.base import Backend
from graphscope.engine.plan import PlanStep
from graphscope.errors import KernelError
from graphscope.ops.base import Op

Cells = list[Any]
Kernel = Callable[[Cells], None]
Getter = Callable[[Cells], Any]
Method = Callable[..., Any]


class Diverged(Exception):  # noqa: N818 - nothing is wrong
    """A step has decided otherwise than was assumed; it is done, and what follows must be laid out anew."""


def deciding(kernel: Kernel, cell: int, choice: int, backend: Backend) -> Kernel:
    """What does a step that decides, and says if its answer is another than the assumed one."""

    def run(cells: Cells) -> None:
        kernel(cells)
        if int(backend.get(cells[cell])) != choice:
            raise Diverged

    return run


def bind(step: PlanStep, backend: Backend) -> Kernel:
    """The closure that does one step on ``cells``; data and random steps are bound by `sources`."""
    match step.step.kind:
        case "forward" | "clip" | "update":
            return _bind_forward(step, backend)
        case "backward":
            return _bind_backward(step, backend)
        case "accumulate":
            return _bind_accumulate(step)
        case "seed":
            return _bind_seed(step, backend.xp)
        case _:
            return _nothing


def _nothing(cells: Cells) -> None:
    """A step that makes no array."""


def op_of(step: PlanStep) -> Op:
    """The op that a step calls; only steps that call one are asked."""
    return cast("Op", step.op)


def _method(op: Op, backend: Backend, name: str) -> Method:
    """The op's own method, or the backend's faster one of the same meaning."""
    override = backend.overrides.get((op.name, name))
    return getattr(op, name) if override is None else partial(override, op)


# ---- forward and update -----------------------------------------------------------------------------------


def _bind_forward(step: PlanStep, backend: Backend) -> Kernel:
    op, xp = op_of(step), backend.xp
    forward = _method(op, backend, "forward")
    operands = (*step.operands, *step.drawn)
    if not op.signature.packed:
        out = cast("int", step.writes[0])
        plain_cells = _plain_cells(op, operands)
        if plain_cells is not None and len(plain_cells) in (1, 2):
            return _forward_written_out(forward, xp, plain_cells, out)
        return _forward_to_one(forward, xp, _reader(op, operands, backend), out)
    read, writes = _reader(op, operands, backend), cast("tuple[int, ...]", step.writes)

    def run(cells: Cells) -> None:
        for cell, array in zip(writes, forward(xp, *read(cells)), strict=True):
            cells[cell] = array

    return run


def _forward_written_out(forward: Method, xp: Any, operands: tuple[int, ...], out: int) -> Kernel:
    """One and two operands, the common case, written out: a call with unpacking costs half as much again."""
    a, b = operands[0], operands[-1]

    def unary(cells: Cells) -> None:
        cells[out] = forward(xp, cells[a])

    def binary(cells: Cells) -> None:
        cells[out] = forward(xp, cells[a], cells[b])

    return unary if len(operands) == 1 else binary


def _forward_to_one(forward: Method, xp: Any, read: Getter, out: int) -> Kernel:
    def run(cells: Cells) -> None:
        cells[out] = forward(xp, *read(cells))

    return run


def _plain_cells(op: Op, operands: tuple[int | None, ...]) -> tuple[int, ...] | None:
    """The cells of operands that can be handed over as they are; None where one is absent or for the host."""
    present = tuple(cell for cell in operands if cell is not None)
    return present if len(present) == len(operands) and not op.host else None


def _reader(op: Op, operands: tuple[int | None, ...], backend: Backend) -> Getter:
    """Fetches operands: absent ones are None, host ones plain Python numbers."""
    cells = _plain_cells(op, operands)
    if cells is not None and len(cells) > 1:
        return itemgetter(*cells)
    count = len(operands) - len(op.drawn)
    host = [slot < count and op.operand(slot) in op.host for slot in range(len(operands))]
    getters = [
        _getter(cell, backend if on_host else None) for cell, on_host in zip(operands, host, strict=True)
    ]
    return lambda cells: [get(cells) for get in getters]


def _getter(cell: int | None, backend: Backend | None) -> Getter:
    if cell is None:
        return lambda cells: None  # noqa: ARG005 - a getter like any other
    if backend is not None:
        return lambda cells: plain(backend.get(cells[cell]).tolist())
    return itemgetter(cell)


def plain(value: Any) -> Any:
    """Nested lists as nested tuples."""
    return tuple(map(plain, cast("list[Any]", value))) if isinstance(value, list) else value


# ---- backward ---------------------------------------------------------------------------------------------


def _bind_backward(step: PlanStep, backend: Backend) -> Kernel:
    op, xp = op_of(step), backend.xp
    vjp = _method(op, backend, "vjp")
    if op.signature.wants_needs:
        vjp = partial(vjp, needs=tuple(cell is not None for cell in step.writes))
    operands = _plain_cells(op, (*step.operands, *step.drawn))
    if operands is None or op.signature.packed or step.gradients[0] is None or step.results[0] is None:
        return _storing(step, _general_vjp(vjp, step, backend), xp)
    cells = (step.gradients[0], step.results[0], *operands)
    fixed = not any(operand.optional or operand.variadic for operand in op.signature.operands)
    own_shapes = None not in step.writes and not any(step.unsummed)
    if fixed and own_shapes and not step.drawn and len(cells) <= 4:
        return _vjp_written_out(vjp, xp, cells, cast("tuple[int, ...]", step.writes))
    return _storing(step, _plain_vjp(vjp, xp, cells), xp)


def _vjp_written_out(vjp: Method, xp: Any, arrays: tuple[int, ...], writes: tuple[int, ...]) -> Kernel:
    """One and two operands that both get a gradient of their own shape, the common case, written out."""
    g, out, a, b = *arrays[:3], arrays[-1]
    first, second = writes[0], writes[-1]
    zeros = xp.zeros_like  # for an op that has no gradient for a floating operand

    def unary(cells: Cells) -> None:
        (made,) = vjp(xp, cells[g], cells[out], cells[a])
        cells[first] = zeros(cells[a]) if made is None else made

    def binary(cells: Cells) -> None:
        one, two = vjp(xp, cells[g], cells[out], cells[a], cells[b])
        cells[first] = zeros(cells[a]) if one is None else one
        cells[second] = zeros(cells[b]) if two is None else two

    return unary if len(writes) == 1 else binary


def _plain_vjp(vjp: Method, xp: Any, arrays: tuple[int, ...]) -> Getter:
    pick = cast("Getter", itemgetter(*arrays))
    return lambda cells: vjp(xp, *pick(cells))


def _general_vjp(vjp: Method, step: PlanStep, backend: Backend) -> Getter:
    op, xp = op_of(step), backend.xp
    gradients = [_getter(cell, None) for cell in step.gradients]
    results = [_getter(cell, None) for cell in step.results]
    read = _reader(op, (*step.operands, *step.drawn), backend)

    def call(cells: Cells) -> Any:
        out = tuple(get(cells) for get in results)
        g = tuple(get(cells) for get in gradients)
        several, packed = op.signature.several, op.signature.packed
        return vjp(xp, g if several else g[0], out if packed else out[0], *read(cells))

    return call


def _storing(step: PlanStep, call: Getter, xp: Any) -> Kernel:
    """Keep each contribution, summed down to its operand's shape where broadcasting had widened it."""
    slots = [
        (slot, cell, wide, cast("int", operand))
        for slot, (cell, wide, operand) in enumerate(
            zip(step.writes, step.unsummed, step.operands, strict=True)
        )
        if cell is not None
    ]

    def run(cells: Cells) -> None:
        made = call(cells)
        for slot, cell, wide, operand in slots:
            array = made[slot]
            if array is None:
                array = xp.zeros_like(cells[operand])
            elif wide is not None and array.shape != (shape := cells[operand].shape):
                cells[wide] = array
                array = unbroadcast(xp, array, shape)
            cells[cell] = array

    return run


def unbroadcast(xp: Any, array: Any, shape: tuple[int, ...]) -> Any:
    """Sum over the axes that broadcasting added or widened, so that ``array`` gets ``shape``."""
    axes = broadcast_axes(tuple(array.shape), tuple(shape))
    summed = xp.sum(array, axis=axes) if axes else array
    return summed if summed.shape == shape else xp.reshape(summed, shape)


@lru_cache(maxsize=4096)
def broadcast_axes(wide: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of ``wide`` that broadcasting ``shape`` to it added or widened.

    Raises:
        KernelError: ``shape`` does not broadcast to ``wide``: the op's vjp is wrong.
    """
    lead = len(wide) - len(shape)
    widened = (lead + axis for axis, size in enumerate(shape) if size == 1 and wide[lead + axis] != 1)
    axes = (*range(lead), *widened) if lead >= 0 else ()
    kept = [size for axis, size in enumerate(wide) if axis not in axes]
    if lead < 0 or kept != [size for axis, size in enumerate(shape) if lead + axis not in axes]:
        raise KernelError("a gradient of shape {wide} does not sum down to {shape}", wide=wide, shape=shape)
    return axes


# ---- the engine's own steps -------------------------------------------------------------------------------


def _bind_accumulate(step: PlanStep) -> Kernel:
    before, contribution = cast("tuple[int, int]", step.operands)
    out = cast("int", step.writes[0])

    def run(cells: Cells) -> None:
        cells[out] = cells[before] + cells[contribution]

    return run


def _bind_seed(step: PlanStep, xp: Any) -> Kernel:
    """∂loss/∂loss = 1. No array is ever changed, so one is enough for all iterations."""
    loss, out = cast("int", step.operands[0]), cast("int", step.writes[0])
    ones: list[Any] = []

    def run(cells: Cells) -> None:
        if not ones:
            ones.append(xp.ones_like(cells[loss]))
        cells[out] = ones[0]

    return run
