"""Two apples and three oranges with tax: the shopping bill as a graph, and what each price adds to it."""

import graphscope as gs


def build():
    g = gs.Builder("apple shop", dtype="float64")

    apple_price = g.parameter("apple_price", 100.0)
    apple_count = g.parameter("apple_count", 2.0)
    orange_price = g.parameter("orange_price", 150.0)
    orange_count = g.parameter("orange_count", 3.0)
    tax = g.parameter("tax", 1.1)

    apples = (apple_price * apple_count).named("apples")
    oranges = (orange_price * orange_count).named("oranges")
    subtotal = (apples + oranges).named("subtotal")
    total = (subtotal * tax).named("total")

    g.loss(total)
    g.optimizer(gs.optimizers.SGD(lr=0.0001))
    return g.build()
