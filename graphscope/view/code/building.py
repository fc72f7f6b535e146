"""Writes a model as short code, layer by layer, from its graph alone: for models that no program made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from graphscope.graph.graph import Graph, Node, Value
from graphscope.graph.scope import Scope, title
from graphscope.model.initializers import BY_NAME as INITIALIZERS
from graphscope.model.model import Model
from graphscope.ops.base import Op
from graphscope.view.code import expression
from graphscope.view.code.expression import SIGN, WHOLE, Term, applied, literal
from graphscope.view.code.identifiers import identifiers, spelled, usual
from graphscope.view.code.layers import Match, Matcher
from graphscope.view.code.lines import Code, Line

FOLDED = 32
"""A result without a name of its own stands in the line that uses it while it has so few characters."""
FEW = 8
"""So many parameters that lie in no group stand together at the top; more stand where they are used."""
SMALL = 4
"""The numbers of a parameter or constant are written out up to so many, where they are short."""


def built(model: Model) -> Code:
    """The model as code; every node, input, parameter and constant is in exactly one line."""
    return _Writer(model).code()


@dataclass
class _Page:
    """Lines as they are written."""

    texts: list[str] = field(default_factory=list[str])
    lines: list[Line] = field(default_factory=list[Line])
    scope: Scope = ()

    def gap(self) -> None:
        """One empty line, not two, and none at the start."""
        if self.texts and self.texts[-1]:
            self.texts.append("")

    def enter(self, scope: Scope) -> None:
        """A heading where another group begins."""
        if scope != self.scope:
            self.gap()
            if scope:
                self.texts.append(f"# {_one_line(title(scope))}")
            self.scope = scope

    def write(self, text: str, nodes: Iterable[str] = (), values: Iterable[str] = ()) -> None:
        self.texts.append(text)
        self.lines.append(Line(len(self.texts), tuple(nodes), tuple(values)))


class _Writer:
    """Goes through the nodes in order: layers are written at their last node, folded results where they are used."""

    def __init__(self, model: Model) -> None:
        self._model, self._graph = model, model.graph
        loss = () if model.loss is None else (model.loss,)
        self._kept = frozenset((*self._graph.outputs, *loss))
        self._matches = _matches(self._graph, self._kept)
        self._ends = {match.nodes[-1].name: match for match in self._matches}
        self._inner = {node.name for match in self._matches for node in match.nodes}
        self._names = identifiers(self._graph.values, self._better())
        self._terms: dict[str, Term] = {}
        self._declared: set[str] = set()
        self._page = _Page()

    def _better(self) -> dict[str, str]:
        """A layer that is all of its group and whose result nobody named is called as the group is."""
        return {
            match.result: spelled(match.nodes[-1].scope[-1])
            for match in self._matches
            if match.whole and usual(match.nodes[-1])
        }

    def code(self) -> Code:
        for name in self._graph.inputs:
            self._declare(name)
        self._page.gap()
        self._together()
        for node in self._graph.nodes:
            match = self._ends.get(node.name)
            if match is not None:
                self._layer(match)
            elif node.name not in self._inner:
                self._plain(node)
        self._unread()
        self._training()
        return Code("", "\n".join(self._page.texts).rstrip() + "\n", tuple(self._page.lines), built=True)

    # ---- inputs, parameters, constants --------------------------------------------------------------------

    def _declare(self, name: str) -> None:
        """A line for an input, a parameter or a constant, once."""
        if name not in self._declared:
            self._declared.add(name)
            value = self._graph.by_name[name]
            self._page.write(f"{self._names[name]} = {self._leaf(value)}", values=(name,))

    def _together(self) -> None:
        """The parameters and constants that lie in no group, where they are few."""
        inside = {name for match in self._matches for name in match.weights}
        graph = self._graph
        leaves = [graph.by_name[name] for name in (*graph.parameters, *graph.buffers, *graph.constants)]
        found = [
            value.name
            for value in leaves
            if not value.scope and value.name not in inside and not self._operand(value.name).numbers
        ]
        if len(found) <= FEW:
            for name in found:
                self._declare(name)
            self._page.gap()

    def _leaf(self, value: Value) -> str:
        shape = literal(value.spec.shape)
        if value.kind == "input":
            kind = "" if value.spec.floating else f", dtype={literal(value.spec.dtype)}"
            return f"Input({shape}{kind})"
        source = self._model.arrays[value.name]
        if isinstance(source, np.ndarray):
            numbers = expression.array(source) if source.size <= SMALL else ""
            told = numbers if 0 < len(numbers) <= FOLDED else shape
        else:
            known = next((name for name, each in INITIALIZERS.items() if each == source), None)
            told = shape if known is None else f"{shape}, {literal(known)}"
        return f"{value.kind.capitalize()}({told})"

    def _unread(self) -> None:
        """What no operation reads."""
        left = [
            name
            for name in (*self._graph.parameters, *self._graph.buffers, *self._graph.constants)
            if name not in self._declared
        ]
        if left:
            self._page.enter(())
            for name in left:
                self._declare(name)

    # ---- operations ---------------------------------------------------------------------------------------

    def _layer(self, match: Match) -> None:
        source = self._operand(match.source)
        self._page.enter(match.scope)
        for name in source.leaves:
            self._declare(name)
        made = [name for node in match.nodes for name in node.outputs]
        fresh = self._fresh((*match.weights, *source.numbers))
        text = f"{self._names[match.result]} = {match.call}({source.text})"
        self._page.write(text, (node.name for node in match.nodes), (*fresh, *made))

    def _plain(self, node: Node) -> None:
        term = applied(node, [None if name is None else self._operand(name) for name in node.inputs])
        if self._folds(node, term):
            self._terms[node.outputs[0]] = term
            return
        self._page.enter(node.scope)
        for name in term.leaves:
            self._declare(name)
        computed = [self._graph.nodes_by_name[name] for name in term.nodes]
        made = [name for each in computed for name in each.outputs]
        results = ", ".join(self._names[name] for name in node.outputs)
        self._page.write(f"{results} = {term.text}", term.nodes, (*self._fresh(term.numbers), *made))

    def _fresh(self, names: Sequence[str]) -> list[str]:
        """Those that no line has told yet; now one does."""
        found = [name for name in names if name not in self._declared]
        self._declared.update(found)
        return found

    def _folds(self, node: Node, term: Term) -> bool:
        """Whether a result stands in the line of the only operation that reads it."""
        if len(node.outputs) != 1 or len(term.text) > FOLDED or not usual(node):
            return False
        uses = self._graph.uses[node.outputs[0]]
        if len(uses) != 1 or node.outputs[0] in self._kept:
            return False
        reader = self._graph.nodes_by_name[uses[0].node]
        return reader.scope == node.scope and reader.name not in self._inner

    def _operand(self, name: str) -> Term:
        """What an operation reads, as it is written where it is read."""
        if name in self._terms:
            return self._terms[name]
        value = self._graph.by_name[name]
        if value.kind == "node":
            return Term(self._names[name])
        source = self._model.arrays.get(name)
        if value.kind == "constant" and isinstance(source, np.ndarray) and not source.ndim:
            text = expression.array(source)
            return Term(text, SIGN if text.startswith("-") else WHOLE, numbers=(name,))
        return Term(self._names[name], leaves=(name,))

    # ---- training -----------------------------------------------------------------------------------------

    def _training(self) -> None:
        """What trains the model, in one line that makes nothing."""
        loss, optimizer = self._model.loss, self._model.optimizer
        if loss is not None and optimizer is not None:
            self._page.gap()
            self._page.texts.append(f"{_optimizer(optimizer)}.minimize({self._names[loss]})")


def _matches(graph: Graph, kept: frozenset[str]) -> tuple[Match, ...]:
    """Every layer of a graph; no node is in two."""
    matcher, taken, found = Matcher(graph, kept), set[str](), list[Match]()
    for node in graph.nodes:
        match = matcher.match(node) if node.name not in taken else None
        if match is not None:
            taken.update(each.name for each in match.nodes)
            found.append(match)
    return tuple(found)


def _one_line(text: str) -> str:
    """A name from a file, without what would begin another line."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _optimizer(op: Op) -> str:
    """An optimizer with its rate, and what else is not as usual."""
    rate = op.attributes.get("lr")
    told = [] if rate is None else [f"lr={literal(rate)}"]
    return f"{op.name}({', '.join((*told, *(each for each in expression.options(op) if each[:3] != 'lr=')))})"
