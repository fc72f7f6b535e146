"""Moving by scopes: to the end of the module that the next step enters, or of the one that we are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.engine.step import Step
from graphscope.graph.scope import Scope, ancestors, inside

if TYPE_CHECKING:
    from graphscope.debug.session import Session


DECIDING = ("Decide", "CountTrips", "CountLayers")
"""What may open frames that nobody can tell before."""


def over(session: Session) -> tuple[Step, ...]:
    """Step to the end of the scope that the next step opens, else one step."""
    opened = _opened(session.last, session.next)
    first = session.step()
    return first + _through(session, first[0], opened) if opened else first


def into(session: Session) -> tuple[Step, ...]:
    """Step to where the next step is the first one in the frame that the next step opens.

    Where no step stands before the frame, its first one is done. Nothing moves where the next step opens none.
    """
    last, first = session.last, session.next
    before = () if last is None or last.phase != first.phase else last.frame
    if _deeper(first.frame, before):
        return session.step()
    opened = _opened(last, first)
    if not opened or not (first.op in DECIDING or _opens_frame(session, opened)):
        return ()
    done: list[Step] = []
    while inside(session.next.scope, opened) and not _deeper(session.next.frame, before):
        done += session.step()
    return tuple(done)


def _deeper(frame: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Whether a frame is not one of those around the step before."""
    return frame != before[: len(frame)]


def _opens_frame(session: Session, scope: Scope) -> bool:
    """Whether what is laid out in a group has frames of its own."""
    return any(
        inside(step.scope, scope) and len(step.frame) > len(session.next.frame)
        for step in session.iteration_steps
    )


def out(session: Session) -> tuple[Step, ...]:
    """Step to the end of the innermost scope around the last step that the next one has not left.

    Nothing moves where there is none, or where the phase ends here.
    """
    last = session.last
    if last is None:
        return ()
    around = (scope for scope in reversed(ancestors(last.scope)) if _within(session.next, last, scope))
    scope = next(around, None)
    return () if scope is None else _through(session, last, scope)


def _opened(last: Step | None, upcoming: Step) -> Scope:
    """The outermost scope that the next step enters and the last was not in, or ()."""
    return next(
        (
            scope
            for scope in ancestors(upcoming.scope)
            if last is None or last.phase != upcoming.phase or not inside(last.scope, scope)
        ),
        (),
    )


def _within(step: Step, other: Step, scope: Scope) -> bool:
    """Whether ``step`` is in ``scope`` and in the phase of ``other``."""
    return inside(step.scope, scope) and (step.iteration, step.phase) == (other.iteration, other.phase)


def _through(session: Session, last: Step, scope: Scope) -> tuple[Step, ...]:
    """Step while the next step stays in ``scope`` and in the phase of ``last``."""
    done: list[Step] = []
    while _within(session.next, last, scope):
        done += session.step()
    return tuple(done)
