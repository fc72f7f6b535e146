"""Code and what its lines make: which nodes and values come from a line, and at which line a step is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from graphscope.engine.step import Step


@dataclass(frozen=True)
class Line:
    """What one line makes.

    Args:
        number: counted from 1.
        nodes: names of nodes, in the order of the graph.
        values: names of the inputs, parameters and constants, and of what the nodes make.
    """

    number: int
    nodes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Code:
    """A model as code.

    Args:
        title: the name of its file; "" for code that was made from the graph.
        lines: those that make something, in order.
        built: whether it was made from the graph.
    """

    title: str
    text: str
    lines: tuple[Line, ...]
    built: bool = False

    @cached_property
    def by_number(self) -> Mapping[int, Line]:
        """Every line that makes something, by its number."""
        return {line.number: line for line in self.lines}

    @cached_property
    def of_node(self) -> Mapping[str, int]:
        """The number of the line of every node."""
        return {name: line.number for line in self.lines for name in line.nodes}

    @cached_property
    def of_value(self) -> Mapping[str, int]:
        """The number of the line of every value."""
        return {name: line.number for line in self.lines for name in line.values}

    def of_step(self, step: Step | None) -> int | None:
        """The number of the line that a step belongs to, on the way there, back, and when it is updated.

        The step that takes the data belongs to the first input, one that clips to the first parameter that it
        is about, the seed to the loss, an update to its parameter; the step that clears the gradients to none.
        """
        if step is None:
            return None
        if step.kind == "data":
            lines = (self.of_value.get(ref.name) for ref in step.writes)
            return next((line for line in lines if line is not None), None)
        if step.kind == "clip":
            return self.of_value.get(step.value or step.writes[0].name)
        if step.kind in ("seed", "update"):
            return self.of_value.get(step.value or "")
        line = self.of_node.get(step.node or "")
        if line is None:
            # In code made from the graph a body, and what it gives, belong to the line that runs it.
            held = step.frame[0] if step.frame else step.node or ""
            line = self.of_node.get(re.split(r"\.outs\[|\[|\.(?:then|else)$", held)[0])
        return line
