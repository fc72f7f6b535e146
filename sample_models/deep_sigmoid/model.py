"""Ten sigmoid layers on top of each other: the first ones hear almost nothing of the loss."""

from pathlib import Path

import numpy as np

import graphscope as gs

ACTIVATION = "sigmoid"  # or "tanh", "relu"
INITIALIZER = "glorot"  # or "he", which suits "relu"
DEPTH = 10

DIGITS = Path(__file__).parent.parent / "data" / "digits.npz"


def build():
    g = gs.Builder("deep sigmoid")
    digits = np.load(DIGITS)

    x = g.input("x", ("batch", 64), gradient=False)
    y = g.input("y", ("batch",), dtype="int64", gradient=False)

    h = x
    for number in range(1, DEPTH + 1):
        h = gs.layers.Dense(32, ACTIVATION, initializer=INITIALIZER, name=f"layer {number}")(h)
    scores = gs.layers.Dense(10, name="output")(h).named("scores")

    g.loss(gs.losses.cross_entropy, scores, y)
    g.optimizer(gs.optimizers.SGD(lr=0.02))
    g.feed({"x": digits["images"] / 16, "y": digits["labels"]}, batch=32, shuffle=True)
    return g.build()
