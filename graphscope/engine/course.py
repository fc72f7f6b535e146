"""Where every iteration of a run starts, and by which program it runs: a few bytes each, kept for ever."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from graphscope.engine.iteration import Program


class Course:
    """The iterations of a run in order, without anything that they made.

    Args:
        starts: the position before the first step of each.
        used: the place of the program of each among ``programs``, which all branches share.
    """

    def __init__(self, starts: array[int], used: array[int], programs: list[Program]) -> None:
        self._starts = starts
        self._used = used
        self._programs = programs

    def __len__(self) -> int:
        """How many iterations have begun."""
        return len(self._starts)

    @property
    def bytes(self) -> int:
        """The memory that it takes."""
        return len(self._starts) * (self._starts.itemsize + self._used.itemsize)

    def append(self, start: int, program: Program) -> None:
        """Add an iteration."""
        if not self._used or self._programs[self._used[-1]] is not program:
            if program not in self._programs:
                self._programs.append(program)
            self._used.append(self._programs.index(program))
        else:
            self._used.append(self._used[-1])
        self._starts.append(start)

    def follow(self, program: Program) -> None:
        """The last iteration goes on by another program than it began with."""
        if self._programs[self._used[-1]] is not program:
            start = self._starts.pop()
            self._used.pop()
            self.append(start, program)

    def start(self, index: int) -> int:
        """The position before the first step of an iteration."""
        return self._starts[index]

    def program(self, index: int) -> Program:
        """By which program an iteration runs."""
        return self._programs[self._used[index]]

    def at(self, position: int) -> int:
        """The number of the iteration that a position belongs to: at a boundary the one that ends there."""
        return max(0, bisect_left(self._starts, position) - 1)

    def until(self, count: int) -> Course:
        """The course of the first ``count`` iterations."""
        return Course(self._starts[:count], self._used[:count], self._programs)


def course() -> Course:
    """A course without any iteration."""
    return Course(array("q"), array("I"), [])
