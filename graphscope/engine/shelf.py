"""Where iterations are kept within a memory limit: the newest whole, older ones by what they started from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from graphscope.engine.iteration import Iteration
from graphscope.engine.plan import NUMBER
from graphscope.engine.sizes import bytes_of

WHOLE = 2
"""So many iterations are kept whole whatever the limit: the current one and the one before."""
OPENINGS = 0.25
"""The share of the limit for what iterations started from."""
OVERHEAD = 500
"""Bytes of an iteration besides its arrays."""


class Shelf:
    """Keeps the iterations of all branches of a run; the least recently used are dropped first.

    A dropped iteration keeps what it started from if its number is a multiple of the stride, which doubles
    whenever these openings outgrow their share: any other is computed again from the nearest before it.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.stride = 1
        self._whole: OrderedDict[Iteration, int] = OrderedDict()
        self._openings: dict[Iteration, int] = {}
        self._bytes = 0
        self._opening_bytes = 0

    @property
    def bytes(self) -> int:
        """How much is kept, in bytes."""
        return self._bytes + self._opening_bytes

    def put(self, iteration: Iteration) -> None:
        """Keep an iteration whole, as the one used last; drop others where the limit asks for it."""
        self._remove(iteration)
        size = iteration.program.bytes
        self._whole[iteration] = size
        self._bytes += size
        while self.bytes > self.limit and len(self._whole) > WHOLE:
            self._drop(next(iter(self._whole)))

    def use(self, iteration: Iteration) -> None:
        """Note that an iteration is being looked at."""
        if iteration in self._whole:
            self._whole.move_to_end(iteration)

    def release(self, iterations: Iterable[Iteration]) -> None:
        """Let go of iterations that nobody can come back to."""
        for iteration in iterations:
            self._remove(iteration)
            self._opening_bytes -= self._openings.pop(iteration, 0)

    def _remove(self, iteration: Iteration) -> None:
        self._bytes -= self._whole.pop(iteration, 0)

    def _drop(self, iteration: Iteration) -> None:
        self._remove(iteration)
        keep = iteration.index % self.stride == 0
        iteration.drop(keep_opening=keep)
        if not keep or iteration in self._openings:
            return
        size = bytes_of(iteration.opening or ())
        self._openings[iteration] = size
        self._opening_bytes += size
        while self._opening_bytes > self.limit * OPENINGS and any(each.index for each in self._openings):
            self._widen()

    def _widen(self) -> None:
        """Keep every second opening only; that of the first iteration stays: all can be made from it."""
        self.stride *= 2
        for iteration in [each for each in self._openings if each.index % self.stride]:
            iteration.opening = None
            self._opening_bytes -= self._openings.pop(iteration)


def measure(iteration: Iteration) -> int:
    """How much memory an iteration takes that is done, in bytes; what it began with is the one's before."""
    made = iteration.newest[NUMBER + 1 + len(iteration.plan.opening) :]
    return bytes_of(made) + 8 * iteration.plan.size + OVERHEAD
