"""Answers that are kept for the next time, the least recently used forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer")


class Memory(Generic[Question, Answer]):
    """Answers by question, up to a total weight; the newest is kept even if it weighs more alone."""

    def __init__(self, capacity: int, weigh: Callable[[Answer], int]) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._weight = 0
        self._answers: OrderedDict[Question, Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, question: Question, work_out: Callable[[], Answer]) -> Answer:
        """The remembered answer, or a new one."""
        if question in self._answers:
            self._answers.move_to_end(question)
            return self._answers[question]
        answer = self._answers[question] = work_out()
        self._weight += self._weigh(answer)
        while self._weight > self._capacity and len(self._answers) > 1:
            _, forgotten = self._answers.popitem(last=False)
            self._weight -= self._weigh(forgotten)
        return answer
