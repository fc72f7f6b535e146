"""Exclusive or: the smallest problem that needs a hidden layer."""

import graphscope as gs


def build():
    g = gs.Builder("xor")

    x = g.input("x", ("batch", 2))
    y = g.input("y", ("batch", 1), gradient=False)

    with g.scope("hidden"):
        W1 = g.parameter("W1", gs.initializers.Glorot(), (2, 4))
        b1 = g.parameter("b1", [0.0, 0.0, 0.0, 0.0])
        m1 = (x @ W1).named("m1")
        s1 = (m1 + b1).named("s1")
        h = g.call(gs.ops.Tanh(), s1, name="h")

    with g.scope("output"):
        W2 = g.parameter("W2", gs.initializers.Glorot(), (4, 1))
        b2 = g.parameter("b2", [0.0])
        m2 = (h @ W2).named("m2")
        score = (m2 + b2).named("score")

    g.loss(gs.losses.bce_with_logits, score, y)
    g.optimizer(gs.optimizers.SGD(lr=0.5))
    g.feed({"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [[0], [1], [1], [0]]})
    return g.build()
