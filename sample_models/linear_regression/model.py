"""A straight line through eight points: slope and intercept learn from a whole batch at once."""

import graphscope as gs

HOURS = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]
SCORES = [1.9, 2.4, 3.7, 4.1, 5.4, 5.6, 7.1, 7.3]


def build():
    g = gs.Builder("linear regression", dtype="float64")

    x = g.input("x", ("batch", 1), gradient=False)
    y = g.input("y", ("batch", 1), gradient=False)
    slope = g.parameter("slope", [[0.5]])
    intercept = g.parameter("intercept", [0.0])

    scaled = (x @ slope).named("scaled")
    prediction = (scaled + intercept).named("prediction")
    error = (prediction - y).named("error")
    squared = (error * error).named("squared")

    g.output(prediction)
    g.loss(g.call(gs.ops.ReduceMean(), squared, name="loss"))
    g.optimizer(gs.optimizers.SGD(lr=0.1))
    g.feed({"x": [[hours] for hours in HOURS], "y": [[score] for score in SCORES]})
    return g.build()
