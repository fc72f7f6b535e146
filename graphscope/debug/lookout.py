"""Notices that numbers went wrong in iterations that ran without being looked at, and finds the step that did it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from graphscope.backends.base import Backend
from graphscope.engine.moment import Problem
from graphscope.engine.step import Ref

if TYPE_CHECKING:
    from graphscope.debug.session import Session

Refs = frozenset[Ref]


class Lookout:
    """Looks back on what ran since the last look, at little cost.

    The loss and the gradient norms of every iteration are looked at, and every array of the newest one: what is not
    finite for long is found where it began. What is not finite for a while only, and masked out, can be missed.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._start, self._first = session.position, session.next.iteration
        self._seen = self._first
        self._known: Refs = frozenset()
        """Arrays that are not finite though no step of this run made them so, such as what a mask is added to."""

    def look(self, upto: int) -> Problem | None:
        """The first problem since the last look; the session is then where it happened, else where it was.

        Args:
            upto: the number of the first iteration that has not run.
        """
        seen, self._seen = self._seen, upto
        if upto == seen:
            return None
        for suspect in sorted({*self._spoilt(seen, upto), *self._broken(seen, upto)}):
            problem = self._trace(suspect)
            if problem is not None:
                return problem
        return None

    def _spoilt(self, seen: int, upto: int) -> list[int]:
        """The first iteration whose loss or gradients are not finite."""
        rows = self._session.curves(seen)
        columns = [*rows.norms.values(), *([rows.loss] if self._session.model.loss is not None else [])]
        bad = [~np.isfinite(column[: upto - rows.first]) for column in columns]
        found: list[int] = np.flatnonzero(np.any(bad, axis=0)).tolist() if bad else []
        return [rows.first + row for row in found[:1]]

    def _broken(self, seen: int, upto: int) -> list[int]:
        """The first of the newest iterations that hold what is not finite, other than what is known."""
        first, newest = upto, self._unknown(upto - 1)
        new = newest
        while new:
            first -= 1
            new = self._unknown(first - 1) if first > seen else None
        self._known |= newest
        return [first] if newest else []

    def _unknown(self, index: int) -> Refs:
        return not_finite(self._session, index) - self._known

    def _trace(self, suspect: int) -> Problem | None:
        """The first step that went wrong, from the iteration before on: its updates may have spoilt the parameters.

        Where none did, the numbers were not finite before the run began: the position is as it was.
        """
        session, here = self._session, self._session.position
        iterations = session.history.iterations
        for index in range(max(self._first, suspect - 1), suspect + 1):
            session.seek(max(iterations[index].start, self._start))
            while session.position < min(iterations[index].end, here):
                session.step()
                if (problem := session.problem()) is not None:
                    return problem
        session.seek(here)
        return None


def not_finite(session: Session, index: int) -> Refs:
    """The arrays of an iteration that hold NaN or infinity, found where they live."""
    iteration = session.history.iterations[index]
    homes: dict[int, tuple[Backend, dict[Ref, Any]]] = {}
    for ref, array in session.history.arrays(iteration.plan.timelines, iteration.end):
        if array is not None:
            home = session.home(array)
            homes.setdefault(id(home), (home, {}))[1][ref] = array
    return frozenset(ref for home, arrays in homes.values() for ref in _not_finite(home, arrays))


def _not_finite(backend: Backend, arrays: Mapping[Ref, Any]) -> list[Ref]:
    """The same for arrays of one backend."""
    xp = backend.xp
    with xp.errstate():
        flat = {
            ref: xp.reshape(array, (-1,))
            for ref, array in arrays.items()
            if xp.isdtype(array.dtype, "real floating")
        }
        suspicious = _suspicious(backend, flat)
        return [ref for ref in suspicious if not bool(xp.all(xp.isfinite(flat[ref])))]


def _suspicious(backend: Backend, flat: Mapping[Ref, Any]) -> list[Ref]:
    """Those whose sum of squares is not finite: cheap, and brought from their device all at once."""
    xp = backend.xp
    squares: list[Any] = []
    for array in flat.values():
        wide = array if array.dtype in (xp.float32, xp.float64) else xp.astype(array, xp.float32)
        squares.append(xp.astype(xp.reshape(xp.matmul(wide, wide), (1,)), xp.float64))
    if not squares:
        return []
    finite: list[bool] = np.isfinite(backend.get(xp.concat(squares))).tolist()
    return [ref for ref, fine in zip(flat, finite, strict=True) if not fine]
