"""Makes a model of an ONNX file; where sizes left open hide a shape, with the smallest sizes that tell it."""

from __future__ import annotations

from graphscope.errors import Sentence
from graphscope.graph.spec import format_shape
from graphscope.importers.onnx import unknown
from graphscope.importers.onnx.reader import Attempt, attempt
from graphscope.importers.onnx.source import Source
from graphscope.model.made_up import made_up, shapes_to_try
from graphscope.model.model import Model
from graphscope.model.note import Note
from graphscope.ops.unknown import Unknown

BY_SIZE = frozenset(("If", "Loop", "Scan"))
"""What may be refused only because a shape depends on sizes that the file leaves open."""

TRIES = 12
"""So often at most a file is read again, and only one of no more than ``SMALL`` nodes."""
SMALL = 2000


def read(source: Source) -> Model:
    """The model of a file.

    Raises:
        ModelError: it is damaged, or not of a kind that can be drawn.
    """
    found, notes = attempt(source, {}), list[Sentence]()
    if BY_SIZE & {each.kind for each in found.strangers} and len(source.proto.graph.node) <= SMALL:
        found, told = _with_sizes(source, found)
        notes += told
    if found.strangers:
        notes.append(unknown.note(found.strangers))
    feed, told = made_up(found.graph)
    notes += [told] if told else []
    return Model(found.graph, found.arrays, feed, notes=tuple(map(Note.of, notes)))


def _with_sizes(source: Source, before: Attempt) -> tuple[Attempt, list[Sentence]]:
    """The file read with the fixed sizes with which most of it can be computed, and the sentence that says so."""
    best, told = before, list[Sentence]()
    for shapes in shapes_to_try(before.graph, 1)[:TRIES]:
        found = attempt(source, shapes)
        if len(found.strangers) < len(best.strangers) or _only_parts(found, best):
            shown = ", ".join(f"{name} {format_shape(shape)}" for name, shape in shapes.items())
            best, told = found, [_fixed(shown)]
        if not best.strangers:
            break
    return best, told


def _only_parts(found: Attempt, best: Attempt) -> bool:
    """Whether of one nodes cannot be computed that it runs, of the other only bodies that may not run."""
    return _nodes(found) == 0 < _nodes(best)


def _nodes(found: Attempt) -> int:
    return sum(isinstance(node.op, Unknown) for node in found.graph.nodes)


def _fixed(shown: str) -> Sentence:
    return Sentence(
        "what this file computes depends on sizes that it leaves open, so they are fixed: {inputs}",
        inputs=shown,
    )
