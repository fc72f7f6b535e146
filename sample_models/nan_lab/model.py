"""Softmax and logarithm written down as in a textbook: where NaN comes from, and what it spoils."""

import graphscope as gs

SAFE = False  # True takes the largest score off first, and the logarithm of softmax in one go

SCORES = [
    [2.0, 1.0, 0.0],  # ordinary
    [120.0, 1.0, 0.0],  # too large: exp(120) is more than float32 can hold
    [0.0, 0.0, -120.0],  # too small: exp(-120) is less than float32 can hold
]
TRUTH = [[1.0, 0.0, 0.0]] * 3


def build():
    g = gs.Builder("nan lab")

    scores = g.parameter("scores", SCORES)
    truth = g.constant("truth", TRUTH)

    logs = safe_logs(g, scores) if SAFE else naive_logs(g, scores)

    with g.scope("cross entropy"):
        picked = (truth * logs).named("picked")
        row_sum = g.call(gs.ops.ReduceSum(axes=(1,)), picked, name="row sum")
        surprise = (-row_sum).named("surprise")
        loss = g.call(gs.ops.ReduceMean(), surprise, name="loss")

    g.loss(loss)
    g.optimizer(gs.optimizers.SGD(lr=1.0))
    return g.build()


def naive_logs(g, scores):
    """log(exp(s) / sum(exp(s)))"""
    with g.scope("softmax"):
        e = g.call(gs.ops.Exp(), scores, name="e")
        total = g.call(gs.ops.ReduceSum(axes=(1,), keepdims=True), e, name="total")
        p = (e / total).named("p")
    return g.call(gs.ops.Log(), p, name="log p")


def safe_logs(g, scores):
    """d - log(sum(exp(d))), d = s - max(s): the largest exponential is exp(0) = 1"""
    with g.scope("log softmax"):
        largest = g.call(gs.ops.ReduceMax(axes=(1,), keepdims=True), scores, name="largest")
        d = (scores - g.call(gs.ops.StopGradient(), largest, name="fixed")).named("d")
        e = g.call(gs.ops.Exp(), d, name="e")
        total = g.call(gs.ops.ReduceSum(axes=(1,), keepdims=True), e, name="total")
        return (d - g.call(gs.ops.Log(), total, name="log total")).named("log p")
