"""A long short-term memory cell laid out in time: gates that decide what to keep, take in and show."""

import numpy as np

import graphscope as gs

STEPS = 6
KEEP = 2.0  # the bias of the gate that keeps the memory at first; try -2.0
UNITS = 4


def build():
    g = gs.Builder("lstm")
    rng = np.random.default_rng(7)

    x = g.input("x", ("batch", STEPS, 1), gradient=False)
    y = g.input("y", ("batch", 1), gradient=False)

    U = g.parameter("U", rng.normal(0, 0.5, (1, 4 * UNITS)))
    W = g.parameter("W", rng.normal(0, 0.3, (UNITS, 4 * UNITS)))
    b = g.parameter("b", np.repeat([0.0, KEEP, 0.0, 0.0], UNITS))

    inputs = g.call(gs.ops.Unstack(STEPS, axis=1), x, name="x at")
    h = g.constant("h0", np.zeros((1, UNITS)))
    c = g.constant("c0", np.zeros((1, UNITS)))
    for number, now in enumerate(inputs, start=1):
        with g.scope(f"time {number}"):
            h, c = cell(g, number, now, h, c, (U, W, b))

    prediction = gs.layers.Dense(1, name="output")(h).named("prediction")

    g.loss(gs.losses.mse, prediction, y)
    g.optimizer(gs.optimizers.Adam(lr=0.02))
    g.clip(global_norm=1.0)
    g.feed(memory_task(rng), batch=16)
    return g.build()


def cell(g, t, x, h, c, weights):
    """One moment: the new state h and the new memory c."""
    U, W, b = weights
    z = (x @ U + h @ W + b).named(f"z{t}")
    take, keep, offer, show = g.call(gs.ops.Split(4, axis=1), z, name=f"parts{t}")

    i = g.call(gs.ops.Sigmoid(), take, name=f"i{t}")
    f = g.call(gs.ops.Sigmoid(), keep, name=f"f{t}")
    a = g.call(gs.ops.Tanh(), offer, name=f"a{t}")
    o = g.call(gs.ops.Sigmoid(), show, name=f"o{t}")

    c = (f * c + i * a).named(f"c{t}")
    shown = g.call(gs.ops.Tanh(), c, name=f"tanh c{t}")
    return (o * shown).named(f"h{t}"), c


def memory_task(rng):
    """Sequences of numbers; the answer is the first number."""
    x = rng.uniform(-1, 1, (256, STEPS, 1))
    return {"x": x, "y": x[:, 0]}
