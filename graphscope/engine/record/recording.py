"""Runs a kernel on real arrays in coats and writes down what it does."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType, MappingProxyType
from typing import Any, cast

import numpy as np

from graphscope.engine.kernels import plain, unbroadcast
from graphscope.engine.record.recorded import Namespace, Recorded
from graphscope.engine.record.trace import (
    ArrayRef,
    Call,
    Caller,
    Input,
    InputRole,
    Method,
    Trace,
    operand_name,
    output_name,
)
from graphscope.ops.base import Op

Get = Callable[[Any], Any]

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "arange": ("start", "stop", "step"),
    "astype": ("", "dtype"),
    "broadcast_to": ("", "shape"),
    "clip": ("", "min", "max"),
    "einsum": ("equation",),
    "expand_dims": ("", "axis"),
    "eye": ("rows", "columns"),
    "full": ("shape", "fill_value"),
    "full_like": ("", "fill_value"),
    "moveaxis": ("", "source", "destination"),
    "ones": ("shape",),
    "pad": ("", "widths", "value"),
    "permute_dims": ("", "axes"),
    "repeat": ("", "repeats"),
    "reshape": ("", "shape"),
    "roll": ("", "shift"),
    "scatter_add": ("shape", "", "", "axis"),
    "sliding_windows": ("", "window", "strides", "dilations"),
    "squeeze": ("", "axis"),
    "zeros": ("shape",),
}
"""Arguments that are written down by name even where they are given by position; "" is an operand."""


def record(
    op: Op,
    method: Method,
    operands: Sequence[Any],
    *,
    xp: Any,
    gradients: Sequence[Any] = (),
    results: Sequence[Any] = (),
    drawn: Sequence[Any] = (),
    needs: Sequence[bool] | None = None,
    get: Get = np.asarray,
) -> Trace:
    """Run one kernel on real arrays and write down what it did.

    Args:
        operands: the op's operands; None where one is absent, plain numbers or arrays for host ones.
        xp: the backend's namespace.
        gradients: for a vjp, the gradients of the outputs.
        results: for a vjp, the outputs and what forward saved.
        drawn: the random arrays that the op was handed.
        needs: for a vjp, which operands want a gradient; all by default.
        get: brings an array of ``xp`` to the host.

    Returns:
        The trace; its results are bit for bit those of running the kernel directly.
    """
    recorder = _Recorder(xp, get)
    wanted = tuple(needs) if needs is not None else (True,) * len(operands)
    arguments = _wrap_operands(recorder, op, operands, drawn)
    if method == "vjp":
        arguments = [*_wrap_results(recorder, op, gradients, results), *arguments]
    options = {"needs": wanted} if method == "vjp" and op.signature.wants_needs else {}
    kernel = getattr(op, method)
    with recorder.naming(kernel), xp.errstate():
        made = _several(kernel(recorder.namespace, *arguments, **options))
        if method == "vjp":
            made = tuple(
                made[slot] if need and slot < len(made) else None for slot, need in enumerate(wanted)
            )
        unsummed = tuple(recorder.reference(array) for array in made)
        kept = _as_kept(recorder, op, made, operands) if method == "vjp" else unsummed
    return recorder.trace(op, method, kept, unsummed)


def _several(made: Any) -> tuple[Any, ...]:
    return cast("tuple[Any, ...]", made) if isinstance(made, tuple) else (made,)


def _wrap_operands(recorder: _Recorder, op: Op, operands: Sequence[Any], drawn: Sequence[Any]) -> list[Any]:
    """The operands in coats; host ones as plain numbers; then the random arrays."""
    handed: list[Any] = []
    for slot, given in enumerate(operands):
        array, name = given, operand_name(op, slot)
        if name in op.host and _is_array(array):
            array = plain(np.asarray(array).tolist())
        handed.append(recorder.hand("operand", slot, name, array))
    for slot, (name, array) in enumerate(zip(op.drawn, drawn, strict=True)):
        handed.append(recorder.hand("drawn", slot, name, array))
    return handed


def _wrap_results(
    recorder: _Recorder, op: Op, gradients: Sequence[Any], results: Sequence[Any]
) -> tuple[Any, Any]:
    """``g`` and ``out`` as the op's vjp wants them: tuples where there are several."""
    names = [output_name(op, slot, len(results)) for slot in range(len(results))]
    g = tuple(recorder.hand("gradient", slot, names[slot], array) for slot, array in enumerate(gradients))
    out = tuple(recorder.hand("output", slot, names[slot], array) for slot, array in enumerate(results))
    return g if op.signature.several else g[0], out if op.signature.packed else out[0]


def _as_kept(
    recorder: _Recorder, op: Op, made: Sequence[Any], operands: Sequence[Any]
) -> tuple[ArrayRef | None, ...]:
    """Each gradient in its operand's shape, as the engine keeps it."""
    recorder.caller = "engine"
    kept: list[ArrayRef | None] = []
    for slot, (gradient, operand) in enumerate(zip(made, operands, strict=True)):
        narrow = gradient
        if gradient is not None and op.operand(slot) not in op.host:
            shape = tuple(operand.shape)
            narrow = gradient if gradient.shape == shape else unbroadcast(recorder.namespace, gradient, shape)
        kept.append(recorder.reference(narrow))
    return tuple(kept)


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype") and not isinstance(value, type)


@dataclass
class _Recorder:
    """Keeps the calls and arrays of one recording."""

    xp: Any
    get: Get
    inputs: list[Input] = field(default_factory=list[Input])
    raws: list[Any] = field(default_factory=list[Any])
    calls: list[Call] = field(default_factory=list[Call])
    names: dict[str, ArrayRef] = field(default_factory=dict[str, ArrayRef])
    caller: Caller = "kernel"

    @property
    def namespace(self) -> Namespace:
        return Namespace(self, self.xp)

    def wrap(self, raw: Any) -> Recorded:
        """An array in a coat, with a place of its own in the trace."""
        self.raws.append(raw)
        return Recorded(self, raw, ArrayRef(len(self.raws) - 1))

    def hand(self, role: InputRole, slot: int, name: str, array: Any) -> Any:
        """What the kernel is handed for ``array``, noted under its name."""
        if not _is_array(array):
            self.inputs.append(Input(role, slot, name, None, array))
            return array
        wrapped = self.wrap(array)
        self.inputs.append(Input(role, slot, name, wrapped.ref))
        return wrapped

    def reference(self, value: Any) -> ArrayRef | None:
        """Where a result lies; a plain number or a foreign array becomes an array of the trace."""
        if value is None:
            return None
        return value.ref if isinstance(value, Recorded) else self.wrap(value).ref

    def call(
        self, name: str, function: Callable[..., Any], args: tuple[Any, ...], options: Mapping[str, Any]
    ) -> Any:
        """Run a primitive on the arrays themselves and write it down; what is no array is handed through."""
        made = function(*map(_bare, args), **{key: _bare(value) for key, value in options.items()})
        if _is_array(made):
            return self._note(name, args, options, made, 0)
        if isinstance(made, list | tuple):
            parts = tuple(cast("Iterable[Any]", made))
            if parts and all(map(_is_array, parts)):
                return tuple(self._note(name, args, options, item, part) for part, item in enumerate(parts))
        return made  # pyright: ignore[reportUnknownVariableType] - a shape, a dtype: no array

    def _note(
        self, name: str, args: tuple[Any, ...], options: Mapping[str, Any], made: Any, part: int
    ) -> Recorded:
        parameters = OPTIONS.get(name, ())
        parameters += ("",) * (len(args) - len(parameters))
        named = {parameter: value for parameter, value in zip(parameters, args, strict=False) if parameter}
        told = {key: self._told(value) for key, value in {**named, **options}.items()}
        operands = tuple(
            self._told(value) for parameter, value in zip(parameters, args, strict=False) if not parameter
        )
        result = self.wrap(made)
        self.calls.append(Call(name, operands, MappingProxyType(told), result.ref, part, self.caller))
        return result

    def _told(self, value: Any) -> Any:
        """An argument as the trace keeps it: references for arrays, tuples for lists, names for dtypes."""
        if isinstance(value, Recorded):
            return value.ref
        if isinstance(value, list | tuple):
            return tuple(map(self._told, cast("Iterable[Any]", value)))
        if isinstance(value, slice):
            return _slice(value, self._told)
        if _is_array(value):
            return self.wrap(value).ref
        return value if value is None or isinstance(value, _PLAIN) else _dtype_name(value)

    @contextmanager
    def naming(self, kernel: Any) -> Generator[None]:
        """Watch the kernel return, and keep the names of its local variables; this needs no sources."""
        code = kernel.__func__.__code__
        before = sys.getprofile()

        def watch(frame: FrameType, event: str, argument: Any) -> None:  # noqa: ARG001
            if event == "return" and frame.f_code is code:
                self.names.update(_locals(code, frame.f_locals))

        sys.setprofile(watch)
        try:
            yield
        finally:
            sys.setprofile(before)

    def trace(
        self,
        op: Op,
        method: Method,
        results: tuple[ArrayRef | None, ...],
        unsummed: tuple[ArrayRef | None, ...],
    ) -> Trace:
        """Everything that was written down, with the arrays brought to the host."""
        given = {item.ref for item in self.inputs}
        names = MappingProxyType({name: ref for name, ref in self.names.items() if ref not in given})
        arrays = tuple(_read_only(self.get(raw)) for raw in self.raws)
        return Trace(op, method, tuple(self.inputs), tuple(self.calls), arrays, results, unsummed, names)


def _locals(code: CodeType, variables: Mapping[str, Any]) -> Mapping[str, ArrayRef]:
    """The arrays among a kernel's local variables, but for those of a loop, which have held many."""
    many = _set_in_loops(code)
    return {
        name: value.ref
        for name, value in variables.items()
        if isinstance(value, Recorded) and not name.startswith("_") and name not in many
    }


def _set_in_loops(code: CodeType) -> frozenset[str]:
    """The local variables that are set inside a ``for``."""
    instructions = tuple(dis.get_instructions(code))
    loops = [(each.offset, int(each.argval)) for each in instructions if each.opname == "FOR_ITER"]
    stored: set[str] = set()
    for each in instructions:
        if each.opname.startswith("STORE_FAST") and any(start < each.offset < end for start, end in loops):
            stored.update(_several(each.argval))
    return frozenset(stored)


_PLAIN = (bool, int, float, complex, str, type(Ellipsis))


def _bare(value: Any) -> Any:
    """An argument with the real arrays in it."""
    if isinstance(value, Recorded):
        return value.raw
    if type(value) in {list, tuple}:
        return type(value)(map(_bare, value))
    if isinstance(value, slice):
        return _slice(value, _bare)
    return value


def _slice(value: Any, change: Callable[[Any], Any]) -> slice:
    return slice(change(value.start), change(value.stop), change(value.step))


def _dtype_name(value: Any) -> str:
    """``float32`` for the dtype object of any library."""
    try:
        return np.dtype(value).name
    except TypeError:
        return str(value).rpartition(".")[2]


def _read_only(array: Any) -> np.ndarray[Any, Any]:
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view
