"""Answers that are kept for the next time, the least recently used forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer")


class Memory(Generic[Question, Answer]):
    """At most `size` answers by question."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[Question, Answer] = OrderedDict()

    def get(self, question: Question, work_out: Callable[[], Answer]) -> Answer:
        """The remembered answer, or a new one."""
        if question in self._answers:
            self._answers.move_to_end(question)
            return self._answers[question]
        answer = self._answers[question] = work_out()
        if len(self._answers) > self._size:
            self._answers.popitem(last=False)
        return answer
