"""“Find a value”: selects a value of the model by a few letters of its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphscope.errors import Sentence
from graphscope.graph.graph import Value, ValueKind
from graphscope.graph.spec import format_shape
from graphscope.gui.dialogs.finder import Finder
from graphscope.gui.dialogs.matching import match
from graphscope.gui.dialogs.rows import Row

if TYPE_CHECKING:
    from graphscope.gui.window import Window

KINDS: Mapping[ValueKind, Sentence] = {
    "input": Sentence("Input"),
    "parameter": Sentence("Parameter"),
    "buffer": Sentence("Buffer"),
    "constant": Sentence("Constant"),
}


@dataclass(frozen=True)
class FindValue:
    """Lists the values of the model of a window."""

    window: Window

    def open(self) -> Finder:
        """Show it."""
        text = self.window.desk.text
        finder = Finder(
            self.window.desk,
            self.window,
            self.rows,
            title=text("Find a value"),
            hint=text("Part of a value's name"),
            nothing=text("No value of this model has such a name."),
        )
        finder.open()
        return finder

    def rows(self, query: str) -> Sequence[Row]:
        """The values that fit, the best first; without a query all, in the order of computing."""
        graph = self.window.desk.graph
        if graph is None:
            return ()
        found = [(match(query, value.name, " ".join(value.scope)), value) for value in graph.table]
        fitting = [(fit, value) for fit, value in found if fit is not None]
        fitting.sort(key=lambda pair: -pair[0].score)
        return [self._row(value, fit.places) for fit, value in fitting]

    def _row(self, value: Value, places: tuple[int, ...]) -> Row:
        return Row(
            value.name,
            lambda: self._select(value.name),
            note=" · ".join(part for part in (" / ".join(value.scope), self._kind(value)) if part),
            lead="●",
            tail=self._shape(value),
            places=places,
        )

    def _kind(self, value: Value) -> str:
        """What kind of value it is; of a computed one the op that makes it."""
        text, graph = self.window.desk.text, self.window.desk.graph
        if value.kind in KINDS:
            return str(text.tell(KINDS[value.kind]))
        return graph.node(value.name).op.name if graph is not None else ""

    def _shape(self, value: Value) -> str:
        text, opened = self.window.desk.text, self.window.desk.opened
        spec = opened.specs.get(value.name, value.spec) if opened else value.spec
        return format_shape(spec.shape) if spec.shape else text("scalar")

    def _select(self, name: str) -> None:
        self.window.desk.selection.select(name)
        self.window.canvas.centre(name)
