"""Putting a number in place of another, asking beforehand what that would do, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar

from graphscope.debug.session import Session
from graphscope.debug.what_if import Consequence
from graphscope.errors import InputError, Sentence
from graphscope.service import what_if
from graphscope.service.requests import Answer, Assign, Request, Undo

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker

FURTHER = 5
"""A step so many times as large is told too: it shows where the gradient stops being true."""
TRIED = 16
"""On each side so many steps are tried for a curve."""
QUICK = 0.03
"""Seconds; where one step takes longer, a curve would keep people waiting."""


@dataclass(frozen=True)
class AskWhatIf(Request):
    """What a number in place of one element would do to the loss.

    Args:
        reach: how far from the number that is there steps are tried for a curve; 0 for none.
        gradient: the element is one of the value's gradient.
    """

    glance: ClassVar[bool] = True

    name: str
    index: tuple[int, ...]
    number: float
    reach: float = 0.0
    gradient: bool = False


@dataclass(frozen=True)
class AssignGradient(Assign):
    """Put a number in place of one element of a gradient."""


@dataclass(frozen=True)
class WhatIfTold(Answer):
    """The answer to `AskWhatIf`.

    Args:
        consequence: in numbers; ``told`` in a sentence.
        curve: for steps of several sizes, by how much the loss changes: step, predicted, actual.
    """

    request: AskWhatIf
    consequence: Consequence
    told: Sentence
    curve: tuple[tuple[float, float | None, float | None], ...] = ()


@dataclass(frozen=True)
class Edited(Answer):
    """An edit is done, or taken back.

    Args:
        titles: the edits that can be taken back, oldest first.
        told: what the edit did to the loss.
    """

    request: Assign | Undo
    titles: tuple[Sentence, ...]
    told: Sentence


def _assign(worker: Worker, request: Assign) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        return
    gradient = isinstance(request, AssignGradient)
    session.set_element(request.name, request.index, request.number, gradient=gradient)
    yield worker.moved(request, session.position)
    consequence = session.consequence
    if consequence is not None:
        yield Edited(request, _titles(session), what_if.told(consequence, _further(session, consequence)))


def _further(session: Session, consequence: Consequence) -> Consequence | None:
    """What a larger step would do, where there is a slope to follow: between whole numbers there is none."""
    return None if consequence.predicted is None else session.consequence_of(FURTHER)


def _undo(worker: Worker, request: Undo) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        return
    before, count = session.position, len(session.assignments)
    undone = session.undo()
    yield worker.moved(request, before)
    told = Sentence("The edit is taken back; the former run is here again.")
    if undone and len(session.assignments) == count:
        told = Sentence("The switch is taken back; {title} computes again.", title=session.backend.title)
    yield Edited(request, _titles(session), told)


def _titles(session: Session) -> tuple[Sentence, ...]:
    return tuple(what_if.title_of(edit) for edit in session.assignments)


def _what_if(worker: Worker, request: AskWhatIf) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        return
    began = perf_counter()
    try:
        consequence = _ask(session, request, request.number)
    except InputError:
        return  # the run has moved on since it was asked
    told, taken = what_if.told(consequence), perf_counter() - began
    yield WhatIfTold(request, consequence, told)
    if request.reach and consequence.actual is not None and taken < QUICK:
        curve = _curve(worker, session, request)
        if curve:
            yield WhatIfTold(request, consequence, told, curve)


def _ask(session: Session, request: AskWhatIf, number: float) -> Consequence:
    return session.what_if(request.name, request.index, number, gradient=request.gradient)


def _curve(
    worker: Worker, session: Session, request: AskWhatIf
) -> tuple[tuple[float, float | None, float | None], ...]:
    """The change of the loss for steps of several sizes; none where nobody wants to see it any more."""
    name = request.name
    array = session.gradient(name) if request.gradient else session.value(name)
    old = 0.0 if array is None else float(array[request.index])
    found: list[tuple[float, float | None, float | None]] = []
    for place in range(-TRIED, TRIED + 1):
        if worker.unwanted():
            return ()
        tried = _ask(session, request, old + request.reach * place / TRIED)
        found.append((tried.edit.change or 0.0, tried.predicted, tried.actual))
    return tuple(found)


TASKS: Mapping[type[Request], Task] = {
    Assign: _assign,
    AssignGradient: _assign,
    Undo: _undo,
    AskWhatIf: _what_if,
}
