"""A session's picture at a position, drawn without Qt."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pytest

from graphscope.debug.session import Session
from graphscope.engine.moment import Moment
from graphscope.view.layout import Layered
from graphscope.view.palette import THEMES
from graphscope.view.picture.faces import Faces
from graphscope.view.picture.look import Look
from graphscope.view.picture.place import Picture, picture, request
from graphscope.view.picture.scene import Scene, scene
from graphscope.view.picture.structure import structure
from graphscope.view.text import Language, Text


@dataclass
class Drawn:
    picture: Picture
    faces: Faces
    look: Look

    @property
    def scene(self) -> Scene:
        return scene(self.picture, self.faces, self.look)


@pytest.fixture
def draw() -> Callable[..., Drawn]:
    def make(
        session: Session,
        *,
        collapsed: Collection[tuple[str, ...]] = (),
        before: Moment | None = None,
        language: Language = "en",
    ) -> Drawn:
        made = structure(session.model, session.specs, collapsed, Text(language))
        placed = picture(made, Layered().layout(request(made)))
        look = Look(THEMES["light"], Text(language))
        return Drawn(placed, Faces(made, session.moment(), before), look)

    return make
