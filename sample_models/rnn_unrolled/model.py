"""A recurrent network laid out in time: one matrix W used eight times, and its gradient clipped."""

import numpy as np

import graphscope as gs

STEPS = 8
STRETCH = 1.5  # W turns the state and makes it so many times longer; try 0.8 and 1.0
CLIP = 1.0  # the gradients together are at most so long

UNITS = 4


def build():
    g = gs.Builder("rnn unrolled")
    rng = np.random.default_rng(7)

    x = g.input("x", ("batch", STEPS, 1), gradient=False)
    y = g.input("y", ("batch", 1), gradient=False)

    U = g.parameter("U", rng.normal(0, 0.2, (1, UNITS)))
    W = g.parameter("W", STRETCH * turn(rng))
    b = g.parameter("b", np.zeros(UNITS))

    inputs = g.call(gs.ops.Unstack(STEPS, axis=1), x, name="x at")
    h = g.constant("h0", np.zeros((1, UNITS)))
    for number, now in enumerate(inputs, start=1):
        with g.scope(f"time {number}"):
            given = (now @ U).named(f"x{number} U")
            kept = (h @ W).named(f"h{number - 1} W")
            z = (given + kept + b).named(f"z{number}")
            h = g.call(gs.ops.Tanh(), z, name=f"h{number}")

    prediction = gs.layers.Dense(1, name="output")(h).named("prediction")

    g.loss(gs.losses.mse, prediction, y)
    g.optimizer(gs.optimizers.SGD(lr=0.1))
    g.clip(global_norm=CLIP)
    g.feed(memory_task(rng), batch=16)
    return g.build()


def turn(rng):
    """A matrix that turns and mirrors, and changes no length."""
    q, _ = np.linalg.qr(rng.normal(size=(UNITS, UNITS)))
    return q


def memory_task(rng):
    """Sequences of small numbers; the answer is the first number."""
    x = rng.uniform(-1, 1, (256, STEPS, 1))
    x[:, 1:] *= 0.1
    return {"x": x, "y": x[:, 0]}
