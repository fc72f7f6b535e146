"""ReLU units that die: one step too large, and a unit says 0 to every digit for ever."""

from pathlib import Path

import numpy as np

import graphscope as gs

LEARNING_RATE = 3.0  # try 0.1, 1.0 and 10.0

DIGITS = Path(__file__).parent.parent / "data" / "digits.npz"


def build():
    g = gs.Builder("dying relu")
    digits = np.load(DIGITS)

    x = g.input("x", ("batch", 64), gradient=False)
    y = g.input("y", ("batch",), dtype="int64", gradient=False)

    h = gs.layers.Dense(32, "relu", name="hidden")(x).named("h")
    scores = gs.layers.Dense(10, name="output")(h).named("scores")

    g.loss(gs.losses.cross_entropy, scores, y)
    g.optimizer(gs.optimizers.SGD(lr=LEARNING_RATE))
    g.feed({"x": digits["images"] / 16, "y": digits["labels"]}, batch=64, shuffle=True)
    return g.build()
