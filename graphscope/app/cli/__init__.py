"""The command line: one module a command, found by looking in this folder."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from graphscope.app.cli.common import add_model_options, plain_json
from graphscope.app.language import words
from graphscope.errors import GraphScopeError

_SUPPORT = ("common",)


class Command(Protocol):
    """What a module of this folder offers."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""
        ...

    def execute(self, arguments: argparse.Namespace) -> int:
        """Do it; the exit status."""
        ...


def commands() -> dict[str, Command]:
    """Every command by its name."""
    names = sorted(module.name for module in iter_modules(__path__) if module.name not in _SUPPORT)
    return {name: cast("Command", import_module(f"{__name__}.{name}")) for name in names}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; ``.command`` is ``window`` or a command's name. A wrong line ends with status 2."""
    known = commands()
    named = next((word for word in argv if not word.startswith("-")), None)
    if named in known and argv[0] == named:
        return _parser_of(named, known[named]).parse_args(list(argv[1:]))
    return _window_parser(known).parse_args(list(argv))


def _parser_of(name: str, command: Command) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"graphscope {name}", description=words()(command.HELP))
    command.add_arguments(parser)
    parser.set_defaults(command=name)
    return parser


def _window_parser(known: dict[str, Command]) -> argparse.ArgumentParser:
    tr = words()
    lines = "\n".join(f"  graphscope {name:<8} {tr(command.HELP)}" for name, command in known.items())
    parser = argparse.ArgumentParser(
        prog="graphscope",
        description=tr("Open a small neural network and step through forward, backward and update."),
        epilog=tr("Commands without a window (each has --help):") + "\n" + lines,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"graphscope {_version()}")
    parser.add_argument(
        "model", nargs="?", help=tr("a sample's name or a model file; the apple shop if none is given")
    )
    add_model_options(parser)
    parser.set_defaults(command="window")
    return parser


def _version() -> str:
    import graphscope

    return graphscope.__version__


def execute(arguments: argparse.Namespace) -> int:
    """Do a command; a problem is one sentence on standard error (and JSON where that is asked for)."""
    try:
        return commands()[arguments.command].execute(arguments)
    except GraphScopeError as error:
        sentence = words().tell(error)
        print(f"graphscope: {sentence}", file=sys.stderr)
        if getattr(arguments, "json", False):
            write_json({"error": sentence})
        return 1
    except BrokenPipeError:
        return 1


def write_json(document: Any) -> None:
    """One JSON document on standard output; numbers that are not finite are strings."""
    json.dump(plain_json(document), sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    print()
