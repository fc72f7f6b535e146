"""What the window asks of a run and what it is told: plain data, fit to cross to another process."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from graphscope.engine.moment import Moment
from graphscope.engine.step import Ref
from graphscope.engine.steps import Steps
from graphscope.engine.summary import Summary
from graphscope.errors import GraphScopeError, Sentence
from graphscope.graph.graph import Graph
from graphscope.graph.scope import Scope
from graphscope.graph.spec import TensorSpec
from graphscope.model.expression.source import ExpressionSource
from graphscope.model.model import Model
from graphscope.view.text import Language

Motion = Literal[
    "step",
    "back",
    "over",
    "into",
    "out",
    "run",
    "run_back",
    "next_phase",
    "previous_phase",
    "next_iteration",
    "previous_iteration",
    "first",
    "last",
]
Depth = Literal["layer", "operation", "kernel", "device"]
DEPTHS: tuple[Depth, ...] = ("layer", "operation", "kernel", "device")


class Request:
    """Base of all that is asked. At most one of a kind waits: a newer one takes its place.

    Class attributes:
        glance: asks about what is in sight; it waits until nothing is to be moved, because a move has it
            asked anew.
        lasting: it changes the run for good; an engine that was started again is asked for it again.
        endless: it goes on until something else is asked for that is no glance.
    """

    glance: ClassVar[bool] = False
    lasting: ClassVar[bool] = False
    endless: ClassVar[bool] = False


class Answer:
    """Base of all that is told."""


# ---- asked ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Open(Request):
    """Open a model; the arguments are those of ``graphscope.open``.

    Args:
        content: the bytes of the file that ``source`` names, where the engine is on another computer.
    """

    source: str | Path | Model | ExpressionSource
    backend: str = "numpy"
    dtype: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    trust: bool = False
    content: np.ndarray | None = None


@dataclass(frozen=True)
class Move(Request):
    """Move through the run; groups in ``folded`` count as one step."""

    motion: Motion
    folded: frozenset[Scope] = frozenset()


@dataclass(frozen=True)
class Seek(Request):
    """Go to a position."""

    position: int


@dataclass(frozen=True)
class AskExplanation(Request):
    """Explain the step that just ran, or what a selected element is."""

    glance: ClassVar[bool] = True

    language: Language
    depth: Depth = "operation"
    ref: Ref | None = None
    index: tuple[int, ...] | None = None


@dataclass(frozen=True)
class AskArray(Request):
    """One plane of an array, its statistics and its histogram.

    Args:
        plane: an index for every axis but the last two.
    """

    glance: ClassVar[bool] = True

    ref: Ref
    plane: tuple[int, ...] = ()


@dataclass(frozen=True)
class AskSaved(Request):
    """What is kept for the backward of the node that makes a value."""

    glance: ClassVar[bool] = True

    name: str


@dataclass(frozen=True)
class AskTimes(Request):
    """How long each step of the current iteration took."""

    glance: ClassVar[bool] = True


@dataclass(frozen=True)
class AskCode(Request):
    """An array as NumPy code."""

    ref: Ref


@dataclass(frozen=True)
class Assign(Request):
    """Put a number in place of one element of a value."""

    lasting: ClassVar[bool] = True

    name: str
    index: tuple[int, ...]
    number: float


@dataclass(frozen=True)
class Undo(Request):
    """Take back the last assignment."""

    lasting: ClassVar[bool] = True


@dataclass(frozen=True)
class Close(Request):
    """Let go of the model."""


@dataclass(frozen=True)
class Revive(Request):
    """Start the engine if there is none; one that has ended by itself is led back to where it was."""


# ---- told -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Opened(Answer):
    """A model is open, at position 0.

    Args:
        specs: the spec of every value, sizes bound by the data.
        backend: the name that it was opened by; ``title`` what menus call it.
        dtype: the floating type that was asked for, or None.
        floating: the floating type of the parameters or inputs.
    """

    request: Open
    model: Model
    specs: Mapping[str, TensorSpec]
    backend: str
    title: str
    device: str
    dtype: str | None
    floating: str

    @property
    def place(self) -> tuple[str, str | None]:
        """Where it runs and with which precision, as the menu chooses them."""
        return self.backend, self.dtype


@dataclass(frozen=True, eq=False)
class LaidOut:
    """How a model whose operations hold bodies is laid out in an iteration; another one may decide otherwise.

    Args:
        specs: the spec of every value in the graph.
    """

    graph: Graph
    specs: Mapping[str, TensorSpec]


@dataclass(frozen=True, eq=False)
class Moved(Answer):
    """The run is at a position.

    Args:
        request: what led here.
        before: the position before the move.
        steps: the steps of this iteration, in order.
        start: the position where this iteration starts.
        reached: the furthest position that has been computed.
        edits: how many assignments can be taken back.
        seconds: how long the step that just ran took, where it was timed.
        stopped: why a run stopped.
        laid_out: the graph, where it is another one than was told before.
    """

    request: Request
    moment: Moment
    before: int
    steps: Steps
    start: int
    reached: int
    edits: int = 0
    seconds: float | None = None
    stopped: Sentence | None = None
    laid_out: LaidOut | None = None

    @property
    def stepped(self) -> bool:
        """Whether somebody asked for one step and exactly one was done; jumps that happen to go as far do not count."""
        asked = isinstance(self.request, Move) and self.request.motion == "step"
        return asked and self.moment.position == self.before + 1


@dataclass(frozen=True, eq=False)
class Explained(Answer):
    """An explanation at a position."""

    position: int
    request: AskExplanation
    explanation: Any


@dataclass(frozen=True, eq=False)
class ArrayTold(Answer):
    """The answer to `AskArray`; ``summary`` is None where there is no such array at this position.

    Args:
        matrix: the plane, at most 512 rows and columns of it.
        every: of how many rows and columns one is shown.
        counts, edges: the histogram of all finite elements.
    """

    position: int
    request: AskArray
    summary: Summary | None = None
    matrix: np.ndarray | None = None
    every: tuple[int, int] = (1, 1)
    counts: np.ndarray | None = None
    edges: np.ndarray | None = None
    device: str = ""


@dataclass(frozen=True)
class Kept:
    """One array that is kept for a backward."""

    ref: Ref
    title: str
    shape: tuple[int, ...]
    dtype: str
    size: int


@dataclass(frozen=True)
class SavedTold(Answer):
    """The answer to `AskSaved`."""

    position: int
    name: str
    node: str | None = None
    op: str = ""
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True)
class TimesTold(Answer):
    """The answer to `AskTimes`.

    Args:
        start: the position where the iteration starts.
        seconds: for each step that has run; None where it was not timed.
    """

    start: int
    seconds: tuple[float | None, ...]


@dataclass(frozen=True)
class CodeTold(Answer):
    """The answer to `AskCode`."""

    ref: Ref
    code: str | None


@dataclass(frozen=True, eq=False)
class Restarted(Answer):
    """The engine had ended; it was started again and is where it was.

    Args:
        request: what it was doing.
        reason: why it ended.
        details: the last that it wrote.
        position: where the run is now, or None where no model is open.
    """

    request: Request
    reason: Sentence
    details: str
    position: int | None


@dataclass(frozen=True)
class Closed(Answer):
    """No model is open."""


@dataclass(frozen=True, eq=False)
class Failed(Answer):
    """A request could not be done; what was open stays open.

    Args:
        error: the sentence; for a fault of GraphScope itself, with its details.
    """

    request: Request
    error: GraphScopeError
    details: str = ""


def details_of(error: BaseException) -> str:
    """Where in the program an error was raised, for those who ask for details."""
    return "".join(traceback.format_exception(error))


def fault(request: Request, error: BaseException) -> Failed:
    """The answer where an error was raised: its sentence, or for a fault of GraphScope itself that it is one."""
    if isinstance(error, GraphScopeError):
        return Failed(request, error, details_of(error))
    unexpected = GraphScopeError(
        "something went wrong inside GraphScope: {error}", error=f"{type(error).__name__}: {error}"
    )
    return Failed(request, unexpected, details_of(error))
