"""ONNX's optimizers, whose step is part of the graph: made of arithmetic, which can be followed number by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graphscope import ops
from graphscope.importers.onnx.operand import Operand
from graphscope.importers.onnx.rule import OnnxNode, Outputs, Rule
from graphscope.ops.base import Op


@dataclass(frozen=True)
class _Desk:
    """Arithmetic on operands and plain numbers of one type."""

    node: OnnxNode
    dtype: str

    def number(self, value: float) -> Operand:
        return self.node.constant(value, self.dtype, "number")

    def _two(self, op: Op, x: Operand | float, y: Operand | float, label: str) -> Operand:
        x, y = (each if isinstance(each, Operand) else self.number(each) for each in (x, y))
        return self.node.call(op, x, y, label=label)

    def add(self, x: Operand | float, y: Operand | float, label: str) -> Operand:
        return self._two(ops.Add(), x, y, label)

    def take(self, x: Operand | float, y: Operand | float, label: str) -> Operand:
        return self._two(ops.Sub(), x, y, label)

    def times(self, x: Operand | float, y: Operand | float, label: str = "product") -> Operand:
        return self._two(ops.Mul(), x, y, label)

    def over(self, x: Operand | float, y: Operand | float, label: str = "quotient") -> Operand:
        return self._two(ops.Div(), x, y, label)

    def root(self, x: Operand) -> Operand:
        return self.node.call(ops.Sqrt(), x, label="root")

    def without_power(self, base: float, count: Operand) -> Operand:
        """1 − baseᵗ."""
        return self.take(1.0, self._two(ops.Pow(), base, count, "power"), "correction")

    def unless_first(self, count: Operand, later: Operand, first: Operand, label: str) -> Operand:
        """One operand in the first step, whose count is 0, another one later."""
        begun = self._two(ops.Greater(), count, 0.0, "begun")
        return self.node.call(ops.Where(), begun, later, first, label=label)

    def regularized(self, x: Operand, g: Operand) -> Operand:
        """The gradient with what draws x to 0."""
        norm = self.node.attribute("norm_coefficient")
        return self.add(self.times(x, norm), g, "gradient") if norm else g


Step = Callable[[_Desk, Operand, Operand, tuple[Operand, ...]], tuple[Operand, ...]]
"""From rate, count and what there is of one tensor (itself, gradient, state): the new tensor and state."""


def _adam(desk: _Desk, rate: Operand, count: Operand, given: tuple[Operand, ...]) -> tuple[Operand, ...]:
    x, g, v, h = given
    alpha, beta, post = (desk.node.attribute(name) for name in ("alpha", "beta", "norm_coefficient_post"))
    g = desk.regularized(x, g)
    v = desk.add(desk.times(v, alpha), desk.times(g, 1 - alpha), "mean")
    h = desk.add(desk.times(h, beta), desk.times(desk.times(g, g), 1 - beta), "square")
    size = desk.add(desk.root(h), desk.node.attribute("epsilon"), "size")
    corrected = desk.times(rate, desk.root(desk.without_power(beta, count)))
    corrected = desk.over(corrected, desk.without_power(alpha, count))
    step = desk.times(desk.unless_first(count, corrected, rate, "rate"), desk.over(v, size), "step")
    moved = desk.take(x, step, "moved")
    return desk.times(moved, 1 - post, "drawn") if post else moved, v, h


def _momentum(desk: _Desk, rate: Operand, count: Operand, given: tuple[Operand, ...]) -> tuple[Operand, ...]:
    x, g, v = given
    alpha, beta = desk.node.attribute("alpha"), desk.node.attribute("beta")
    desk.node.expect("mode", "standard", "nesterov")
    g = desk.regularized(x, g)
    share = desk.unless_first(count, desk.number(beta), desk.number(1.0), "share")
    v = desk.add(desk.times(v, alpha), desk.times(g, share), "velocity")
    if desk.node.attribute("mode") == "nesterov":
        return desk.take(x, desk.times(rate, desk.add(g, desk.times(v, alpha), "ahead")), "moved"), v
    return desk.take(x, desk.times(rate, v), "moved"), v


def _adagrad(desk: _Desk, rate: Operand, count: Operand, given: tuple[Operand, ...]) -> tuple[Operand, ...]:
    x, g, h = given
    decay = desk.node.attribute("decay_factor")
    rate = desk.over(rate, desk.add(desk.times(count, decay), 1.0, "fall")) if decay else rate
    g = desk.regularized(x, g)
    h = desk.add(h, desk.times(g, g), "total")
    size = desk.add(desk.root(h), desk.node.attribute("epsilon"), "size")
    return desk.take(x, desk.over(desk.times(rate, g), size), "moved"), h


def _optimizer(step: Step, kinds: int) -> Rule:
    """All tensors, then all gradients, then their states, as they come; new tensors and states go out so."""

    def rule(node: OnnxNode) -> Outputs:
        rate, count, *rest = node.all_inputs()
        desk = _Desk(node, rate.dtype)
        counted = node.call(ops.Cast(rate.dtype), count, label="count")
        each = len(rest) // kinds
        made = [step(desk, rate, counted, tuple(rest[place::each])) for place in range(each)]
        return tuple(item for kind in zip(*made, strict=True) for item in kind)

    return rule


NODES: Mapping[str, Rule] = {
    "ai.onnx.preview.training.Adagrad": _optimizer(_adagrad, 3),
    "ai.onnx.preview.training.Adam": _optimizer(_adam, 4),
    "ai.onnx.preview.training.Momentum": _optimizer(_momentum, 3),
}
