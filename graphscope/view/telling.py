"""Names steps in a few words: for the status bar, the timeline, the tree of steps and screen readers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from graphscope.engine.sizes import shown
from graphscope.engine.step import PHASES, Phase, Step
from graphscope.graph.graph import Graph
from graphscope.view.text import Text

PHASE_TITLES: Mapping[Phase, str] = MappingProxyType(
    {"prepare": "Prepare", "forward": "Forward", "backward": "Backward", "update": "Update"}
)
PHASE_SIGNS: Mapping[Phase, str] = MappingProxyType(
    {"prepare": "○", "forward": "●", "backward": "◆", "update": "⟳"}
)
"""The sign of each phase, so that none is told by its colour alone."""


def step_title(step: Step, graph: Graph, text: Text) -> str:
    """A step in a few words: ``MatMul → m1``, ``MatMul backward → ∂L/∂h, ∂L/∂W2``."""
    op = step.op or ""
    if step.kind == "forward":
        return text("{op} → {made}", op=op, made=", ".join(_outputs(step, graph)))
    if step.kind == "backward":
        made = ", ".join(f"∂L/∂{name}" for name in gradient_names(step, graph))
        return text("{op} backward → {made}", op=op, made=made)
    if step.kind == "accumulate":
        return text("Add up ∂L/∂{name}", name=step.value)
    if step.kind == "update":
        return text("Update {name}", name=step.value)
    if step.kind == "clip" and step.value is not None:
        return text("Clip ∂L/∂{name}", name=step.value)
    if step.kind == "random":
        return text("Draw random numbers for {node}", node=step.node)
    if step.kind == "transfer" and step.transfer is not None:
        copied = step.transfer
        fields = {"name": moved_name(step, graph), "target": copied.target, "size": shown(copied.size)}
        return text("⇄ {name} → {target} ({size})", **fields)
    return text(_PLAIN[step.kind])


_PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "data": "Take the data",
        "zero": "Clear the gradients",
        "seed": "Seed ∂L/∂L = 1",
        "clip": "Clip the gradients",
    }
)


def short_titles(step: Step, graph: Graph, text: Text) -> tuple[str, ...]:
    """A step in one word, as the graph has it, then in fewer letters: for where there is little room."""
    if step.kind in ("forward", "backward") and step.node is not None:
        prime = "′" if step.kind == "backward" else ""
        title = graph.node(step.node).op.title
        return tuple(each + prime for each in (title, *_initials(title)))
    if step.kind == "update" and step.value is not None:
        parts = re.split(r"(?<=[./])", step.value)
        return tuple("".join(parts[first:]) for first in range(len(parts)))
    return (text(_SHORT[step.kind]),)


def _initials(title: str) -> tuple[str, ...]:
    """``CE`` for “cross entropy”; signs and single words have none."""
    words = title.split()
    plain = len(words) > 1 and all(word.isascii() and word.isalpha() for word in words)
    return ("".join(word[0].upper() for word in words),) if plain else ()


_SHORT: Mapping[str, str] = MappingProxyType(
    {
        "data": "data",
        "zero": "zero",
        "random": "random",
        "seed": "seed",
        "accumulate": "add",
        "clip": "clip",
        "transfer": "⇄",
    }
)


def moved_name(step: Step, graph: Graph) -> str:
    """What people call the array that a transfer copies."""
    ref = step.reads[0]
    if ref.role == "value":
        return ref.name
    if ref.role == "gradient":
        return f"∂L/∂{ref.name}"
    node = graph.node(ref.name)
    if ref.role in ("contribution", "unsummed"):
        return f"∂L/∂{node.inputs[ref.slot]}"
    return f"{(node.op.saved if ref.role == 'saved' else node.op.drawn)[ref.slot]} · {ref.name}"


def gradient_names(step: Step, graph: Graph) -> tuple[str, ...]:
    """The values whose gradients a backward step contributes to, each once."""
    if step.kind != "backward" or step.node is None:
        return ()
    inputs = graph.node(step.node).inputs
    slots = (ref.slot for ref in step.writes if ref.role == "contribution")
    return tuple(dict.fromkeys(inputs[slot] or "" for slot in slots))


def made_by(step: Step, graph: Graph) -> tuple[str | None, str]:
    """What a step is about: the name of a value, and whether its value or its gradient changed."""
    if step.kind == "backward":
        return next(iter(gradient_names(step, graph)), None), "gradient"
    if step.kind in ("seed", "accumulate", "clip"):
        return step.value or step.writes[0].name, "gradient"
    if step.kind == "update":
        return step.value, "value"
    if step.kind == "data":
        return next(iter(graph.inputs), None), "value"
    if step.kind == "transfer":
        role = step.reads[0].role
        return (step.value, role) if role in ("value", "gradient") else (None, "value")
    return next(iter(_outputs(step, graph)), None), "value"


def _outputs(step: Step, graph: Graph) -> tuple[str, ...]:
    return graph.node(step.node).outputs if step.node is not None else ()


def place_in_phase(steps: Sequence[Step], done: int) -> tuple[Phase, int, int]:
    """The phase of the step that just ran, or of the first, and which of how many of its steps that is."""
    phase: Phase = steps[max(done - 1, 0)].phase if steps else PHASES[0]
    places = [index for index, step in enumerate(steps) if step.phase == phase]
    return phase, sum(index < done for index in places), len(places)
