"""The numbers of a small matrix as texts that stand in line: as many decimals for all as fit."""

from __future__ import annotations

import numpy as np

from graphscope.view.numbers import MINUS, compact, exponential, rounded, tells

MOST = 4
"""Decimals in a cell; all of them are in the tooltip."""
LONGEST = 7
"""Characters with which any number down to 1e−9 has two digits: −1.2e−4, −0.0012."""
SMALLER = 0.01
"""Where all numbers are below this, all are written with an exponent as soon as one is."""
COUNTS = 0.1
"""A number of less than this share of the largest one may have a single digit, where the others are short."""


def sized(cells: np.ndarray, capacity: int, size: float, smallest: float) -> tuple[float, list[list[str]]]:
    """The texts of a matrix's numbers and their type size, which is smaller where that keeps two digits of each.

    Args:
        capacity: how many characters a cell has room for at that size.
        smallest: the size that stays readable.
    """
    texts = aligned(cells, capacity)
    made = size
    for more in range(capacity + 1, LONGEST + 1):
        smaller = size * capacity / more
        if smaller < smallest or _telling(cells, texts):
            break
        made, texts = smaller, aligned(cells, more)
    return made, texts


def _telling(cells: np.ndarray, texts: list[list[str]]) -> bool:
    """Whether the texts have two digits of every number that counts beside the others."""
    sizes = np.abs(cells[np.isfinite(cells)])
    least = COUNTS * float(sizes.max(initial=0.0))
    pairs = (
        (float(number), text)
        for line, row in zip(cells, texts, strict=True)
        for number, text in zip(line, row, strict=True)
    )
    return all(abs(number) < least or not number or tells(number, text) for number, text in pairs)


def aligned(cells: np.ndarray, capacity: int) -> list[list[str]]:
    """The texts of a matrix's numbers, each of at most ``capacity`` characters.

    All have the same number of decimals; one that this would not tell (0.0003 as 0.00) has its own form.
    """
    decimals = _decimals(cells, capacity)
    texts = [[_text(float(number), decimals, capacity) for number in line] for line in cells]
    return (_all_small(cells, capacity) or texts) if _mixed(texts) else texts


def _mixed(texts: list[list[str]]) -> bool:
    """Whether some numbers have an exponent and others do not."""
    kinds = {"e" in text for line in texts for text in line if text.strip() != "0"}
    return len(kinds) > 1


def _all_small(cells: np.ndarray, capacity: int) -> list[list[str]] | None:
    """All with an exponent, where all are small and there is room: one way of writing for the whole matrix."""
    if not np.isfinite(cells).all() or np.abs(cells).max(initial=0.0) >= SMALLER:
        return None
    for decimals in (1, 0):
        texts = [[exponential(float(number), decimals) for number in line] for line in cells]
        if all(len(text) <= capacity for line in texts for text in line):
            return texts
    return None


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
    return text if len(text) <= capacity and tells(number, text) else compact(number, capacity)
