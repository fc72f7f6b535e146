"""Where iterations are kept within a memory limit: the newest whole, older ones by what they started from."""

from __future__ import annotations

from collections import OrderedDict

from graphscope.engine.iteration import Branch, Iteration, Opening
from graphscope.engine.plan import NUMBER
from graphscope.engine.sizes import bytes_of

WHOLE = 2
"""So many iterations are kept whole whatever the limit: the current one and the one before."""
OPENINGS = 0.25
"""The share of the limit for what iterations started from."""
SPARE = 4 * 2**20
"""Bytes for that whatever the limit, so that in a small model no seek has much to compute again."""
OVERHEAD, OPENING_OVERHEAD = 500, 200
"""Bytes of an iteration, and of what it started from, besides the arrays; measured with NumPy 2."""


class Shelf:
    """Keeps the iterations of all branches of a run; the least recently used are dropped first.

    A dropped iteration keeps what it started from if its number is a multiple of the stride, which doubles
    whenever these openings outgrow their share: any other is computed again from the nearest before it.

    Args:
        limit: bytes.
        spare: bytes that openings may take in any case.
    """

    def __init__(self, limit: int, spare: int = SPARE) -> None:
        self.limit = limit
        self.spare = spare
        self.stride = 1
        self.scalars = 0
        """Bytes of what is kept for ever."""
        self._order: OrderedDict[Iteration, int] = OrderedDict()
        self._branches: dict[Branch, None] = {}
        self._bytes = 0
        self._opening_bytes = 0

    @property
    def bytes(self) -> int:
        """How much is kept, in bytes."""
        return self._bytes + self._opening_bytes + self.scalars

    def put(self, iteration: Iteration) -> None:
        """Keep an iteration whole, as the one used last; drop others where the limit asks for it."""
        if iteration in self._order:
            self._remove(iteration)
        size = iteration.program.bytes
        self._order[iteration] = size
        iteration.branch.whole[iteration.index] = iteration
        self._bytes += size
        if self.bytes > self.limit:
            self.trim()

    def use(self, iteration: Iteration) -> None:
        """Note that an iteration is being looked at."""
        if iteration in self._order:
            self._order.move_to_end(iteration)

    def trim(self) -> None:
        """Drop what is too much."""
        while self.bytes > self.limit and len(self._order) > WHOLE:
            self._drop(next(iter(self._order)))

    def squeeze(self) -> bool:
        """Drop all that can be dropped, because memory has run out; whether there was anything."""
        before = len(self._order)
        while len(self._order) > WHOLE:
            self._drop(next(iter(self._order)))
        return len(self._order) < before

    def release(self, branch: Branch, numbers: range) -> None:
        """Let go of iterations of a branch by their numbers: nobody can come back to them."""
        for index in [index for index in branch.whole if index in numbers]:
            self._remove(branch.whole[index])
        for index in [index for index in branch.openings if index in numbers]:
            self._forget(branch, index)

    def _remove(self, iteration: Iteration) -> None:
        self._bytes -= self._order.pop(iteration, 0)
        iteration.branch.whole.pop(iteration.index, None)

    def _drop(self, iteration: Iteration) -> None:
        self._remove(iteration)
        index, branch = iteration.index, iteration.branch
        if index % self.stride == 0 and index not in branch.openings:
            branch.openings[index] = Opening(iteration.opening(), iteration.program.opening_bytes)
            self._opening_bytes += iteration.program.opening_bytes
            self._branches[branch] = None
        iteration.drop()
        share = max(self.limit * OPENINGS, self.spare)
        while self._opening_bytes > share and any(any(branch.openings) for branch in self._branches):
            self._widen()

    def _widen(self) -> None:
        """Keep every second opening only; that of the first iteration stays: all can be made from it."""
        self.stride *= 2
        for branch in list(self._branches):
            for index in [index for index in branch.openings if index % self.stride]:
                self._forget(branch, index)

    def _forget(self, branch: Branch, index: int) -> None:
        self._opening_bytes -= branch.openings.pop(index).bytes
        if not branch.openings:
            del self._branches[branch]


def measure(iteration: Iteration) -> None:
    """Note how much memory the iterations of a program take, now that one is done.

    What it began with belongs to the one before; what no step changes belongs to none.
    """
    program, plan, cells = iteration.program, iteration.plan, iteration.newest
    first = NUMBER + 1
    program.bytes = bytes_of(cells[first + len(plan.opening) :]) + 8 * plan.size + OVERHEAD
    changed = [cells[cell] for cell, end in enumerate(plan.closing, first) if cell != end]
    program.opening_bytes = bytes_of(changed) + 8 * len(plan.opening) + OPENING_OVERHEAD
