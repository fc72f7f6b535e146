"""Going on with another backend, from the start or from here; the run so far stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphscope.backends.base import Backend
from graphscope.engine import transfer
from graphscope.engine.history import History
from graphscope.engine.step import Step
from graphscope.errors import InputError

if TYPE_CHECKING:
    from graphscope.debug.session import Session


@dataclass(frozen=True, eq=False, slots=True)
class Former:
    """The run as it was before another backend took over, and where it stood."""

    history: History
    position: int


@dataclass(frozen=True, slots=True)
class Luggage:
    """What going on from here would copy.

    Args:
        arrays: how many.
        size: bytes.
    """

    arrays: int
    size: int


def luggage(session: Session) -> Luggage:
    """What the steps to come still need of the arrays that there are."""
    found = transfer.cargo(session.history, crossing(session))
    return Luggage(len(found), sum(each.size for each in found))


def crossing(session: Session) -> int:
    """Where another backend takes over: here, but between two transfers before the first of them."""
    position = session.position
    while session.history.step_after(position).kind == "transfer":
        before = session.history.step_before(position)
        if before is None or before.kind != "transfer":
            break
        position -= 1
    return position


def _check_decided(session: Session, position: int) -> None:
    """Refuse to cross where steps of this iteration still have to decide: what they lead to may need other arrays.

    Raises:
        InputError: it is too early.
    """
    iteration, done = session.history.locate(position)
    later = (each.node for at, each in iteration.plan.decisions.items() if at >= done)
    node = next(later, None)
    if node is not None and done < iteration.length:
        raise InputError(
            "{node} has yet to decide how this iteration goes on; go on to where backward begins, or to the end "
            "of the iteration, and switch there, or start anew on the other backend",
            node=node,
        )


def restarted(session: Session, backend: Backend) -> tuple[History, int, tuple[Step, ...]]:
    """A history on another backend in which nothing is done yet."""
    machine = session.history.machine.on(backend)
    return History.begun(machine, session.history.shelf), 0, ()


def continued(session: Session, backend: Backend) -> tuple[History, int, tuple[Step, ...]]:
    """A history that goes on with another backend, the position after its transfers, and these steps.

    Raises:
        InputError: a step of this iteration has yet to decide how it goes on.
        KernelError: what is needed has no room there.
        BackendError: the backend cannot hold a type of the model.
    """
    position = crossing(session)
    _check_decided(session, position)
    history = transfer.switched(session.history, backend, position)
    done: list[Step] = []
    try:
        while (step := history.step_after(position)).kind == "transfer":
            history.advance(position)
            done.append(step)
            position += 1
    except Exception:
        history.abandon(session.history)
        raise
    return history, position, tuple(done)
