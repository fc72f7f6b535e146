"""A graph that grows while its expression is typed: the canvas, always as a whole, before any step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt

from graphscope.engine.moment import Moment
from graphscope.engine.summary import summarize
from graphscope.graph.graph import Graph
from graphscope.graph.spec import TensorSpec
from graphscope.gui.canvas.canvas import Canvas
from graphscope.model.model import Model
from graphscope.view.palette import Theme
from graphscope.view.text import Text


class GraphPreview(Canvas):
    """Shows a model with the sizes that are known of it; without gradients, which take room and say nothing yet."""

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__()
        self._shown: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_theme(theme)
        self.set_text(text)

    def sizeHint(self) -> QSize:
        return QSize(560, 480)

    def fit(self, *, whole: bool = True) -> None:
        """The whole graph is in sight, however small the window."""
        super().fit(whole=True)

    def show_model(self, model: Model) -> None:
        """Show a model; one that looks the same leaves the picture where somebody moved it."""
        parts = _parts(model.graph)
        if parts == self._shown:
            return
        self._shown = parts
        self.set_model(
            replace(model, loss=None), {value.name: _worded(value.spec) for value in model.graph.table}
        )
        self.set_moment(_before(model), animate=False)


def _worded(spec: TensorSpec) -> TensorSpec:
    """A spec with its sizes as words: cards tell them, but keep no room for numbers that are not there yet."""
    return spec.like(shape=tuple(None if size is None else str(size) for size in spec.shape))


def _before(model: Model) -> Moment:
    """Nothing has been computed; numbers that were typed are there."""
    typed = {name: model.arrays[name] for name in model.graph.constants}
    values = {
        name: summarize(array)
        for name, array in typed.items()
        if isinstance(array, np.ndarray) and array.size == 1
    }
    return Moment(0, None, None, 0, 0, 0, values, {})


def _parts(graph: Graph) -> tuple[object, ...]:
    """All of a graph but where it was typed."""
    nodes = tuple((node.name, node.op, node.inputs) for node in graph.nodes)
    return graph.table, nodes, graph.outputs
