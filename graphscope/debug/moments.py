"""Gathering what a window shows at one position, computing only what has changed since the last look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphscope.engine.moment import Moment
from graphscope.engine.step import Ref
from graphscope.engine.summary import Summary, summarize

if TYPE_CHECKING:
    from graphscope.debug.session import Session

_ROOM = 20_000
"""How many summaries are remembered before the memory of them starts anew."""


class SummaryCache:
    """Summaries by the identity of their array; arrays never change, so a summary stays true."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Summary]] = {}

    def of(self, session: Session, held: Any) -> Summary | None:
        """The summary of an array on its device."""
        if held is None:
            return None
        known = self._known.get(id(held))
        if known is not None and known[0] is held:
            return known[1]
        if len(self._known) > _ROOM:
            self._known.clear()
        made = summarize(session.backend.get(held))
        self._known[id(held)] = (held, made)
        return made

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()


def moment(session: Session) -> Moment:
    """Everything that a window shows at the session's position."""
    start, end = session.bounds
    last = session.last
    made = {ref: session.summary(ref) for ref in session.refs()}
    values = {ref.name: summary for ref, summary in made.items() if ref.role == "value" and summary}
    gradients = {ref.name: summary for ref, summary in made.items() if ref.role == "gradient" and summary}
    return Moment(
        position=session.position,
        last=last,
        next=session.next,
        iteration=last.iteration if last else 0,
        done=session.position - start,
        length=end - start,
        values=values,
        gradients=gradients,
        added=_added(session),
        parts=_parts(session, made),
        loss=session.loss,
        problem=session.problem(),
    )


def _added(session: Session) -> dict[str, tuple[int, int]]:
    """For each gradient that has begun in this iteration, how many contributions are in it, of how many."""
    steps = session.iteration_steps[: session.position - session.bounds[0]]
    count: dict[str, int] = {}
    for step in steps:
        if step.kind == "seed" and step.value:
            count[step.value] = 1
        elif step.kind == "accumulate" and step.value:
            count[step.value] += 1
        elif step.kind == "backward" and step.node:
            node = session.graph.node(step.node)
            for ref in step.writes:
                count.setdefault(node.inputs[ref.slot] or "", 1)
    return {name: (number, session.total_contributions(name)) for name, number in count.items()}


def _parts(session: Session, made: dict[Ref, Summary | None]) -> dict[Ref, Summary]:
    """What the last step made besides values and gradients."""
    last = session.last
    node = last.node if last else None
    roles = ("contribution", "unsummed", "saved", "drawn")
    return {ref: summary for ref, summary in made.items() if ref.role in roles and ref.name == node and summary}
