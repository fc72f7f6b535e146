"""What a tooltip on the canvas says: name, shape, and the statistics that a card has no room for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graphscope.engine.moment import Moment
from graphscope.engine.summary import Summary
from graphscope.graph.spec import TensorSpec, format_shape
from graphscope.view.numbers import full, number
from graphscope.view.picture.hit import Hit
from graphscope.view.picture.place import Picture
from graphscope.view.text import Text

NARROW = {"float32": np.float32, "bfloat16": np.float32, "float16": np.float16}
"""Types of which fewer digits tell a number from its neighbours; a summary holds float64."""


def tip(
    found: Hit, picture: Picture, moment: Moment | None, specs: Mapping[str, TensorSpec], text: Text
) -> tuple[str, ...]:
    """The lines of the tooltip for what is under the pointer; none over nothing."""
    if found.folds is not None:
        folded = found.card is not None
        return (
            text("Click to open {name}", name=found.folds[-1])
            if folded
            else text("Click to fold {name}", name=found.folds[-1]),
        )
    if not found.value:
        return ()
    spec = specs.get(found.value)
    shape = f"{format_shape(spec.shape)}  {spec.dtype}" if spec else ""
    title = f"∂L/∂{found.value}" if found.role == "gradient" else found.value
    summary = _summary(found, moment)
    lines = [f"{title}  {shape}".rstrip()]
    lines += facts(summary, found.index, text) if summary else [text("not computed yet")]
    readers = [edge for edge in picture.edges if edge.value == found.value]
    if len(readers) > 1:
        lines.append(text("used {n} times", n=sum(len(edge.uses) for edge in readers)))
    return tuple(lines)


def _summary(found: Hit, moment: Moment | None) -> Summary | None:
    if moment is None:
        return None
    return (moment.gradients if found.role == "gradient" else moment.values).get(found.value)


def facts(summary: Summary, index: tuple[int, int] | None, text: Text) -> list[str]:
    """The number meant, in full, and the range of all."""
    lines: list[str] = []
    if summary.exact and index is not None:
        where = "" if summary.scalar else f"[{index[0]}, {index[1]}] = "
        kind = NARROW.get(summary.dtype, np.float64)
        lines.append(where + full(kind(summary.cells[index])))
    if not summary.scalar:
        lines.append(
            text(
                "from {low} to {high}, mean {mean}",
                low=number(summary.low),
                high=number(summary.high),
                mean=number(summary.mean),
            )
        )
        lines.append(text("norm {norm}, {zeros} zeros", norm=number(summary.norm), zeros=summary.zeros))
    if not summary.finite:
        lines.append(text("{nan} NaN, {infinite} infinite", nan=summary.nan, infinite=summary.infinite))
    return lines
