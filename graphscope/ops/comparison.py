"""Comparison and choice: true or false for each element, and one of two values by it."""

from __future__ import annotations

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, broadcast, promote
from graphscope.ops.base import Op
from graphscope.ops.functions import need_numbers


class _Comparison(Op, abstract=True):
    """Two operands of one type give true or false, broadcast."""

    backward_says = "A comparison jumps from false to true and has no slope, so no gradient passes."
    why = "True or false: a small change of the operands almost never changes the answer."

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        promote(x, y)
        return TensorSpec(broadcast(self.title, x=x, y=y), "bool")


class _Order(_Comparison, abstract=True):
    """A question about an order, which true and false do not have."""

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        need_numbers(self.title, x=x, y=y)
        return super().infer(x, y)


class Greater(_Order):
    """out = [x > y], element by element, broadcast; no gradient.

    Source: array API standard 2024.12, ``greater``.
    """

    symbol = ">"
    says = "Ask for each element whether {x} is greater than {y} to get {out}."

    def forward(self, xp, x, y):
        return x > y


class Less(_Order):
    """out = [x < y], element by element, broadcast; no gradient.

    Source: array API standard 2024.12, ``less``.
    """

    symbol = "<"
    says = "Ask for each element whether {x} is less than {y} to get {out}."

    def forward(self, xp, x, y):
        return x < y


class GreaterOrEqual(_Order):
    """out = [x ≥ y], element by element, broadcast; no gradient.

    Source: array API standard 2024.12, ``greater_equal``; ONNX operator ``GreaterOrEqual`` 16.
    """

    symbol = "≥"
    says = "Ask for each element whether {x} is at least {y} to get {out}."

    def forward(self, xp, x, y):
        return x >= y


class LessOrEqual(_Order):
    """out = [x ≤ y], element by element, broadcast; no gradient.

    Source: array API standard 2024.12, ``less_equal``; ONNX operator ``LessOrEqual`` 16.
    """

    symbol = "≤"
    says = "Ask for each element whether {x} is at most {y} to get {out}."

    def forward(self, xp, x, y):
        return x <= y


class NotEqual(_Comparison):
    """out = [x ≠ y], element by element, broadcast; no gradient.

    Source: array API standard 2024.12, ``not_equal``.
    """

    symbol = "≠"
    says = "Ask for each element whether {x} differs from {y} to get {out}."

    def forward(self, xp, x, y):
        return x != y


class Equal(_Comparison):
    """out = [x = y], element by element, broadcast; no gradient.

    Source: array API standard 2024.12, ``equal``.
    """

    symbol = "="
    says = "Ask for each element whether {x} equals {y} to get {out}."

    def forward(self, xp, x, y):
        return x == y


class Where(Op):
    """out = x where the condition is true, y elsewhere, broadcast.

    Source: array API standard 2024.12, ``where``.
    """

    says = "Take each element from {x} where {condition} is true and from {y} elsewhere to get {out}."
    backward_says = "The gradient of {out} goes to {x} where {condition} is true and to {y} elsewhere."
    backward_parts = {
        "x": "{x} gets the gradient of {out} where {condition} is true.",
        "y": "{y} gets the gradient of {out} where {condition} is false.",
    }
    why = "Where is a switch: only the element that was taken can move the result."
    formulas = {"x": "g ⊙ [condition]", "y": "g ⊙ [not condition]"}

    def infer(self, condition: TensorSpec, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        if condition.dtype != "bool":
            raise ShapeError(
                "where: the condition must be true or false, but it is {dtype}; compare it with something",
                dtype=condition.dtype,
            )
        return TensorSpec(broadcast("where", condition=condition, x=x, y=y), promote(x, y))

    def forward(self, xp, condition, x, y):
        return xp.where(condition, x, y)

    def vjp(self, xp, g, out, condition, x, y):
        return None, xp.where(condition, g, 0), xp.where(condition, 0, g)
