"""Two networks against each other: one makes points, the other tells them from real ones; walls keep them apart."""

import numpy as np

import graphscope as gs

WALLS = True  # False lets each loss change the other network too

POINTS = 2048


def build():
    g = gs.Builder("gan 2d")

    noise = g.input("noise", ("batch", 2), gradient=False)
    real = g.input("real", ("batch", 2), gradient=False)

    with g.scope("generator"):
        h = gs.layers.Dense(16, "tanh", name="first")(noise)
        fake = gs.layers.Dense(2, name="last")(h).named("fake")

    critic = Critic(g)
    with g.scope("discriminator learns"):
        real_score = critic(real, "real")
        fake_score = critic(wall(g, fake, "fake seen"), "fake")
        real_loss = penalty(g, -real_score, "real loss")
        fake_loss = penalty(g, fake_score, "fake loss")
        D_loss = (real_loss + fake_loss).named("D loss")

    with g.scope("generator learns"):
        judged = critic(fake, "judged", still=True)
        G_loss = penalty(g, -judged, "G loss")

    g.loss((D_loss + G_loss).named("loss"))
    g.optimizer(gs.optimizers.Adam(lr=0.01, beta1=0.0))
    g.feed(points(), batch=32)
    return g.build()


class Critic:
    """The discriminator: 2 numbers to 1 score. It is used three times and has its weights once."""

    def __init__(self, g):
        self.g = g
        with g.scope("discriminator"):
            self.weights = [
                g.parameter("D.W1", gs.initializers.Glorot(), (2, 16)),
                g.parameter("D.b1", np.zeros(16)),
                g.parameter("D.W2", gs.initializers.Glorot(), (16, 1)),
                g.parameter("D.b2", np.zeros(1)),
            ]

    def __call__(self, x, name, still=False):
        g = self.g
        with g.scope(name):
            W1, b1, W2, b2 = (wall(g, w, f"{w.name} still") if still else w for w in self.weights)
            h = g.call(gs.ops.LeakyRelu(0.2), x @ W1 + b1, name=f"{name} h")
            return (h @ W2 + b2).named(f"{name} score")


def wall(g, value, name):
    """The same numbers; no gradient gets past."""
    return g.call(gs.ops.StopGradient() if WALLS else gs.ops.Identity(), value, name=name)


def penalty(g, score, name):
    """The mean of ln(1 + exp(score)): large scores cost, very negative ones nothing."""
    each = g.call(gs.ops.Softplus(), score, name=f"{name} of each")
    return g.call(gs.ops.ReduceMean(), each, name=name)


def points():
    """Noise, and real points on an arc."""
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, np.pi, POINTS)
    arc = np.stack([np.cos(angle), np.sin(angle)], axis=1) + rng.normal(0, 0.05, (POINTS, 2))
    return {"noise": rng.normal(size=(POINTS, 2)), "real": arc}
