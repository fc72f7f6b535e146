"""The names of an expression: what each stands for, how large it is, and what fills it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeVar

from graphscope.errors import GraphScopeError, Sentence
from graphscope.graph.spec import Dim, format_shape
from graphscope.model.expression import data
from graphscope.model.expression.data import Data
from graphscope.model.expression.place import Cell, of

Role = Literal["input", "target", "parameter", "constant"]
ROLES: Mapping[Role, Sentence] = MappingProxyType(
    {
        "input": Sentence("Input"),
        "target": Sentence("Target"),
        "parameter": Sentence("Parameter"),
        "constant": Sentence("Constant"),
    }
)
"""What a name can stand for; a target is data that nobody differentiates."""
FED: tuple[Role, ...] = ("input", "target")
"""What data fills."""
Column = Literal["role", "shape", "data"]
_Told = TypeVar("_Told")
_TARGETS = re.compile(r"[yYtT]\d*|y_?true|target\w*|label\w*")
_DATA = re.compile(r"X\d*")
_PARAMETERS = re.compile(
    r"[A-Z]\w*|[bw]\d*|w_\w+|b_\w+|\w*(weight|bias|slope|intercept|gamma|beta|theta|scale|shift)\w*"
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One row of the table as it was typed; what is empty is guessed.

    Args:
        role: input, target, parameter or constant.
        shape: sizes such as ``batch, 2``.
        data: numbers such as ``[[0, 1], [1, 0]]``, or a word such as ``normal:3``.
    """

    name: str
    role: str = ""
    shape: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One name with everything decided.

    Args:
        guessed: the columns of the table that nobody filled.
    """

    name: str
    role: Role
    shape: tuple[Dim, ...]
    dtype: str
    data: Data
    guessed: frozenset[Column]

    @property
    def shape_text(self) -> str:
        """Its shape as the table shows it."""
        return ", ".join(map(str, self.shape)) if self.shape else format_shape(())


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of the table, read: what is None was left to be guessed."""

    name: str
    role: Role
    shape: tuple[Dim, ...] | None
    data: Data | None
    guessed: frozenset[Column]


def guessed_role(name: str) -> Role:
    """What a name usually stands for: y is a target, W and b are parameters, x is data."""
    if _TARGETS.fullmatch(name):
        return "target"
    return "parameter" if _PARAMETERS.fullmatch(name) and not _DATA.fullmatch(name) else "input"


def read_rows(names: tuple[str, ...], rows: tuple[Declaration, ...]) -> dict[str, Asked]:
    """The rows of the names that there are, read.

    Raises:
        InputError: a cell that cannot be read; the sentence begins with its name.
    """
    by_name = {row.name: row for row in rows}
    asked = {name: _asked(by_name.get(name) or Declaration(name)) for name in names}
    return _with_batch(asked)


def _asked(row: Declaration) -> Asked:
    role = _role(row)
    shape = _read(row, "shape", row.shape, data.read_shape)
    filled = _read(row, "data", row.data, data.read)
    _check_kind(row, role, shape)
    _check_together(row, shape, filled)
    columns: dict[Column, str] = {"role": row.role, "shape": row.shape, "data": row.data}
    guessed: frozenset[Column] = frozenset(column for column, told in columns.items() if not told.strip())
    return Asked(row.name, role, shape, filled, guessed)


def _read(row: Declaration, column: Column, told: str, reader: Callable[[str], _Told]) -> _Told | None:
    """What a cell says, or None where it is empty; its errors name it."""
    if not told.strip():
        return None
    try:
        return reader(told)
    except GraphScopeError as error:
        raise of(Cell(row.name, column), error.sentence) from None


def _role(row: Declaration) -> Role:
    told = row.role.strip()
    if not told:
        return guessed_role(row.name)
    found: Role | None = next((role for role in ROLES if role == told), None)
    if found is None:
        sentence = Sentence("a role is one of {known}, not {given}", known=", ".join(ROLES), given=told[:40])
        raise of(Cell(row.name, "role"), sentence)
    return found


def _check_kind(row: Declaration, role: Role, shape: tuple[Dim, ...] | None) -> None:
    if (
        shape is not None
        and role in ("parameter", "constant")
        and not all(isinstance(size, int) for size in shape)
    ):
        told = Sentence("its sizes must be numbers, since only data can have open ones such as batch")
        raise of(Cell(row.name, "shape"), told)


def _check_together(row: Declaration, shape: tuple[Dim, ...] | None, filled: Data | None) -> None:
    own = filled.shape if filled is not None else None
    if shape is None or own is None:
        return
    if len(shape) != len(own) or any(isinstance(a, int) and a != b for a, b in zip(shape, own, strict=True)):
        told = Sentence(
            "its numbers are {own}, but its shape is {shape}; change one",
            own=format_shape(own),
            shape=format_shape(shape),
        )
        raise of(Cell(row.name, "data"), told)


def _with_batch(asked: dict[str, Asked]) -> dict[str, Asked]:
    """Shapes from typed numbers; the first axis of data is the batch where all data is equally long."""
    open_ones = [
        each
        for each in asked.values()
        if each.shape is None and each.data is not None and each.data.shape is not None
    ]
    flowing = [each for each in open_ones if each.role in FED]
    lengths = {each.data.shape[0] for each in flowing if each.data and each.data.shape}
    found = dict(asked)
    for each in open_ones:
        own = each.data.shape if each.data is not None else None
        if own is not None:
            batch = each in flowing and len(lengths) == 1
            shape: tuple[Dim, ...] = ("batch", *own[1:]) if batch else own
            found[each.name] = Asked(each.name, each.role, shape, each.data, each.guessed)
    return found
