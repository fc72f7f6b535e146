"""Which backends there are on the engine's computer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from graphscope.backends.probe import Availability, survey
from graphscope.service.requests import Answer, Request

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


@dataclass(frozen=True)
class AskSurvey(Request):
    """Try every backend; it takes seconds, so it is asked of an engine that has nothing else to do."""

    glance: ClassVar[bool] = True


@dataclass(frozen=True)
class SurveyTold(Answer):
    """The answer to `AskSurvey`."""

    found: tuple[Availability, ...]


def _survey(worker: Worker, _: AskSurvey) -> Iterator[Answer]:
    yield SurveyTold(survey(unwanted=worker.unwanted))


TASKS: Mapping[type[Request], Task] = {AskSurvey: _survey}
