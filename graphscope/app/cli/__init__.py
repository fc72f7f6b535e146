"""The command line: one module a command, found by looking in this folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from graphscope.app.cli import console
from graphscope.app.cli.common import add_model_options
from graphscope.app.cli.parser import Parser
from graphscope.app.language import words
from graphscope.errors import UsageError

_SUPPORT = ("common", "console", "parser")


class Command(Protocol):
    """What a module of this folder offers."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""
        ...

    def execute(self, arguments: argparse.Namespace) -> int:
        """Do it; the exit status. A JSON document is written to ``arguments.document``."""
        ...


def commands() -> dict[str, Command]:
    """Every command by its name."""
    names = sorted(module.name for module in iter_modules(__path__) if module.name not in _SUPPORT)
    return {name: cast("Command", import_module(f"{__name__}.{name}")) for name in names}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; ``.command`` is ``window`` or a command's name. A wrong line ends with status 2."""
    known = commands()
    try:
        if argv and argv[0] in known:
            return _parser_of(argv[0], known[argv[0]]).parse_args(list(argv[1:]))
        return _window(argv, known)
    except UsageError as error:
        raise SystemExit(console.fail(error, sys.stdout if "--json" in argv else None, status=2)) from None


def _parser_of(name: str, command: Command) -> argparse.ArgumentParser:
    parser = Parser(prog=f"graphscope {name}", description=words()(command.HELP))
    command.add_arguments(parser)
    parser.set_defaults(command=name)
    return parser


def _window(argv: Sequence[str], known: dict[str, Command]) -> argparse.Namespace:
    """The arguments of a line that starts with no command."""
    try:
        return _window_parser(known).parse_args(list(argv))
    except UsageError:
        late = next((word for word in argv if word in known), None)
        if late is not None:
            raise UsageError("the command comes first: graphscope {command} …", command=late) from None
        near = get_close_matches(argv[0], known, n=1)
        if not near:
            raise
        raise UsageError(
            "there is no command “{given}”; did you mean graphscope {command}?",
            given=argv[0],
            command=near[0],
        ) from None


def _window_parser(known: dict[str, Command]) -> argparse.ArgumentParser:
    tr = words()
    lines = "\n".join(f"  graphscope {name:<8} {tr(command.HELP)}" for name, command in known.items())
    parser = Parser(
        prog="graphscope",
        description=tr("Open a small neural network and step through forward, backward and update."),
        epilog=tr("Commands without a window (each has --help):") + "\n" + lines,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help=tr("show the version"))
    parser.add_argument(
        "model", nargs="?", help=tr("a sample's name or a model file; the apple shop if none is given")
    )
    add_model_options(parser)
    parser.add_argument(
        "--engine",
        metavar="COMMAND",
        help=tr("the command that starts the engine, such as “ssh HOST graphscope-engine”"),
    )
    parser.set_defaults(command="window")
    return parser


class _Version(argparse.Action):
    """Prints the version, which takes looking for, only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        import graphscope

        console.write(f"graphscope {graphscope.__version__}")
        parser.exit()


def execute(arguments: argparse.Namespace) -> int:
    """Do a command; a problem is one sentence on standard error (and JSON where that is asked for).

    Where JSON is asked for, nothing else gets on standard output, whatever a model's program prints.
    """
    told_as_json = getattr(arguments, "json", False)
    arguments.document = sys.stdout
    command = cast("Command", import_module(f"{__name__}.{arguments.command}"))

    def work() -> int:
        with redirect_stdout(sys.stderr) if told_as_json else nullcontext():
            return command.execute(arguments)

    return console.guarded(work, json_too=told_as_json)
