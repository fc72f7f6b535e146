"""Whether the view fits the picture, and what a change of the widget's size does to it."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.gui.canvas.camera import Camera, fitted, refitted
from graphscope.view.layout.request import Rect
from graphscope.view.picture.place import Picture

SMALL_GRAPH = 60
"""Cards; a larger graph is first seen as a whole."""
NUDGE = 64
"""Pixels by which a message above the canvas makes it lower: no reason to move what is seen."""
Size = tuple[int, int]


@dataclass
class Fitting:
    """What was last asked for.

    Args:
        on: whether the view fits; a user who zooms or moves it ends that.
        whole: also where numbers become small; else a small graph that is too wide shows the step.
        size: of the widget when the view was last fitted.
        top: where the widget begins in its window.
    """

    on: bool = True
    whole: bool = False
    size: Size = (0, 0)
    top: int = 0

    def start(self, size: Size, *, whole: bool) -> None:
        """Fit from now on."""
        self.on, self.whole, self.size = True, whole, size

    def camera(self, picture: Picture, size: Size, focus: Rect | None) -> Camera:
        """The camera that fits."""
        small = not self.whole and len(picture.structure.cards) <= SMALL_GRAPH
        return fitted(picture.bounds, *size, small=small, focus=focus)

    def resized(self, camera: Camera, picture: Picture, size: Size, focus: Rect | None) -> Camera:
        """The camera in a widget of another size: as it was where only a message has come or gone."""
        little = size[0] == self.size[0] and abs(size[1] - self.size[1]) <= NUDGE
        target = self.camera(picture, size, focus)
        found = refitted(camera, target, picture.bounds, size[1]) if little else target
        if found == target:
            self.size = size
        return found

    def lowered(self, top: int) -> int:
        """How much lower a message above has moved the widget; 0 where it was more than a message."""
        by, self.top = top - self.top, top
        return by if abs(by) <= NUDGE else 0
