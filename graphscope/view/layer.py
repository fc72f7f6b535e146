"""Explains the layer that a step lies in: what goes in, what comes out, its weights, and where the step stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphscope.engine.step import Step
from graphscope.graph.graph import Graph, Node
from graphscope.graph.scope import Scope, inside
from graphscope.graph.spec import TensorSpec
from graphscope.view.explain import Explanation, Paragraph
from graphscope.view.notation import Span, Spot
from graphscope.view.text import Text

LONGEST = 12
"""A layer of more operations tells those around the step."""

Specs = Mapping[str, TensorSpec]


@dataclass(frozen=True, slots=True)
class Layer:
    """What a group of a graph is from outside.

    Args:
        nodes: its operations, in order.
        weights: the parameters that stand in it, or that nobody else reads.
        enters: values from outside that it reads; ``leaves`` its own that are read outside, or are an output.
    """

    scope: Scope
    nodes: tuple[Node, ...]
    weights: tuple[str, ...]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


def layer_of(graph: Graph, scope: Scope) -> Layer:
    """The group of that path; () is the whole model."""
    nodes = tuple(node for node in graph.nodes if inside(node.scope, scope))
    mine = {node.name for node in nodes}
    made = [name for node in nodes for name in node.outputs]
    read = list(dict.fromkeys(name for node in nodes for name in node.inputs if name is not None))
    weights = tuple(name for name in read if name in graph.parameters)
    known = {*made, *weights, *graph.buffers, *graph.constants}
    leaves = tuple(
        name
        for name in made
        if name in graph.outputs or any(use.node not in mine for use in graph.uses[name])
    )
    return Layer(scope, nodes, weights, tuple(name for name in read if name not in known), leaves)


def explain_layer(graph: Graph, specs: Specs, step: Step, *, text: Text) -> Explanation:
    """What the layer of a step is, and what the step does in it."""
    layer = layer_of(graph, step.scope)
    title = " / ".join(step.scope) or graph.name
    told = [Paragraph("say", sentence) for sentence in _sentences(layer, specs, step, text)]
    told += [Paragraph("formula", spans=spans) for spans in _lines(layer, step)]
    why = text(
        "A layer is a name for operations that belong together; each runs as a step of its own, both ways."
    )
    return Explanation(title, (*told, Paragraph("why", why)))


def _sentences(layer: Layer, specs: Specs, step: Step, text: Text) -> list[str]:
    """What it takes, gives and holds, and where the step stands."""
    name, count = layer.scope[-1] if layer.scope else "", len(layer.nodes)
    if layer.scope:
        told = [text("The layer {name} is made of operations: {n}.", name=name, n=count)]
    else:
        told = [text("This step lies in no layer; the whole model has operations: {n}.", n=count)]
    if layer.enters:
        told.append(text("It takes {names}.", names=_shaped(layer.enters, specs, text)))
    if layer.leaves:
        told.append(text("It gives {names}.", names=_shaped(layer.leaves, specs, text)))
    if layer.weights:
        told.append(text("Training changes {names}.", names=_shaped(layer.weights, specs, text)))
    return [*told, *_place(layer, step, text)]


def _place(layer: Layer, step: Step, text: Text) -> list[str]:
    """Where the step stands in it."""
    places = [node.name for node in layer.nodes]
    if step.kind == "update":
        return [text("This step changes its weight {name}.", name=step.value)]
    if step.node not in places or step.kind not in ("forward", "backward"):
        return []
    facts = {"k": places.index(step.node) + 1, "n": len(places), "op": step.op}
    if step.kind == "forward":
        return [text("This step is its operation {k} of {n}, forward: {op}.", **facts)]
    return [text("This step goes back through its operation {k} of {n}: {op}.", **facts)]


def _shaped(names: Sequence[str], specs: Specs, text: Text) -> str:
    """Names with their shapes: ``W1 [2×4], b1 [4]``."""
    shapes = {name: text(str(specs[name])) if name in specs else "?" for name in names}
    return ", ".join(f"{name} [{shape}]" for name, shape in shapes.items())


def _lines(layer: Layer, step: Step) -> list[tuple[Span, ...]]:
    """A line for each operation, those around the step where there are many; the step's own is marked."""
    at = next((place for place, node in enumerate(layer.nodes) if node.name == step.node), 0)
    first = min(max(0, at - LONGEST // 2), max(0, len(layer.nodes) - LONGEST))
    shown = layer.nodes[first : first + LONGEST]
    cut = (Span("…", "operator"),)
    lines = [_line(node, here=node.name == step.node) for node in shown]
    before, after = first > 0, first + LONGEST < len(layer.nodes)
    return [*([cut] if before else []), *lines, *([cut] if after else [])]


def _line(node: Node, *, here: bool) -> tuple[Span, ...]:
    """``h = Tanh(s1)``, with names that can be clicked."""
    spans = [Span("▶ " if here else "· ", "operator")]
    spans += _names(node.outputs)
    spans += [Span(" = ", "operator"), Span(node.op.name, "symbol"), Span("(", "operator")]
    spans += [*_names(tuple(name or "–" for name in node.inputs)), Span(")", "operator")]
    return tuple(spans)


def _names(names: Sequence[str]) -> list[Span]:
    spans: list[Span] = []
    for name in names:
        spans += [Span(", ", "operator")] if spans else []
        spans.append(Span(name, "value", Spot("value", name, 0)))
    return spans
