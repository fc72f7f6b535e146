"""``graphscope check``: says whether a model is sound and its gradients are right."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from graphscope.app.cli import console
from graphscope.app.cli.common import add_json, add_model, open_session
from graphscope.app.language import words
from graphscope.errors import InputError, Sentence

if TYPE_CHECKING:
    from graphscope.debug.gradcheck import GradientCheck
    from graphscope.debug.session import Session

HELP = "check a model: its graph, its data and its gradients"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model and ``--json``."""
    add_model(parser)
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Report problems and the worst error of each gradient; 1 if anything is wrong."""
    from graphscope.debug.gradcheck import check_gradients

    if arguments.dtype not in (None, "float64"):
        raise InputError(
            "gradients are checked in float64, since {dtype} is too coarse for it; leave out --dtype",
            dtype=arguments.dtype,
        )
    with open_session(arguments, dtype="float64") as session:
        problems = _problems(session)
        checks = check_gradients(session) if not problems else ()
    if arguments.json:
        console.write_json(
            {
                "model": session.model.name,
                "problems": [words().tell(problem) for problem in problems],
                "gradients": [asdict(check) for check in checks],
            },
            arguments.document,
        )
    else:
        _print(session, problems, checks)
    wrong = [*problems, *(_wrong(check) for check in checks if not check.right)]
    return console.fail(wrong[0]) if wrong else 0


def _print(session: Session, problems: list[Sentence], checks: tuple[GradientCheck, ...]) -> None:
    tr = words()
    for told in (*(tr.tell(problem) for problem in problems), *map(_line, checks)):
        console.write(told)
    if session.model.loss is None:
        console.write(tr("the model has no loss, so there is no gradient to check; name one with --loss"))
    elif not (problems or checks):
        console.write(tr("the loss depends on no parameter or input, so there is no gradient to check"))


def _wrong(check: GradientCheck) -> Sentence:
    return Sentence("the gradient of {name} is wrong by {error}", name=check.name, error=f"{check.error:.1e}")


def _line(check: GradientCheck) -> str:
    tr = words()
    if not check.elements:
        return tr(
            "{name}: nothing to compare, all {n} elements lie on a kink", name=check.name, n=check.kinks
        )
    verdict = tr("right") if check.right else tr("wrong")
    facts = {"name": check.name, "error": f"{check.error:.1e}", "n": check.elements, "verdict": verdict}
    line = tr("{name}: gradient {verdict}, worst relative error {error} over {n} elements", **facts)
    return line + (tr(" ({n} more lie on a kink)", n=check.kinks) if check.kinks else "")


def _problems(session: Session) -> list[Sentence]:
    """What one iteration runs into."""
    stop = session.run()
    found = [stop.problem.sentence] if stop.problem else []
    if session.model.loss is None:
        return found
    return found + [
        Sentence("parameter {name} has no influence on the loss", name=name)
        for name in session.graph.parameters
        if not session.total_contributions(name)
    ]
