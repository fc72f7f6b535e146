"""What the canvas shows: the model, its folded groups, the placed picture, and the moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from graphscope.engine.moment import Moment
from graphscope.graph.scope import Scope, ancestors, groups
from graphscope.graph.spec import TensorSpec
from graphscope.model.model import Model
from graphscope.view.layout.request import Rect
from graphscope.view.picture.faces import Faces, Slot, touched
from graphscope.view.picture.index import Index
from graphscope.view.picture.items import Structure
from graphscope.view.picture.place import Picture, around
from graphscope.view.picture.stops import Stops
from graphscope.view.picture.structure import structure
from graphscope.view.text import Text


class Stage:
    """Keeps everything that is shown together; knows nothing of widgets."""

    def __init__(self) -> None:
        self.text = Text()
        self.model: Model | None = None
        self.specs: Mapping[str, TensorSpec] = {}
        self.collapsed: frozenset[Scope] = frozenset()
        self.picture: Picture | None = None
        self.index: Index | None = None
        self.moment: Moment | None = None
        self.before: Moment | None = None
        self.stops = Stops()

    def maker(self) -> Callable[[], Structure] | None:
        """What makes the cards and edges to be laid out; it works on what is known now, in any thread."""
        if self.model is None:
            return None
        return partial(structure, self.model, self.specs, self.collapsed, self.text)

    @property
    def size(self) -> int:
        """How many nodes the model has."""
        return len(self.model.graph.nodes) if self.model else 0

    def place(self, index: Index) -> None:
        """Show a picture from now on."""
        self.picture, self.index = index.picture, index

    def lay_out(self, model: Model, specs: Mapping[str, TensorSpec], folded: frozenset[Scope]) -> None:
        """The same model laid out otherwise, with new groups folded."""
        self.model, self.specs = model, specs
        self.collapsed = (self.collapsed | folded) & frozenset(self.groups())

    def groups(self) -> tuple[Scope, ...]:
        """Every group of the model."""
        return groups(node.scope for node in self.model.graph.nodes) if self.model else ()

    def unfold_towards(self, value: str) -> frozenset[Scope]:
        """The folded groups without those that hide a value."""
        graph = self.model.graph if self.model else None
        if graph is None or value not in graph.by_name:
            return self.collapsed
        node = graph.producers.get(value)
        scope = node.scope if node else graph.by_name[value].scope
        return self.collapsed - frozenset(ancestors(scope))

    def faces(self, held: Collection[Slot] = ()) -> Faces | None:
        """What the cards show."""
        if self.picture is None or self.moment is None:
            return None
        return Faces(self.picture.structure, self.moment, self.before, held, self.stops)

    def focus(self) -> Rect | None:
        """The part of the picture where something happens: the step that just ran and the next.

        While an iteration is prepared that is the beginning of the picture, where forward will start; at the end of an
        iteration it is the last update, not yet that beginning.
        """
        if self.picture is None or self.moment is None:
            return None
        keys: set[str] = set()
        for step in (self.moment.last, self.moment.next):
            if step is not None and step.phase == "prepare":
                keys |= set() if keys else self._beginning()
                continue
            found = touched(self.picture.structure, step)
            keys |= found if len(found) < 8 else set()
        return self.rect(keys)

    def _beginning(self) -> set[str]:
        """The card that is furthest to the left."""
        boxes = self.picture.boxes if self.picture is not None else {}
        return {min(boxes, key=lambda key: boxes[key].x)} if boxes else set()

    def rect(self, keys: Collection[str]) -> Rect | None:
        """The rectangle around cards, the chips docked to them included."""
        if self.picture is None:
            return None
        docked = self.picture.structure.docked
        more = [dock.chip.key for key in keys for dock in docked.get(key, ())]
        boxes = [self.picture.boxes[key] for key in (*keys, *more) if key in self.picture.boxes]
        return around(boxes) if boxes else None
