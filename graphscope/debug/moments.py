"""Gathering what a window shows at one position, computing only what has changed since the last look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from graphscope.engine.iteration import Branch
from graphscope.engine.moment import Moment
from graphscope.engine.on_device import summary_of
from graphscope.engine.plan import Plan
from graphscope.engine.step import Ref
from graphscope.engine.summary import Summary
from graphscope.engine.table import Names, Table

if TYPE_CHECKING:
    from graphscope.debug.session import Session

NOBODY = Names(())


class Scene:
    """The summaries of all values and gradients at the position last looked at.

    Arrays never change, so a summary stays true; those of one iteration are remembered, which holds no more
    arrays than that iteration has.
    """

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self._place: tuple[Branch, int] | None = None
        self._done = 0
        self._known: dict[int, tuple[Any, Summary]] = {}
        self._before: dict[int, tuple[Any, Summary]] = {}
        self.values = Table[Summary](NOBODY)
        self.gradients = Table[Summary](NOBODY)
        self.added = Table[tuple[int, int]](NOBODY)

    def summary(self, session: Session, held: Any) -> Summary:
        """The summary of an array on its device."""
        known = self.seen(held)
        if known is None:
            known = summary_of(session.home(held), held)
        self._known[id(held)] = held, known
        return known

    def seen(self, held: Any) -> Summary | None:
        """The summary of an array where it has been made already."""
        known = self._known.get(id(held)) or self._before.get(id(held))
        return known[1] if known is not None and known[0] is held else None

    def move(self, session: Session) -> None:
        """Be where the session is: within an iteration only what has changed is looked at."""
        iteration, done = session.history.locate(session.position)
        place = iteration.branch, iteration.index
        if place == self._place and iteration.plan is self._plan and not self._others_cleared(session, done):
            low, high = sorted((done, self._done))
            refs = {ref for step in iteration.plan.changes[low:high] for ref in step}
            refs.update(edit.ref for edit in iteration.edits)
        else:
            refs = self._enter(session, iteration.plan)
        self._show(session, iteration.plan, refs, done)
        self._place, self._done = place, done
        self._before = {}

    def _others_cleared(self, session: Session, done: int) -> bool:
        """Whether gradients of an iteration that was laid out otherwise came or went since the last look."""
        iteration, _ = session.history.locate(session.position)
        low, high = sorted((done, self._done))
        crossed = low <= iteration.plan.zero < high and iteration.index > 0
        return crossed and session.history.iteration(iteration.index - 1).plan is not iteration.plan

    def _enter(self, session: Session, plan: Plan) -> Iterable[Ref]:
        """Begin to look at an iteration, or at one that has been laid out anew: everything in it is new."""
        self._before, self._known = self._known, {}
        refs = [ref for ref in session.history.refs(session.position) if ref.role in ("value", "gradient")]
        if plan is not self._plan or session.history.machine.framed:
            self._name((*refs, *(ref for ref in plan.timelines if ref.role in ("value", "gradient"))))
            self._plan = plan
        return refs

    def _name(self, refs: Iterable[Ref]) -> None:
        """Have a place for each of some arrays; tables with the same names can be told apart quickly."""
        values = Names(ref.name for ref in refs if ref.role == "value")
        gradients = Names(ref.name for ref in refs if ref.role == "gradient")
        if values.names != self.values.names.names:
            self.values = Table[Summary](values)
        if gradients.names != self.gradients.names.names:
            self.gradients, self.added = Table[Summary](gradients), Table[tuple[int, int]](gradients)

    def _show(self, session: Session, plan: Plan, refs: Iterable[Ref], done: int) -> None:
        """Be up to date in what some arrays hold."""
        values: dict[str, Summary | None] = {}
        gradients: dict[str, Summary | None] = {}
        added: dict[str, tuple[int, int] | None] = {}
        for ref, held in session.history.arrays(refs, session.position):
            shown = None if held is None else self.summary(session, held)
            if ref.role == "gradient":
                gradients[ref.name] = shown
                begun = shown is not None and done > plan.zero
                added[ref.name] = plan.added(ref.name, done) if begun else None
            else:
                values[ref.name] = shown
        self.values = self.values.but(values)
        self.gradients = self.gradients.but(gradients)
        self.added = self.added.but(added)

    def clear(self) -> None:
        """Forget everything."""
        self.__init__()


def moment(session: Session, scene: Scene) -> Moment:
    """Everything that a window shows at the session's position."""
    scene.move(session)
    start, end = session.bounds
    last, backend = session.last, session.backend
    return Moment(
        position=session.position,
        last=last,
        next=session.next,
        iteration=last.iteration if last else 0,
        done=session.position - start,
        length=end - start,
        values=scene.values,
        gradients=scene.gradients,
        added=scene.added,
        parts=_parts(session),
        loss=_loss(session, scene),
        problem=session.problem(),
        edited=session.edited,
        backend=f"{backend.name}:{backend.device}",
        title=backend.title,
    )


def _loss(session: Session, scene: Scene) -> float | None:
    """The loss from its summary, so that nothing is copied for it."""
    shown = scene.values.get(session.model.loss or "")
    return None if shown is None else float(shown.cells[0, 0])


def _parts(session: Session) -> dict[Ref, Summary]:
    """What the steps of the last step's node made besides values and gradients."""
    last = session.last
    iteration, _ = session.history.locate(session.position)
    refs = iteration.plan.parts.get(last.node, ()) if last is not None and last.node is not None else ()
    found = {ref: session.summary(ref) for ref in refs}
    return {ref: summary for ref, summary in found.items() if summary is not None}
