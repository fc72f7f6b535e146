"""Whether a captured run comes out here as it did in its own framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphscope.errors import Sentence
from graphscope.service.requests import Answer, Request

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


@dataclass(frozen=True)
class CheckAgreement(Request):
    """Compare loss and gradients of the first iteration with those that were captured."""


@dataclass(frozen=True)
class AgreementTold(Answer):
    """What came of it, in one sentence."""

    agrees: bool
    sentence: Sentence


def _check(worker: Worker, _: CheckAgreement) -> Iterator[Answer]:
    session = worker.session
    found = None if session is None else session.agreement()
    if found is not None:
        yield AgreementTold(found.agrees, found.sentence)


TASKS: Mapping[type[Request], Task] = {CheckAgreement: _check}
