"""A residual block: two convolutions with batch normalization, and a shortcut past them."""

from pathlib import Path

import numpy as np

import graphscope as gs

SHORTCUT = True  # False leaves only the long way

CHANNELS = 8
DIGITS = Path(__file__).parent.parent / "data" / "digits.npz"


def build():
    g = gs.Builder("residual block")
    digits = np.load(DIGITS)

    image = g.input("image", ("batch", 1, 8, 8), gradient=False)
    label = g.input("label", ("batch",), dtype="int64", gradient=False)

    x = gs.layers.Conv2d(CHANNELS, padding=1, activation="relu", name="stem")(image).named("x")

    with g.scope("block"):
        h = gs.layers.Conv2d(CHANNELS, padding=1, bias=False, initializer="he", name="conv 1")(x)
        h = gs.layers.BatchNorm(momentum=0.9, name="norm 1")(h)
        h = gs.layers.Activation("relu", name="relu 1")(h)
        h = gs.layers.Conv2d(CHANNELS, padding=1, bias=False, initializer="he", name="conv 2")(h)
        branch = gs.layers.BatchNorm(momentum=0.9, name="norm 2")(h).named("branch")
        total = (x + branch).named("sum") if SHORTCUT else branch
        out = gs.layers.Activation("relu", name="relu 2")(total).named("out")

    small = gs.layers.MaxPool2d(2, name="pool")(out)
    scores = gs.layers.Dense(10, name="output")(gs.layers.Flatten(name="flatten")(small)).named("scores")

    g.loss(gs.losses.cross_entropy, scores, label)
    g.optimizer(gs.optimizers.SGD(lr=0.1))
    g.feed(
        {"image": digits["images"].reshape(-1, 1, 8, 8) / 16, "label": digits["labels"]},
        batch=16,
        shuffle=True,
    )
    return g.build()
