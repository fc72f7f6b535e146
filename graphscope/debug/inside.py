"""Looking inside a step: the primitive calls that its kernel makes, with every array in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphscope.backends.base import Backend
from graphscope.engine.plan import PlanStep
from graphscope.engine.record import Trace, record
from graphscope.errors import InputError, Sentence
from graphscope.ops.base import Op

if TYPE_CHECKING:
    from graphscope.debug.session import Session

Cell = Callable[[int | None], Any]


def trace(session: Session, position: int) -> Trace:
    """Run the kernel of the step that led to ``position`` once more, and write down what it does.

    Raises:
        InputError: no step led there, or one that calls no operation.
    """
    iteration, done = session.history.locate(position)
    if not 0 < position <= session.reached:
        raise InputError("no step has led to position {position} yet; step there first", position=position)
    step = iteration.plan.steps[done - 1]
    op = step.op
    if op is None or step.step.kind == "random":
        raise InputError(
            "the step “{kind}” calls no operation; look inside a forward, backward or update step",
            kind=Sentence(step.step.kind),
        )
    cells = session.history.whole(iteration).cells(done)
    backend = session.history.backend_at(position)
    return _record(backend, step, op, lambda cell: None if cell is None else cells[cell])


def _record(backend: Backend, step: PlanStep, op: Op, array: Cell) -> Trace:
    backward = step.step.kind == "backward"
    return record(
        op,
        "vjp" if backward else "forward",
        [array(cell) for cell in step.operands],
        xp=backend.xp,
        gradients=[array(cell) for cell in step.gradients],
        results=[array(cell) for cell in step.results],
        drawn=[array(cell) for cell in step.drawn],
        needs=[cell is not None for cell in step.writes] if backward else None,
        get=backend.get,
    )
