"""Writes a typed expression as a model in Python, fit to be read, changed and opened again."""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

from graphscope.app.settings import Settings
from graphscope.errors import InputError
from graphscope.model.expression import data
from graphscope.model.expression.building import Built, check, open_sizes, parameter_source
from graphscope.model.expression.names import FED, Declaration, Leaf
from graphscope.model.expression.source import ExpressionSource
from graphscope.model.expression.tree import Apply, Binary, Name, Negative, Number, Sign, Statement, Tree

_TAKEN = frozenset({"g", "gs", "np", "build"})
"""Names that the program itself needs."""
_LEVELS: dict[Sign, int] = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4}
_MINUS, _ATOM = 3, 5
"""How firmly signs bind; what stands alone or in brackets binds firmest."""
_WIDE = 96
"""A line that would be longer is broken into rows."""


def to_python(source: ExpressionSource) -> str:
    """A program whose ``build()`` gives the same model.

    Raises:
        GraphScopeError: the expression or its table of names is wrong.
    """
    return _Writer(check(source)).program()


def write(source: ExpressionSource, path: Path) -> None:
    """Write the program to a file.

    Raises:
        GraphScopeError: the expression is wrong, or the file cannot be written.
    """
    program = to_python(source)
    try:
        path.write_text(program, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(
            "{file} cannot be written ({reason}); choose another place",
            file=str(path),
            reason=error.strerror or type(error).__name__,
        ) from None


RECENT = 6
"""How many expressions are remembered."""
_KEY = "expressions"


def remember(settings: Settings, source: ExpressionSource) -> None:
    """Put an expression at the top of the recent ones."""
    others = [each for each in recent(settings) if each.text != source.text]
    settings.keep_window(**{_KEY: json.dumps([asdict(each) for each in [source, *others][:RECENT]])})


def recent(settings: Settings) -> tuple[ExpressionSource, ...]:
    """The expressions opened last, the newest first; what cannot be read is left out."""
    try:
        listed: Any = json.loads(settings.window(_KEY) or "[]")
        return tuple(_remembered(each) for each in listed)[:RECENT]
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()


def _remembered(told: Any) -> ExpressionSource:
    rows = tuple(Declaration(**{key: str(cell) for key, cell in row.items()}) for row in told["names"])
    plain = {key: str(told[key]) for key in ("text", "optimizer", "title", "dtype")}
    return ExpressionSource(names=rows, **plain)


class _Writer:
    """Writes one model."""

    def __init__(self, built: Built) -> None:
        self.built, self.source = built, built.source
        self.sizes = open_sizes(built.leaves)

    def program(self) -> str:
        """All of it."""
        body = [
            *self._first(),
            "",
            *map(self._leaf, self.built.leaves),
            "",
            *self._lines(),
            "",
            *self._last(),
        ]
        told = "\n".join(f"    {line}" if line else "" for part in body for line in part.split("\n"))
        needed = (
            "import numpy as np\n\nimport graphscope as gs" if "np." in told else "import graphscope as gs"
        )
        return f'"""A model that was typed as an expression."""\n\n{needed}\n\n\ndef build():\n{told}\n'

    def _first(self) -> list[str]:
        usual = self.source.dtype == "float32"
        kind = "" if usual else f", dtype={self.source.dtype!r}"
        return [f"g = gs.Builder({_quoted(self.source.title)}{kind})"]

    def _last(self) -> list[str]:
        result = _variable(self._result())
        lines = [f"g.loss({result})" if self.built.model.loss is not None else f"g.output({result})"]
        if self.source.optimizer != "none":
            lines.append(f"g.optimizer({_quoted(self.source.optimizer)})")
        fed = [leaf for leaf in self.built.leaves if leaf.role in FED]
        if fed:
            lines.append(self._feed(fed))
        return [*lines, "return g.build()"]

    def _result(self) -> str:
        """What the last line is called in the program."""
        last = self.built.parsed.statements[-1]
        if last.target is not None:
            return last.target
        return last.tree.name if isinstance(last.tree, Name) else self.built.result

    # ---- names --------------------------------------------------------------------------------------------

    def _leaf(self, leaf: Leaf) -> str:
        name = f"{_variable(leaf.name)} = g"
        if leaf.role == "parameter":
            return f"{name}.parameter({_quoted(leaf.name)}, {self._parameter(leaf)})"
        if leaf.role == "constant":
            return f"{name}.constant({_quoted(leaf.name)}, {self._array(leaf)}, dtype={_quoted(leaf.dtype)})"
        kind = "" if leaf.dtype == self.source.dtype else f", dtype={_quoted(leaf.dtype)}"
        gradient = ", gradient=False" if leaf.role == "target" else ""
        return f"{name}.input({_quoted(leaf.name)}, {_tuple(leaf.shape)}{kind}{gradient})"

    def _parameter(self, leaf: Leaf) -> str:
        source = parameter_source(leaf.data)
        if source is None:
            return self._array(leaf)
        plain = leaf.data.word in ("zeros", "ones")
        told = _quoted(str(leaf.data.word)) if plain else _called("gs.initializers", source)
        return f"{told}, {_tuple(leaf.shape)}"

    def _array(self, leaf: Leaf) -> str:
        """What fills a name, as an expression of Python."""
        filled = leaf.data
        if isinstance(filled.numbers, tuple):
            return _rows(data.listed(filled.numbers))
        shape = tuple(
            self.sizes.get(str(size), data.BATCH) if isinstance(size, str) else size for size in leaf.shape
        )
        if filled.numbers is not None or filled.word in ("zeros", "ones", None):
            number = filled.numbers if filled.numbers is not None else float(filled.word == "ones")
            return f"np.full({_tuple(shape)}, {number!r})"
        drawn = data.initializer(filled.word, parameter=leaf.role == "parameter")
        random = f"np.random.default_rng({filled.seed or 0})"
        return f"{_called('gs.initializers', drawn)}.draw({random}, {_tuple(shape)})"

    def _feed(self, fed: list[Leaf]) -> str:
        entries = [f"{_quoted(leaf.name)}: {self._array(leaf)}" for leaf in fed]
        line = f"g.feed({{{', '.join(entries)}}})"
        if len(line) <= _WIDE and "\n" not in line:
            return line
        indented = "\n".join(f"    {entry.replace(chr(10), chr(10) + '    ')}," for entry in entries)
        return f"g.feed({{\n{indented}\n}})"

    # ---- lines --------------------------------------------------------------------------------------------

    def _lines(self) -> list[str]:
        return [line for each in self.built.parsed.statements if (line := self._line(each))]

    def _line(self, statement: Statement) -> str:
        tree, name = statement.tree, statement.target or self._result()
        if isinstance(tree, Name):
            return f"{_variable(name)} = {_variable(tree.name)}" if statement.target else ""
        if isinstance(tree, Apply):
            return f"{_variable(name)} = {_call(tree, name)}"
        return f"{_variable(name)} = ({_code(tree)[0]}).named({_quoted(name)})"


def _code(tree: Tree) -> tuple[str, int]:
    """An expression of Python, and how firmly it binds."""
    match tree:
        case Number():
            return repr(tree.value), _MINUS if repr(tree.value).startswith("-") else _ATOM
        case Name():
            return _variable(tree.name), _ATOM
        case Negative():
            return f"-{_bound(tree.operand, _MINUS)}", _MINUS
        case Apply():
            return _call(tree), _ATOM
        case Binary():
            level = _LEVELS[tree.sign]
            power = tree.sign == "**"
            left = _bound(tree.left, _ATOM if power else level)
            right = _bound(tree.right, _MINUS if power else level + 1)
            return f"{left} {tree.sign} {right}", level


def _bound(tree: Tree, level: int) -> str:
    """The code of an operand, in brackets where it binds less firmly."""
    told, own = _code(tree)
    return told if own >= level else f"({told})"


def _call(tree: Apply, name: str | None = None) -> str:
    operands = "".join(f", {_code(each)[0]}" for each in tree.operands)
    called = "" if name is None else f", name={_quoted(name)}"
    return f"g.call({_called('gs.ops', tree.op)}{operands}{called})"


def _called(module: str, made: Any) -> str:
    """How an operation or initializer is made: its class with the fields that are not as usual."""
    chosen = [
        f"{item.name}={_value(getattr(made, item.name))}"
        for item in fields(made)
        if item.default is MISSING or getattr(made, item.name) != item.default
    ]
    return f"{module}.{type(made).__name__}({', '.join(chosen)})"


def _value(value: Any) -> str:
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(told: str) -> str:
    """A text as Python writes it, between double quotes where that is simple."""
    plain = repr(told)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in plain and "\\" not in plain else plain


def _tuple(sizes: tuple[Any, ...]) -> str:
    told = ", ".join(_value(size) for size in sizes)
    return f"({told},)" if len(sizes) == 1 else f"({told})"


def _rows(listed: Any) -> str:
    """Nested lists: on one line, or a row a line where that is too long."""
    told = repr(listed)
    if len(told) <= _WIDE - 24 or not isinstance(listed, list):
        return told
    rows: list[str] = []
    for each in map(repr, listed):  # type: ignore[arg-type]  # pyright: ignore[reportUnknownArgumentType]
        if rows and len(rows[-1]) + len(each) < _WIDE - 24:
            rows[-1] += f", {each}"
        else:
            rows.append(each)
    inner = ",\n    ".join(rows)
    return f"[\n    {inner},\n]"


def _variable(name: str) -> str:
    """What a name is called in the program: those that it needs itself, and what they become, get one sign more."""
    return f"{name}_" if name.rstrip("_") in _TAKEN else name
