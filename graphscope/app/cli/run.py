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
from graphscope.app.stopping import EXAMPLES, MOST, described, set_all, tell
from graphscope.errors import Sentence

if TYPE_CHECKING:
    from graphscope.debug.session import Session
    from graphscope.debug.stops import Stop

HELP = "run iterations without a window"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, how many iterations, and what counts as a failure."""
    add_model(parser)
    parser.add_argument(
        "--iterations",
        "-n",
        type=count,
        metavar="N",
        help=words()("how many iterations: 1, or with --break at most {most}", most=MOST),
    )
    parser.add_argument(
        "--break",
        dest="breaks",
        action="append",
        default=[],
        metavar="WHERE",
        help=words()("stop there: {examples}; may be given more than once", examples=EXAMPLES),
    )
    parser.add_argument("--fail-on", choices=["nan"], help=words()("exit with 1 if the loss is not finite"))
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Run and report; 0 even with a NaN loss, unless ``--fail-on nan``."""
    with open_session(arguments) as session:
        rows, stops = _run(session, arguments)
        if arguments.json:
            found = {"stops": [described(session, stop) for stop in stops]} if arguments.breaks else {}
            console.write_json({**_facts(session), "iterations": rows, **found}, arguments.document)
        elif arguments.breaks:
            tell(session, stops, len(rows))
    broken = [row for row in rows if row["loss"] is not None and not isfinite(row["loss"])]
    if arguments.fail_on != "nan":
        return 0
    wrong = next((stop.problem for stop in stops if stop.problem is not None), None)
    if wrong is not None:
        return console.fail(wrong.sentence)
    if not broken:
        return 0
    first = broken[0]
    return console.fail(
        Sentence("the loss of iteration {n} is {loss}", n=first["iteration"], loss=first["loss"])
    )


def _run(session: Session, arguments: argparse.Namespace) -> tuple[list[dict[str, Any]], list[Stop]]:
    """The rows of the iterations that were finished, and where the run stopped on the way, if it did."""
    rows: list[dict[str, Any]] = []
    set_all(session, arguments.breaks)
    most = MOST if arguments.breaks else 1
    for number in range(most if arguments.iterations is None else arguments.iterations):
        began = perf_counter()
        stop = _go(session, stopping=bool(arguments.breaks))
        if session.position == session.bounds[1]:
            rows.append(_row(session, number, perf_counter() - began, quiet=arguments.json))
        if stop is not None:
            return rows, [stop]
    return rows, []


def _go(session: Session, *, stopping: bool) -> Stop | None:
    """Go to the end of the iteration, or to the stop before it."""
    if not stopping:
        session.iterate()
        return None
    stop = session.run()
    return None if stop.reason == "end of the iteration" else stop


def _row(session: Session, number: int, seconds: float, *, quiet: bool) -> dict[str, Any]:
    row = {"iteration": number, "loss": session.loss, "seconds": seconds}
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
