"""A session's edits: another number in place of one, what that does to the loss, and which there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from graphscope.debug import switching, what_if
from graphscope.engine import memory
from graphscope.engine.history import History
from graphscope.engine.step import Ref
from graphscope.errors import InputError
from graphscope.graph.graph import unknown_value

if TYPE_CHECKING:
    from graphscope.debug.session import Session

UNDO = 100
"""So many edits can be taken back."""


class Editable:
    """What a session can do with the numbers of its run; see `graphscope.debug.session.Session`."""

    history: History

    def __init__(self) -> None:
        self._branches: deque[what_if.Branch | switching.Former] = deque(maxlen=UNDO)
        self._outlook: what_if.Outlook | None = None

    @property
    def _session(self) -> Session:
        return cast("Session", self)

    def _known(self, name: str) -> None:
        """Refuse a name that is neither a value nor optimizer state."""
        known = (*self._session.graph.values, *self._session.model.state_names)
        if name not in known:
            raise unknown_value(name, known)

    def set_value(self, name: str, array: Any) -> None:
        """Put an array in place of a value, here and now; the steps after are computed anew from it.

        Raises:
            InputError: the value is not there yet, or the array has another shape.
        """
        self._set(self._place_of(name), array)

    def set_gradient(self, name: str, array: Any) -> None:
        """Put an array in place of a gradient, here and now; the steps after are computed anew from it.

        Raises:
            InputError: this iteration has not computed it yet, or the array has another shape.
        """
        self._set(self._place_of(name, gradient=True), array)

    def _place_of(self, name: str, *, gradient: bool = False) -> Ref:
        """The array that an edit is about; it must be one that can be edited here."""
        name = self._session.named(name)
        if gradient:
            self._session.graph.value(name)
            what_if.refuse_left_over(self._session, Ref("gradient", name))
            return Ref("gradient", name)
        self._known(name)
        return Ref("value", name)

    def _set(self, ref: Ref, array: Any) -> None:
        held, before = self._there(ref)
        after = what_if.like(ref.name, array, before)
        changed, told = what_if.elements(before, after), what_if.assignment(ref, before, after)
        put = memory.put(self._session.home(held), after, ref.name)
        self._remember(what_if.Branch(self.history, self._session.position, held, put, changed, told))
        self.history = self.history.fork(ref, put, self._session.position)

    def _remember(self, former: what_if.Branch | switching.Former) -> None:
        """Be able to come back to a former run; one too many gives back the memory that was its own."""
        if len(self._branches) == UNDO:
            self._branches[0].history.abandon(self._branches[1].history)
        self._branches.append(former)

    def _there(self, ref: Ref) -> tuple[Any, np.ndarray]:
        """The array of ``ref`` now, on its device and on the host; only what is there can be another."""
        held = self._session.held(ref)
        if held is None:
            raise InputError("{name} has no value yet; step until it is computed, then set it", name=ref.name)
        return held, self._session.fetch(held)

    def what_if(self, name: str, index: Any, number: float, *, gradient: bool = False) -> what_if.Consequence:
        """What another number in one place of a value would do to the loss; nothing is changed by asking.

        Args:
            index: the element: one whole number for each axis, () for a value of one number.
            gradient: ask of the value's gradient instead.

        Raises:
            InputError: the value is not there yet, has no such element, or cannot hold the number.
        """
        ref = self._place_of(name, gradient=gradient)
        after = self._with(ref, index, number)
        return what_if.consequence(
            self._session, self._ahead(self.history, self._session.position, ref), after
        )

    def set_element(self, name: str, index: Any, number: float, *, gradient: bool = False) -> None:
        """Put a number in one place of a value (or of its gradient), here and now; see ``set_value``.

        Raises:
            InputError: the value is not there yet, has no such element, or cannot hold the number.
        """
        ref = self._place_of(name, gradient=gradient)
        self._set(ref, self._with(ref, index, number))

    def _with(self, ref: Ref, index: Any, number: float) -> np.ndarray:
        """The array that is there now with another number in one place."""
        _, before = self._there(ref)
        place = what_if.place(ref.name, before, index)
        return what_if.replaced(before, place, what_if.like(ref.name, number, before[place]))

    @property
    def consequence(self) -> what_if.Consequence | None:
        """What the last edit that has not been undone does to the loss, or None."""
        return self.consequence_of(1)

    def consequence_of(self, times: float) -> what_if.Consequence | None:
        """What the last edit would do to the loss were its step so many times as large, or None."""
        last = self._branches[-1] if self._branches else None
        if not isinstance(last, what_if.Branch):
            return None
        outlook = self._ahead(last.history, last.position, last.told.ref)
        after = self._session.fetch(last.after)
        return what_if.consequence(self._session, outlook, what_if.stretched(outlook.before, after, times))

    def _ahead(self, history: History, position: int, ref: Ref) -> what_if.Outlook:
        """What comes without an edit, computed once for all the numbers that are tried in one place."""
        if self._outlook is None or not self._outlook.of(history, position, ref):
            self._outlook = what_if.look_ahead(self._session, history, position, ref)
        return self._outlook

    @property
    def assignments(self) -> tuple[what_if.Assignment, ...]:
        """The edits that can be taken back, oldest first."""
        return tuple(branch.told for branch in self._assigned)

    @property
    def edited(self) -> Mapping[Ref, frozenset[tuple[int, ...]]]:
        """The arrays here that an edit put there, each with the elements that it changed (none: many)."""
        return what_if.edited(self._session, self._assigned)

    @property
    def _assigned(self) -> tuple[what_if.Branch, ...]:
        return tuple(each for each in self._branches if isinstance(each, what_if.Branch))

    @property
    def edits(self) -> int:
        """How many assignments and switches can be taken back."""
        return len(self._branches)
