"""The code of the model that is open: as its author wrote it, and as layers, with what each line makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from graphscope.service.requests import Answer, Request
from graphscope.view.code.lines import Code

if TYPE_CHECKING:
    from graphscope.service.tasks import Task
    from graphscope.service.worker import Worker


@dataclass(frozen=True)
class AskSource(Request):
    """What the model is in code.

    It names no file: the text is what the importer read when it ran the model's own program.
    """

    glance: ClassVar[bool] = True


@dataclass(frozen=True)
class SourceTold(Answer):
    """The answer to `AskSource`: the author's program where there is one, then code made from the graph."""

    codes: tuple[Code, ...]


def _source(worker: Worker, _: AskSource) -> Iterator[Answer]:
    if worker.session is not None:
        from graphscope.view.source import codes  # the layers and losses by name: not before somebody looks

        session = worker.session
        yield SourceTold(codes(session.model, session.graph if session.framed else None))


TASKS: Mapping[type[Request], Task] = {AskSource: _source}
