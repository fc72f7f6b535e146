"""The request taken apart into one level per open group, and each link into its steps through the borders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graphscope.view.layout.request import Item, LayoutError, Link, Path, Request


class Tensor(NamedTuple):
    """What flows out of one output port of one item, wherever it goes."""

    source: str
    port: int


@dataclass(frozen=True, slots=True)
class Border:
    """A tensor's passage through the border of a group, seen from inside."""

    tensor: Tensor
    entering: bool


Member = str | Path | Border
"""The key of an item, the path of a child group, or a passage of the border."""


class Hop(NamedTuple):
    """One edge of a level before the level is numbered: members' names and their own port numbers."""

    source: Member
    out: int
    target: Member
    slot: int


@dataclass(slots=True)
class Level:
    """The inside of one group: its items, its child groups and the tensors that pass its border."""

    path: Path
    members: dict[Member, None] = field(default_factory=dict[Member, None])
    hops: dict[Hop, bool] = field(default_factory=dict[Hop, bool])  # main or not
    passages: dict[Border, int] = field(default_factory=dict[Border, int])  # the group's port outside

    def passage(self, border: Border) -> int:
        """The port number of a passage, seen from outside, counted apart for entering and leaving."""
        if border not in self.passages:
            self.passages[border] = sum(other.entering == border.entering for other in self.passages)
        return self.passages[border]


Step = tuple[Path, Hop]


@dataclass(frozen=True, slots=True)
class Nest:
    """All levels, outer ones first, and for each link its steps from source to target."""

    items: Mapping[str, Item]
    levels: Mapping[Path, Level]
    steps: tuple[tuple[Step, ...], ...]


def unnest(request: Request) -> Nest:
    """Take a request apart; raises LayoutError for names and ports that are not there."""
    items = _items(request)
    levels: dict[Path, Level] = {(): Level(())}
    for item in request.items:
        for depth in range(len(item.group) + 1):
            outer, inner = item.group[:depth], item.group[: depth + 1]
            is_last = depth == len(item.group)
            levels.setdefault(outer, Level(outer)).members[item.key if is_last else inner] = None
    steps = tuple(_steps(link, items, levels) for link in request.links)
    return Nest(items, dict(sorted(levels.items(), key=lambda pair: len(pair[0]))), steps)


def _items(request: Request) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for item in request.items:
        if item.key in items:
            raise LayoutError(
                "Two items of the layout are called {name}; give each its own key.", name=item.key
            )
        items[item.key] = item
    for link in request.links:
        _check(link.source, link.source_port, items, "outputs")
        _check(link.target, link.target_port, items, "inputs")
    return items


def _check(name: str, port: int, items: Mapping[str, Item], side: str) -> None:
    if name not in items:
        raise LayoutError("A link of the layout names {name}, which is not among its items.", name=name)
    count = items[name].outputs if side == "outputs" else items[name].inputs
    if not 0 <= port < count:
        raise LayoutError(
            "A link of the layout ends at port {port} of {name}, which has {count}.",
            port=port,
            name=name,
            count=count,
        )


def _steps(link: Link, items: Mapping[str, Item], levels: Mapping[Path, Level]) -> tuple[Step, ...]:
    """Record a link in every level that it passes: out of groups, across, into groups."""
    source, target = items[link.source], items[link.target]
    shared = _shared(source.group, target.group)
    tensor = Tensor(link.source, link.source_port)
    steps: list[Step] = []
    here: tuple[Member, int] = (link.source, link.source_port)
    for depth in range(len(source.group), shared, -1):
        path = source.group[:depth]
        border = Border(tensor, entering=False)
        steps.append((path, Hop(*here, border, 0)))
        here = (path, levels[path].passage(border))
    inward: list[Step] = []
    there: tuple[Member, int] = (link.target, link.target_port)
    for depth in range(len(target.group), shared, -1):
        path = target.group[:depth]
        border = Border(tensor, entering=True)
        inward.append((path, Hop(border, 0, *there)))
        there = (path, levels[path].passage(border))
    steps.append((source.group[:shared], Hop(*here, *there)))
    steps += reversed(inward)
    for path, hop in steps:
        hops = levels[path].hops
        hops[hop] = hops.get(hop, False) or link.main
    return tuple(steps)


def _shared(one: Path, other: Path) -> int:
    depth = 0
    while depth < min(len(one), len(other)) and one[depth] == other[depth]:
        depth += 1
    return depth
