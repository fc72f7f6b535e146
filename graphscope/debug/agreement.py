"""Whether GraphScope computes what another framework did: the loss and every gradient of a captured step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphscope.errors import Sentence
from graphscope.model.captured import Captured

if TYPE_CHECKING:
    from graphscope.debug.session import Session

_BOUNDS = {"float64": 1e-7, "float32": 1e-3, "float16": 5e-2}
"""Beyond so large a relative error, by type, numbers differ: rounding adds up over layers, a wrong rule is far off."""
_FLOOR = 1e-2
"""A gradient is measured against its own largest number, but never against less than this part of the largest of all:
what should be 0 is rounding in both."""
_NAMED = 4
"""So many gradients that differ are named."""


@dataclass(frozen=True)
class Agreement:
    """How far two frameworks are apart in one step.

    Args:
        framework: the other one's name and version.
        loss: the relative error of the loss; NaN where only one of the two is a number.
        gradient: the largest relative error of a gradient.
        count: how many gradients were compared.
        differing: the parameters whose gradients differ by more than rounding.
        ours: the loss here.
        theirs: the loss there.
    """

    framework: str
    loss: float
    gradient: float
    count: int
    differing: tuple[str, ...]
    ours: float
    theirs: float
    bound: float

    @property
    def agrees(self) -> bool:
        """Whether nothing differs by more than rounding."""
        return self.loss <= self.bound and not self.differing

    @property
    def sentence(self) -> Sentence:
        """It in one sentence."""
        if not self.loss <= self.bound:
            return Sentence(
                "This run differs from {framework}: the loss is {ours} here and {theirs} there.",
                framework=self.framework,
                ours=f"{self.ours:.6g}",
                theirs=f"{self.theirs:.6g}",
            )
        if self.differing:
            return Sentence(
                "This run differs from {framework} in {differing} of {count} gradients: {names}.",
                framework=self.framework,
                differing=len(self.differing),
                count=self.count,
                names=", ".join(self.differing[:_NAMED]) + ("…" if len(self.differing) > _NAMED else ""),
            )
        if not np.isfinite(self.theirs):
            return Sentence(
                "This run agrees with {framework}: its loss is {loss} here and there.",
                framework=self.framework,
                loss=str(self.theirs),
            )
        return Sentence(
            "This run agrees with {framework}: the loss to {loss}, {count} gradients to {gradient}.",
            framework=self.framework,
            loss=_small(self.loss),
            count=self.count,
            gradient=_small(self.gradient),
        )


def agreement(session: Session) -> Agreement | None:
    """Compare the first iteration, run apart, with what was captured; None where nothing was."""
    captured = session.model.captured
    if captured is None or session.model.loss is None:
        return None
    with type(session)(session.model, session.backend, seed=session.seed) as other:
        other.seek(sum(step.phase != "update" for step in other.iteration_steps))
        ours = float("nan") if other.loss is None else other.loss
        errors = _errors(other, captured)
    dtype = session.graph.value(session.model.loss).spec.dtype
    bound = _BOUNDS.get(dtype, _BOUNDS["float32"])
    differing = tuple(name for name, error in errors.items() if not error <= bound)
    loss = _error(np.asarray(ours), np.asarray(captured.loss), 0.0)
    worst = max(errors.values(), default=0.0)
    return Agreement(
        captured.framework, loss, worst, len(errors), differing, ours, float(captured.loss), bound
    )


def _errors(session: Session, captured: Captured) -> dict[str, float]:
    """The relative error of each gradient."""
    sizes = (float(np.max(np.abs(g[np.isfinite(g)]), initial=0.0)) for g in captured.gradients.values())
    floor = _FLOOR * max(sizes, default=0.0)
    found: dict[str, float] = {}
    for name, theirs in captured.gradients.items():
        ours = session.gradient(name)
        found[name] = float("nan") if ours is None else _error(ours, theirs, floor)
    return found


def _error(ours: np.ndarray, theirs: np.ndarray, floor: float) -> float:
    """The largest difference, measured against the largest number; NaN where one is a number and the other is not."""
    left, right = np.isfinite(ours), np.isfinite(theirs)
    if ours.shape != theirs.shape or not np.array_equal(left, right):
        return float("nan")
    if not left.any():
        return 0.0
    apart = np.abs(ours[left].astype(np.float64) - theirs[right].astype(np.float64))
    size = max(float(np.max(np.abs(theirs[right]))), floor)
    return float(np.max(apart)) / size if size else float(np.max(apart))


def _small(error: float) -> str:
    """An error as one digit and a power."""
    return "0" if error == 0 else f"{error:.0e}"
