"""Handwritten digits with a small convolutional network: shared weights, pooling, and gradient images."""

from pathlib import Path

import numpy as np

import graphscope as gs

DIGITS = Path(__file__).parent.parent / "data" / "digits.npz"


def build():
    g = gs.Builder("digits cnn")
    digits = np.load(DIGITS)

    image = g.input("image", ("batch", 1, 8, 8))
    label = g.input("label", ("batch",), dtype="int64", gradient=False)

    edges = gs.layers.Conv2d(8, 3, padding=1, activation="relu", name="conv 1")(image)
    smaller = gs.layers.MaxPool2d(2, name="pool 1")(edges)
    shapes = gs.layers.Conv2d(16, 3, padding=1, activation="relu", name="conv 2")(smaller)
    smallest = gs.layers.MaxPool2d(2, name="pool 2")(shapes)
    scores = gs.layers.Dense(10, name="output")(gs.layers.Flatten(name="flatten")(smallest)).named("scores")

    g.loss(gs.losses.cross_entropy, scores, label)
    g.optimizer(gs.optimizers.Adam(lr=0.01))
    g.feed(
        {"image": digits["images"].reshape(-1, 1, 8, 8) / 16, "label": digits["labels"]},
        batch=16,
        shuffle=True,
    )
    return g.build()
