"""Builds a model from a typed expression, its table of names, and an optimizer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graphscope.errors import GraphScopeError, Sentence
from graphscope.graph.graph import Graph, Origin
from graphscope.graph.spec import Dim
from graphscope.model import optimizers
from graphscope.model.builder import Builder
from graphscope.model.expression import data
from graphscope.model.expression.data import Data
from graphscope.model.expression.evaluating import Evaluation
from graphscope.model.expression.guessing import Guess, guess
from graphscope.model.expression.names import FED, Asked, Leaf, read_rows
from graphscope.model.expression.place import Cell, Place, of
from graphscope.model.expression.source import ExpressionSource
from graphscope.model.expression.syntax import parse
from graphscope.model.expression.tree import Name, Parsed
from graphscope.model.handle import Handle
from graphscope.model.initializers import Constant, Initializer
from graphscope.model.model import Model
from graphscope.model.origin import Source

FILE = "<expression>"
"""What the nodes of an expression have in place of a file that they were written in."""


@dataclass(frozen=True, eq=False)
class Built:
    """A model made from an expression.

    Args:
        leaves: its names with everything decided, in the order of reading.
        result: the name of the last value.
        places: where each node was typed.
    """

    source: ExpressionSource
    parsed: Parsed
    leaves: tuple[Leaf, ...]
    model: Model
    result: str
    places: Mapping[str, Place]


def build(source: ExpressionSource) -> Built:
    """The model of an expression, with its data.

    Raises:
        InputError: the text or the table cannot be read.
        ShapeError: an operation does not fit its operands; the sentence names its column.
    """
    return _Building(source, filled=True).built()


def check(source: ExpressionSource) -> Built:
    """The same without its data: nothing is drawn or computed, so a window can do it at every key.

    Raises:
        InputError: the text or the table cannot be read.
        ShapeError: an operation does not fit its operands; the sentence names its column.
    """
    return _Building(source, filled=False).built()


class _Building:
    """The parts of one model on their way.

    Args:
        filled: whether the inputs get their data.
    """

    def __init__(self, source: ExpressionSource, *, filled: bool) -> None:
        self.source, self.filled = source, filled
        self.parsed = parse(source.text)
        self.builder = Builder(source.title, dtype=source.dtype)
        self.leaves = leaves(self.parsed, source)

    def built(self) -> Built:
        """The model."""
        builder = self.builder
        optimizer = optimizers.optimizer(self.source.optimizer)
        sizes = open_sizes(self.leaves)
        values = {leaf.name: self._leaf(leaf, sizes) for leaf in self.leaves}
        evaluation = Evaluation(self.parsed, builder, values.__getitem__)
        result = evaluation.run()
        self._finish(result)
        if optimizer is not None:
            builder.optimizer(optimizer)
        if self.filled:
            builder.feed({leaf.name: array(leaf, sizes) for leaf in self.leaves if leaf.role in FED})
        model = builder.build()
        graph = _with_origins(model.graph, self.parsed, evaluation.places)
        model = replace(model, graph=graph, source=Source(FILE, self.source.text))
        places = dict(zip((node.name for node in model.graph.nodes), evaluation.places, strict=True))
        return Built(self.source, self.parsed, self.leaves, model, result.name, places)

    def _finish(self, result: Handle) -> None:
        """Name the last value, and make it the loss if backward can start from it."""
        scalar = result.spec.shape in ((), (1,)) and result.spec.floating
        last = self.parsed.statements[-1]
        if last.target is None and not isinstance(last.tree, Name):
            result.named(self.builder.scoped("loss" if scalar else "out"))
        if scalar and all(leaf.name != result.name for leaf in self.leaves):
            self.builder.loss(result)
        else:
            self.builder.output(result)

    def _leaf(self, leaf: Leaf, sizes: Mapping[str, int]) -> Handle:
        builder, shape = self.builder, leaf.shape
        try:
            data.check_size(tuple(_fixed(size, sizes) for size in shape))
            if leaf.role == "parameter":
                return self._parameter(leaf)
            if leaf.role == "constant":
                return builder.constant(leaf.name, self._array(leaf), dtype=leaf.dtype)
            return builder.input(leaf.name, shape, dtype=leaf.dtype, gradient=leaf.role == "input")
        except GraphScopeError as error:
            raise of(Cell(leaf.name, "shape"), error.sentence) from error

    def _parameter(self, leaf: Leaf) -> Handle:
        numbers = tuple(size for size in leaf.shape if isinstance(size, int))
        source = parameter_source(leaf.data)
        if source is None and not self.filled:
            source = Constant()
        if source is not None:
            return self.builder.parameter(leaf.name, source, numbers)
        return self.builder.parameter(leaf.name, array(leaf, {}))

    def _array(self, leaf: Leaf) -> Any:
        """What fills a constant; nothing is drawn for a look."""
        drawn = leaf.data.word in data.DRAWN
        return array(replace(leaf, data=Data("zeros")) if drawn and not self.filled else leaf, {})


def leaves(parsed: Parsed, source: ExpressionSource) -> tuple[Leaf, ...]:
    """The names of an expression with everything decided.

    Raises:
        InputError: a cell of the table cannot be read.
    """
    names = tuple(each.name for each in parsed.names)
    asked = read_rows(names, source.names)
    found = guess(parsed, asked, source.dtype)
    sizes = _given_sizes(asked, found)
    return tuple(
        _leaf(asked[name], found[name], source.dtype, place, sizes) for place, name in enumerate(names)
    )


def _leaf(asked: Asked, found: Guess, dtype: str, place: int, sizes: Mapping[str, int]) -> Leaf:
    whole = found.holding in ("classes", "rows") and (asked.data is None or asked.data.whole)
    kind = "int64" if whole else dtype
    fixed = asked.role in ("parameter", "constant")
    shape = tuple(_fixed(size, sizes) for size in found.shape) if fixed else found.shape
    filled = asked.data if asked.data is not None else _usual_data(asked, found, place, sizes)
    return Leaf(asked.name, asked.role, shape, kind, filled, asked.guessed)


def _fixed(size: Dim, sizes: Mapping[str, int]) -> int:
    """A size as a number."""
    return size if isinstance(size, int) else sizes.get(size or "", data.BATCH)


def _usual_data(asked: Asked, found: Guess, place: int, sizes: Mapping[str, int]) -> Data:
    """What fills a name that nobody filled."""
    if asked.role == "parameter":
        if len(found.shape) > 1:
            return Data("glorot")
        return Data("zeros") if asked.name.lower().startswith("b") else Data("uniform")
    if asked.role == "constant":
        return Data("ones")
    if found.holding != "numbers":
        shape = tuple(_fixed(size, sizes) for size in found.shape)
        return Data(None, data.pattern(shape, found.count))
    return Data("normal", None, place)


def _given_sizes(asked: Mapping[str, Asked], found: Mapping[str, Guess]) -> dict[str, int]:
    """The open sizes that typed numbers fill."""
    sizes: dict[str, int] = {}
    for name, each in asked.items():
        own = each.data.shape if each.data is not None else None
        for size, number in zip(found[name].shape, own or (), strict=False):
            if isinstance(size, str):
                sizes.setdefault(size, number)
    return sizes


def open_sizes(listed: tuple[Leaf, ...]) -> dict[str, int]:
    """A number for every open size of the inputs.

    Raises:
        InputError: the numbers of two inputs give one size two lengths.
    """
    sizes: dict[str, int] = {}
    for leaf in listed:
        for size, number in zip(leaf.shape, leaf.data.shape or (), strict=False):
            if isinstance(size, str) and sizes.setdefault(size, number) != number:
                told = Sentence(
                    "its size {size} is {number}, but other data has {other}",
                    size=size,
                    number=number,
                    other=sizes[size],
                )
                raise of(Cell(leaf.name, "data"), told)
    return sizes


def parameter_source(filled: Data) -> Initializer | None:
    """How a parameter is drawn with the session's seed, or filled with one number; None where it is an array."""
    if filled.word is not None and filled.seed is None:
        return data.initializer(filled.word, parameter=True)
    return Constant(float(filled.numbers)) if isinstance(filled.numbers, (int, float)) else None


def array(leaf: Leaf, sizes: Mapping[str, int]) -> Any:
    """The numbers of a name: lists as they were typed, or an array that is filled or drawn."""
    filled = leaf.data
    if isinstance(filled.numbers, tuple):
        return data.listed(filled.numbers)
    shape = tuple(_fixed(size, sizes) for size in leaf.shape)
    if filled.numbers is not None:
        return np.full(shape, filled.numbers)
    if filled.word is None or filled.word in ("zeros", "ones"):
        return np.full(shape, 1.0 if filled.word == "ones" else 0.0)
    drawn = data.initializer(filled.word, parameter=leaf.role == "parameter")
    return drawn.draw(np.random.default_rng(filled.seed or 0), shape)


def _with_origins(graph: Graph, parsed: Parsed, places: list[Place]) -> Graph:
    """The graph with the line and column of each node, and of where each name is read first."""
    names = {each.name: each.place for each in parsed.names}
    nodes = tuple(
        replace(node, origin=_origin(place)) for node, place in zip(graph.nodes, places, strict=True)
    )
    table = tuple(replace(value, origin=_origin(names.get(value.name))) for value in graph.table)
    return replace(graph, nodes=nodes, table=table)


def _origin(place: Place | None) -> Origin | None:
    return None if place is None else Origin(FILE, place.line, place.column)
