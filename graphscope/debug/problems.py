"""Finding what went wrong: the first step that makes a number which is not finite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphscope.engine.moment import Problem
from graphscope.engine.step import Ref
from graphscope.errors import Sentence

if TYPE_CHECKING:
    from graphscope.debug.session import Session


def find(session: Session) -> Problem | None:
    """What is wrong with the step that just ran: it made NaN or infinity from finite numbers."""
    step = session.last
    if step is None:
        return None
    bad = next((ref for ref in step.writes if _index(session.array(ref)) is not None), None)
    if bad is None or any(_index(session.array(ref)) is not None for ref in step.reads):
        return None
    array = session.array(bad)
    index = _index(array)
    if array is None or index is None:
        return None
    return Problem(session.position, _sentence(session, bad, array, index), bad, index)


def _index(array: np.ndarray | None) -> tuple[int, ...] | None:
    """The index of the first element that is not finite; a dot product finds out cheaply that there is none."""
    if array is None or array.dtype.kind != "f" or not array.size:
        return None
    flat = array.ravel()
    with np.errstate(all="ignore"):
        if np.isfinite(np.dot(flat, flat)):
            return None
    bad = np.flatnonzero(~np.isfinite(flat))
    return tuple(map(int, np.unravel_index(int(bad[0]), array.shape))) if bad.size else None


def _sentence(session: Session, ref: Ref, array: np.ndarray, index: tuple[int, ...]) -> Sentence:
    step = session.last
    facts = {
        "count": int((~np.isfinite(array)).sum()),
        "size": array.size,
        "name": ref.name,
        "index": "[" + ", ".join(map(str, index)) + "]" if index else "",
        "value": "NaN" if np.isnan(array[index]) else "+Inf" if array[index] > 0 else "−Inf",
    }
    if step is not None and step.kind == "data":
        return Sentence(
            "the data of {name} holds {value} at {index} ({count} of {size} numbers are not finite); every value "
            "computed from it will be wrong too: clean the data",
            **facts,
        )
    if ref.role == "value":
        return Sentence(
            "{op} made the first {value} in {name}{index}, though its operands are finite ({count} of {size} numbers)",
            op=step.op if step else "",
            **facts,
        )
    return Sentence(
        "the backward of {op} made the first {value} in a gradient at {name}{index}, though what it read is finite "
        "({count} of {size} numbers)",
        op=step.op if step else "",
        **facts,
    )
