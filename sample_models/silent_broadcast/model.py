"""A mistake that raises no error: a column minus a row is a whole table."""

import numpy as np

import graphscope as gs

BUG = True  # False gives the targets the shape of the predictions

SAMPLES = 32


def build():
    g = gs.Builder("silent broadcast")

    x = g.input("x", (SAMPLES, 1), gradient=False)
    y = g.input("y", (SAMPLES,) if BUG else (SAMPLES, 1), gradient=False)

    slope = g.parameter("slope", [[1.0]])
    intercept = g.parameter("intercept", [0.0])

    prediction = (x @ slope + intercept).named("prediction")
    error = (prediction - y).named("error")
    squared = (error * error).named("squared")
    loss = g.call(gs.ops.ReduceMean(), squared, name="loss")

    g.loss(loss)
    g.optimizer(gs.optimizers.SGD(lr=0.1))
    g.feed(line())
    return g.build()


def line():
    """y = x and a little noise: the parameters are right from the start."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, (SAMPLES, 1))
    y = x + rng.normal(0, 0.1, x.shape)
    return {"x": x, "y": y[:, 0] if BUG else y}
