"""The functions of a typed expression: every operation under its usual name, with its fields as options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from graphscope import ops
from graphscope.errors import GraphScopeError, InputError, Sentence
from graphscope.model import given
from graphscope.model.builder import identifier
from graphscope.model.losses import BY_NAME as LOSSES
from graphscope.ops.base import Op
from graphscope.ops.update import Update

Option = int | float | bool | str | tuple[int, ...] | None
"""What an option of a function can be."""
LARGEST = 2**31 - 1
"""The largest whole number in an option."""


@dataclass(frozen=True)
class Function:
    """An operation as it can be called.

    Args:
        operands: the names of its operands, those that are read as options left out.
        least: how many of them it needs; ``most`` how many it takes, or None for any number.
        options: the types of its fields, by name.
    """

    name: str
    op: type[Op]
    operands: tuple[str, ...]
    least: int
    most: int | None
    options: Mapping[str, Any]

    def make(self, positional: Sequence[Option], named: Mapping[str, Option]) -> Op:
        """The operation with these options; those without a name take the fields in order.

        Raises:
            GraphScopeError: an option that it does not have, twice, or of another kind.
        """
        if len(positional) > len(self.options):
            raise self._too_many()
        chosen = dict(zip(self.options, positional, strict=False))
        for name, option in named.items():
            field = self._field(name)
            if field in chosen:
                raise InputError("{function}: {option} is given twice", function=self.name, option=name)
            chosen[field] = option
        return self.op(**{name: self._fitting(name, option) for name, option in chosen.items()})

    def _too_many(self) -> GraphScopeError:
        return InputError(
            "{function} takes {operands}{options}; there is too much in its brackets",
            function=self.name,
            operands=", ".join(self.operands),
            options="".join(f", {name}=…" for name in self.options),
        )

    def _field(self, name: str) -> str:
        """The field that an option's name means; one axis may be told where several can."""
        field = "axes" if name == "axis" and "axes" in self.options else name
        if field in self.options:
            return field
        if not self.options:
            raise InputError("{function} has no options, so no “{option}”", function=self.name, option=name)
        raise InputError(
            "{function} has no option “{option}”; it has {known}",
            function=self.name,
            option=name,
            known=", ".join(self.options),
        )

    def _fitting(self, name: str, option: Option) -> Any:
        """An option as its field takes it: one number stands for several that are equal."""
        hint = self.options[name]
        if name == "dtype":
            return given.dtype(option)
        if _whole(option) and (several := _tuple_in(hint)) is not None:
            count = self._count(name) if several[-1] is Ellipsis else len(several)
            option = (option,) * count  # type: ignore[assignment]
        if not _fits(option, hint):
            raise InputError(
                "{function}: {option} should be {wanted}, not {given}",
                function=self.name,
                option=name,
                wanted=_wanted(hint),
                given=given.shown(option),
            )
        return float(option) if _accepts(hint, float) and _whole(option) else option  # type: ignore[arg-type]

    def _count(self, name: str) -> int:
        usual = next((item.default for item in fields(self.op) if item.name == name), MISSING)  # type: ignore[arg-type]
        return len(usual) if isinstance(usual, tuple) and len(usual) > 1 else 1  # pyright: ignore[reportUnknownArgumentType]


def _whole(option: object) -> bool:
    return isinstance(option, int) and not isinstance(option, bool)


def _choices(hint: Any) -> tuple[Any, ...]:
    """The types that a type allows."""
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _tuple_in(hint: Any) -> tuple[Any, ...] | None:
    """The arguments of the tuple that a type allows, if it does and no plain number."""
    found = [get_args(each) for each in _choices(hint) if get_origin(each) is tuple]
    return found[0] if found and not _accepts(hint, int) else None


def _accepts(hint: Any, kind: type[Any]) -> bool:
    return kind in _choices(hint)


def _fits(option: Option, hint: Any) -> bool:
    """Whether an option is of a field's type, its whole numbers of a size that has a meaning."""
    return any(_fits_one(option, each) for each in _choices(hint))


def _fits_one(option: Option, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return option in get_args(hint)
    if get_origin(hint) is tuple:
        sizes = get_args(hint)
        return (
            isinstance(option, tuple)
            and all(_fits_one(each, int) for each in option)
            and (sizes[-1] is Ellipsis or len(option) == len(sizes))
        )
    if hint is float:
        return isinstance(option, float) or _fits_one(option, int)
    if hint is int:
        return _whole(option) and abs(option) <= LARGEST  # type: ignore[arg-type, operator]
    return hint in (bool, str, NoneType) and isinstance(option, hint)


def _wanted(hint: Any) -> Sentence:
    """What a field takes, in words."""
    first = _choices(hint)[0]
    if get_origin(first) is Literal:
        return Sentence("one of {known}", known=", ".join(f'"{each}"' for each in get_args(first)))
    if get_origin(first) is tuple:
        return Sentence("whole numbers in brackets, such as (0, 1)")
    if first is bool:
        return Sentence("True or False")
    return Sentence("a whole number") if first is int else Sentence("a number")


@cache
def functions() -> Mapping[str, Function]:
    """Every function by each of its names: of the operation, as losses are called, without ``reduce``."""
    made: dict[str, Function] = {}
    for kind in ops.registered().values():
        usable = not issubclass(kind, Update) and kind.outputs == ("out",)
        if usable and kind.__module__.startswith(ops.__name__):
            name = identifier(kind.__name__)
            short = name.removeprefix("reduce_")
            made[name] = made[short] = _function(short, kind)
    for name, loss in LOSSES.items():
        made[name] = _function(name, type(loss))
    return dict(sorted(made.items()))


def _function(name: str, kind: type[Op]) -> Function:
    operands = [each for each in kind.signature.operands if each.name not in kind.host]
    variadic = any(each.variadic for each in operands)
    least = sum(not each.optional for each in operands)
    hints = get_type_hints(kind)
    options = {item.name: hints[item.name] for item in fields(kind)}  # type: ignore[arg-type]
    names = tuple(f"{each.name}…" if each.variadic else each.name for each in operands)
    return Function(name, kind, names, least, None if variadic else len(operands), options)


def function(name: str) -> Function:
    """The function of that name.

    Raises:
        InputError: there is none; the sentence names the nearest ones.
    """
    known = functions()
    if name in known:
        return known[name]
    near = get_close_matches(name.lower(), known, n=3, cutoff=0.6)
    if near:
        raise InputError(
            "there is no function “{name}”; did you mean {near}?", name=name, near=", ".join(near)
        )
    usual = ("mean", "sum", "tanh", "relu", "softmax", "exp", "log", "mse", "cross_entropy")
    raise InputError(
        "there is no function “{name}”; there are {known} and others", name=name, known=", ".join(usual)
    )
