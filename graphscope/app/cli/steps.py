"""``graphscope steps``: steps through one iteration and prints each step."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from graphscope.app.cli import console
from graphscope.app.cli.common import add_json, add_model, open_session, padded
from graphscope.app.language import words

if TYPE_CHECKING:
    import numpy as np

    from graphscope.debug.session import Session
    from graphscope.engine.step import Ref, Step

HELP = "step through one iteration and print each step"

GLYPHS = {
    "data": "▤",
    "zero": "∅",
    "random": "⚂",
    "forward": "●",
    "seed": "◆",
    "backward": "◆",
    "accumulate": "⊕",
    "clip": "✂",
    "update": "⟳",
    "transfer": "⇄",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model and ``--json``."""
    add_model(parser)
    add_json(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Step once through an iteration."""
    with open_session(arguments) as session:
        rows: list[dict[str, Any]] = []
        while True:
            (step,) = session.step()
            row = describe(session, step)
            rows.append(row)
            if not arguments.json:
                console.write(_line(session, step, row))
            if session.position == session.bounds[1]:
                break
        if arguments.json:
            console.write_json(rows, arguments.document)
    return 0


def describe(session: Session, step: Step) -> dict[str, Any]:
    """The facts of the step that just ran."""
    arrays = {name_of(ref): session.array(ref) for ref in step.writes}
    made = {name: array for name, array in arrays.items() if array is not None}
    return {
        "position": session.position,
        "iteration": step.iteration,
        "kind": step.kind,
        "phase": step.phase,
        "node": step.node,
        "op": step.op,
        "scope": "/".join(step.scope),
        "frame": list(step.frame),
        "inputs": [name_of(ref) for ref in step.reads],
        "outputs": list(made),
        "shapes": {name: list(array.shape) for name, array in made.items()},
        "norms": {name: norm(array) for name, array in made.items()},
        "seconds": session.seconds(session.position),
    }


def name_of(ref: Ref) -> str:
    """An array's name as people write it: ``h``, ``∂h``, ``∂(matmul→0)``."""
    match ref.role:
        case "value":
            return ref.name
        case "gradient":
            return f"∂{ref.name}"
        case "contribution":
            return f"∂({ref.name}→{ref.slot})"
        case _:
            return f"{ref.role}({ref.name},{ref.slot})"


def norm(array: np.ndarray) -> float | None:
    """The L2 norm, or None for what is not floating."""
    import numpy as np

    if array.dtype.kind != "f":
        return None
    with np.errstate(all="ignore"):  # of numbers that are huge or none, too
        return float(np.linalg.norm(array.astype(np.float64).ravel()))


def _line(session: Session, step: Step, row: dict[str, Any]) -> str:
    what = step.value if step.kind in ("seed", "accumulate", "transfer") else step.node
    made = "  ".join(_made(name, session.array(ref)) for ref in step.writes if (name := name_of(ref)))
    kind = words()(step.kind)
    return f"{row['position']:>4} {GLYPHS[step.kind]} {padded(kind, 10)} {padded(what or '', 14)} {made}"


def _made(name: str, array: np.ndarray | None) -> str:
    from graphscope.graph.spec import format_shape

    if array is None:
        return name
    if array.size == 1:
        return f"{name} = {float(array.reshape(())):.6g}"
    length = norm(array)
    return f"{name} [{format_shape(array.shape)}]" + ("" if length is None else f" ‖{length:.4g}‖")
