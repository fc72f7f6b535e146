"""Batch normalization twice: by the batch, as in training, and by running averages, as afterwards."""

import numpy as np

import graphscope as gs

MOMENTUM = 0.9  # so much of the running averages is kept at each iteration


def build():
    g = gs.Builder("batch norm")

    x = g.input("x", ("batch", 3))
    y = g.input("y", ("batch", 1), gradient=False)

    scale = g.parameter("scale", np.ones(3))
    shift = g.parameter("shift", np.zeros(3))
    mean = g.buffer("mean", np.zeros(3))
    variance = g.buffer("variance", np.ones(3))

    with g.scope("training"):
        op = gs.ops.RunningBatchNorm(momentum=MOMENTUM)
        trained, new_mean, new_variance = g.call(op, x, scale, shift, mean, variance, name="by batch")
        g.carry(mean, new_mean.named("new mean"))
        g.carry(variance, new_variance.named("new variance"))
        prediction = gs.layers.Dense(1, name="output")(trained).named("prediction")

    with g.scope("evaluation"):
        op = gs.ops.BatchNorm(training=False)
        g.output(g.call(op, x, scale, shift, mean, variance, name="by averages"))

    g.loss(gs.losses.mse, prediction, y)
    g.optimizer(gs.optimizers.SGD(lr=0.05))
    g.feed(measurements(), batch=8, shuffle=True)
    return g.build()


def measurements():
    """Three columns of very different size, as raw data often is."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=(256, 3))
    y = z @ [[1.0], [-2.0], [0.5]]
    return {"x": z * [1.0, 10.0, 0.1] + [0.0, 50.0, -2.0], "y": y}
