"""More reductions: products, sizes of vectors, logarithms of sums, and how far elements are spread."""

from __future__ import annotations

from math import inf

from graphscope.graph.spec import TensorSpec
from graphscope.ops.functions import need_floating
from graphscope.ops.reduction import Reduction


class _Smooth(Reduction, abstract=True):
    """A reduction of floating numbers."""

    def infer(self, x: TensorSpec, axes: TensorSpec | None = None) -> TensorSpec:
        need_floating(self.title, x=x)
        return self.reduced(x, axes)


class ReduceProd(Reduction):
    """out = Π x over some axes; the gradient is right where elements are 0, too.

    Source: array API standard 2024.12, ``prod``; ONNX operator ``ReduceProd`` 18.

    Args:
        axes: the axes to multiply along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "Π"
    says = "Multiply the elements of {x} along the chosen axes to get {out}."
    backward_says = "Each element of {x} gets the gradient of {out} times the product of all the others."
    why = "How much one factor matters is what the others multiply to: a single 0 silences all but itself."
    formulas = {"x": "g ⊙ (the product of the others)"}

    def forward(self, xp, x, axes=None):
        kind = x.dtype if xp.isdtype(x.dtype, "integral") else None
        return xp.prod(x, axis=self.chosen(axes), keepdims=self.keepdims, dtype=kind)

    def vjp(self, xp, g, out, x, axes=None):
        zero = xp.astype(x == 0, x.dtype)
        factor = xp.where(x == 0, 1, x)
        zeros = self.spread(xp, self.sum(xp, zero, axes), x, axes)
        product = xp.prod(factor, axis=self.chosen(axes), keepdims=self.keepdims)
        others = self.spread(xp, product, x, axes) / factor
        return (xp.where(zeros == zero, self.spread(xp, g, x, axes) * others, 0),)


class ReduceSumSquare(Reduction):
    """out = Σ x² over some axes.

    Source: ONNX operator ``ReduceSumSquare`` 18.

    Args:
        axes: the axes to add up along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "Σx²"
    says = "Add up the squares of {x} along the chosen axes to get {out}."
    backward_says = "Each element of {x} gets twice itself times the gradient of the sum that it went into."
    why = "The slope of x² is 2x: what is far from 0 is pulled back hardest."

    def forward(self, xp, x, axes=None):
        return self.sum(xp, x * x, axes)

    def vjp(self, xp, g, out, x, axes=None):
        return (2 * self.spread(xp, g, x, axes) * x,)


class ReduceL1(Reduction):
    """out = Σ |x| over some axes; the slope at 0 is taken as 0, as in PyTorch.

    Source: ONNX operator ``ReduceL1`` 18.

    Args:
        axes: the axes to add up along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "Σ|x|"
    says = "Add up the sizes of {x} along the chosen axes to get {out}."
    backward_says = "Each element of {x} gets its sign times the gradient of the sum that it went into."
    why = "Small and large elements are pulled to 0 equally hard, which is why this makes many exactly 0."

    def forward(self, xp, x, axes=None):
        return self.sum(xp, xp.abs(x), axes)

    def vjp(self, xp, g, out, x, axes=None):
        return (self.spread(xp, g, x, axes) * xp.sign(x),)


class ReduceL2(_Smooth):
    """out = √Σ x² over some axes, the length; where it is 0 the gradient is taken as 0, as in PyTorch.

    Source: ONNX operator ``ReduceL2`` 18.

    Args:
        axes: the axes to measure along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "‖x‖"
    says = "Measure how long {x} is along the chosen axes to get {out}."
    backward_says = "Each element of {x} gets its share of the length times the gradient of {out}."
    why = "The gradient points along the vector and has length 1: only its direction counts."
    formulas = {"x": "g ⊙ x / out  (0 where out = 0)"}

    def forward(self, xp, x, axes=None):
        return xp.sqrt(self.sum(xp, x * x, axes))

    def vjp(self, xp, g, out, x, axes=None):
        scale = xp.where(out == 0, 0, g / out)
        return (self.spread(xp, scale, x, axes) * x,)


class ReduceLogSum(_Smooth):
    """out = ln Σ x over some axes.

    Source: ONNX operator ``ReduceLogSum`` 18.

    Args:
        axes: the axes to add up along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "lnΣ"
    says = "Add up {x} along the chosen axes and take the logarithm to get {out}."
    backward_says = "Each element of {x} gets the gradient of {out} divided by the sum that it went into."
    why = "The larger the sum already is, the less one more summand changes its logarithm."

    def forward(self, xp, x, axes=None):
        return xp.log(self.sum(xp, x, axes))

    def vjp(self, xp, g, out, x, axes=None):
        return (self.spread(xp, g / self.sum(xp, x, axes), x, axes),)


class ReduceLogSumExp(_Smooth):
    """out = ln Σ eˣ over some axes, shifted by the maximum so that it cannot overflow.

    Source: ONNX operator ``ReduceLogSumExp`` 18.

    Args:
        axes: the axes to add up along; None for all.
        keepdims: whether they stay, with size 1.
    """

    symbol = "lnΣeˣ"
    says = "Take the logarithm of the sum of e to the power {x} along the chosen axes to get {out}."
    backward_says = "Each element of {x} gets the gradient of {out} times its softmax probability."
    why = "It is a soft maximum: the largest element dominates, and its softmax shares the gradient."
    formulas = {"out": "ln Σ exp(x)", "x": "g ⊙ exp(x − out)"}

    def forward(self, xp, x, axes=None):
        if not self.count(x, axes):
            return xp.log(self.sum(xp, x, axes))
        top = xp.max(x, axis=self.chosen(axes), keepdims=self.keepdims)
        top = xp.where(xp.isfinite(top), top, 0)
        return xp.log(self.sum(xp, xp.exp(x - self.spread(xp, top, x, axes)), axes)) + top

    def vjp(self, xp, g, out, x, axes=None):
        top = xp.where(out == -inf, 0, out)
        return (self.spread(xp, g, x, axes) * xp.exp(x - self.spread(xp, top, x, axes)),)


class ReduceVariance(_Smooth):
    """out = Σ (x − mean)² / (n − correction) over some axes, n the number of elements that go into one.

    Source: array API standard 2024.12, ``var``; PyTorch ``var``.

    Args:
        axes: the axes to look along; None for all.
        keepdims: whether they stay, with size 1.
        correction: 0 for the variance of these elements, 1 to guess that of what they were drawn from.
    """

    correction: float = 0.0

    symbol = "var"
    says = "Average the squared distances of {x} from its mean along the chosen axes to get {out}."
    backward_says = (
        "Each element of {x} gets twice its distance from the mean, averaged, times the gradient of {out}."
    )
    why = "Elements far from the mean spread the result most, so they are pulled to it hardest."

    def forward(self, xp, x, axes=None):
        far = self.from_mean(xp, x, axes)
        return self.sum(xp, far * far, axes) / self.divisor(x, axes)

    def vjp(self, xp, g, out, x, axes=None):
        scale = self.spread(xp, g, x, axes) * (2 / self.divisor(x, axes))
        return (scale * self.from_mean(xp, x, axes),)

    def from_mean(self, xp, x, axes):
        """The distance of each element from the mean of those that it goes with."""
        mean = xp.mean(x, axis=self.chosen(axes), keepdims=self.keepdims)
        return x - self.spread(xp, mean, x, axes)

    def divisor(self, x, axes):
        """By what the sum of squares is divided; nothing is left of it where it would be 0 or less."""
        left = self.count(x, axes) - self.correction
        return left if left > 0 else float("nan")


class ReduceDeviation(ReduceVariance):
    """out = √(Σ (x − mean)² / (n − correction)) over some axes; where it is 0 the gradient is 0, as in PyTorch.

    Source: array API standard 2024.12, ``std``; PyTorch ``std``.

    Args:
        axes: the axes to look along; None for all.
        keepdims: whether they stay, with size 1.
        correction: 0 for the deviation of these elements, 1 to guess that of what they were drawn from.
    """

    symbol = "std"
    says = "Take the root of how far {x} is spread around its mean along the chosen axes to get {out}."
    backward_says = (
        "Each element of {x} gets its distance from the mean, over {out} and averaged, times the gradient."
    )
    why = "The deviation is a length: only the direction in which {x} leaves its mean counts."

    def forward(self, xp, x, axes=None):
        far = self.from_mean(xp, x, axes)
        return xp.sqrt(self.sum(xp, far * far, axes) / self.divisor(x, axes))

    def vjp(self, xp, g, out, x, axes=None):
        scale = xp.where(out == 0, 0, g / out) / self.divisor(x, axes)
        return (self.spread(xp, scale, x, axes) * self.from_mean(xp, x, axes),)
