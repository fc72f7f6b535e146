"""What an operation is: one small frozen class whose methods are handed the array library."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple, dataclass_transform

from graphscope.errors import GraphError, ShapeError
from graphscope.graph.spec import TensorSpec


class Operand(NamedTuple):
    """One input of an op as its ``infer`` declares it."""

    name: str
    optional: bool = False
    variadic: bool = False


class Signature(NamedTuple):
    """What the op's methods declare, read once when the class is made."""

    operands: tuple[Operand, ...]
    wants_needs: bool
    differentiable: bool


_registry: dict[str, type[Op]] = {}


@dataclass_transform(frozen_default=True)
class Op:
    """One kind of computation.

    A subclass becomes a frozen dataclass and is registered under its own name. Its fields are fixed when the
    graph is built; tensors are arguments. It writes:

    - ``infer(self, x, w)``: specs in, spec out (a tuple where ``outputs`` has several). The parameter names are
      the operands' names; ``*xs`` is variadic, ``x=None`` optional.
    - ``forward(self, xp, x, w)``: arrays in, array out, computed with the namespace ``xp``; never writes in place.
    - ``vjp(self, xp, g, out, x, w)``: one gradient per operand, in order, None where there is none. A gradient
      may still have the broadcast shape: the engine sums it down and shows the sum. With a keyword ``needs`` it
      is told which are wanted. Absent for ops that have no gradient.
    - ``draw(self, generator, x, w)``: for ops with ``drawn``, the random arrays (host), from the bound specs;
      they follow the operands in ``forward`` and ``vjp``.
    """

    outputs: ClassVar[tuple[str, ...]] = ("out",)
    saved: ClassVar[tuple[str, ...]] = ()
    """Further outputs that go to the vjp and the inspector, not into the graph."""
    host: ClassVar[tuple[str, ...]] = ()
    """Operands that stay on the CPU: shapes, axes; ``forward`` gets Python integers and tuples."""
    drawn: ClassVar[tuple[str, ...]] = ()
    """Random arrays that the engine draws and hands over."""
    state: ClassVar[tuple[str, ...]] = ()
    """For an optimizer's update: the state kept per parameter, as operands after ``p`` and ``g``."""

    symbol: ClassVar[str] = ""
    """The sign on the op's card; the name in lower case where empty."""
    says: ClassVar[str] = ""
    """One sentence on what forward does; operands and ``{out}`` are fields."""
    backward_says: ClassVar[str] = ""
    """One sentence on what backward does; operands and ``{out}`` are fields."""
    why: ClassVar[str] = ""
    """The local rule as an intuition: "add is a distributor: …"."""
    formulas: ClassVar[Mapping[str, str]] = {}
    """Formulas written by hand where the derived one is hard to read: ``out``, ``x``, ``w`` -> formula."""

    signature: ClassVar[Signature] = Signature((), False, False)

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        dataclass(frozen=True)(cls)
        cls.signature = _signature(cls)
        if abstract:
            return
        if cls.__name__ in _registry:
            raise GraphError("there are two operations named {name}; rename one", name=cls.__name__)
        _registry[cls.__name__] = cls

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
        return {item.name: getattr(self, item.name) for item in fields(self)}  # pyright: ignore

    def operand(self, slot: int) -> str:
        """The name of the operand in ``slot``; variadic ones are numbered: ``xs[2]``."""
        operands = self.signature.operands
        last = operands[-1]
        if last.variadic and slot >= len(operands) - 1:
            return f"{last.name}[{slot - len(operands) + 1}]"
        return operands[slot].name

    def specs(self, *inputs: TensorSpec | None) -> tuple[TensorSpec, ...]:
        """The specs of the outputs (without the saved ones) for those of the inputs.

        Raises:
            ShapeError: the operands do not fit, said with their shapes.
        """
        self._check_count(len(inputs))
        made = self.infer(*inputs)  # type: ignore[attr-defined]
        return made if isinstance(made, tuple) else (made,)  # pyright: ignore

    def _check_count(self, count: int) -> None:
        operands = self.signature.operands
        least = sum(not (item.optional or item.variadic) for item in operands)
        most = None if any(item.variadic for item in operands) else len(operands)
        if count < least or (most is not None and count > most):
            raise ShapeError(
                "{op} takes {names} ({count} given)",
                op=self.name,
                names=", ".join(item.name for item in operands),
                count=count,
            )


def _signature(cls: type[Op]) -> Signature:
    operands: tuple[Operand, ...] = ()
    if (infer := getattr(cls, "infer", None)) is not None:
        parameters = tuple(inspect.signature(infer).parameters.values())[1:]
        operands = tuple(
            Operand(item.name, item.default is None, item.kind is item.VAR_POSITIONAL) for item in parameters
        )
    vjp = getattr(cls, "vjp", None)
    wants = vjp is not None and "needs" in inspect.signature(vjp).parameters
    return Signature(operands, wants, vjp is not None)


def registered() -> Mapping[str, type[Op]]:
    """Every op class by its name."""
    return dict(sorted(_registry.items()))
