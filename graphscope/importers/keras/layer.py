"""What a rule is told of a layer of a Keras file, and what it can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from graphscope.errors import ModelError, Sentence
from graphscope.importers.keras.tensor import Tensor
from graphscope.importers.keras.weights import Path, Weights
from graphscope.model.builder import Builder
from graphscope.model.handle import Handle
from graphscope.ops.base import Op


class RefusalError(ModelError):
    """A layer that GraphScope does not compute."""


@dataclass(frozen=True, eq=False)
class Call:
    """One use of a layer.

    Args:
        tensors: what it is applied to, lists taken apart.
        keywords: what else it was handed, tensors among it.
        numbers: the plain numbers among its operands, by their place; the tensors leave these places out.
    """

    tensors: tuple[Tensor, ...]
    keywords: Mapping[str, Any] = field(default_factory=dict[str, Any])
    numbers: Mapping[int, float] = field(default_factory=dict[int, float])

    @property
    def x(self) -> Tensor:
        """The first tensor.

        Raises:
            ModelError: there is none.
        """
        if not self.tensors:
            raise ModelError("a layer of the file is applied to nothing; the file is damaged")
        return self.tensors[0]


@dataclass(eq=False)
class Layer:
    """One layer, however often it is used: its weights are the same each time.

    Args:
        kind: its class in Keras.
        config: its settings, as the file has them.
        training: whether the model is read for training.
        frozen: whether the file says that training does not change it.
        penalties: what its weights add to the loss; shared by all layers of the model.
    """

    kind: str
    name: str
    config: Mapping[str, Any]
    weights: Weights
    builder: Builder
    training: bool
    frozen: bool
    penalties: list[Handle]
    held: dict[str, Handle] = field(default_factory=dict[str, Handle])
    """The weights that were made, by their names."""
    inner: Any = None
    """For a layer that holds a model: that model; for one that holds a layer: that layer, once it was used."""

    # ---- settings -----------------------------------------------------------------------------------------

    def refuse(self, reason: Sentence) -> RefusalError:
        """The error that says what of this layer is not computed."""
        return RefusalError("{layer} ({kind}): {reason}", layer=self.name, kind=self.kind, reason=reason)

    def _bad(self, name: str, value: Any) -> ModelError:
        return ModelError(
            "{layer}: {name} is {value}, which is no setting of {kind}; the file is damaged",
            layer=self.name,
            name=name,
            value=repr(value)[:60],
            kind=self.kind,
        )

    def flag(self, name: str, default: bool = False) -> bool:
        """A setting that is on or off."""
        value = self.config.get(name, default)
        if not isinstance(value, bool):
            raise self._bad(name, value)
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A setting that is a number."""
        value = self.config.get(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._bad(name, value)
        return value

    def whole(self, name: str, default: int | None = None) -> int:
        """A setting that is a whole number."""
        value = self.config.get(name, default)
        if type(value) is not int:
            raise self._bad(name, value)
        return value

    def word(self, name: str, default: str = "") -> str:
        """A setting that is a word."""
        value = self.config.get(name, default)
        if not isinstance(value, str):
            raise self._bad(name, value)
        return value

    def sizes(self, name: str, count: int, default: Any = 1) -> tuple[int, ...]:
        """A setting of one number for each of ``count`` axes; one alone stands for all."""
        value = self.config.get(name, default)
        numbers = tuple(cast("list[Any]", value)) if isinstance(value, list) else (value,) * count
        if len(numbers) != count or not all(type(each) is int for each in numbers):
            raise self._bad(name, value)
        return numbers

    def must_be(self, name: str, *allowed: Any) -> None:
        """Refuse a setting that is none of those that are computed; absent is allowed."""
        value = self.config.get(name, allowed[0])
        if value not in allowed:
            raise self.refuse(
                Sentence("{name} = {value} is not computed here", name=name, value=repr(value)[:60])
            )

    # ---- what it makes ------------------------------------------------------------------------------------

    def call(self, op: Op, *operands: Any, name: str | None = None) -> Any:
        """Apply an op."""
        return self.builder.call(op, *operands, name=self.builder.scoped(name) if name else None)

    def weight(self, name: str, number: int, *, at: Path = (), kept: Sequence[int] | None = None) -> Handle:
        """A weight that training changes, under the name that Keras gives it.

        Args:
            number: which of the arrays at that place it is.
            at: the place inside the layer.
            kept: the shape that it is to have, where the layer tells.
        """
        called = ".".join((*at, name))
        if called not in self.held:
            array = self._array(name, number, at, kept)
            make = self.builder.constant if self.frozen else self.builder.parameter
            self.held[called] = made = make(self.builder.qualified(called), array)
            self._penalize(name, made)
        return self.held[called]

    def statistic(self, name: str, number: int, *, carried: bool = True) -> Handle:
        """Numbers of the layer that are no weights: averages that training keeps, or what never changes."""
        if name not in self.held:
            array = self._array(name, number, (), None)
            make = self.builder.buffer if carried else self.builder.constant
            self.held[name] = make(self.builder.qualified(name), array.astype(np.float64))
        return self.held[name]

    def _array(self, name: str, number: int, at: Path, kept: Sequence[int] | None) -> np.ndarray:
        array = self.weights.array(name, number, at)
        if kept is not None and array.shape != tuple(kept):
            raise ModelError(
                "{layer}: its weight {name} is of shape {given} in the file, but it should be {wanted}; the file is "
                "damaged",
                layer=self.name,
                name=name,
                given=str(array.shape),
                wanted=str(tuple(kept)),
            )
        return array

    def _penalize(self, name: str, weight: Handle) -> None:
        """Add what a regularizer makes of a weight to the loss."""
        from graphscope.importers.keras.training import penalty

        told = self.config.get(f"{name}_regularizer")
        if told is not None and self.training:
            self.penalties.append(penalty(self, told, weight))


Rule = Callable[[Layer, Call], "Tensor | tuple[Tensor, ...]"]
"""Makes the ops of one use of a layer."""
