"""``graphscope new``: writes a model that is typed as an expression."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from graphscope.app.cli import console
from graphscope.app.language import words
from graphscope.errors import InputError

if TYPE_CHECKING:
    from graphscope.model.expression import Declaration, ExpressionSource

HELP = "write a model from an expression such as “mean((x @ W + b - y)**2)”"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The lines, the table of names, and the file."""
    tr = words()
    option = parser.add_argument
    option(
        "line", nargs="+", help=tr("an expression, or lines such as “h = tanh(x @ W)”, the last one the loss")
    )
    option(
        "--shape",
        action="append",
        default=[],
        metavar="NAME=SIZES",
        help=tr("a name's shape, such as x=batch,2"),
    )
    option(
        "--data",
        action="append",
        default=[],
        metavar="NAME=DATA",
        help=tr("what fills a name: numbers such as x=[[0,1],[1,0]], or W=glorot, x=normal:3, b=zeros"),
    )
    option(
        "--role",
        action="append",
        default=[],
        metavar="NAME=ROLE",
        help=tr("what a name is: input, target, parameter or constant"),
    )
    option("--optimizer", default="sgd:0.1", help=tr("sgd:0.1, adamw, rmsprop, … or none"))
    option("--out", metavar="FILE", help=tr("a .py file; it is printed if left out"))


def execute(arguments: argparse.Namespace) -> int:
    """Write it."""
    from graphscope.app.expression import to_python, write

    if arguments.out is None:
        for line in to_python(_source(arguments, "expression")).splitlines():
            console.write(line)
        return 0
    path = Path(arguments.out)
    if path.suffix != ".py":
        raise InputError("a model is written as .py, not “{given}”", given=path.suffix)
    write(_source(arguments, path.stem), path)
    console.write(words()("{file} is written; open it with: graphscope {file} --trust", file=str(path)))
    return 0


def _source(arguments: argparse.Namespace, title: str) -> ExpressionSource:
    from graphscope.model.expression import ExpressionSource

    return ExpressionSource("\n".join(arguments.line), _rows(arguments), arguments.optimizer, title)


def _rows(arguments: argparse.Namespace) -> tuple[Declaration, ...]:
    from graphscope.model.expression import Declaration

    roles, shapes, data = (_pairs(vars(arguments)[each], each) for each in ("role", "shape", "data"))
    names = dict.fromkeys((*roles, *shapes, *data))
    return tuple(
        Declaration(name, roles.get(name, ""), shapes.get(name, ""), data.get(name, "")) for name in names
    )


def _pairs(given: list[str], option: str) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    for name, sign, _ in pairs:
        if not sign or not name:
            raise InputError("--{option} is given as NAME=…, not “{given}”", option=option, given=name)
    return {name.strip(): told for name, _, told in pairs}
