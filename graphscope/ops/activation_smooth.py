"""Activations without a corner: softplus, ELU and its relatives, and those that gate themselves."""

from __future__ import annotations

from graphscope.ops.functions import Curve


class Elu(Curve):
    """out = x where x > 0, else alpha · (eˣ − 1).

    Source: Clevert et al. 2016, "Fast and accurate deep network learning by exponential linear units".

    Args:
        alpha: how far down it goes.
    """

    alpha: float = 1.0

    says = "Keep what is positive in {x} and bend what is negative towards a floor to get {out}."
    backward_says = (
        "Let the gradient of {out} through where {x} is positive; elsewhere it fades with e to the power {x}."
    )
    why = "Negative units keep some gradient, and their values pull the mean towards 0."
    formulas = {
        "out": "x where x > 0, else alpha · (exp(x) − 1)",
        "x": "g where x > 0, else g · alpha · exp(x)",
    }

    def forward(self, xp, x):
        return xp.where(x > 0, x, self.alpha * xp.expm1(x))

    def vjp(self, xp, g, out, x):
        return (xp.where(x > 0, g, g * (self.alpha * xp.exp(x))),)


class Selu(Curve):
    """out = gamma · x where x > 0, else gamma · alpha · (eˣ − 1).

    Source: Klambauer et al. 2017, "Self-normalizing neural networks".

    Args:
        alpha: how far down it goes, before it is scaled.
        gamma: the scale.
    """

    alpha: float = 1.6732632423543772
    gamma: float = 1.0507009873554805

    says = "Scale what is positive in {x} and bend what is negative towards a floor to get {out}."
    backward_says = (
        "Scale the gradient of {out} where {x} is positive; elsewhere it fades with e to the power {x}."
    )
    why = "Its two numbers are chosen so that mean 0 and variance 1 survive from layer to layer."
    formulas = {
        "out": "gamma · (x where x > 0, else alpha · (exp(x) − 1))",
        "x": "g · gamma · (1 where x > 0, else alpha · exp(x))",
    }

    def forward(self, xp, x):
        return self.gamma * xp.where(x > 0, x, self.alpha * xp.expm1(x))

    def vjp(self, xp, g, out, x):
        return (self.gamma * xp.where(x > 0, g, g * (self.alpha * xp.exp(x))),)


class Celu(Curve):
    """out = x where x > 0, else alpha · (e^(x / alpha) − 1).

    Source: Barron 2017, "Continuously differentiable exponential linear units".

    Args:
        alpha: how far down it goes.
    """

    alpha: float = 1.0

    says = "Keep what is positive in {x} and bend what is negative smoothly towards a floor to get {out}."
    backward_says = (
        "Let the gradient of {out} through where {x} is positive; elsewhere it fades exponentially."
    )
    why = "However deep its floor lies, its slope has no jump at 0."
    formulas = {
        "out": "x where x > 0, else alpha · (exp(x / alpha) − 1)",
        "x": "g where x > 0, else g · exp(x / alpha)",
    }

    def forward(self, xp, x):
        return xp.where(x > 0, x, self.alpha * xp.expm1(x / self.alpha))

    def vjp(self, xp, g, out, x):
        return (xp.where(x > 0, g, g * xp.exp(x / self.alpha)),)


class Softplus(Curve):
    """out = ln(1 + e^(beta · x)) / beta, a ReLU without the bend.

    Source: Dugas et al. 2001, "Incorporating second-order functional knowledge for better option pricing".

    Args:
        beta: how sharp the bend is.
    """

    beta: float = 1.0

    says = "Bend {x} smoothly so that nothing negative is left to get {out}."
    backward_says = "Multiply the gradient of {out} by the sigmoid of {x}."
    why = "Its slope is the sigmoid: far right everything passes, far left nothing."

    def forward(self, xp, x):
        return xp.logaddexp(self.beta * x, xp.zeros_like(x)) / self.beta

    def slope(self, xp, out, x):
        return sigmoid(xp, self.beta * x)


class LogSigmoid(Curve):
    """out = ln(1 / (1 + e⁻ˣ)), never above 0.

    Source: PyTorch ``LogSigmoid``.
    """

    symbol = "ln σ"
    says = "Take the logarithm of the sigmoid of {x} to get {out}."
    backward_says = "Multiply the gradient of {out} by the sigmoid of −{x}."
    why = "Where the sigmoid is nearly 1 there is nothing left to gain; where it is nearly 0 all passes."

    def forward(self, xp, x):
        return -xp.logaddexp(-x, xp.zeros_like(x))

    def slope(self, xp, out, x):
        return sigmoid(xp, -x)


class Softsign(Curve):
    """out = x / (1 + |x|), in (−1, 1).

    Source: Bergstra et al. 2009, "Quadratic polynomials learn better image features".
    """

    says = "Squash {x} into the range from −1 to 1, more slowly than tanh, to get {out}."
    backward_says = "Divide the gradient of {out} by the square of 1 + |{x}|."
    why = "It flattens slowly: far out there is still some gradient, where that of tanh is gone."

    def forward(self, xp, x):
        return x / (1 + xp.abs(x))

    def vjp(self, xp, g, out, x):
        width = 1 + xp.abs(x)
        return (g / (width * width),)


class Swish(Curve):
    """out = x / (1 + e^(−alpha · x)), x weighed by its own sigmoid; with alpha 1 called SiLU.

    Source: Ramachandran et al. 2017, "Searching for activation functions"; ONNX operator ``Swish`` 24.

    Args:
        alpha: how sharp the gate is.
    """

    alpha: float = 1.0

    says = "Weigh each element of {x} by its own sigmoid to get {out}."
    backward_says = (
        "Multiply the gradient of {out} by the slope of Swish: the gate, and {x} times how it moves."
    )
    why = "It gates itself: large elements pass, small negative ones still get some gradient."

    def forward(self, xp, x):
        return x / (1 + xp.exp(-self.alpha * x))

    def vjp(self, xp, g, out, x):
        gate = sigmoid(xp, self.alpha * x)
        return (g * (gate + self.alpha * (x * gate * (1 - gate))),)


class Mish(Curve):
    """out = x · tanh(ln(1 + eˣ)).

    Source: Misra 2019, "Mish: a self regularized non-monotonic activation function".
    """

    says = "Weigh each element of {x} by the tanh of its softplus to get {out}."
    backward_says = (
        "Multiply the gradient of {out} by the slope of Mish: the gate, and {x} times how it moves."
    )
    why = "A soft gate like Swish: far right everything passes, far left nothing, and nowhere is a corner."

    def forward(self, xp, x):
        return x * xp.tanh(xp.logaddexp(x, xp.zeros_like(x)))

    def vjp(self, xp, g, out, x):
        gate = xp.tanh(xp.logaddexp(x, xp.zeros_like(x)))
        return (g * (gate + x * (1 - gate * gate) * sigmoid(xp, x)),)


def sigmoid(xp, x):
    """1 / (1 + e⁻ˣ), which is 0 where e⁻ˣ overflows."""
    return 1 / (1 + xp.exp(-x))
