"""``graphscope run``: trains without a window and prints the losses, fewer of them the longer it runs."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterable
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
    from graphscope.debug.expression import Expression
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
        help=words()(
            "how many iterations: 1, or with --break at most {most}; with --until as many as it takes",
            most=MOST,
        ),
    )
    parser.add_argument(
        "--until",
        default="",
        metavar="CONDITION",
        help=words()(
            "run until this holds at the end of an iteration, such as {condition}; exit with 1 if it never does",
            condition='"loss < 0.05"',
        ),
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
    from graphscope.debug.free_run import condition

    with open_session(arguments) as session:
        until = condition(session, arguments.until)
        rows, stops = _run(session, arguments, until)
        if not arguments.json:
            _tell_rest(rows)
        held = until is None or _holds(session, until)
        if arguments.json:
            found = {"stops": [described(session, stop) for stop in stops]} if arguments.breaks else {}
            found |= {"until": {"condition": until.text, "holds": held}} if until is not None else {}
            console.write_json({**_facts(session), "iterations": rows, **found}, arguments.document)
        elif stops or (arguments.breaks and until is None):
            tell(session, stops, len(rows))
        elif until is not None and held:
            console.write(
                words()("{condition} holds after {n} iterations", condition=until.text, n=len(rows))
            )
    if until is not None and not held:
        told = Sentence(
            "{condition} did not hold at the end of any of {n} iterations", condition=until.text, n=len(rows)
        )
        return console.fail(told)
    return _status(arguments, rows, stops)


def _holds(session: Session, until: Expression) -> bool:
    from graphscope.debug.conditions import RunNames

    return until.holds(RunNames(session))


def _status(arguments: argparse.Namespace, rows: list[dict[str, Any]], stops: list[Stop]) -> int:
    """1 where a number that is not finite counts as a failure and there was one."""
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


def _run(
    session: Session, arguments: argparse.Namespace, until: Expression | None
) -> tuple[list[dict[str, Any]], list[Stop]]:
    """The rows of the iterations that were finished, and where the run stopped on the way, if it did."""
    rows: list[dict[str, Any]] = []
    set_all(session, arguments.breaks)
    for number in _numbers(arguments):
        began = perf_counter()
        stop = _go(session, stopping=bool(arguments.breaks))
        if session.position == session.bounds[1]:
            rows.append({"iteration": number, "loss": session.loss, "seconds": perf_counter() - began})
            if not arguments.json and _shown(number):
                _tell(rows[-1])
        if stop is not None:
            return rows, [stop]
        if until is not None and _holds(session, until):
            break
    return rows, []


def _numbers(arguments: argparse.Namespace) -> Iterable[int]:
    """The numbers of the iterations, as far as they may go."""
    if arguments.iterations is not None:
        return range(arguments.iterations)
    return itertools.count() if arguments.until.strip() else range(MOST if arguments.breaks else 1)


def _go(session: Session, *, stopping: bool) -> Stop | None:
    """Go to the end of the iteration, or to the stop before it."""
    if not stopping:
        session.iterate()
        return None
    stop = session.run()
    return None if stop.reason == "end of the iteration" else stop


def _shown(number: int) -> bool:
    """Whether an iteration is printed as it ends: each up to 10, each tenth up to 100, and so on."""
    return number % 10 ** (len(str(number)) - 1) == 0


def _tell(row: dict[str, Any]) -> None:
    loss = "-" if row["loss"] is None else f"{row['loss']:.6g}"
    console.write(words()("iteration {n}: loss {loss}", n=row["iteration"], loss=loss))


def _tell_rest(rows: list[dict[str, Any]]) -> None:
    """Print the last iteration where it is not yet, and how many were left out."""
    if rows and not _shown(rows[-1]["iteration"]):
        _tell(rows[-1])
    shown = sum(_shown(row["iteration"]) for row in rows[:-1]) + bool(rows)
    if shown < len(rows):
        console.write(
            words()("{shown} of {n} iterations are printed; --json has them all", shown=shown, n=len(rows))
        )


def _facts(session: Session) -> dict[str, Any]:
    dtype = next((value.spec.dtype for value in session.graph.table if value.spec.floating), None)
    return {
        "model": session.model.name,
        "backend": session.backend.name,
        "device": session.backend.device,
        "dtype": dtype,
        "seed": session.seed,
    }
