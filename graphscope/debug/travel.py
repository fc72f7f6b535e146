"""Moving by scopes: to the end of the module that the next step enters, or of the one that we are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.engine.step import Step
from graphscope.graph.scope import Scope, inside

if TYPE_CHECKING:
    from graphscope.debug.session import Session


def over(session: Session) -> tuple[Step, ...]:
    """Step to the end of the scope that the next step opens, else one step."""
    opened = _opened(session.last, session.next)
    return session.step() + _through(session, opened) if opened else session.step()


def out(session: Session) -> tuple[Step, ...]:
    """Step to the end of the current scope within the phase; nothing when we are in none."""
    last = session.last
    return _through(session, last.scope) if last is not None and last.scope else ()


def _opened(last: Step | None, upcoming: Step) -> Scope:
    """The outermost scope that the next step enters and the last was not in, or ()."""
    before = last.scope if last is not None and last.phase == upcoming.phase else ()
    for depth in range(1, len(upcoming.scope) + 1):
        if not inside(before, upcoming.scope[:depth]):
            return upcoming.scope[:depth]
    return ()


def _through(session: Session, scope: Scope) -> tuple[Step, ...]:
    """Step while the next step stays in ``scope`` and in the phase."""
    done: tuple[Step, ...] = ()
    phase = session.last.phase if session.last is not None else session.next.phase
    while session.next.phase == phase and inside(session.next.scope, scope):
        done += session.step()
    return done
