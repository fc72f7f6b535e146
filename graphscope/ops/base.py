"""What an operation is: one small frozen class whose methods are handed the array library."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import FrozenInstanceError, dataclass, fields
from typing import Any, ClassVar, NamedTuple, NoReturn, dataclass_transform

from graphscope.errors import GraphError, GraphScopeError, ShapeError
from graphscope.graph.spec import TensorSpec


class Operand(NamedTuple):
    """One input of an op as its ``infer`` declares it."""

    name: str
    optional: bool = False
    variadic: bool = False


class Signature(NamedTuple):
    """What the op's methods declare, read once when the class is made.

    Args:
        wants_needs: the vjp has the keyword ``needs``.
        several: ``infer`` gives a tuple, and ``g`` in the vjp is one.
        packed: ``forward`` gives a tuple, and ``out`` in the vjp is that tuple.
    """

    operands: tuple[Operand, ...]
    wants_needs: bool
    differentiable: bool
    several: bool = False
    packed: bool = False


_registry: dict[str, type[Op]] = {}


@dataclass_transform(frozen_default=True)
@dataclass(frozen=True)
class Op:
    """One kind of computation.

    A subclass becomes a frozen dataclass and is registered under its own name. Its fields are fixed when the
    graph is built; tensors are arguments. It writes:

    - ``infer(self, x, w)``: specs in, spec out (a tuple where ``outputs`` has several). The parameter names
    are
      the operands' names; ``*xs`` is variadic, ``x=None`` optional.
    - ``forward(self, xp, x, w)``: arrays in, array out, computed with the namespace ``xp``; never writes in
      place. With several or saved outputs it gives one tuple: the outputs, then the saved ones. It runs with
      floating warnings off: an overflow or a division by zero is a value to look at, not an error.
    - ``vjp(self, xp, g, out, x, w)``: one gradient per operand, in order, None where there is none; at the
    end
      those of optional operands may be left out. ``out`` is what forward gave; ``g`` is a tuple only where
      ``outputs`` has several, None in it for an output that the loss does not depend on. A gradient may still
      have the broadcast shape: the engine sums it down and shows the sum. With a keyword ``needs`` it is told
      which of the connected operands want one. Absent for ops that have no gradient.
    - ``draw(self, generator, x, w)``: for ops with ``drawn``, a tuple of random arrays (host), from the bound
      specs; they follow the operands in ``forward`` and ``vjp``.
    - ``start(self, spec)``: for updates with ``state``, the specs of the state, which starts as zeros.

    A field that a model may also compute while it runs (a shape, axes) has an optional ``host`` operand of
    the same name, which takes the field's place where it is connected.
    """

    outputs: ClassVar[tuple[str, ...]] = ("out",)
    """Names of the outputs; one that begins with ``*`` stands for any number of them."""
    saved: ClassVar[tuple[str, ...]] = ()
    """Further outputs that go to the vjp and the inspector, not into the graph."""
    host: ClassVar[tuple[str, ...]] = ()
    """Operands that stay on the CPU: ``forward`` gets Python numbers and tuples, ``infer`` a spec with a
    value where it is constant."""
    drawn: ClassVar[tuple[str, ...]] = ()
    """Random arrays that the engine draws and hands over."""
    state: ClassVar[tuple[str, ...]] = ()
    """For an optimizer's update: the state kept per parameter, as operands after ``p`` and ``g``; forward
    gives the new parameter and then the new state."""

    symbol: ClassVar[str] = ""
    """The sign on the op's card; the name in lower case where empty."""
    says: ClassVar[str] = ""
    """One sentence on what forward does; fields: the operands that are always there, and the outputs."""
    backward_says: ClassVar[str] = ""
    """One sentence on what backward does, with the same fields; empty for an optimizer's update."""
    backward_parts: ClassVar[Mapping[str, str]] = {}
    """For ops of several operands: what each gets, by operand, told where not all of them get a gradient."""
    why: ClassVar[str] = ""
    """The local rule as an intuition: "add is a distributor: …"."""
    formulas: ClassVar[Mapping[str, str]] = {}
    """Right-hand sides written by hand where the derived formula is hard to read: by output (forward) and by
    operand (its gradient)."""

    signature: ClassVar[Signature] = Signature((), False, False)

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        if inspect.get_annotations(cls) or len(cls.__bases__) > 1:
            dataclass(frozen=True)(cls)
        else:  # half of all: making a dataclass takes most of the time that this program needs to start
            cls.__setattr__ = cls.__delattr__ = _refuse
        cls.signature = _signature(cls)
        if abstract:
            return
        if cls.__name__ in _registry:
            raise GraphError("there are two operations named {name}; rename one", name=cls.__name__)
        _registry[cls.__name__] = cls

    def __post_init__(self) -> None:
        """Lists that a user wrote become tuples, so that every op can be compared and hashed."""
        for item in fields(self):  # pyright: ignore[reportArgumentType]
            if isinstance(getattr(self, item.name), list):
                object.__setattr__(self, item.name, tuple(getattr(self, item.name)))

    @property
    def name(self) -> str:
        """The op's name, such as ``MatMul``."""
        return type(self).__name__

    @property
    def title(self) -> str:
        """What its card says."""
        return self.symbol or self.name.lower()

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The fields fixed when the graph was built, by name."""
        return {item.name: getattr(self, item.name) for item in fields(self)}  # pyright: ignore[reportArgumentType]

    def operand(self, slot: int) -> str:
        """The name of the operand in ``slot``; variadic ones are numbered: ``xs[2]``."""
        operands = self.signature.operands
        last = operands[-1]
        if last.variadic and slot >= len(operands) - 1:
            return f"{last.name}[{slot - len(operands) + 1}]"
        return operands[slot].name

    def formula(self, name: str, given: frozenset[str]) -> str | None:
        """The right-hand side that is written by hand for an output or an operand's gradient, if there is one.

        Args:
            given: the names of the operands that are there.
        """
        return self.formulas.get(name)

    def backward_told(self, wanted: frozenset[str]) -> tuple[str, ...]:
        """The sentences on what backward does: of all operands together, or of each one that gets a gradient."""
        if not self.backward_parts or wanted >= self.backward_parts.keys():
            return (self.backward_says,)
        return tuple(said for name, said in self.backward_parts.items() if name in wanted)

    def output(self, index: int) -> str:
        """The name of an output; variadic ones are numbered: ``outs[2]``."""
        last = self.outputs[-1]
        if last.startswith("*") and index >= len(self.outputs) - 1:
            return f"{last[1:]}[{index - len(self.outputs) + 1}]"
        return self.outputs[index]

    def start(self, spec: TensorSpec) -> tuple[TensorSpec, ...]:
        """The specs of an update's state for a parameter of this spec; every state starts as zeros."""
        return tuple(spec.like() for _ in self.state)

    def specs(self, *inputs: TensorSpec | None) -> tuple[TensorSpec, ...]:
        """The specs of the outputs (without the saved ones) for those of the inputs.

        Raises:
            ShapeError: the operands do not fit, said with their shapes.
        """
        self._check_count(inputs)
        made = self.infer(*inputs)  # type: ignore[attr-defined]
        return made if isinstance(made, tuple) else (made,)

    def in_names(self, error: GraphScopeError, names: Sequence[str | None]) -> GraphScopeError:
        """An error of ``specs`` that also tells which value an operand is, where the sentence has only the op's name.

        Args:
            names: the values' names by slot.
        """
        said = set(re.findall(r"[A-Za-z_]\w*(?:\[\d+\])?", str(error)))
        pairs = ((self.operand(slot), name) for slot, name in enumerate(names) if name is not None)
        renamed = [f"{own} = {name}" for own, name in pairs if own in said and own != name]
        if not isinstance(error, ShapeError) or not renamed:
            return error
        return ShapeError("{problem} (here {names})", problem=error.sentence, names=", ".join(renamed))

    def _check_count(self, inputs: tuple[TensorSpec | None, ...]) -> None:
        operands = self.signature.operands
        given = [*inputs, *(None for _ in operands[len(inputs) :])]
        variadic = bool(operands) and operands[-1].variadic
        required = (slot for slot, item in enumerate(operands) if not (item.optional or item.variadic))
        if any(given[slot] is None for slot in required) or (len(inputs) > len(operands) and not variadic):
            raise ShapeError(
                "{op} takes {names} ({count} given)",
                op=self.name,
                names=", ".join(item.name for item in operands),
                count=sum(item is not None for item in inputs),
            )


def _refuse(op: Op, name: str, *_: object) -> NoReturn:
    """What a frozen dataclass does with an assignment, for those that have no fields of their own."""
    raise FrozenInstanceError(f"cannot assign to field {name!r} of {op.name}")


def _signature(cls: type[Op]) -> Signature:
    operands: tuple[Operand, ...] = ()
    if (infer := getattr(cls, "infer", None)) is not None:
        parameters = tuple(inspect.signature(infer).parameters.values())[1:]
        operands = tuple(
            Operand(item.name, item.default is None, item.kind is item.VAR_POSITIONAL) for item in parameters
        )
    vjp = getattr(cls, "vjp", None)
    wants = vjp is not None and "needs" in inspect.signature(vjp).parameters
    several = len(cls.outputs) != 1 or cls.outputs[0].startswith("*")
    return Signature(operands, wants, vjp is not None, several, several or bool(cls.saved))


def registered() -> Mapping[str, type[Op]]:
    """Every op class by its name."""
    return dict(sorted(_registry.items()))


def forget(module: str) -> None:
    """Take the ops of a module off the register, so that it can be run anew; their instances stay good."""
    for name in [name for name, op in _registry.items() if op.__module__ == module]:
        del _registry[name]
