"""A ball that falls and bounces: a loop with a choice in it, and a gradient that goes back through both."""

import graphscope as gs

TRIPS = 10  # so many moments
TIME = 0.1  # seconds that each of them lasts
GRAVITY = 9.81

TARGET = 1.0  # the height that the ball is to have at the end


def build():
    g = gs.Builder("bouncing ball", dtype="float64")

    throw = g.parameter("throw", -2.0)  # the speed upwards at first
    bounce = g.parameter("bounce", 0.8)  # how much of the speed is left after a bounce
    start = g.constant("start", 1.0)

    def moment(height, speed):
        speed = (speed - GRAVITY * TIME).named("fallen speed")
        height = (height + speed * TIME).named("fallen height")
        below = g.call(gs.ops.Less(), height, 0.0, name="below the floor")

        def mirrored():
            return -bounce * height, -bounce * speed

        def free():
            return height, speed

        return g.cond(below, mirrored, free, name="floor")

    height, _ = g.loop(TRIPS, [start, throw], moment, name="fall")
    g.output(height)

    miss = (height - g.constant("target", TARGET)).named("miss")
    g.loss((miss * miss).named("loss"))
    g.optimizer(gs.optimizers.SGD(lr=0.01))
    return g.build()
