"""A picture of 64 pixels pressed through 16 numbers and unfolded again."""

from pathlib import Path

import numpy as np

import graphscope as gs

CODE = 16  # try 2 and 64

DIGITS = Path(__file__).parent.parent / "data" / "digits.npz"


def build():
    g = gs.Builder("autoencoder")
    digits = np.load(DIGITS)

    x = g.input("x", ("batch", 64), gradient=False)

    code = gs.layers.Dense(CODE, "relu", name="encoder")(x).named("code")
    copy = gs.layers.Dense(64, "sigmoid", name="decoder")(code).named("copy")

    g.loss(gs.losses.mse, copy, x)
    g.optimizer(gs.optimizers.Adam(lr=0.01))
    g.feed({"x": digits["images"].reshape(-1, 64) / 16}, batch=32, shuffle=True)
    return g.build()
