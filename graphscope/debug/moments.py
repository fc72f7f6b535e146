"""Gathering what a window shows at one position, computing only what has changed since the last look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphscope.engine.iteration import Iteration
from graphscope.engine.moment import Moment
from graphscope.engine.on_device import summary_of
from graphscope.engine.step import Ref
from graphscope.engine.summary import Summary

if TYPE_CHECKING:
    from graphscope.debug.session import Session


class Scene:
    """The summaries of all values and gradients at the position last looked at.

    Arrays never change, so a summary stays true; those of one iteration are remembered, which holds no more
    arrays than that iteration has.
    """

    def __init__(self) -> None:
        self._iteration: Iteration | None = None
        self._done = 0
        self._known: dict[int, tuple[Any, Summary]] = {}
        self._before: dict[int, tuple[Any, Summary]] = {}
        self.values: dict[str, Summary] = {}
        self.gradients: dict[str, Summary] = {}
        self.added: dict[str, tuple[int, int]] = {}

    def summary(self, session: Session, held: Any) -> Summary:
        """The summary of an array on its device."""
        known = self.seen(held)
        if known is None:
            known = summary_of(session.backend, held)
        self._known[id(held)] = held, known
        return known

    def seen(self, held: Any) -> Summary | None:
        """The summary of an array where it has been made already."""
        known = self._known.get(id(held)) or self._before.get(id(held))
        return known[1] if known is not None and known[0] is held else None

    def move(self, session: Session) -> None:
        """Be where the session is."""
        iteration, done = session.history.locate(session.position)
        if iteration is self._iteration:
            low, high = sorted((done, self._done))
            refs = {ref for step in iteration.plan.changes[low:high] for ref in step}
            refs.update(edit.ref for edit in iteration.edits)
        else:
            refs = {ref for ref in iteration.plan.timelines if ref.role in ("value", "gradient")}
            self._before, self._known = self._known, {}
        self._iteration, self._done = iteration, done
        for ref, held in session.history.arrays(refs, session.position):
            shown = self.gradients if ref.role == "gradient" else self.values
            if held is None:
                shown.pop(ref.name, None)
            else:
                shown[ref.name] = self.summary(session, held)
            if ref.role == "gradient":
                self._count(ref.name, *iteration.plan.added(ref.name, done))
        self._before = {}

    def _count(self, name: str, number: int, total: int) -> None:
        """Note how many contributions are in a gradient that has begun."""
        if number:
            self.added[name] = number, total
        else:
            self.added.pop(name, None)

    def clear(self) -> None:
        """Forget everything."""
        self.__init__()


def moment(session: Session, scene: Scene) -> Moment:
    """Everything that a window shows at the session's position."""
    scene.move(session)
    start, end = session.bounds
    last = session.last
    return Moment(
        position=session.position,
        last=last,
        next=session.next,
        iteration=last.iteration if last else 0,
        done=session.position - start,
        length=end - start,
        values=dict(scene.values),
        gradients=dict(scene.gradients),
        added=dict(scene.added),
        parts=_parts(session),
        loss=_loss(session, scene),
        problem=session.problem(),
        edited=session.edited,
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
