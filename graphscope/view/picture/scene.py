"""The whole picture as shapes in drawing order: what an SVG holds and a painter draws."""

from __future__ import annotations

from dataclasses import dataclass

from graphscope.view.layout.request import Rect
from graphscope.view.picture.cards import draw_card
from graphscope.view.picture.edges import draw_edge
from graphscope.view.picture.faces import Faces
from graphscope.view.picture.frames import draw_frame
from graphscope.view.picture.items import Stretch
from graphscope.view.picture.look import Look
from graphscope.view.picture.place import Edge, Picture
from graphscope.view.picture.shapes import Box, Shape, Words, moved


@dataclass(frozen=True)
class Scene:
    """Shapes within a rectangle."""

    bounds: Rect
    background: str
    shapes: tuple[Shape, ...]

    def texts(self) -> tuple[str, ...]:
        """Everything that is written in it, in drawing order."""
        return tuple(shape.text for shape in self.shapes if isinstance(shape, Words))


def scene(picture: Picture, faces: Faces, look: Look) -> Scene:
    """Frames, then edges, then cards."""
    bounds = picture.bounds
    shapes: list[Shape] = [Box(bounds.x, bounds.y, bounds.width, bounds.height, 0, look.theme.canvas)]
    for frame in picture.frames:
        shapes += draw_frame(frame, look, faces.stops.groups.get(frame.scope))
    for edge in in_order(picture, faces):
        shapes += draw_edge(edge, faces.edge(edge.uses, edge.value), stretch(picture, edge), look)
    for key, card in picture.cards.items():
        box = picture.boxes[key]
        shapes += moved(draw_card(card, faces.card(card), look), box.x, box.y)
    return Scene(bounds, look.theme.canvas, tuple(shapes))


def in_order(picture: Picture, faces: Faces) -> list[Edge]:
    """Edges, those that just ran last so that nothing lies over them."""
    return sorted(picture.edges, key=lambda edge: _rank(faces, edge))


def _rank(faces: Faces, edge: Edge) -> int:
    face = faces.edge(edge.uses, edge.value)
    return int(face.ran or face.ran_back)


def stretch(picture: Picture, edge: Edge) -> Stretch | None:
    """How the operands that an edge feeds are broadcast, if they are."""
    found = (picture.structure.stretched.get(use) for use in edge.uses)
    return next((each for each in found if each is not None), None)
