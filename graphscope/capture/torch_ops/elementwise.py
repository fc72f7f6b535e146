"""Elementwise operations of PyTorch: arithmetic, functions, activations, comparisons and choices."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np

from graphscope.capture.lowering import Lowering, Tensor, Unsayable
from graphscope.capture.operands import common, dtype_of, op, rank_of

UNARY = """
    abs:Abs acos:Acos acosh:Acosh asin:Asin asinh:Asinh atan:Atan atanh:Atanh ceil:Ceil cos:Cos cosh:Cosh erf:Erf
    exp:Exp expm1:Expm1 floor:Floor log:Log log1p:Log1p log2:Log2 neg:Neg reciprocal:Reciprocal relu:Relu
    round:Round rsqrt:Rsqrt sigmoid:Sigmoid sign:Sign silu:Swish sin:Sin sinh:Sinh sqrt:Sqrt square:Square tan:Tan
    tanh:Tanh trunc:Trunc mish:Mish hardswish:HardSwish softsign:Softsign selu:Selu log_sigmoid:LogSigmoid
"""
BINARY = "maximum:Maximum minimum:Minimum floor_divide:FloorDivide"
COMPARISONS = "gt:Greater lt:Less eq:Equal ge:GreaterOrEqual le:LessOrEqual ne:NotEqual"
LOGIC = """
    logical_and:LogicalAnd logical_or:LogicalOr logical_xor:LogicalXor
    bitwise_and:LogicalAnd bitwise_or:LogicalOr bitwise_xor:LogicalXor
"""


def _table(text: str, make: Callable[[str], Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    return {name: make(operation) for name, operation in (pair.split(":") for pair in text.split())}


def _unary(operation: str) -> Callable[..., Any]:
    def rule(g: Lowering, x: Tensor) -> Any:
        return g.call(op(operation), g.cast(x, g.now.dtypes[0]))

    return rule


def _binary(operation: str) -> Callable[..., Any]:
    def rule(g: Lowering, x: Any, y: Any) -> Any:
        kind = g.now.dtypes[0]
        return g.call(op(operation), g.cast(x, kind), g.cast(y, kind))

    return rule


def _comparison(operation: str) -> Callable[..., Any]:
    def rule(g: Lowering, x: Any, y: Any) -> Any:
        kind = common(x, y)
        return g.call(op(operation), g.cast(x, kind), g.cast(y, kind))

    return rule


def _logic(operation: str) -> Callable[..., Any]:
    def rule(g: Lowering, x: Any, y: Any) -> Any:
        if g.now.name.startswith("bitwise") and g.now.dtypes[0] != "bool":
            raise Unsayable
        return g.call(op(operation), g.cast(x, "bool"), g.cast(y, "bool"))

    return rule


def _sum(operation: str) -> Callable[..., Any]:
    """Add and subtract take a factor for the second operand."""

    def rule(g: Lowering, x: Any, y: Any, *, alpha: float = 1) -> Any:
        kind = g.now.dtypes[0]
        if kind == "bool":
            raise Unsayable
        y = g.cast(y, kind)
        if alpha != 1:
            y = g.call(op("Mul"), y, g.cast(alpha, kind))
        return g.call(op(operation), g.cast(x, kind), y)

    return rule


def product(g: Lowering, x: Any, y: Any) -> Any:
    """A product; of truth values that both are true."""
    kind = g.now.dtypes[0]
    return g.call(op("LogicalAnd" if kind == "bool" else "Mul"), g.cast(x, kind), g.cast(y, kind))


def rsub(g: Lowering, x: Any, y: Any, *, alpha: float = 1) -> Any:
    """``y - x``."""
    return _sum("Sub")(g, y, x, alpha=alpha)


def div(g: Lowering, x: Any, y: Any, *, rounding_mode: str | None = None) -> Any:
    """Division, also rounded down."""
    kind = g.now.dtypes[0]
    if rounding_mode == "floor":
        return g.call(op("FloorDivide"), g.cast(x, kind), g.cast(y, kind))
    if rounding_mode is not None and kind.startswith(("int", "uint")):
        raise Unsayable
    made = g.call(op("Div"), g.cast(x, kind), g.cast(y, kind))
    return made if rounding_mode is None else g.call(op("Trunc"), made)


def power(g: Lowering, x: Any, y: Any) -> Any:
    """A power; squares have an operation of their own."""
    kind = g.now.dtypes[0]
    if isinstance(y, (int, float)) and y == 2:
        return g.call(op("Square"), g.cast(x, kind))
    return g.call(op("Pow"), g.cast(x, kind), g.cast(y, kind))


def clamp(g: Lowering, x: Tensor, low: Any = None, high: Any = None) -> Any:
    """Limits that are numbers."""
    kind = g.now.dtypes[0]
    limits, x = {"low": low, "high": high}, g.cast(x, kind)
    if not all(each is None or isinstance(each, (int, float)) for each in (low, high)):
        x = x if low is None else g.call(op("Maximum"), x, g.cast(low, kind))
        return x if high is None else g.call(op("Minimum"), x, g.cast(high, kind))
    return g.call(op("Clip", **{key: float(each) for key, each in limits.items() if each is not None}), x)


def clamp_min(g: Lowering, x: Tensor, low: Any) -> Any:
    """A lower limit."""
    return clamp(g, x, low)


def clamp_max(g: Lowering, x: Tensor, high: Any) -> Any:
    """An upper limit."""
    return clamp(g, x, None, high)


def hardtanh(g: Lowering, x: Tensor, low: float = -1.0, high: float = 1.0) -> Any:
    """Held between two limits, whose own gradient does not pass."""
    return g.call(op("HardTanh", low=float(low), high=float(high)), x)


def hardsigmoid(g: Lowering, x: Tensor) -> Any:
    """PyTorch's slope is a sixth."""
    return g.call(op("HardSigmoid", alpha=1 / 6, beta=0.5), x)


def log10(g: Lowering, x: Tensor) -> Any:
    """The natural logarithm in another unit."""
    made = g.call(op("Log"), g.cast(x, g.now.dtypes[0]))
    return g.call(op("Mul"), made, g.cast(1 / log(10), g.now.dtypes[0]))


def negation(g: Lowering, x: Tensor) -> Any:
    """True where it was false or 0."""
    if g.now.dtypes[0] != "bool":
        raise Unsayable
    return g.call(op("LogicalNot"), g.cast(x, "bool"))


def not_a_number(g: Lowering, x: Tensor) -> Any:
    """True where it is NaN."""
    return g.call(op("IsNaN"), x)


def infinite(g: Lowering, x: Tensor) -> Any:
    """True where it is infinite."""
    return g.call(op("IsInf"), x)


def remainder(g: Lowering, x: Any, y: Any) -> Any:
    """What a division leaves, with the sign of the divisor."""
    kind = g.now.dtypes[0]
    return g.call(op("Mod"), g.cast(x, kind), g.cast(y, kind))


def celu(g: Lowering, x: Tensor, alpha: float = 1.0) -> Any:
    """The continuous exponential linear unit."""
    return g.call(op("Celu", alpha=float(alpha)), x)


def leaky_relu(g: Lowering, x: Tensor, slope: float = 0.01) -> Any:
    """What is negative is shrunk."""
    return g.call(op("LeakyRelu", slope=float(slope)), x)


def elu(g: Lowering, x: Tensor, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> Any:
    """The exponential linear unit."""
    if input_scale != 1:
        raise Unsayable
    if scale != 1:
        return g.call(op("Selu", alpha=float(alpha), gamma=float(scale)), x)
    return g.call(op("Elu", alpha=float(alpha)), x)


def softplus(g: Lowering, x: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """PyTorch goes over to x above a threshold, where the two agree to 2e-9."""
    if threshold < 20:
        raise Unsayable
    return g.call(op("Softplus", beta=float(beta)), x)


def prelu(g: Lowering, x: Any, slope: Any) -> Any:
    """A slope per channel, which is axis 1."""
    rank = rank_of(x)
    if rank > 2 and rank_of(slope) == 1 and slope.shape[0] != 1:
        slope = g.call(op("Reshape", shape=(slope.shape[0], *(1,) * (rank - 2))), slope)
    return g.call(op("PRelu"), x, slope)


def gelu(g: Lowering, x: Tensor, *, approximate: str = "none") -> Any:
    """Exact or by tanh."""
    return g.call(op("Gelu", approximate=approximate), x)


def softmax(g: Lowering, x: Tensor, axis: int, dtype: Any = None) -> Any:  # noqa: ARG001 - told by the result
    """Over one axis."""
    return g.call(op("Softmax", axis=axis), g.cast(x, g.now.dtypes[0]))


def log_softmax(g: Lowering, x: Tensor, axis: int, dtype: Any = None) -> Any:  # noqa: ARG001 - as above
    """Over one axis."""
    return g.call(op("LogSoftmax", axis=axis), g.cast(x, g.now.dtypes[0]))


def where(g: Lowering, condition: Tensor, x: Any, y: Any) -> Any:
    """One of two by a condition."""
    kind = g.now.dtypes[0]
    return g.call(op("Where"), g.cast(condition, "bool"), g.cast(x, kind), g.cast(y, kind))


def masked_fill(g: Lowering, x: Tensor, mask: Tensor, value: Any) -> Any:
    """A number where the mask is true."""
    return g.call(op("Where"), g.cast(mask, "bool"), g.cast(value, dtype_of(x)), x)


def lerp(g: Lowering, x: Any, y: Any, weight: Any) -> Any:
    """``x + weight * (y - x)``."""
    kind = g.now.dtypes[0]
    return g.call(op("Add"), x, g.call(op("Mul"), g.cast(weight, kind), g.call(op("Sub"), y, x)))


def addcmul(g: Lowering, x: Any, y: Any, z: Any, *, value: float = 1) -> Any:
    """``x + value * y * z``."""
    product = g.call(op("Mul"), y, z)
    if value != 1:
        product = g.call(op("Mul"), product, g.cast(value, g.now.dtypes[0]))
    return g.call(op("Add"), x, product)


def keep(g: Lowering, x: Tensor, *_: Any, **__: Any) -> Any:  # noqa: ARG001 - a rule's arguments
    """Copies in memory are no computation."""
    return x


def to(g: Lowering, x: Tensor, *_: Any, **__: Any) -> Any:
    """Another type, or the same on another device."""
    return g.cast(x, g.now.dtypes[0])


def detach(g: Lowering, x: Tensor) -> Any:
    """No gradient passes."""
    return x if isinstance(x, np.ndarray) else g.call(op("StopGradient"), x)


RULES = {
    **_table(UNARY, _unary),
    **_table(BINARY, _binary),
    **_table(COMPARISONS, _comparison),
    **_table(LOGIC, _logic),
    "logical_not": negation,
    "bitwise_not": negation,
    "isnan": not_a_number,
    "isinf": infinite,
    "log10": log10,
    "hardsigmoid": hardsigmoid,
    "remainder": remainder,
    "celu": celu,
    "mul": product,
    "max.other": _binary("Maximum"),
    "min.other": _binary("Minimum"),
    "add": _sum("Add"),
    "sub": _sum("Sub"),
    "rsub": rsub,
    "div": div,
    "true_divide": div,
    "pow": power,
    "clamp": clamp,
    "clip": clamp,
    "clamp_min": clamp_min,
    "clamp_max": clamp_max,
    "hardtanh": hardtanh,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "softplus": softplus,
    "prelu": prelu,
    "gelu": gelu,
    "softmax": softmax,
    "_softmax": softmax,
    "log_softmax": log_softmax,
    "_log_softmax": log_softmax,
    "where.self": where,
    "where.ScalarOther": where,
    "where.ScalarSelf": where,
    "where.Scalar": where,
    "masked_fill": masked_fill,
    "lerp": lerp,
    "addcmul": addcmul,
    "clone": keep,
    "contiguous": keep,
    "alias": keep,
    "lift_fresh_copy": keep,
    "_to_copy": to,
    "to": to,
    "type_as": to,
    "detach": detach,
}
