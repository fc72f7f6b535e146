"""A pocket calculator for printed equations: it knows nothing but the text, as a reader does."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

TOKEN = re.compile(r"\d+(?:\.\d+)?(?:e−?\d+)?|Inf|nan|[a-z_]+\d*|//|≈|[^\s]")
SUPERSCRIPTS = {"²": 2, "³": 3, "⁴": 4}


def power(base: float, exponent: float) -> float:
    try:
        return base**exponent
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return math.inf


def divide(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right


def exp(x: float) -> float:
    return math.inf if x > 709.8 and x != math.inf else math.exp(x)


def ln(x: float) -> float:
    return -math.inf if x == 0 else math.nan if x < 0 else math.log(x)


FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": exp,
    "ln": ln,
    "tanh": math.tanh,
    "erf": math.erf,
    "max": lambda *xs: math.nan if any(map(math.isnan, xs)) else max(xs),
    "min": lambda *xs: math.nan if any(map(math.isnan, xs)) else min(xs),
    "sign": lambda x: float((x > 0) - (x < 0)),
    "trunc": lambda x: float(math.trunc(x)),
    **{
        name: getattr(math, name) for name in "sin cos tan asin acos atan sinh cosh asinh acosh atanh".split()
    },
    "round": lambda x: float(round(x)),
    "log2": lambda x: ln(x) / math.log(2),
    "logaddexp": lambda x, y: max(x, y) + math.log1p(math.exp(-abs(x - y))),
    "isnan": lambda x: float(math.isnan(x)),
    "isinf": lambda x: float(math.isinf(x)),
    "isfinite": lambda x: float(math.isfinite(x)),
}
COMPARE: dict[str, Callable[[float, float], int]] = {
    "<": lambda a, b: a < b,
    "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "≥": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
    "≪": lambda a, b: int(a) << int(b),
    "≫": lambda a, b: int(a) >> int(b),
}
LOGIC: dict[str, Callable[[float, float], int]] = {
    "∧": lambda a, b: int(a) & int(b),
    "∨": lambda a, b: int(a) | int(b),
    "⊻": lambda a, b: int(a) ^ int(b),
}


class Calculator:
    """Reads one expression; products before sums before comparisons before connectives."""

    def __init__(self, text: str) -> None:
        self.tokens = TOKEN.findall(text)
        self.place = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            raise ValueError(f"expected {expected or 'more'} at {self.place} of {self.tokens}")
        self.place += 1
        return token

    def whole(self) -> float:
        value = self.logic()
        if self.peek():
            raise ValueError(f"left over: {self.tokens[self.place :]}")
        return value

    def logic(self) -> float:
        value = self.compare()
        while self.peek() in LOGIC:
            value = float(LOGIC[self.take()](value, self.compare()))
        return value

    def compare(self) -> float:
        value = self.sum()
        while self.peek() in COMPARE:
            value = float(COMPARE[self.take()](value, self.sum()))
        return value

    def sum(self) -> float:
        value = self.product()
        while self.peek() in {"+", "−"}:
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self) -> float:
        value = self.signed()
        while self.peek() in {"·", "/", "//", "mod"}:
            match self.take():
                case "·":
                    value *= self.signed()
                case "/":
                    value = divide(value, self.signed())
                case "//":
                    value //= self.signed()
                case _:
                    value %= self.signed()
        return value

    def signed(self) -> float:
        if self.peek() in {"−", "+"}:
            return -self.signed() if self.take() == "−" else self.signed()
        return self.power()

    def power(self) -> float:
        if self.peek() == "√":
            self.take()
            value = self.power()
            return math.sqrt(value) if value >= 0 else math.nan
        if self.peek() == "¬":
            self.take()
            return float(not self.power())
        value = self.atom()
        while self.peek() in SUPERSCRIPTS:
            value = power(value, SUPERSCRIPTS[self.take()])
        if self.peek() == "^":
            self.take()
            value = power(value, self.atom())
        return value

    def atom(self) -> float:
        token = self.take()
        if token in {"(", "["}:
            value = self.logic()
            self.take(")" if token == "(" else "]")
            return value
        if token == "|":
            value = abs(self.sum())
            self.take("|")
            return value
        if token in {"⌊", "⌈"}:
            value = math.floor(self.sum()) if token == "⌊" else math.ceil(self.sum())
            self.take({"⌊": "⌋", "⌈": "⌉"}[token])
            return float(value)
        if token in FUNCTIONS:
            return self.applied(token)
        return {"Inf": math.inf, "nan": math.nan}.get(token) or float(token.replace("−", "-"))

    def applied(self, name: str) -> float:
        self.take("(")
        arguments: list[float] = []
        while self.peek() != ")":
            if self.peek() == "…":
                self.take()
            else:
                arguments.append(self.logic())
            if self.peek() == ",":
                self.take()
        self.take(")")
        return FUNCTIONS[name](*arguments)


def calculate(text: str) -> float:
    """What a calculator says."""
    return Calculator(text).whole()


def last_place(text: str) -> float:
    """What one step in the last printed digit is worth."""
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    return 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def confirms(expression: str, result: str) -> bool:
    """Whether a calculator's outcome, rounded like the printed result, is that result."""
    outcome, printed = calculate(expression), calculate(result)
    if not math.isfinite(outcome) or not math.isfinite(printed):
        return outcome == printed or (math.isnan(outcome) and math.isnan(printed))
    return abs(outcome - printed) < 0.5 * last_place(result) * (1 - 1e-7)
