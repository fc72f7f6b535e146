"""Answers what Explain asks, in the worker's thread: a step or a selected element, at one of four depths."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphscope.backends.base import backend_file
from graphscope.engine.sizes import shown
from graphscope.engine.step import Ref, Step
from graphscope.errors import InputError
from graphscope.graph.spec import format_shape
from graphscope.service.requests import AskExplanation
from graphscope.view.explain import Explanation, Paragraph, explain, names_of
from graphscope.view.formula import inner_lines
from graphscope.view.layer import explain_layer
from graphscope.view.notation import Span
from graphscope.view.numbers import duration, full, number
from graphscope.view.telling import step_title
from graphscope.view.text import Text

if TYPE_CHECKING:
    from graphscope.debug.session import Session


def explanation(session: Session, request: AskExplanation) -> Explanation:
    """Explain the step that made the asked-for array; the step that just ran where none is asked for.

    The session may be stepped back to look at what was there, and stands where it stood afterwards.
    """
    text = Text(request.language)
    if request.depth == "device":
        return _device(session, text)
    position = session.position if request.ref is None else _made_at(session, request.ref)
    if request.ref is not None and position is None:
        return _given(session, request.ref, request.index, text)
    here = session.position
    session.seek(position or 0)
    try:
        made = _at(session, request, text)
    finally:
        session.seek(here)
    return made if position == here else _earlier(made, here - (position or 0), text)


def _earlier(made: Explanation, steps: int, text: Text) -> Explanation:
    """The explanation of an earlier step says so: parameters on the cards may be newer than the numbers in it."""
    said = text(
        "This was {n} steps ago; its numbers are those of then, before any update that came after.", n=steps
    )
    return replace(made, paragraphs=(Paragraph("say", said), *made.paragraphs))


def _at(session: Session, request: AskExplanation, text: Text) -> Explanation:
    step = session.last
    if step is None:
        return Explanation(
            text("Nothing has run yet"),
            (
                Paragraph(
                    "say",
                    text(
                        "Press → to take the first step. The data goes in, then node after node is computed, "
                        "and its number appears."
                    ),
                ),
                Paragraph("why", text("Press ← at any time: every step can be undone, exactly.")),
            ),
        )
    if request.depth == "layer":
        return explain_layer(session.graph, session.specs, step, text=text)
    if request.depth == "kernel":
        return _inside(session, step, request.index, text)
    return explain(session, step, text=text, ref=request.ref, index=request.index)


def _made_at(session: Session, ref: Ref) -> int | None:
    """The position right after the newest step of this iteration that made the array, or None."""
    start, _ = session.bounds
    done = session.iteration_steps[: session.position - start]
    inputs = {node.name: node.inputs for node in session.graph.nodes}

    def makes(step: Step) -> bool:
        if ref in step.writes:
            return True
        contributions = (each for each in step.writes if each.role == "contribution")
        return ref.role == "gradient" and any(
            inputs[each.name][each.slot] == ref.name for each in contributions
        )

    return next((start + index + 1 for index in reversed(range(len(done))) if makes(done[index])), None)


def _given(session: Session, ref: Ref, index: tuple[int, ...] | None, text: Text) -> Explanation:
    """What is said of an array that no step of this iteration has made."""
    kind = session.graph.by_name[ref.name].kind if ref.name in session.graph.by_name else "parameter"
    name = f"∂L/∂{ref.name}" if ref.role == "gradient" else ref.name
    if ref.role == "gradient":
        told = text(
            "{name} has not been computed yet: gradients appear in the backward phase (F7 goes there).",
            name=name,
        )
    elif kind == "parameter":
        told = text(
            "{name} is a parameter: it keeps its number until the update at the end of the iteration.",
            name=name,
        )
    elif kind == "buffer":
        told = text(
            "{name} is a buffer: it keeps its number until a step of the forward phase gives it another.",
            name=name,
        )
    elif kind == "constant":
        told = text("{name} is a constant: it never changes.", name=name)
    else:
        told = text("{name} has not been computed yet: step forward until its node has run.", name=name)
    return Explanation(name, (Paragraph("say", told), *_number(session, ref, index)))


def _number(session: Session, ref: Ref, index: tuple[int, ...] | None) -> tuple[Paragraph, ...]:
    """One number of an array with all its digits."""
    array = session.array(ref)
    if array is None or index is None or len(index) != array.ndim:
        return ()
    foot = f"[{','.join(map(str, index))}]" if index else ""
    return (Paragraph("numbers", f"{ref.name}{foot} = {full(array[index])}"),)


def _inside(session: Session, step: Step, index: tuple[int, ...] | None, text: Text) -> Explanation:
    """Every primitive call that the kernel of the step made, each with a number of what it gave."""
    title = step_title(step, session.graph, text)
    try:
        trace = session.inside(step)
    except InputError as error:
        return Explanation(title, (Paragraph("say", text.tell(error)),))
    lines = inner_lines(trace, names_of(session.graph, step)[0])
    said = text(
        "Calls of the kernel to the array library {library}, in order: {n}",
        n=len(lines),
        library=session.backend.name,
    )
    made = next((trace.array(ref) for ref in trace.results if ref is not None), None)
    element = index if index is not None else _largest(made)
    calls: list[Paragraph] = []
    for line in lines:
        calls.append(Paragraph("formula", spans=line.spans))
        calls += _given_by(trace.arrays[line.slot or 0], element, text)
    if not lines:
        said = text("The kernel makes no call at all: it hands on what it was given.")
    return Explanation(title, (Paragraph("say", said), *calls))


def _largest(array: np.ndarray | None) -> tuple[int, ...]:
    """The element of the largest magnitude."""
    if array is None or not array.size:
        return ()
    sizes = np.nan_to_num(np.abs(array.astype(np.float64)), nan=np.inf, posinf=np.inf)
    return tuple(map(int, np.unravel_index(int(sizes.argmax()), array.shape)))


def _given_by(array: np.ndarray, index: tuple[int, ...], text: Text) -> tuple[Paragraph, ...]:
    """What a call gave: the number, or the shape and one of its numbers."""
    gap = Span("  ", "operator")
    if not array.ndim:
        return (Paragraph("formula", spans=(gap, Span("= ", "operator"), Span(number(array[()]), "result"))),)
    if not array.size:
        return (Paragraph("formula", spans=(gap, Span(f"[{format_shape(array.shape)}]", "shape"))),)
    fits = len(index) == array.ndim and all(at < size for at, size in zip(index, array.shape, strict=True))
    place = index if fits else _largest(array)
    foot = f"[{','.join(map(str, place))}]"
    shape = text("[{shape}], at {index}:", shape=format_shape(array.shape), index=foot)
    return (
        Paragraph("formula", spans=(gap, Span(f"{shape} ", "shape"), Span(number(array[place]), "result"))),
    )


def _device(session: Session, text: Text) -> Explanation:
    """Plain facts of what computes the numbers."""
    backend = session.backend
    facts = [
        text(
            "Numbers are made by {title}, on the device {device}.", title=backend.title, device=backend.device
        )
    ]
    for each in backend_file(backend.name).devices():
        facts.append(each.name)
        if each.cores:
            facts.append(_cores(each.kind, each.cores, text))
        if each.memory:
            facts.append(text("Memory: {size}.", size=shown(each.memory)))
        facts += [f"{name} {version}" for name, version in each.versions.items()]
    seconds = session.seconds(session.position) if session.position else None
    if seconds is not None:
        facts.append(text("The step that just ran took {time}.", time=duration(seconds)))
    return Explanation(text("Device"), tuple(Paragraph("say", fact) for fact in facts))


def _cores(kind: str, cores: int, text: Text) -> str:
    if kind == "gpu":
        return text("{n} simple cores that do the same thing on many numbers at once.", n=cores)
    return text("{n} smart cores that do one thing after another, each very fast.", n=cores)
