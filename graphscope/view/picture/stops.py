"""Draws breakpoints: a red dot, a ring where it is switched off, half a dot where it has a condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import cos, pi, sin
from typing import Literal

from graphscope.graph.scope import Scope
from graphscope.view.picture.items import Card
from graphscope.view.picture.look import Level, Look
from graphscope.view.picture.shapes import Polygon, Shape, disc

StopMark = Literal["plain", "conditional", "off"]
MARKS: tuple[StopMark, ...] = ("plain", "conditional", "off")
"""The first of several at one place is drawn."""
RADIUS: Mapping[Level, float] = {"full": 6, "large": 8, "chips": 10, "block": 16}
ARC = 12
"""So many corners has half a circle."""


@dataclass(frozen=True)
class Stops:
    """The breakpoints that a picture shows, by value, by the node that makes it, and by group."""

    values: Mapping[str, StopMark] = field(default_factory=dict[str, StopMark])
    nodes: Mapping[str, StopMark] = field(default_factory=dict[str, StopMark])
    groups: Mapping[Scope, StopMark] = field(default_factory=dict[Scope, StopMark])

    def on(self, card: Card) -> StopMark | None:
        """The mark of a card; a folded group shows those inside too."""
        if card.proxy:
            return None
        if card.group is None:
            return self.values.get(card.value)
        found = [self.nodes[name] for name in card.nodes if name in self.nodes]
        if card.group in self.groups:
            found.append(self.groups[card.group])
        return next((mark for mark in MARKS if mark in found), None)


def draw_stop(mark: StopMark, x: float, y: float, look: Look) -> list[Shape]:
    """The mark around a point, on a rim that sets it off from what it lies on."""
    radius, red, paper = RADIUS[look.level], look.theme.alarm, look.theme.surface
    rim = disc(x, y, radius + 1.5, paper)
    if mark == "plain":
        return [rim, disc(x, y, radius, red)]
    ring = disc(x, y, radius - 1, paper, red, 2)
    return [rim, ring, _half(x, y, radius - 1, red)] if mark == "conditional" else [rim, ring]


def _half(x: float, y: float, radius: float, fill: str) -> Polygon:
    """The left half of a disc."""
    angles = (pi / 2 + pi * corner / ARC for corner in range(ARC + 1))
    return Polygon(tuple((x + radius * cos(angle), y + radius * sin(angle)) for angle in angles), fill)
