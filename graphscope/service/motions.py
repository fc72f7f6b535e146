"""The ways to move through a run, each on a session; a closed group of the graph counts as one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from graphscope.engine.step import Step
from graphscope.errors import Sentence
from graphscope.graph.scope import Scope, inside
from graphscope.service.requests import Motion

if TYPE_CHECKING:
    from graphscope.debug.session import Session

Folded = frozenset[Scope]
Moving = Callable[["Session", Folded], "Sentence | None"]


def folded_group(step: Step | None, folded: Folded) -> Scope | None:
    """The outermost closed group that a step lies in, or None."""
    depths = range(1, len(step.scope) + 1) if step is not None else ()
    return next((step.scope[:depth] for depth in depths if step.scope[:depth] in folded), None)  # type: ignore[union-attr]


def _same_visit(step: Step | None, other: Step, group: Scope) -> bool:
    """Whether two steps belong to one visit of a closed group, in the same phase of the same iteration."""
    return (
        step is not None
        and inside(step.scope, group)
        and (step.iteration, step.phase) == (other.iteration, other.phase)
    )


def _step(session: Session, folded: Folded) -> None:
    (done,) = session.step()
    group = folded_group(done, folded)
    while group is not None and _same_visit(session.next, done, group):
        session.step()


def _back(session: Session, folded: Folded) -> None:
    undone = session.back()
    group = folded_group(undone[0], folded) if undone else None
    while group is not None and _same_visit(session.last, undone[0], group):
        session.back()


def _into(session: Session, _: Folded) -> None:
    if not session.into():
        session.step()


def _run(session: Session, _: Folded) -> Sentence | None:
    return session.run().told


def _run_back(session: Session, _: Folded) -> Sentence | None:
    return session.run_back().told


def _next_phase(session: Session, _: Folded) -> None:
    phase = (session.next.iteration, session.next.phase)
    while (session.next.iteration, session.next.phase) == phase:
        session.step()


def _previous_phase(session: Session, _: Folded) -> None:
    session.back()
    phase = (session.next.iteration, session.next.phase)
    while session.last is not None and (session.last.iteration, session.last.phase) == phase:
        session.back()


def _next_iteration(session: Session, _: Folded) -> None:
    session.iterate()


def _previous_iteration(session: Session, _: Folded) -> None:
    session.seek(session.bounds[0])


def _over(session: Session, _: Folded) -> None:
    session.over()


def _out(session: Session, _: Folded) -> None:
    session.out()


def jump(session: Session, position: int, unwanted: Callable[[], bool]) -> bool:
    """Go to a position, an iteration at a time; whether it was reached before somebody wanted no more."""
    session.seek(min(position, session.reached))
    while session.position < position and not unwanted():
        session.seek(session.position + 1)  # at the end of an iteration, into the next one
        _, end = session.bounds
        session.seek(min(position, end))
    return session.position == position


def _first(session: Session, _: Folded) -> None:
    session.seek(0)


def _last(session: Session, _: Folded) -> None:
    session.seek(session.reached)


MOTIONS: Mapping[Motion, Moving] = {
    "step": _step,
    "back": _back,
    "over": _over,
    "into": _into,
    "out": _out,
    "run": _run,
    "run_back": _run_back,
    "next_phase": _next_phase,
    "previous_phase": _previous_phase,
    "next_iteration": _next_iteration,
    "previous_iteration": _previous_iteration,
    "first": _first,
    "last": _last,
}
