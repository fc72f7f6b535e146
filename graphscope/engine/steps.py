"""The steps of one iteration as a sequence; a step is made when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from graphscope.engine.step import Step


@dataclass(frozen=True, slots=True)
class Steps(Sequence[Step]):
    """The same steps as those of every other iteration of its plan, but for the number of the iteration.

    Args:
        planned: the steps as they were planned.
        iteration: the number that each is told with.
    """

    planned: tuple[Step, ...]
    iteration: int

    def __len__(self) -> int:
        return len(self.planned)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        if isinstance(index, slice):
            return tuple(step.at(self.iteration) for step in self.planned[index])
        return self.planned[index].at(self.iteration)
