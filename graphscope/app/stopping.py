"""Breakpoints on the command line: set by their texts, and told where a run stopped and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphscope.app.cli import console
from graphscope.app.language import words

if TYPE_CHECKING:
    from graphscope.debug.session import Session
    from graphscope.debug.stops import Stop
    from graphscope.engine.step import Step

MOST = 1000
"""So many iterations are run at most where nobody said how many, until a breakpoint is reached."""
EXAMPLES = "node:m2@backward, op:Log, phase:backward, iteration:20, “node:m2 if loss > 1”, nan"


def set_all(session: Session, texts: list[str]) -> None:
    """Set breakpoints by their texts; ``off nan`` takes away the one on NaN.

    Raises:
        InputError: one that cannot be read, or that the model has no place for.
    """
    for text in texts:
        session.breakpoints.add(text)


def tell(session: Session, stops: list[Stop], iterations: int) -> None:
    """Print where a run stopped, why, and between which steps; or that it did not in so many iterations."""
    from graphscope.view.telling import step_title

    tr = words()
    if not stops:
        console.write(tr("no breakpoint was reached in {n} iterations", n=iterations))
        return
    stop = stops[0]
    console.write(tr("position {position}: {reason}", position=stop.position, reason=stop.told))
    if session.last is not None:
        console.write("  " + tr("Just ran: {step}.", step=step_title(session.last, session.graph, tr)))
    console.write("  " + tr("Next: {step}.", step=step_title(session.next, session.graph, tr)))


def described(session: Session, stop: Stop) -> dict[str, Any]:
    """A stop as JSON."""
    point, problem = stop.breakpoint, stop.problem
    return {
        "reason": stop.reason,
        "position": stop.position,
        "breakpoint": None if point is None else str(point),
        "problem": None if problem is None else str(problem.sentence),
        "last": _step(session.last),
        "next": _step(session.next),
    }


def _step(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    return {
        "iteration": step.iteration,
        "kind": step.kind,
        "phase": step.phase,
        "node": step.node,
        "op": step.op,
    }
