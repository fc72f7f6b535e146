"""x · x + x at 3: one value used three times, so three gradients add up."""

import graphscope as gs


def build():
    g = gs.Builder("fan-out", dtype="float64")

    x = g.parameter("x", 3.0)
    square = (x * x).named("square")
    y = (square + x).named("y")

    g.loss(y)
    g.optimizer(gs.optimizers.SGD(lr=0.1))
    return g.build()
