"""Curves of a run as they are drawn: thinned to what a screen can show, on axes that keep still while they grow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

import numpy as np

from graphscope.view.palette import Theme, mix

SLACK = 1.25
"""A run without an end in sight gets an axis so much longer than it is, whenever it has outgrown it."""
FEWEST = 10
"""An axis shows so many iterations at least."""
MARGIN = 0.04
RESTLESS = 8
"""A curve is restless that goes up and down so many times its height."""
STYLES = 4
"""Solid, dashed, dotted, dash-dotted."""


@dataclass(frozen=True, slots=True)
class Span:
    """What an axis shows."""

    first: float
    last: float

    @property
    def length(self) -> float:
        """From its first to its last."""
        return self.last - self.first

    def zoomed(self, factor: float, at: float) -> Span:
        """Shorter or longer, with ``at`` staying where it is."""
        return Span(at - (at - self.first) / factor, at + (self.last - at) / factor)

    def within(self, whole: Span) -> Span:
        """As much of it as lies in another span, which it is never longer than."""
        length = min(max(self.length, FEWEST / 2), whole.length)
        first = min(max(self.first, whole.first), whole.last - length)
        return Span(first, first + length)


def place(iteration: int, done: int, length: int) -> float:
    """Where a position is on the axis of iterations: at the end of iteration 3 it is 3, at the very start -1."""
    return iteration - 1 + (done / length if length else 1.0)


def whole(count: int, *, target: int | None = None, before: Span | None = None, live: bool = False) -> Span:
    """The axis of a run of so many iterations.

    Args:
        target: how many it will have, where that is known.
        before: the axis that is shown.
        live: the run goes on; then the axis is not made longer for every iteration.
    """
    last = float(max(count - 1, FEWEST))
    if target is not None:
        last = float(max(last, target - 1))
    elif live and before is not None and before.last >= last:
        last = before.last
    elif live:
        last *= SLACK
    return Span(-1.0, last)


def thinned(values: np.ndarray, first: int, last: int, pixels: int) -> tuple[np.ndarray, np.ndarray]:
    """Where a curve goes between two iterations: all of it, or the smallest and the largest number of each pixel.

    Args:
        values: one an iteration, from iteration 0 on.
        first, last: iterations, both included.
    """
    first, last = max(first, 0), min(last, len(values) - 1)
    shown = values[first : last + 1]
    each = ceil(len(shown) / max(pixels, 1))
    if each <= 2:
        return np.arange(first, first + len(shown), dtype=np.float64), shown
    start = first // each * each  # the same groups while the run goes on, so that nothing flickers
    cuts = np.arange(start, last + 1, each)
    cuts = np.concatenate(([first], cuts[cuts > first])) - first
    low, high = np.fmin.reduceat(shown, cuts), np.fmax.reduceat(shown, cuts)
    x = np.repeat((cuts + first).astype(np.float64), 2)
    x[1::2] += (np.append(cuts[1:], len(shown)) - cuts - 1) / 2
    y = np.empty(2 * len(cuts))
    falling = shown[cuts] > shown[np.append(cuts[1:], len(shown)) - 1]
    y[0::2], y[1::2] = np.where(falling, high, low), np.where(falling, low, high)
    return x, y


def restless(heights: np.ndarray) -> bool:
    """Whether a curve goes up and down so much that one would rather see what it does on the whole."""
    there = heights[np.isfinite(heights)]
    if len(there) < RESTLESS:
        return False
    return float(np.abs(np.diff(there)).sum()) > RESTLESS * float(there.max() - there.min())


def averaged(values: np.ndarray, first: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean of every ``each`` iterations, in the middle of them; what is no number counts for nothing.

    Args:
        values: from iteration ``first`` on.
    """
    if not len(values):
        return np.empty(0), np.empty(0)
    cuts = np.arange(first // each * each, first + len(values), each)
    cuts = np.concatenate(([first], cuts[cuts > first])) - first
    ends = np.append(cuts[1:], len(values))
    there = np.isfinite(values)
    count = np.add.reduceat(there, cuts, dtype=np.float64)
    total = np.add.reduceat(np.where(there, values, 0.0), cuts)
    with np.errstate(invalid="ignore"):
        return first + (cuts + ends - 1) / 2, np.where(count > 0, total / np.maximum(count, 1), np.nan)


def reach(curves: Iterable[np.ndarray], *, logarithmic: bool) -> Span:
    """The axis of the numbers of some curves, from one round number to another; of logarithms where it is that."""
    found = [curve[np.isfinite(curve) & (curve > 0 if logarithmic else True)] for curve in curves]
    there = [curve for curve in found if curve.size]
    if not there:
        return Span(-1.0, 0.0) if logarithmic else Span(0.0, 1.0)
    low, high = min(float(c.min()) for c in there), max(float(c.max()) for c in there)
    return _decades(low, high) if logarithmic else _round(low, high)


def _decades(low: float, high: float) -> Span:
    """Half decades around two numbers."""
    first, last = floor(2 * log10(low) - MARGIN) / 2, ceil(2 * log10(high) + MARGIN) / 2
    return Span(first, max(last, first + 0.5))


def _round(low: float, high: float) -> Span:
    """From zero where that is near, up to a round number."""
    size = high - low or abs(high) or 1.0
    if 0 <= low <= 0.6 * high:
        low, size = 0.0, high or 1.0
    unit = 10.0 ** floor(log10(size)) / 4
    top = ceil((high + MARGIN * size) / unit) * unit
    return Span(floor(low / unit) * unit if low else 0.0, top)


# ---- who is drawn, and how ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One curve of gradient norms.

    Args:
        title: a parameter, or a group of them.
        members: the parameters whose gradients it is about.
        shade: 0 for the first layer, 1 for the last.
        style: which of the four styles of lines.
    """

    title: str
    members: tuple[str, ...]
    shade: float
    style: int = 0


def lines(scopes: Mapping[str, tuple[str, ...]], *, by_group: bool) -> tuple[Line, ...]:
    """The curves of some parameters, in the order of the model.

    Args:
        scopes: the group of each parameter.
        by_group: one curve a group instead of one a parameter.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, scope in scopes.items():
        groups.setdefault(scope or (name,), []).append(name)
    made: list[Line] = []
    for at, (scope, names) in enumerate(groups.items()):
        shade = at / (len(groups) - 1) if len(groups) > 1 else 1.0
        if by_group:
            made.append(Line(" / ".join(scope), tuple(names), shade))
        else:
            made += [Line(name, (name,), shade, kind % STYLES) for kind, name in enumerate(names)]
    return tuple(made)


def combined(norms: Mapping[str, np.ndarray], members: Sequence[str]) -> np.ndarray:
    """The norm of several gradients together."""
    if len(members) == 1:
        return norms[members[0]]
    return np.sqrt(sum(norms[name] ** 2 for name in members))


def colour(theme: Theme, shade: float) -> str:
    """The violet of gradients, palest for the first layer."""
    paler = theme.ink if theme.dark else theme.surface
    return mix(mix(theme.backward, paler, 0.45), theme.backward, shade)


def at(curve: np.ndarray, iteration: float) -> float | None:
    """The number of a curve at an iteration, or None where it has none there."""
    index = round(iteration)
    found = float(curve[index]) if 0 <= index < len(curve) else float("nan")
    return found if isfinite(found) else None
