"""Handwritten digits with one layer: ten scores, softmax, and the error p − y."""

from pathlib import Path

import numpy as np

import graphscope as gs

DIGITS = Path(__file__).parent.parent / "data" / "digits.npz"


def build():
    g = gs.Builder("digits softmax")
    digits = np.load(DIGITS)

    x = g.input("x", ("batch", 64), gradient=False)
    y = g.input("y", ("batch",), dtype="int64", gradient=False)

    scores = gs.layers.Dense(10, name="output")(x).named("scores")

    g.loss(gs.losses.cross_entropy, scores, y)
    g.optimizer(gs.optimizers.SGD(lr=0.5))
    g.feed({"x": digits["images"] / 16, "y": digits["labels"]}, batch=32, shuffle=True)
    return g.build()
