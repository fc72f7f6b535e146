"""Logic and bits: and, or, exclusive or, not; shifts; and what is no ordinary number."""

from __future__ import annotations

from typing import Literal

from graphscope.errors import ShapeError
from graphscope.graph.spec import INTEGER, TensorSpec, broadcast, promote
from graphscope.ops.arithmetic import Binary
from graphscope.ops.base import Op
from graphscope.ops.functions import Unary, need_floating


def _need_truth(operation: str, **specs: TensorSpec) -> None:
    for name, spec in specs.items():
        if spec.dtype != "bool":
            raise ShapeError(
                "{operation}: {name} must be true or false, but it is {dtype}; compare it with something",
                operation=operation,
                name=name,
                dtype=spec.dtype,
            )


def _need_bits(operation: str, *, truth: bool, **specs: TensorSpec) -> None:
    for name, spec in specs.items():
        if spec.dtype not in INTEGER and not (truth and spec.dtype == "bool"):
            raise ShapeError(
                "{operation}: {name} must hold whole numbers, but it is {dtype}; cast it",
                operation=operation,
                name=name,
                dtype=spec.dtype,
            )


class _Logic(Op, abstract=True):
    """Truth values make truth values, which have no slope."""

    backward_says = "True and false have no slope, so no gradient passes."
    why = "Logic knows no small changes: an answer flips or it stays."


class _LogicOfTwo(_Logic, abstract=True):
    """Two operands, true or false, broadcast."""

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        _need_truth(self.title, x=x, y=y)
        return TensorSpec(broadcast(self.title, x=x, y=y), "bool")


class LogicalAnd(_LogicOfTwo):
    """out = x ∧ y, broadcast; no gradient.

    Source: array API standard 2024.12, ``logical_and``; ONNX operator ``And`` 7.
    """

    symbol = "and"
    says = "Ask for each element whether both {x} and {y} are true to get {out}."

    def forward(self, xp, x, y):
        return xp.logical_and(x, y)


class LogicalOr(_LogicOfTwo):
    """out = x ∨ y, broadcast; no gradient.

    Source: array API standard 2024.12, ``logical_or``; ONNX operator ``Or`` 7.
    """

    symbol = "or"
    says = "Ask for each element whether {x} or {y} is true to get {out}."

    def forward(self, xp, x, y):
        return xp.logical_or(x, y)


class LogicalXor(_LogicOfTwo):
    """out = x ⊻ y, broadcast; no gradient.

    Source: array API standard 2024.12, ``logical_xor``; ONNX operator ``Xor`` 7.
    """

    symbol = "xor"
    says = "Ask for each element whether exactly one of {x} and {y} is true to get {out}."

    def forward(self, xp, x, y):
        return xp.logical_xor(x, y)


class LogicalNot(_Logic):
    """out = ¬x; no gradient.

    Source: array API standard 2024.12, ``logical_not``; ONNX operator ``Not`` 1.
    """

    symbol = "not"
    says = "Turn true into false and false into true in {x} to get {out}."

    def infer(self, x: TensorSpec) -> TensorSpec:
        _need_truth(self.title, x=x)
        return x.like()

    def forward(self, xp, x):
        return xp.logical_not(x)


class _Bits(Binary, abstract=True):
    """Two operands of whole numbers, bit by bit, or of truth values."""

    backward_says = "Bits have no slope, so no gradient passes."
    why = "Each bit is a truth value of its own: it flips or it stays."

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        _need_bits(self.title, truth=True, x=x, y=y)
        return super().infer(x, y)


class BitwiseAnd(_Bits):
    """out = x ∧ y, bit by bit, broadcast; no gradient.

    Source: array API standard 2024.12, ``bitwise_and``; ONNX operator ``BitwiseAnd`` 18.
    """

    symbol = "bit and"
    says = "Keep each bit that both {x} and {y} have to get {out}."

    def forward(self, xp, x, y):
        return x & y


class BitwiseOr(_Bits):
    """out = x ∨ y, bit by bit, broadcast; no gradient.

    Source: array API standard 2024.12, ``bitwise_or``; ONNX operator ``BitwiseOr`` 18.
    """

    symbol = "bit or"
    says = "Keep each bit that {x} or {y} has to get {out}."

    def forward(self, xp, x, y):
        return x | y


class BitwiseXor(_Bits):
    """out = x ⊻ y, bit by bit, broadcast; no gradient.

    Source: array API standard 2024.12, ``bitwise_xor``; ONNX operator ``BitwiseXor`` 18.
    """

    symbol = "bit xor"
    says = "Keep each bit that exactly one of {x} and {y} has to get {out}."

    def forward(self, xp, x, y):
        return x ^ y


class BitwiseNot(Unary):
    """out = ¬x, bit by bit; no gradient.

    Source: array API standard 2024.12, ``bitwise_invert``; ONNX operator ``BitwiseNot`` 18.
    """

    symbol = "bit not"
    says = "Flip each bit of {x} to get {out}."
    backward_says = "Bits have no slope, so no gradient passes."
    why = "Each bit is a truth value of its own: it flips or it stays."

    def infer(self, x: TensorSpec) -> TensorSpec:
        _need_bits(self.title, truth=True, x=x)
        return x.like()

    def forward(self, xp, x):
        if xp.isdtype(x.dtype, "bool"):
            return xp.logical_not(x)
        return x ^ (xp.iinfo(x.dtype).max if xp.isdtype(x.dtype, "unsigned integer") else -1)


class BitShift(Binary):
    """out = x ≪ y or x ≫ y, the bits of x moved by y places, broadcast; no gradient.

    Source: array API standard 2024.12, ``bitwise_left_shift``; ONNX operator ``BitShift`` 11.

    Args:
        direction: "left" doubles with each place, "right" halves and rounds down.
    """

    direction: Literal["left", "right"] = "left"

    symbol = "bit shift"
    says = "Move the bits of {x} by {y} places to get {out}."
    backward_says = "Bits have no slope, so no gradient passes."
    why = "One place to the left doubles a whole number, one to the right halves it."

    def infer(self, x: TensorSpec, y: TensorSpec) -> TensorSpec:
        _need_bits(self.title, truth=False, x=x, y=y)
        return TensorSpec(broadcast(self.title, x=x, y=y), promote(x, y))

    def forward(self, xp, x, y):
        return x << y if self.direction == "left" else x >> y


class _Question(_Logic, abstract=True):
    """A question to each floating number."""

    def infer(self, x: TensorSpec) -> TensorSpec:
        need_floating(self.title, x=x)
        return x.like(dtype="bool")


class IsNaN(_Question):
    """out = [x is NaN], the answer to 0/0; no gradient.

    Source: array API standard 2024.12, ``isnan``; ONNX operator ``IsNaN`` 20.
    """

    symbol = "NaN?"
    says = "Ask for each element of {x} whether it is NaN, no number at all, to get {out}."

    def forward(self, xp, x):
        return xp.isnan(x)


class IsInf(_Question):
    """out = [x is ∞ or −∞]; no gradient.

    Source: ONNX operator ``IsInf`` 20.

    Args:
        positive: whether ∞ counts.
        negative: whether −∞ counts.
    """

    positive: bool = True
    negative: bool = True

    symbol = "∞?"
    says = "Ask for each element of {x} whether it is infinite to get {out}."

    def forward(self, xp, x):
        infinite = xp.isinf(x)
        if self.positive and self.negative:
            return infinite
        side = x > 0 if self.positive else x < 0
        return infinite & side if self.positive or self.negative else xp.zeros_like(infinite)
