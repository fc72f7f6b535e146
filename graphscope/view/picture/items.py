"""What a picture consists of before it is placed: cards, chips docked to them, links and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from graphscope.graph.scope import Scope
from graphscope.view.picture.style import SMALL

CardKind = Literal["op", "parameter", "buffer", "input", "constant", "loss", "group"]
RowRole = Literal["value", "gradient"]
RowForm = Literal["scalar", "matrix", "map", "words"]
Side = Literal["above", "below"]
Operand = tuple[str, int]
"""An operand: the node that reads, and in which slot."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a card: ● a value or ◆ its gradient.

    Args:
        value: whose numbers it shows.
        x, y, width, height: of the numbers, within the card.
        columns, lines: of the matrix or heat map.
        capacity: how many characters a number may take.
        size: of its type, in pixels at 100 %.
    """

    value: str
    role: RowRole
    form: RowForm
    x: float
    y: float
    width: float
    height: float
    columns: int = 1
    lines: int = 1
    capacity: int = 7
    size: float = SMALL


@dataclass(frozen=True, slots=True)
class Card:
    """One card or chip.

    Args:
        key: unique in the picture.
        value: the value that it stands for (of a group: its last output).
        node: the node that makes the value, "" for a leaf.
        title: what it is called; ``symbol`` the sign of its op, "" where the title says it.
        shape: the shape in words.
        proxy: a second appearance of a value whose own card or chip is elsewhere.
        group: the scope of a folded group.
        nodes: the nodes that it stands for: its own, or all of a folded group.
        note: a line below the title, for folded groups.
        hanging: a chip below its card, whose upper border belongs to the lines between them.
    """

    key: str
    kind: CardKind
    value: str
    node: str
    title: str
    symbol: str
    shape: str
    width: float
    height: float
    rows: tuple[Row, ...]
    scope: Scope = ()
    proxy: bool = False
    group: Scope | None = None
    nodes: tuple[str, ...] = ()
    note: str = ""
    hanging: bool = False

    def row(self, role: RowRole, value: str | None = None) -> Row | None:
        """Its row of that role (for one value where it shows several), or None."""
        found = (row for row in self.rows if row.role == role and value in (None, row.value))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Dock:
    """A chip at a card: which operands of the node it feeds, and on which side it hangs."""

    chip: Card
    card: str
    slots: tuple[int, ...]
    side: Side


@dataclass(frozen=True, slots=True)
class Carrier:
    """One tensor on its way from a card to an operand of another: an edge.

    Args:
        uses: the operands that it feeds, (node, slot); several only into a folded group.
        gradient: whether a gradient comes back along it.
        weight: thickness of the line in pixels, from the number of elements.
    """

    value: str
    source: str
    target: str
    source_port: int
    target_port: int
    uses: tuple[Operand, ...]
    gradient: bool
    weight: float
    shape: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """How an operand is broadcast: each element is used ``times`` times; backward sums over ``axes``."""

    times: int
    axes: tuple[int, ...]


@dataclass(frozen=True)
class Structure:
    """Everything that a picture shows, sized but not placed; it depends on graph, folded groups and specs.

    Args:
        homes: for each value the key of the card or chip that is its own place.
        owners: for each node the key of the card that stands for it.
        open_groups: scopes drawn as frames, parents first, with the number of nodes in each.
        contributions: for each value the operands that send it a gradient, in the order of adding.
        stretched: for operands that are broadcast: how often each element is used, and over which axes.
    """

    cards: tuple[Card, ...]
    docks: tuple[Dock, ...]
    carriers: tuple[Carrier, ...]
    homes: Mapping[str, str]
    owners: Mapping[str, str]
    open_groups: Mapping[Scope, int]
    ports: Mapping[str, tuple[int, int]]
    contributions: Mapping[str, tuple[Operand, ...]] = field(default_factory=dict[str, tuple[Operand, ...]])
    stretched: Mapping[Operand, Stretch] = field(default_factory=dict[Operand, Stretch])

    @cached_property
    def by_key(self) -> Mapping[str, Card]:
        """Every card and chip by its key."""
        return {card.key: card for card in (*self.cards, *(dock.chip for dock in self.docks))}

    @cached_property
    def docked(self) -> Mapping[str, tuple[Dock, ...]]:
        """The chips of each card, in the order of their operands."""
        found: dict[str, list[Dock]] = {}
        for dock in self.docks:
            found.setdefault(dock.card, []).append(dock)
        return {key: tuple(docks) for key, docks in found.items()}
