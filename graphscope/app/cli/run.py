"""``graphscope run``: trains without a window and prints the loss of each iteration."""

from __future__ import annotations

import argparse
from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING, Any

from graphscope.app.cli import console
from graphscope.app.cli.common import add_json, add_model, open_session
from graphscope.app.cli.parser import count
from graphscope.app.language import words
from graphscope.errors import Sentence

if TYPE_CHECKING:
    from graphscope.debug.session import Session

HELP = "run iterations without a window"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, how many iterations, and what counts as a failure."""
    add_model(parser)
    parser.add_argument(
        "--iterations", "-n", type=count, default=1, metavar="N", help=words()("how many iterations")
    )
    parser.add_argument("--fail-on", choices=["nan"], help=words()("exit with 1 if the loss is not finite"))
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Run and report; 0 even with a NaN loss, unless ``--fail-on nan``."""
    with open_session(arguments) as session:
        rows = [_iterate(session, number, quiet=arguments.json) for number in range(arguments.iterations)]
        if arguments.json:
            console.write_json({**_facts(session), "iterations": rows}, arguments.document)
    broken = [row for row in rows if row["loss"] is not None and not isfinite(row["loss"])]
    if arguments.fail_on != "nan" or not broken:
        return 0
    first = broken[0]
    return console.fail(
        Sentence("the loss of iteration {n} is {loss}", n=first["iteration"], loss=first["loss"])
    )


def _iterate(session: Session, number: int, *, quiet: bool) -> dict[str, Any]:
    began = perf_counter()
    session.iterate()
    row = {"iteration": number, "loss": session.loss, "seconds": perf_counter() - began}
    if not quiet:
        loss = "-" if session.loss is None else f"{session.loss:.6g}"
        console.write(words()("iteration {n}: loss {loss}", n=number, loss=loss))
    return row


def _facts(session: Session) -> dict[str, Any]:
    dtype = next((value.spec.dtype for value in session.graph.table if value.spec.floating), None)
    return {
        "model": session.model.name,
        "backend": session.backend.name,
        "device": session.backend.device,
        "dtype": dtype,
        "seed": session.seed,
    }
