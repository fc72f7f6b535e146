"""Gradients compared with central differences of the loss, in float64."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan

import numpy as np

from graphscope.debug.session import Session
from graphscope.model.seeds import generator

ACCEPTABLE = 1e-5
"""A relative error beyond this makes a gradient suspicious (CS231n notes, "Gradient checks")."""
_STEP = 1e-5
_FLOOR = 1e-8
_ROUNDING = 8 * 2.0**-52
"""A loss is known to so many of itself: it is rounded once in each of some steps."""
_KINK = 1e-2
"""One-sided slopes of a smooth loss differ by about ε times its curvature; more than this share is a kink."""


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """How far the gradient of one parameter or input is from central differences.

    Args:
        elements: how many elements were compared.
        kinks: how many more lie on a kink (a ReLU or maximum that switches between p − ε and p + ε), where
            the loss has no derivative and there is nothing to compare.
        error: the worst |analytic − numeric| / max(|analytic|, |numeric|, 1e-8 of the largest gradient, b),
            where b makes acceptable what rounding of the loss can explain: a slope of 1e-8 is hard to measure.
        index: where the worst is.
    """

    name: str
    elements: int
    kinks: int
    error: float
    index: tuple[int, ...]
    analytic: float
    numeric: float

    @property
    def right(self) -> bool:
        """Whether the gradient can be trusted; an error that is NaN says that it cannot."""
        return self.error <= ACCEPTABLE


def check_gradients(session: Session, *, elements: int = 8) -> tuple[GradientCheck, ...]:
    """Compare up to ``elements`` elements of each parameter and input: the largest gradient, random others.

    The session's first iteration is used; its position and arrays are as before afterwards.
    """
    before = session.position
    session.seek(session.bounds[0])
    session.iterate()  # only its last step knows how long it is
    session.seek(session.bounds[0] + sum(step.phase != "update" for step in session.iteration_steps))
    gradients = {name: session.gradient(name) for name in (*session.graph.parameters, *session.graph.inputs)}
    steps = session.iteration_steps
    start = session.bounds[0]
    forward = start + sum(step.phase in ("prepare", "forward") for step in steps)
    prepared = start + sum(step.phase == "prepare" for step in steps)
    found = tuple(
        _check(session, name, gradient, (prepared, forward), elements)
        for name, gradient in gradients.items()
        if gradient is not None and gradient.size
    )
    session.seek(before)
    return found


def _check(
    session: Session, name: str, gradient: np.ndarray, positions: tuple[int, int], elements: int
) -> GradientCheck:
    flat = gradient.ravel()
    order = generator(0, "gradient check", name).permutation(flat.size)
    chosen = list(dict.fromkeys([int(np.abs(flat).argmax()), *order.tolist()]))[:elements]
    floor = max(_FLOOR, _FLOOR * float(np.abs(flat).max()))
    rows: list[tuple[float, int, float]] = []
    kinks = 0
    for element in chosen:
        ahead, behind, blur = _slopes(session, name, element, positions)
        numeric = (ahead + behind) / 2
        scale = max(abs(float(flat[element])), abs(numeric), floor)
        error = abs(float(flat[element]) - numeric) / max(scale, blur / ACCEPTABLE)
        if error > ACCEPTABLE and abs(ahead - behind) > _KINK * scale:
            kinks += 1
        else:
            rows.append((error, element, numeric))
    error, element, numeric = max(rows, key=_badness, default=(0.0, chosen[0], float("nan")))
    index = tuple(map(int, np.unravel_index(element, gradient.shape)))
    return GradientCheck(name, len(rows), kinks, error, index, float(flat[element]), numeric)


def _badness(row: tuple[float, int, float]) -> float:
    return inf if isnan(row[0]) else row[0]


def _slopes(
    session: Session, name: str, element: int, positions: tuple[int, int]
) -> tuple[float, float, float]:
    """(L(p + ε) − L(p)) / ε, (L(p) − L(p − ε)) / ε and their rounding, for one element; ε scaled by its size."""
    prepared, forward = positions
    session.seek(prepared)
    value = session.value(name)
    if value is None:
        return float("nan"), float("nan"), 0.0
    step = _STEP * max(1.0, abs(float(value.ravel()[element])))
    losses: list[float] = []
    for sign in (1, 0, -1):
        moved = value.copy()
        moved.ravel()[element] += sign * step
        session.set_value(name, moved)
        session.seek(forward)
        losses.append(float("nan") if session.loss is None else session.loss)
        session.undo()
    blur = _ROUNDING * abs(losses[1]) / step
    return (losses[0] - losses[1]) / step, (losses[1] - losses[2]) / step, blur
