"""Binding a step to its arrays: one closure a step over the list of cells, so that dispatch costs next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphscope.engine.plan import PlanStep
from graphscope.errors import KernelError

Cells = list[Any]
Kernel = Callable[[Cells], None]
Getter = Callable[[Cells], Any]


def bind(step: PlanStep, backend: Any) -> Kernel:
    """The closure that does one step on ``cells``; data, zero and random steps are the machine's own."""
    match step.step.kind:
        case "forward" | "update":
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


def _method(step: PlanStep, backend: Any, name: str) -> Callable[..., Any]:
    """The op's own method, or the backend's faster one of the same meaning."""
    op = step.op
    override = backend.overrides.get((type(op).__name__, name))
    if override is None:
        return getattr(op, name)
    return lambda xp, *arrays, **options: override(op, xp, *arrays, **options)


def _bind_forward(step: PlanStep, backend: Any) -> Kernel:
    forward, xp = _method(step, backend, "forward"), backend.xp
    operands = (*step.operands, *step.drawn)
    packed = step.op.signature.packed  # type: ignore[union-attr]
    if not packed and not _special(step):
        return _forward_to_one(forward, xp, operands, step.writes[0])  # type: ignore[arg-type]
    read, writes = _reader(step, backend, operands), step.writes

    def run(cells: Cells) -> None:
        made = forward(xp, *read(cells))
        for cell, array in zip(writes, made if packed else (made,), strict=True):
            cells[cell] = array  # type: ignore[index]

    return run


def _special(step: PlanStep) -> bool:
    return None in step.operands or bool(step.op and step.op.host)


def _forward_to_one(forward: Any, xp: Any, operands: tuple[Any, ...], out: int) -> Kernel:
    """The common case, written out for one and two operands: a call with unpacking costs half as much again."""
    if len(operands) == 1:
        (a,) = operands

        def unary(cells: Cells) -> None:
            cells[out] = forward(xp, cells[a])

        return unary
    if len(operands) == 2:
        a, b = operands

        def binary(cells: Cells) -> None:
            cells[out] = forward(xp, cells[a], cells[b])

        return binary

    def several(cells: Cells) -> None:
        cells[out] = forward(xp, *[cells[cell] for cell in operands])

    return several


def _reader(step: PlanStep, backend: Any, cells_read: tuple[int | None, ...]) -> Getter:
    """Fetches operands one by one: absent ones are None, host ones plain Python numbers."""
    op = step.op
    host = set(op.host) if op else set[str]()
    count = len(step.operands)
    getters = [
        _getter(cell, backend if op and slot < count and op.operand(slot) in host else None)
        for slot, cell in enumerate(cells_read)
    ]
    return lambda cells: [get(cells) for get in getters]


def _getter(cell: int | None, backend: Any) -> Getter:
    if cell is None:
        return lambda cells: None
    if backend is not None:
        return lambda cells: plain(backend.get(cells[cell]).tolist())
    return lambda cells: cells[cell]


def plain(value: Any) -> Any:
    """Nested lists as nested tuples."""
    return tuple(plain(item) for item in value) if isinstance(value, list) else value  # type: ignore[misc]


def _bind_backward(step: PlanStep, backend: Any) -> Kernel:
    vjp, xp = _needing(step, _method(step, backend, "vjp")), backend.xp
    simple = not step.op.signature.packed and not _special(step)  # type: ignore[union-attr]
    arrays = (*step.operands, *step.drawn)
    if simple:
        (g,), (out,) = step.gradients, step.results
        call = _simple_vjp(vjp, xp, g, out, arrays)  # type: ignore[arg-type]
    else:
        call = _general_vjp(vjp, xp, step, _reader(step, backend, arrays))
    return _storing(step, call, xp)


def _needing(step: PlanStep, vjp: Callable[..., Any]) -> Callable[..., Any]:
    if not (step.op and step.op.signature.wants_needs):
        return vjp
    needs = step.needs
    return lambda xp, *arrays: vjp(xp, *arrays, needs=needs)


def _simple_vjp(vjp: Any, xp: Any, g: int, out: int, arrays: tuple[Any, ...]) -> Getter:
    if len(arrays) == 1:
        (a,) = arrays
        return lambda cells: vjp(xp, cells[g], cells[out], cells[a])
    if len(arrays) == 2:
        a, b = arrays
        return lambda cells: vjp(xp, cells[g], cells[out], cells[a], cells[b])
    return lambda cells: vjp(xp, cells[g], cells[out], *[cells[cell] for cell in arrays])


def _general_vjp(vjp: Any, xp: Any, step: PlanStep, read: Getter) -> Getter:
    gradients = [_getter(cell, None) for cell in step.gradients]
    results = [_getter(cell, None) for cell in step.results]
    signature = step.op.signature  # type: ignore[union-attr]

    def call(cells: Cells) -> Any:
        out = tuple(get(cells) for get in results)
        g = tuple(get(cells) for get in gradients)
        return vjp(xp, g if signature.several else g[0], out if signature.packed else out[0], *read(cells))

    return call


def _storing(step: PlanStep, call: Getter, xp: Any) -> Kernel:
    """Keep each contribution, summed down to its operand's shape where broadcasting had widened it."""
    slots = [
        (slot, cell, step.unsummed[slot], step.shapes[slot])
        for slot, cell in enumerate(step.writes)
        if cell is not None
    ]
    if len(slots) == 1 and slots[0][2] is None:
        slot, cell, _, _ = slots[0]

        def one(cells: Cells) -> None:
            cells[cell] = call(cells)[slot]

        return one

    def run(cells: Cells) -> None:
        made = call(cells)
        for slot, cell, wide, shape in slots:
            array = made[slot]
            if wide is not None and array.shape != shape:
                cells[wide] = array
                array = unbroadcast(xp, array, shape)
            cells[cell] = array

    return run


def unbroadcast(xp: Any, array: Any, shape: tuple[int, ...]) -> Any:
    """Sum over the axes that broadcasting added or widened, so that ``array`` gets ``shape``."""
    axes = broadcast_axes(tuple(array.shape), shape)
    summed = xp.sum(array, axis=axes) if axes else array
    return summed if tuple(summed.shape) == shape else xp.reshape(summed, shape)


def broadcast_axes(wide: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of ``wide`` that broadcasting ``shape`` to it added or widened.

    Raises:
        KernelError: ``shape`` does not broadcast to ``wide``: the op's vjp is wrong.
    """
    lead = len(wide) - len(shape)
    axes = tuple(range(lead)) + tuple(lead + i for i, size in enumerate(shape) if size == 1 and wide[lead + i] != 1)
    kept = tuple(size for axis, size in enumerate(wide) if axis not in axes)
    if lead < 0 or kept != tuple(size for i, size in enumerate(shape) if lead + i not in axes):
        raise KernelError("a gradient of shape {wide} does not sum down to {shape}", wide=wide, shape=shape)
    return axes


def _bind_accumulate(step: PlanStep) -> Kernel:
    before, contribution = step.operands
    (out,) = step.writes

    def run(cells: Cells) -> None:
        cells[out] = cells[before] + cells[contribution]  # type: ignore[index]

    return run


def _bind_seed(step: PlanStep, xp: Any) -> Kernel:
    (loss,), (out,) = step.operands, step.writes

    def run(cells: Cells) -> None:
        cells[out] = xp.ones_like(cells[loss])  # type: ignore[index]

    return run
