"""Numbers as people read them: 2 to 5 decimals, exponents for the very small and large, and sums that add up.

A whole number has no decimals, and a number that is short by itself (0.1, 2.25) is printed as it is. Trailing
zeros stay where they tell the precision (0.13630) and go where three or more of them would only be noise.
Between 1e-5 and 1e-4 five decimals hold a single digit: a number that has more is written with an exponent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np

MINUS: Final = "−"
SMALL: Final = 1e-5
"""From here down a number is written with an exponent (RenderDoc's default)."""
LARGE: Final = 1e7
"""From here up a number is written with an exponent (RenderDoc's default)."""
FEWEST: Final = 2
MOST: Final = 5
WHOLE: Final = 1e-6
"""A number that is this close to a whole one, relatively, is printed as one."""
EXTRA: Final = 8
"""Up to so many decimals, to tell a number from a whole one."""
SIGNIFICANT: Final = 6
"""About as many digits as float32 can vouch for."""


Kind = np.floating[Any] | np.integer[Any] | np.bool_ | float | int


def number(value: Any) -> str:
    """A number for a sentence, a tooltip or a table."""
    return rounded(value, telling_decimals(value))


def duration(seconds: float) -> str:
    """A time with its unit, such as 27 µs."""
    units = {"s": seconds, "ms": 1e3 * seconds, "µs": 1e6 * seconds}
    unit = next((unit for unit, told in units.items() if told >= 0.9995), "µs")  # which rounds to 1
    return f"{units[unit]:.0f} {unit}" if units[unit] >= 100 else f"{units[unit]:.3g} {unit}"


def natural_decimals(value: Any) -> int:
    """How many decimals suit a number: 5 below 1, fewer for large ones, at least 2."""
    size = abs(float(value))
    if not SMALL <= size < LARGE:  # nan as well
        return MOST
    before = max(math.floor(math.log10(size)) + 1, 0)
    return min(max(SIGNIFICANT - before, FEWEST), MOST)


def rounded(value: Any, decimals: int | None) -> str:
    """A number with at most so many decimals (of its mantissa where it has an exponent); None means all."""
    scalar = _scalar(value)
    if isinstance(scalar, bool | np.bool_ | int | np.integer):
        return str(int(scalar)).replace("-", MINUS)
    if not np.isfinite(scalar):
        return _word(float(scalar))
    if scalar == 0:
        return "0"
    write = _with_exponent if has_exponent(scalar) else _fixed
    return write(float(scalar), _shortest(scalar), decimals)


def has_exponent(value: Any) -> bool:
    """Whether a number is written as 1.2e−6."""
    size = abs(float(value))
    if size == 0 or not math.isfinite(size) or 10 * SMALL <= size < LARGE:
        return False
    return not SMALL <= size < LARGE or _decimals(_shortest(_scalar(value))) > MOST


def full(value: Any) -> str:
    """Every digit that it takes to tell the number from its neighbours in its own dtype."""
    scalar = _scalar(value)
    if isinstance(scalar, float | np.floating) and scalar == 0 and math.copysign(1, float(scalar)) < 0:
        return f"{MINUS}0"
    return rounded(scalar, None)


def hexadecimal(value: Any) -> str:
    """The bits of a floating number in C's notation, such as ``−0x1.8p−3``."""
    scalar = _scalar(value)
    if isinstance(scalar, bool | np.bool_ | int | np.integer):
        return hex(int(scalar)).replace("-", MINUS)
    return float(scalar).hex().replace("-", MINUS) if np.isfinite(scalar) else _word(float(scalar))


def compact(value: Any, width: int, *, sign: bool = False) -> str:
    """A number in at most ``width`` characters, for a cell; "###" where it cannot be done
    and "≈0" where the number is small.

    Args:
        sign: write a plus before positive numbers, so that colour is not all that tells the sign.
    """
    plus = "+" if sign and float(value) > 0 and math.isfinite(float(value)) else ""
    fixed = [rounded(value, decimals) for decimals in range(telling_decimals(value), -1, -1)]
    short = [exponential(value, decimals) for decimals in range(MOST, -1, -1)]
    fitting = [text for text in (*fixed, *short) if len(plus + text) <= width and _alive(value, text)]
    for text in fitting:
        if tells(value, text):
            return plus + text
    if fitting:
        return plus + min(fitting, key=lambda text: abs(parse(text) - float(value)))
    return ("≈0" if abs(float(value)) < 1 else "###")[:width]


def tells(value: Any, text: str) -> bool:
    """Whether the text has two digits of the number, or is within half a percent of it.

    0.001 says little of 0.00123, and 0.00 nothing.
    """
    exact = float(value)
    if not math.isfinite(exact) or abs(parse(text) - exact) <= 0.005 * abs(exact):
        return True
    mantissa = text.strip().strip(MINUS).partition("e")[0].replace(".", "")
    return len(mantissa.lstrip("0")) >= 2


def _alive(value: Any, text: str) -> bool:
    """Whether the text does not call zero what is none."""
    return parse(text) != 0 or float(value) == 0


def parse(text: str) -> float:
    """The number that a printed text says."""
    plain = text.strip().replace(MINUS, "-")
    return float({"+Inf": "inf", "-Inf": "-inf"}.get(plain, plain))


def _word(value: float) -> str:
    if math.isnan(value):
        return "nan"
    return "+Inf" if value > 0 else f"{MINUS}Inf"


def _scalar(value: Any) -> Kind:
    """A Python or NumPy scalar; kinds that NumPy cannot print, such as bfloat16, as Python numbers."""
    scalar = value[()] if isinstance(value, np.ndarray) else value  # pyright: ignore[reportUnknownVariableType]
    if isinstance(scalar, bool | int | float | np.bool_ | np.integer | np.floating):
        return cast("Kind", scalar)
    return float(scalar)  # pyright: ignore[reportUnknownArgumentType]


def _shortest(value: Any) -> tuple[str, int]:
    """The fewest digits that tell a number from its neighbours, and the power of ten of the first."""
    mantissa, _, exponent = np.format_float_scientific(abs(value), unique=True, trim="-").partition("e")
    return mantissa.replace(".", ""), int(exponent)


def _decimals(digits: tuple[str, int]) -> int:
    return max(len(digits[0]) - 1 - digits[1], 0)


def _fixed(value: float, digits: tuple[str, int], decimals: int | None) -> str:
    own = _decimals(digits)
    if decimals is None or own <= decimals:
        text = f"{_from_digits(digits):.{own}f}"
    else:
        text = _tidy(f"{abs(value):.{_enough(value, decimals)}f}")
    return (MINUS if value < 0 else "") + text


def _from_digits(digits: tuple[str, int]) -> float:
    return float(f"{digits[0]}e{digits[1] - len(digits[0]) + 1}")


def _enough(value: float, decimals: int) -> int:
    """So many decimals, but never so few that a number looks like zero; more are never further off."""
    if not decimals:
        return 0
    telling = (n for n in range(decimals, MOST) if abs(value) >= 0.5 * 10.0**-n)
    return next(telling, max(decimals, MOST))


def _tidy(text: str) -> str:
    """Without zeros at the end where there are three or more, or nothing but zeros after the point."""
    whole, point, decimals = text.partition(".")
    kept = decimals.rstrip("0")
    if not kept:
        return whole
    return whole + point + (kept if len(decimals) - len(kept) >= 3 else decimals)


def _with_exponent(value: float, digits: tuple[str, int], decimals: int | None) -> str:
    own = len(digits[0]) - 1
    text = "" if decimals is None else f"{abs(value):.{decimals}e}"
    if decimals is None or own <= decimals or math.isinf(float(text)):  # rounded up beyond the largest number
        mantissa, exponent = f"{digits[0][0]}.{digits[0][1:]}".rstrip("."), digits[1]
    else:
        mantissa, _, power = text.partition("e")
        mantissa, exponent = _tidy(mantissa), int(power)
    return f"{MINUS if value < 0 else ''}{mantissa}e{exponent}".replace("-", MINUS)


def exponential(value: Any, decimals: int) -> str:
    """A number with an exponent, whatever its size, and so many decimals of its mantissa."""
    scalar = _scalar(value)
    if not np.isfinite(scalar) or scalar == 0:
        return rounded(scalar, decimals)
    return _with_exponent(float(scalar), _shortest(float(scalar)), decimals)


@dataclass(frozen=True, slots=True)
class Settled:
    """How an equation is printed so that a calculator agrees.

    Args:
        decimals: how many decimals its operands get; None for all.
        result: its right-hand side.
        exact: whether the printed operands give the printed result; otherwise it must say "≈".
    """

    decimals: int | None
    result: str
    exact: bool


def settle(recompute: Callable[[int | None], float], result: Any, apart: Sequence[Any] = ()) -> Settled:
    """Find the fewest digits with which a printed equation recomputes.

    Args:
        recompute: the outcome when every operand is printed with so many decimals.
        result: the number that was stored.
        apart: numbers that the result must not look like unless it is equal, such as that before an update.
    """
    best = telling_decimals(result)
    while best < EXTRA and any(_looks_alike(result, other, best) for other in apart):
        best += 1
    for operands, decimals in _attempts(best):
        if agrees(recompute(operands), result, decimals):
            return Settled(operands, rounded(result, decimals), exact=True)
    return Settled(MOST, rounded(result, best), exact=False)


def _looks_alike(result: Any, other: Any, decimals: int) -> bool:
    """Whether two numbers that differ are printed as the same one."""
    return float(result) != float(other) and rounded(result, decimals) == rounded(other, decimals)


def telling_decimals(result: Any) -> int:
    """So many decimals that a number close to a whole one does not look whole: 149.9997, not 150."""
    decimals = natural_decimals(result)
    while decimals < EXTRA and _looks_whole(result, decimals):
        decimals += 1
    return decimals


def _looks_whole(result: Any, decimals: int) -> bool:
    """Whether it is printed as a whole number but is none, beyond what float32 cannot tell apart."""
    printed, exact = rounded(result, decimals), float(result)
    if not math.isfinite(exact) or not printed.strip(MINUS).isdigit():
        return False
    return abs(parse(printed) - exact) > WHOLE * abs(exact)


def _attempts(best: int) -> list[tuple[int | None, int]]:
    """The fewest decimals for the operands that give the whole result; only then a result with fewer."""
    whole: list[tuple[int | None, int]] = [(decimals, best) for decimals in (4, 5, 6)]
    less = max(best - 1, FEWEST)
    long: list[tuple[int | None, int]] = [(decimals, best) for decimals in (7, 8, 9, None)]
    return [*whole, (4, less), (5, less), *long, (None, less), (None, max(best - 2, FEWEST))]


def agrees(recomputed: float, result: Any, decimals: int) -> bool:
    """Whether an outcome, rounded like the printed result, is the printed result."""
    stored = float(result)
    if not math.isfinite(stored) or not math.isfinite(recomputed):
        return recomputed == stored or (math.isnan(recomputed) and math.isnan(stored))
    if isinstance(_scalar(result), bool | int | np.bool_ | np.integer):
        return recomputed == stored
    printed = parse(rounded(result, decimals))
    # What lies just between two printed numbers is rounded by people to the other one.
    return abs(recomputed - printed) < 0.5 * unit(result, decimals) * (1 - 1e-6)


def unit(value: Any, decimals: int) -> float:
    """What one step in the last printed decimal is worth."""
    if not has_exponent(value):
        return 10.0**-decimals
    return 10.0 ** (math.floor(math.log10(abs(float(value)))) - decimals)
