"""``graphscope code``: prints a model as code, as its author wrote it or layer by layer."""

from __future__ import annotations

import argparse

from graphscope.app.cli import console
from graphscope.app.cli.common import add_json, add_model, open_session
from graphscope.app.language import words

HELP = "print a model as code, layer by layer"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, and which code of it."""
    add_model(parser)
    parser.add_argument(
        "--written", action="store_true", help=words()("as its author wrote it, where that is known")
    )
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print the code; with ``--json`` what each of its lines makes as well."""
    from graphscope.view.source import codes

    with open_session(arguments) as session:
        found = codes(session.model)
    code = found[0 if arguments.written else -1]
    if arguments.json:
        lines = [{"line": each.number, "nodes": each.nodes, "values": each.values} for each in code.lines]
        told = {"title": code.title, "built": code.built, "text": code.text, "lines": lines}
        console.write_json(told, arguments.document)
    else:
        for line in code.text.splitlines():
            console.write(line)
    return 0
