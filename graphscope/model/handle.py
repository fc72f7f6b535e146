"""A value while its model is being built: something to compute with, as in Keras or NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphscope.graph.spec import TensorSpec
from graphscope.ops import arithmetic, linear

if TYPE_CHECKING:
    from graphscope.model.builder import Builder


class Handle:
    """A named value of a builder. ``+ - * / @ **`` and negation make nodes."""

    __slots__ = ("builder", "name")
    __array_ufunc__ = None  # so that an array on the left lets us have the operator

    def __init__(self, builder: Builder, name: str) -> None:
        self.builder = builder
        self.name = name

    @property
    def spec(self) -> TensorSpec:
        """Shape, dtype and axis names, as far as known."""
        return self.builder.spec(self.name)

    @property
    def shape(self) -> tuple[Any, ...]:
        """The sizes of its axes."""
        return self.spec.shape

    def named(self, name: str) -> Handle:
        """The same value under another name: ``h = Dense(4, "tanh")(x).named("h")``."""
        self.builder.rename(self.name, name)
        self.name = name
        return self

    def __repr__(self) -> str:
        return f"<value {self.name} {self.spec}>"

    def _fitting(self, other: Any) -> Any:
        """A plain number as one of this value's kind: ``x ** 2`` must not mix floating and integer."""
        if other is None or isinstance(other, Handle):
            return other
        return self.builder.number(other, self.spec.dtype)

    def __add__(self, other: Any) -> Handle:
        return self.builder.call(arithmetic.Add(), self, self._fitting(other))

    def __radd__(self, other: Any) -> Handle:
        return self.builder.call(arithmetic.Add(), self._fitting(other), self)

    def __sub__(self, other: Any) -> Handle:
        return self.builder.call(arithmetic.Sub(), self, self._fitting(other))

    def __rsub__(self, other: Any) -> Handle:
        return self.builder.call(arithmetic.Sub(), self._fitting(other), self)

    def __mul__(self, other: Any) -> Handle:
        return self.builder.call(arithmetic.Mul(), self, self._fitting(other))

    def __rmul__(self, other: Any) -> Handle:
        return self.builder.call(arithmetic.Mul(), self._fitting(other), self)

    def __truediv__(self, other: Any) -> Handle:
        return self.builder.call(arithmetic.Div(), self, self._fitting(other))

    def __rtruediv__(self, other: Any) -> Handle:
        return self.builder.call(arithmetic.Div(), self._fitting(other), self)

    def __matmul__(self, other: Any) -> Handle:
        return self.builder.call(linear.MatMul(), self, self._fitting(other))

    def __rmatmul__(self, other: Any) -> Handle:
        return self.builder.call(linear.MatMul(), self._fitting(other), self)

    def __pow__(self, exponent: Any) -> Handle:
        return self.builder.call(arithmetic.Pow(), self, self._fitting(exponent))

    def __rpow__(self, base: Any) -> Handle:
        return self.builder.call(arithmetic.Pow(), self._fitting(base), self)

    def __neg__(self) -> Handle:
        return self.builder.call(arithmetic.Neg(), self)
