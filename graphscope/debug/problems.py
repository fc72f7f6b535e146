"""Finding what went wrong: the first step that makes a number which is not finite."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from graphscope.engine.moment import Problem
from graphscope.engine.step import Ref, Step
from graphscope.errors import Sentence

if TYPE_CHECKING:
    from graphscope.debug.session import Session
    from graphscope.engine.summary import Summary

FINITE, INFINITE, NAN = 0, 1, 2
"""How bad the worst number of an array is; a step that makes it worse is a problem."""

DATA = (
    "the data of {element} holds {value} ({count} of {size} numbers are not finite); every value computed "
    "from it will be wrong too: clean the data"
)
STORED = (
    "{element} holds {value} before anything is computed ({count} of {size} numbers are not finite); every "
    "value computed from it will be wrong too: look where it comes from"
)
FORWARD = (
    "{op} made the first {value} in {element}, which was not in what it read ({count} of {size} numbers are "
    "not finite)"
)
BACKWARD = (
    "the backward of {op} made the first {value} in the gradient of {element}, which was not in what it read "
    "({count} of {size} numbers are not finite)"
)
SUM = (
    "adding up contributions made the first {value} in the gradient of {element} ({count} of {size} numbers "
    "are not finite)"
)


def find(session: Session) -> Problem | None:
    """What is wrong with the step that just ran: it made NaN or infinity from better numbers."""
    step = session.last
    if step is None:
        return None
    written = {ref: _badness(session, ref, session.position) for ref in step.writes}
    if step.kind == "data" and step.iteration == 0:
        written |= _stored(session)
    worst = max(written.values(), default=FINITE)
    if worst == FINITE or worst <= _read(session, step):
        return None
    return _problem(session, step, next(ref for ref, badness in written.items() if badness == worst))


def _stored(session: Session) -> dict[Ref, int]:
    """The parameters, buffers and constants at the start; an infinite constant is a mask."""
    graph, position = session.graph, session.position
    found = {ref: _badness(session, ref, position) for ref in _values((*graph.parameters, *graph.buffers))}
    constants = {ref: _badness(session, ref, position) for ref in _values(graph.constants)}
    return found | {ref: badness for ref, badness in constants.items() if badness == NAN}


def _values(names: tuple[str, ...]) -> tuple[Ref, ...]:
    return tuple(Ref("value", name) for name in names)


def _read(session: Session, step: Step) -> int:
    """How bad what the step read was, before it ran: an update replaces the parameter that it reads."""
    before = session.position - 1
    return max((_badness(session, ref, before) for ref in step.reads), default=FINITE)


def _badness(session: Session, ref: Ref, position: int) -> int:
    """How bad the worst number is; a sum of squares says cheaply, where the array lives, that all is fine."""
    array = session.held(ref, position)
    if array is None:
        return FINITE
    xp = session.home(array).xp
    if not xp.isdtype(array.dtype, "real floating"):
        return FINITE
    known = session.seen(array)
    if known is not None:
        return NAN if known.nan else INFINITE if known.infinite else FINITE
    with xp.errstate():
        flat = xp.reshape(array, (-1,))
        if bool(xp.isfinite(xp.matmul(flat, flat))):
            return FINITE
        if bool(xp.any(xp.isnan(flat))):
            return NAN
        return INFINITE if bool(xp.any(xp.isinf(flat))) else FINITE


def _problem(session: Session, step: Step, ref: Ref) -> Problem:
    summary = cast("Summary", session.summary(ref))
    place, value = _first(session, session.held(ref), nan=bool(summary.nan))
    index = tuple(int(at) for at in np.unravel_index(place, summary.shape))
    shown = f"[{', '.join(map(str, index))}]" if index else ""
    sentence = Sentence(
        _template(step, ref),
        op=step.op or "",
        element=_name(session, ref) + shown,
        value="NaN" if summary.nan else "+Inf" if value > 0 else "−Inf",
        count=summary.nan + summary.infinite,
        size=prod(summary.shape),
    )
    return Problem(session.position, sentence, ref, index)


def _first(session: Session, array: Any, *, nan: bool) -> tuple[int, float]:
    """Where the first NaN, or else the first infinity, is in the flat array, and that number: found on its device."""
    backend = session.home(array)
    xp = backend.xp
    with xp.errstate():
        flat = xp.reshape(array, (-1,))
        bad = xp.isnan(flat) if nan else xp.isinf(flat)
        place = xp.reshape(xp.argmax(xp.astype(bad, xp.int32)), (1,))
        pair = xp.concat((xp.astype(place, xp.float64), xp.astype(xp.take(flat, place, axis=0), xp.float64)))
        where, value = backend.get(pair).tolist()
    return int(where), value


def _template(step: Step, ref: Ref) -> str:
    if step.kind == "data":
        return DATA if ref in step.writes else STORED
    return {"backward": BACKWARD, "accumulate": SUM}.get(step.kind, FORWARD)


def _name(session: Session, ref: Ref) -> str:
    """What people call the array: of a contribution the operand whose gradient it is part of."""
    if ref.role == "contribution":
        return session.graph.node(ref.name).inputs[ref.slot] or ref.name
    return session.graph.node(ref.name).op.saved[ref.slot] if ref.role == "saved" else ref.name
