"""The code of a model, line by line with what each makes: as its author wrote it, and as layers."""

from __future__ import annotations

from pathlib import PurePath

from graphscope.graph.graph import Graph
from graphscope.model.model import Model
from graphscope.model.origin import Source
from graphscope.view.code.building import built
from graphscope.view.code.lines import Code, Line


def codes(model: Model, laid_out: Graph | None = None) -> tuple[Code, ...]:
    """The program that made a model, where it is known, and code made from its graph.

    Args:
        laid_out: the graph with the bodies of operations laid out, whose nodes come from lines, too.
    """
    found = [] if model.source is None else [written(laid_out or model.graph, model.source)]
    return (*found, built(model))


def written(graph: Graph, source: Source) -> Code:
    """A program, with the nodes and values that each of its lines made.

    What other files made, which the program calls, is in no line.
    """
    nodes: dict[int, list[str]] = {}
    values: dict[int, list[str]] = {}
    for value in graph.table:
        if value.origin is not None and value.origin.file == source.file:
            values.setdefault(value.origin.line, []).append(value.name)
    for node in graph.nodes:
        if node.origin is not None and node.origin.file == source.file:
            nodes.setdefault(node.origin.line, []).append(node.name)
            values.setdefault(node.origin.line, []).extend(node.outputs)
    lines = tuple(
        Line(number, tuple(nodes.get(number, ())), tuple(values[number])) for number in sorted(values)
    )
    return Code(PurePath(source.file).name, source.text, lines)
