"""Moving by scopes: to the end of the module that the next step enters, or of the one that we are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.engine.step import Step
from graphscope.graph.scope import Scope, ancestors, inside

if TYPE_CHECKING:
    from graphscope.debug.session import Session


def over(session: Session) -> tuple[Step, ...]:
    """Step to the end of the scope that the next step opens, else one step."""
    opened = _opened(session.last, session.next)
    first = session.step()
    return first + _through(session, first[0], opened) if opened else first


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
