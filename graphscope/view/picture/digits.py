"""The numbers of a small matrix as texts that stand in line: as many decimals for all as fit."""

from __future__ import annotations

import numpy as np

from graphscope.view.numbers import MINUS, compact, rounded

MOST = 4
"""Decimals in a cell; all of them are in the tooltip."""


def aligned(cells: np.ndarray, capacity: int) -> list[list[str]]:
    """The texts of a matrix's numbers, each of at most ``capacity`` characters.

    All have the same number of decimals; one that this would not tell (0.0003 as 0.00) has its own form.
    """
    decimals = _decimals(cells, capacity)
    return [[_text(float(number), decimals, capacity) for number in line] for line in cells]


def _decimals(cells: np.ndarray, capacity: int) -> int:
    """As many decimals as every number has room for, and no more than some number needs."""
    finite = [float(number) for number in cells.ravel() if np.isfinite(number)]
    needed = max((_own(number) for number in finite), default=0)
    fitting = (count for count in range(min(needed, MOST), 0, -1) if _fits(finite, count, capacity))
    return next(fitting, 0)


def _own(number: float) -> int:
    """How many decimals a number has at most."""
    text = rounded(number, MOST)
    return MOST if "e" in text else len(text.partition(".")[2])


def _fits(numbers: list[float], decimals: int, capacity: int) -> bool:
    return all(len(f"{number:.{decimals}f}") <= capacity for number in numbers)


def _text(number: float, decimals: int, capacity: int) -> str:
    if not np.isfinite(number):
        return rounded(number, decimals)
    if number == 0:
        # The zero stands where the others have their units.
        return "0" + " " * (decimals + 1 if decimals else 0)
    text = f"{number:.{decimals}f}".replace("-", MINUS)
    telling = abs(number) >= 5 * 10.0**-decimals
    return text if telling and len(text) <= capacity else compact(number, capacity)
