"""How a picture is drawn: theme, language and level of detail, and the colours mixed from the theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graphscope.view.palette import Theme, mix
from graphscope.view.text import Text

Level = Literal["full", "large", "chips", "block"]
"""A full card; numbers in large type; a large title with small heat maps; a coloured block."""

FULL_FROM = 0.85
"""From here up the type of a full card is 9 pixels or more on the screen."""
LARGE_FROM = 0.5
BLOCK_BELOW = 0.3


@dataclass(frozen=True, slots=True)
class Look:
    """What does not depend on the model."""

    theme: Theme
    text: Text
    level: Level = "full"

    @property
    def outline(self) -> str:
        """Borders that tell a state: 3:1 on the canvas."""
        return self.theme.faint

    @property
    def hollow(self) -> str:
        """Where numbers will be."""
        return mix(self.theme.surface, self.theme.canvas, 0.7) if not self.theme.dark else self.theme.zero

    @property
    def quiet_edge(self) -> str:
        """An edge whose value is not there yet."""
        return mix(self.theme.canvas, self.theme.edge, 0.55)


def level_at(scale: float) -> Level:
    """The level of detail for a zoom factor."""
    if scale >= LARGE_FROM:
        return "full" if scale >= FULL_FROM else "large"
    return "chips" if scale >= BLOCK_BELOW else "block"
