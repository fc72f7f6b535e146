"""How initial weights are drawn: always in float64, rounded once to the dtype of the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod, sqrt
from typing import Protocol

import numpy as np

from graphscope.errors import InputError
from graphscope.model import given

Shape = tuple[int, ...]


class Initializer(Protocol):
    """Draws the initial value of a parameter."""

    def draw(self, generator: np.random.Generator, shape: Shape) -> np.ndarray:
        """A float64 array of that shape."""
        ...


def fans(shape: Shape) -> tuple[int, int]:
    """The inputs and outputs that one unit has: (in, out) for dense, times the window for convolution.

    A dense weight is [in, out]; a convolution's is [out, in, height, width].
    """
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    if len(shape) == 2:
        return shape[0], shape[1]
    window = prod(shape[2:])
    return shape[1] * window, shape[0] * window


@dataclass(frozen=True, slots=True)
class Constant:
    """The same number everywhere."""

    value: float = 0.0

    def draw(self, generator: np.random.Generator, shape: Shape) -> np.ndarray:  # noqa: ARG002
        """A float64 array of that shape."""
        return np.full(shape, self.value)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform in [low, high)."""

    low: float = -0.1
    high: float = 0.1

    def draw(self, generator: np.random.Generator, shape: Shape) -> np.ndarray:
        """A float64 array of that shape."""
        return generator.uniform(self.low, self.high, shape)


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal with mean 0."""

    deviation: float = 0.1

    def draw(self, generator: np.random.Generator, shape: Shape) -> np.ndarray:
        """A float64 array of that shape."""
        return generator.normal(0.0, self.deviation, shape)


@dataclass(frozen=True, slots=True)
class Glorot:
    """Uniform with variance 2/(in + out) (Glorot and Bengio 2010, eq. 16): for tanh and sigmoid."""

    gain: float = 1.0

    def draw(self, generator: np.random.Generator, shape: Shape) -> np.ndarray:
        """A float64 array of that shape."""
        limit = self.gain * sqrt(6.0 / sum(fans(shape)))
        return generator.uniform(-limit, limit, shape)


@dataclass(frozen=True, slots=True)
class He:
    """Normal with variance 2/in (He et al. 2015, eq. 10): for ReLU."""

    def draw(self, generator: np.random.Generator, shape: Shape) -> np.ndarray:
        """A float64 array of that shape."""
        return generator.normal(0.0, sqrt(2.0 / fans(shape)[0]), shape)


BY_NAME: Mapping[str, Initializer] = {
    "glorot": Glorot(),
    "he": He(),
    "normal": Normal(),
    "uniform": Uniform(),
    "zeros": Constant(0.0),
    "ones": Constant(1.0),
}
"""The initializers that can be asked for by name."""


def initializer(wanted: str | Initializer) -> Initializer:
    """An initializer by name, or the object itself.

    Raises:
        InputError: no initializer has that name; the sentence lists those there are.
    """
    if not isinstance(wanted, str):
        if isinstance(wanted, type) or not hasattr(wanted, "draw"):
            raise InputError(
                "an initializer is made with brackets, such as gs.initializers.Glorot(), but {given} came",
                given=given.shown(wanted),
            )
        return wanted
    if wanted not in BY_NAME:
        raise InputError(
            "there is no initializer “{name}”; choose one of {known}", name=wanted, known=", ".join(BY_NAME)
        )
    return BY_NAME[wanted]
