"""What a layout is asked for and what it answers: items, links and groups in, boxes and wires out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from graphscope.errors import GraphScopeError

Path = tuple[str, ...]
Point = tuple[float, float]
Flow = Literal["right", "down"]


class LayoutError(GraphScopeError):
    """A request that cannot be laid out: a name used twice, a link to nothing, a port that is not there."""


class LayoutCancelled(GraphScopeError):  # noqa: N818  # it is no error that the caller made
    """The caller did not want the layout any more."""


def never() -> bool:
    """The answer of a caller that never cancels."""
    return False


@dataclass(frozen=True, slots=True)
class Item:
    """One card to be placed.

    `ordered` says that the order of the ports means something (MatMul, Sub) and is kept; else it is chosen so
    that fewer wires cross. A collapsed group is one item with `ordered=False` in the place of its first
    member; then nothing around it changes its order when it is opened. `side` tells where the
    ports are, across the flow: how far from the item's beginning, and how much room they have; None for all.
    """

    key: str
    width: float
    height: float
    group: Path = ()
    inputs: int = 1
    outputs: int = 1
    ordered: bool = True
    side: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A tensor from an output port to an input port; links that are not `main` never bend the spine."""

    source: str
    target: str
    source_port: int = 0
    target_port: int = 0
    main: bool = True


@dataclass(frozen=True, slots=True)
class GroupBox:
    """How much room an open group keeps free: for its title on top, and on all four sides."""

    path: Path
    header: float = 26
    padding: float = 16


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that a layout depends on; `lane_gap` is the distance between parallel wires."""

    items: tuple[Item, ...]
    links: tuple[Link, ...]
    groups: tuple[GroupBox, ...] = ()
    flow: Flow = "right"
    layer_gap: float = 72
    item_gap: float = 28
    lane_gap: float = 14


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Ports:
    """Where an item's input and output ports are, port by port, whether a wire ends there or not."""

    inputs: tuple[Point, ...]
    outputs: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """The corners of a link's line, from the source's output port to the target's input port."""

    link: Link
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The answer: a box and ports for every item, a frame for every group with members, a wire per link."""

    boxes: Mapping[str, Rect]
    groups: Mapping[Path, Rect]
    wires: tuple[Wire, ...]
    ports: Mapping[str, Ports]
    width: float
    height: float


class LayoutEngine(Protocol):
    """Anything that can lay out a request; `cancelled` is asked often, and True raises LayoutCancelled."""

    def layout(self, request: Request, *, cancelled: Callable[[], bool] = never) -> Layout: ...
