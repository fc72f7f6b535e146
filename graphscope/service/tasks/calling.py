"""Calling a session's own methods from another process: what a script does with a run that lives elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphscope.errors import InputError
from graphscope.service.requests import Answer, Request

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker

METHODS = frozenset(
    "agreement array back breakpoints.add breakpoints.clear breakpoints.count breakpoints.enable breakpoints.hits "
    "breakpoints.list breakpoints.past breakpoints.remove consequence_of contribution curves fingerprint free_run "
    "gradient inside into iterate limit_memory losses moment named out over problem refs run run_back seconds seek "
    "set_element set_gradient set_value step summary switch total_contributions undo value what_if".split()
)
"""What may be called by name; everything else of a session stays where the session is."""
FACTS = frozenset(
    "assignments bounds consequence edited edits framed graph iteration_steps last loss luggage memory next position "
    "reached seed specs".split()
)
"""What may be read by name."""


@dataclass(frozen=True, eq=False)
class Call(Request):
    """Call a method of the session, or read one of its facts."""

    name: str
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, eq=False)
class Returned(Answer):
    """What the method gave.

    Args:
        position: where the run is now.
    """

    value: Any
    position: int


def _call(worker: Worker, request: Call) -> Iterator[Answer]:
    session = worker.session
    if session is None:
        raise InputError("no model is open; open one first")
    if request.name in FACTS:
        value: Any = getattr(session, request.name)
    elif request.name in METHODS:
        value = attrgetter(request.name)(session)(*request.arguments, **request.options)
    else:
        raise InputError("a session elsewhere has no “{name}”", name=request.name)
    yield Returned(value, session.position)


TASKS: Mapping[type[Request], Task] = {Call: _call}
