"""What the window asks of a run and what it is told: plain data, fit to cross to another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from graphscope.engine.moment import Moment
from graphscope.engine.step import Ref, Step
from graphscope.engine.summary import Summary
from graphscope.errors import GraphScopeError, Sentence
from graphscope.graph.scope import Scope
from graphscope.graph.spec import TensorSpec
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


# ---- asked ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Open:
    """Open a model; the arguments are those of ``graphscope.open``."""

    source: str | Path | Model
    backend: str = "numpy"
    dtype: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    trust: bool = False


@dataclass(frozen=True)
class Move:
    """Move through the run; groups in ``folded`` count as one step."""

    motion: Motion
    folded: frozenset[Scope] = frozenset()


@dataclass(frozen=True)
class Seek:
    """Go to a position."""

    position: int


@dataclass(frozen=True)
class AskExplanation:
    """Explain the step that just ran, or what a selected element is."""

    language: Language
    depth: Depth = "operation"
    ref: Ref | None = None
    index: tuple[int, ...] | None = None


@dataclass(frozen=True)
class AskArray:
    """One plane of an array, its statistics and its histogram.

    Args:
        plane: an index for every axis but the last two.
    """

    ref: Ref
    plane: tuple[int, ...] = ()


@dataclass(frozen=True)
class AskSaved:
    """What is kept for the backward of the node that makes a value."""

    name: str


@dataclass(frozen=True)
class AskTimes:
    """How long each step of the current iteration took."""


@dataclass(frozen=True)
class AskCode:
    """An array as NumPy code."""

    ref: Ref


@dataclass(frozen=True)
class Assign:
    """Put a number in place of one element of a value."""

    name: str
    index: tuple[int, ...]
    number: float


@dataclass(frozen=True)
class Undo:
    """Take back the last assignment."""


@dataclass(frozen=True)
class Close:
    """Let go of the model."""


Request = (
    Open | Move | Seek | AskExplanation | AskArray | AskSaved | AskTimes | AskCode | Assign | Undo | Close
)


# ---- told -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Opened:
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
class Moved:
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
    """

    request: Request
    moment: Moment
    before: int
    steps: tuple[Step, ...]
    start: int
    reached: int
    edits: int = 0
    seconds: float | None = None
    stopped: Sentence | None = None

    @property
    def stepped(self) -> bool:
        """Whether somebody asked for one step and exactly one was done; jumps that happen to go as far do not count."""
        asked = isinstance(self.request, Move) and self.request.motion == "step"
        return asked and self.moment.position == self.before + 1


@dataclass(frozen=True, eq=False)
class Explained:
    """An explanation at a position."""

    position: int
    request: AskExplanation
    explanation: Any


@dataclass(frozen=True, eq=False)
class ArrayTold:
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
class SavedTold:
    """The answer to `AskSaved`."""

    position: int
    name: str
    node: str | None = None
    op: str = ""
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True)
class TimesTold:
    """The answer to `AskTimes`.

    Args:
        start: the position where the iteration starts.
        seconds: for each step that has run; None where it was not timed.
    """

    start: int
    seconds: tuple[float | None, ...]


@dataclass(frozen=True)
class CodeTold:
    """The answer to `AskCode`."""

    ref: Ref
    code: str | None


@dataclass(frozen=True)
class Closed:
    """No model is open."""


@dataclass(frozen=True, eq=False)
class Failed:
    """A request could not be done; what was open stays open.

    Args:
        error: the sentence; for a fault of GraphScope itself, with its details.
    """

    request: Request
    error: GraphScopeError
    details: str = ""


Answer = Opened | Moved | Explained | ArrayTold | SavedTold | TimesTold | CodeTold | Closed | Failed
