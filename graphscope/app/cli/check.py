"""``graphscope check``: says whether a model is sound and its gradients are right."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from graphscope.app import cli
from graphscope.app.cli.common import add_json, add_model, open_session
from graphscope.app.language import words
from graphscope.debug.gradcheck import ACCEPTABLE, GradientCheck, check_gradients
from graphscope.debug.session import Session

HELP = "check a model: its graph, its data and its gradients"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model and ``--json``."""
    add_model(parser)
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Report problems and the worst gradient error of each parameter; 1 if anything is wrong."""
    tr = words()
    with open_session(arguments, dtype="float64") as session:
        problems = _problems(session)
        checks = check_gradients(session) if not problems else ()
    bad = [check for check in checks if check.error > ACCEPTABLE]
    if arguments.json:
        cli.write_json(
            {"model": session.model.name, "problems": problems, "gradients": [asdict(c) for c in checks]}
        )
    else:
        for problem in problems:
            print(problem)
        for check in checks:
            print(_line(check))
        if not (problems or checks):
            print(tr("no loss and no parameters: there is no gradient to check"))
    return 1 if problems or bad else 0


def _line(check: GradientCheck) -> str:
    tr = words()
    if not check.elements:
        return tr(
            "{name}: nothing to compare, all {n} elements lie on a kink", name=check.name, n=check.kinks
        )
    verdict = tr("right") if check.error <= ACCEPTABLE else tr("wrong")
    facts = {"name": check.name, "error": f"{check.error:.1e}", "n": check.elements, "verdict": verdict}
    line = tr("{name}: gradient {verdict}, worst relative error {error} over {n} elements", **facts)
    return line + (tr(" ({n} more lie on a kink)", n=check.kinks) if check.kinks else "")


def _problems(session: Session) -> list[str]:
    """What one iteration runs into, as sentences."""
    stop = session.run()
    found = [words().tell(stop.problem.sentence)] if stop.problem else []
    unused = [
        name
        for name in session.graph.parameters
        if session.model.loss and not session.total_contributions(name)
    ]
    return found + [words()("parameter {name} has no influence on the loss", name=name) for name in unused]
